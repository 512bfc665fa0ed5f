"""Reports and maps from the record: an edition's facts, its formats, and the frozen files."""

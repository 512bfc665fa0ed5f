"""Pure rules: vocabulary, dates, records, the two clocks. Nothing here does I/O."""

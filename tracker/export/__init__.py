"""What leaves the record for others to work with: tables, a snapshot, panels, labels, and the pages about them."""

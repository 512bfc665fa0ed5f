"""Writes evidence into the record: codebook and baseline, runs with their documents, measures. Belief is the ledger's alone."""

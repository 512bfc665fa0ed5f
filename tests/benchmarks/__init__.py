"""Ratios against a named peer, measured in one run on one machine; never a timed assertion. Run with `python -m tests.benchmarks.NAME`."""

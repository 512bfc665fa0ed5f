"""Mutated input for everything that reads what was crawled, and for what shows it.

A target (`tests.fuzz.targets`) is one module: its seeds, and a function that runs one input and raises where the program breaks its
word. `test_fuzz.py` tries some inputs of each, always the same ones; `python -m tests.fuzz TARGET` tries many, guided by coverage.
"""

"""`python -m tracker.cli` is `kratom-tracker`."""

from tracker.cli import main

main()

"""`python -m tests.fuzz TARGET [--runs N | --seconds S] [--seed N] [--plain] [--input FILE]`: guided by coverage where atheris is installed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz import run
from tests.fuzz.targets import NAMES, load


def main() -> None:
    """Read the arguments and try until runs or seconds are over; a fault ends it, and its input is kept in `fuzz-crash`."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--runs", type=int, default=0, help="how many inputs; 0: as many as the seconds allow")
    parser.add_argument("--seconds", type=int, default=60, help="how long, where --runs is not given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plain", action="store_true", help="the mutator alone, without coverage")
    parser.add_argument("--input", type=Path, help="try this one input again")
    given = parser.parse_args()
    if given.input:
        load(given.target).run(given.input.read_bytes())
    elif not given.plain and run.can_guide():
        sys.exit(run.guided(given.target, given.runs, given.seconds, given.seed))
    else:
        print(run.plain(load(given.target), given.runs, given.seconds, given.seed))


if __name__ == "__main__":
    main()

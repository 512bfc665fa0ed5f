"""The two ways to try a target many times: the mutator alone, and atheris, which keeps what reaches new code."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, mkdtemp
from typing import NoReturn

from tests.fuzz.mutator import mutated
from tests.fuzz.target import Target
from tests.fuzz.targets import load

CRASH = Path("fuzz-crash")
_HEAD = 2


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """Mutated inputs without end, the same ones for a seed; each is told by its number alone."""
    seeds = target.seeds
    for number in count():
        random = Random(f"{target.name} {seed} {number}")
        chosen = random.choice(seeds)
        yield chosen[:_HEAD] + mutated(chosen[_HEAD:], random)


def plain(target: Target, runs: int, seconds: int, seed: int) -> str:
    """Try `runs` inputs (0: for `seconds`); says how many went well. A fault ends it, and its input is kept in `fuzz-crash`."""
    logging.disable(logging.CRITICAL)
    end, done = time.monotonic() + seconds, 0
    for data in inputs(target, seed):
        if done >= runs if runs else time.monotonic() >= end:
            break
        try:
            target.run(data)
        except BaseException:
            CRASH.write_bytes(data)
            print(f"input {done} of {target.name} with seed {seed} is kept in {CRASH}", file=sys.stderr)
            raise
        done += 1
    return f"{done} inputs of {target.name} without a fault"


def can_guide() -> bool:
    """Whether atheris is installed; where it is not, that is said."""
    there = importlib.util.find_spec("atheris") is not None
    if not there:
        print("atheris is not installed: the mutator works without coverage", file=sys.stderr)
    return there


def guided(name: str, runs: int, seconds: int, seed: int) -> int:
    """Try inputs that our mutator makes of the seeds and of what reached new code since; returns the exit status.

    In a process of its own, since atheris ends the one that it works in and leaves its folders behind.
    """
    limit = f"-runs={runs}" if runs else f"-max_total_time={seconds}"
    with TemporaryDirectory(prefix="fuzz-") as folder:
        pid = os.fork()
        if pid == 0:
            tempfile.tempdir = folder
            _guided(name, Path(mkdtemp()), [limit, f"-seed={seed + 1}", "-max_len=65536", f"-exact_artifact_path={CRASH}"])
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _guided(name: str, folder: Path, limits: Sequence[str]) -> NoReturn:
    import atheris

    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=["crawler", "tracker"]):
        target = load(name)
        for number, data in enumerate(target.seeds):
            (folder / str(number)).write_bytes(data)
    atheris.Setup([sys.argv[0], *limits, str(folder)], target.run, custom_mutator=_mutator)
    atheris.Fuzz()
    sys.exit(0)


def _mutator(data: bytes, most: int, seed: int) -> bytes:
    return (data[:_HEAD] + mutated(data[_HEAD:], Random(seed)))[:most]

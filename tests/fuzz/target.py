"""What a target is, and how one input of it is tried."""

from __future__ import annotations

import atexit
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import NoReturn

HANG = 2
"""Seconds of the processor that one input may take."""
_NUMBER = 2


class Hang(Exception):
    """An input took too long."""


@dataclass(frozen=True)
class Target:
    """`make` gives the seeds and the function that runs one input of a seed, by its number; it raises where something is wrong."""

    name: str
    make: Callable[[], tuple[Sequence[bytes], Callable[[int, bytes], None]]]

    @cached_property
    def _made(self) -> tuple[Sequence[bytes], Callable[[int, bytes], None]]:
        return self.make()

    @property
    def seeds(self) -> list[bytes]:
        """Inputs that a mutation begins with: the number of the seed in two bytes, and its bytes."""
        return [number.to_bytes(_NUMBER, "big") + seed for number, seed in enumerate(self._made[0])]

    def run(self, data: bytes) -> None:
        """Try one input; raises whatever the program raises, AssertionError where it answers wrongly, and Hang."""
        seeds, run = self._made
        with _limited():
            run(int.from_bytes(data[:_NUMBER], "big") % len(seeds), data[_NUMBER:])


def scratch() -> Path:
    """A folder that goes with the process."""
    folder = mkdtemp(prefix="fuzz-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return Path(folder)


@contextmanager
def _limited() -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _late(*_: object) -> NoReturn:
    raise Hang(f"it took more than {HANG} seconds of the processor")

"""The streams of a terminal: nothing that a verb prints can move its cursor, change its colours or hide what stands beside it.

What was crawled loses such characters before it is recorded; here stands the guard for whatever else is printed: file names, words
that a person typed, records of older releases.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from crawler.contract.characters import escaped


class Guarded:
    """A text stream to which control characters are written as JSON writes them; everything else is that of the stream behind it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text; returns how many of its characters were taken, which is all."""
        self._stream.write(escaped(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Both output streams of the process, guarded."""
    out, err = cast(TextIO, Guarded(sys.stdout)), cast(TextIO, Guarded(sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        yield

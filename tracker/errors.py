"""The errors of `tracker`. What went wrong is a sentence and a code with fields; whoever shows it words the remedy.

TrackerError
├── Refused  asked wrongly: a word, a day or a decision that cannot be taken
└── Problem  asked rightly, but it could not be done: a clock, a disk, another process

The crawler and the maps have bases of their own: `crawler.contract.errors` and `maps.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping


class TrackerError(Exception):
    """The message names the input. `code` and `fields` let the command line or a page say what to do, in its own terms."""

    def __init__(self, message: str, code: str = "", **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.fields: Mapping[str, object] = fields


class Refused(TrackerError, ValueError):
    """What was asked cannot be."""


class Problem(TrackerError):
    """What was asked could not be done."""

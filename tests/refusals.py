"""What is refused, in the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tracker.cli.remedies import in_words
from tracker.errors import TrackerError


@contextmanager
def refused(kind: type[TrackerError], match: str) -> Iterator[None]:
    """As `pytest.raises`; `match` is searched in the message with its remedy."""
    with pytest.raises(kind) as raised:
        yield
    assert re.search(match, in_words(raised.value)), in_words(raised.value)

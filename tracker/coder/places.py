"""Where patterns stand in a stretch of a text: each pattern is looked for once, however many clauses ask for it."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Found:
    """The matches of one pattern in reading order, none overlapping: so their starts and their ends are sorted."""

    matches: list[re.Match[str]]
    starts: list[int]
    ends: list[int]


class Places:
    """Answers what stands between two places of `text[start:end]` without reading there again.

    Readers of a clause look ahead to the end of its statement; without this a statement of n clauses is read n times.
    """

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self._text, self._start, self._end = text, start, len(text) if end is None else end
        self._found: dict[re.Pattern[str], _Found] = {}

    def first(self, pattern: re.Pattern[str], start: int, end: int) -> re.Match[str] | None:
        """The first match that stands whole in `text[start:end]`."""
        found = self._of(pattern)
        number = bisect_left(found.starts, start)
        return found.matches[number] if number < len(found.ends) and found.ends[number] <= end else None

    def last(self, pattern: re.Pattern[str], start: int, end: int) -> re.Match[str] | None:
        """The last match that stands whole in `text[start:end]`."""
        found = self._of(pattern)
        number = bisect_right(found.ends, end) - 1
        return found.matches[number] if number >= 0 and found.starts[number] >= start else None

    def within(self, pattern: re.Pattern[str], start: int, end: int) -> list[re.Match[str]]:
        """The matches that stand whole in `text[start:end]`."""
        found = self._of(pattern)
        return found.matches[bisect_left(found.starts, start) : bisect_right(found.ends, end)]

    def _of(self, pattern: re.Pattern[str]) -> _Found:
        found = self._found.get(pattern)
        if found is None:
            matches = list(pattern.finditer(self._text, self._start, self._end))
            found = _Found(matches, [m.start() for m in matches], [m.end() for m in matches])
            self._found[pattern] = found
        return found

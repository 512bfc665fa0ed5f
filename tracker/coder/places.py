"""Where patterns stand in a stretch of a text: each pattern is looked for once, however many clauses ask for it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from crawler.contract.patterns import Match, Pattern
from tracker.coder.grammar import matches


@dataclass(frozen=True, slots=True)
class _Places:
    """The matches of one pattern in reading order, none overlapping: so their starts and their ends are sorted."""

    matches: list[Match]
    starts: list[int]
    ends: list[int]


class Places:
    """Answers what stands between two places of `text[start:end]` without reading there again.

    Readers of a clause look ahead to the end of its statement; without this a statement of n clauses is read n times.
    """

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self._text, self._start, self._end = text, start, len(text) if end is None else end
        self._by_words: dict[Pattern, _Places] = {}

    def first(self, words: Pattern, start: int, end: int) -> Match | None:
        """The first match that stands whole in `text[start:end]`."""
        places = self._of(words)
        number = bisect_left(places.starts, start)
        return places.matches[number] if number < len(places.ends) and places.ends[number] <= end else None

    def last(self, words: Pattern, start: int, end: int) -> Match | None:
        """The last match that stands whole in `text[start:end]`."""
        places = self._of(words)
        number = bisect_right(places.ends, end) - 1
        return places.matches[number] if number >= 0 and places.starts[number] >= start else None

    def within(self, words: Pattern, start: int, end: int) -> list[Match]:
        """The matches that stand whole in `text[start:end]`."""
        places = self._of(words)
        return places.matches[bisect_left(places.starts, start) : bisect_right(places.ends, end)]

    def _of(self, words: Pattern) -> _Places:
        places = self._by_words.get(words)
        if places is None:
            stretch = list(matches(words, self._text, self._start, self._end))
            places = _Places(stretch, [m.start() for m in stretch], [m.end() for m in stretch])
            self._by_words[words] = places
        return places

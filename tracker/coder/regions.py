"""What the parts of a text are for: title, explanation, findings, repealed matter, and its statements.

A rule may only be read where a text makes law. Words in a recital, a definition, a digest of existing law, a power to
make rules, a repealed section or a clause that only coordinates two bills make none.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from crawler.contract.patterns import BOUNDED, Pattern, backtracking
from tracker.coder.grammar import matches
from tracker.coder.languages.signs import BREAK, LINE
from tracker.coder.languages.structure import PartWords

_LONGEST_SENTENCE = 4000
"""Characters. A sentence of law is shorter by far; a list without full stops is not, and every clause looks through its sentence."""


_SENTENCE_END = backtracking(r"\.(?=\s?[\"']?\s?[(A-Z0-9§\"'—]|\s?$)|[\f\v]", proof=BOUNDED)


class Role(StrEnum):
    """What a stretch of text is for."""

    TITLE = "title"
    SUMMARY = "summary"
    OPERATIVE = "operative"
    SILENT = "silent"


@dataclass(frozen=True)
class Statement:
    """One sentence with its list, `text[start:end]` of the view, and what it is for."""

    start: int
    end: int
    role: Role


def statements(text: str, words: PartWords, *, whole_is_summary: bool) -> list[Statement]:
    """The sentences of a cleaned text with their roles; `whole_is_summary` where there is no enacting clause."""
    silent = merged(_silent_spans(text, words))
    summaries = merged(spans_until(text, words.SUMMARY, words.SUMMARY_END))
    enacting = _enacting_end(text, words)
    parts = []
    for start, end in _cut_at(_sentences(text, words), enacting):
        role = _role(start, enacting, summaries, whole_is_summary)
        parts += [Statement(a, b, role) for a, b in _outside(start, end, silent)]
    return parts


class Sections:
    """The sections of a text by their numbers."""

    def __init__(self, text: str, words: PartWords) -> None:
        sections = list(words.SECTION.finditer(text))
        self._numbers = [match.group(1) for match in sections]
        self._ends = [match.end() for match in sections]

    def at(self, place: int) -> str | None:
        """The number of the section that `place` stands in, None before the first."""
        number = bisect_right(self._ends, place)
        return self._numbers[number - 1] if number else None


def title_is_stale(text: str, words: PartWords) -> bool:
    """The text says of itself that its title no longer fits what it does."""
    return bool(words.STALE_TITLE.search(text) or words.STRIKE_ALL.search(text))


def _enacting_end(text: str, words: PartWords) -> int | None:
    # An amendment that strikes everything enacts only what follows it.
    strike = words.STRIKE_ALL.search(text)
    if strike:
        return strike.end()
    match = words.ENACTING.search(text)
    if match:
        return match.end()
    first = words.FIRST_SECTION.search(text)
    places = [first.start() if first else -1, text.find(BREAK)]
    return min((place for place in places if place >= 0), default=None)


def _cut_at(spans: list[tuple[int, int]], place: int | None) -> list[tuple[int, int]]:
    """The spans, the one that holds `place` cut in two there."""
    cut = []
    for start, end in spans:
        cut += [(start, place), (place, end)] if place is not None and start < place < end else [(start, end)]
    return cut


def _role(place: int, enacting: int | None, summaries: list[tuple[int, int]], whole_is_summary: bool) -> Role:
    if covers(summaries, place):
        return Role.SUMMARY
    if enacting is not None:
        return Role.TITLE if place < enacting else Role.OPERATIVE
    return Role.SUMMARY if whole_is_summary else Role.OPERATIVE


def _silent_spans(text: str, words: PartWords) -> list[tuple[int, int]]:
    return [span for start, end in words.SILENT for span in spans_until(text, start, end)]


def spans_until(text: str, start: Pattern, end: Pattern) -> list[tuple[int, int]]:
    """From each match of `start` to the next one of `end`, or to the end of the text."""
    spans, stop = [], 0
    for match in matches(start, text):
        if stop < match.end():  # an end that lies ahead is the next one still
            ending = end.search(text, match.end())
            stop = ending.start() if ending else len(text)
        spans.append((match.start(), stop))
    return spans


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def covers(spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a place stands in one of `merged` spans."""
    before = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return before >= 0 and place < spans[before][1]


def _outside(start: int, end: int, silent: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a sentence that stand outside every silent span."""
    parts = []
    first = max(0, bisect_right(silent, (start, start)) - 1)
    for a, b in silent[first : bisect_right(silent, (end, end))]:
        if b <= start or a >= end:
            continue
        if a > start:
            parts.append((start, a))
        start = max(start, b)
    if start < end:
        parts.append((start, end))
    return parts


def _sentences(text: str, words: PartWords) -> list[tuple[int, int]]:
    ends = [m.start() + 1 for m in _SENTENCE_END.finditer(text)]
    spans, start = [], 0
    for end in ends:
        if text[end - 1] in (BREAK, LINE) or not words.ABBREVIATION.search(text[max(0, end - 12) : end - 1]):
            spans.append((start, end))
            start = end
    spans.append((start, len(text)))
    return [(a, b) for long in spans for a, b in _pieces(text, *long) if text[a:b].strip()]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence that is longer than any, in pieces: cut after a semicolon, else between two words."""
    while end - start > _LONGEST_SENTENCE:
        limit = start + _LONGEST_SENTENCE
        half = start + _LONGEST_SENTENCE // 2
        cut = (text.rfind(";", half, limit) + 1) or (text.rfind(" ", half, limit) + 1) or limit
        yield start, cut
        start = cut
    yield start, end

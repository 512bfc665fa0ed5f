"""What the parts of a text are for: title, explanation, findings, repealed matter, and its statements.

A rule may only be read where a text makes law. Words in a recital, a definition, a digest of existing law, a power to
make rules, a repealed section or a clause that only coordinates two bills make none.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from tracker.coder.languages.signs import BREAK, LINE
from tracker.coder.languages.structure import PartWords


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
    silent = _merged(_silent_spans(text, words))
    summaries = _summary_spans(text, words)
    enacting = _enacting_end(text, words)
    found = []
    for start, end in _cut_at(_sentences(text, words), enacting):
        role = _role(start, enacting, summaries, whole_is_summary)
        found += [Statement(a, b, role) for a, b in _outside(start, end, silent)]
    return found


def section_at(text: str, place: int, words: PartWords) -> str | None:
    """The number of the section that `place` stands in, None before the first."""
    number = None
    for match in words.SECTION.finditer(text, 0, place + 1):
        number = match.group(1)
    return number


def title_is_stale(text: str, words: PartWords) -> bool:
    """The text says of itself that its title no longer fits what it does."""
    return bool(words.STALE_TITLE.search(text) or words.STRIKE_ALL.search(text))


def _enacting_end(text: str, words: PartWords) -> int | None:
    strike = words.STRIKE_ALL.search(text)
    if strike:
        return strike.end()
    found = words.ENACTING.search(text)
    if found:
        return found.end()
    first = [m.start() for m in (words.FIRST_SECTION.search(text), re.search(BREAK, text)) if m]
    return min(first, default=None)


def _cut_at(spans: list[tuple[int, int]], place: int | None) -> list[tuple[int, int]]:
    """The spans, the one that holds `place` cut in two there."""
    cut = []
    for start, end in spans:
        cut += [(start, place), (place, end)] if place is not None and start < place < end else [(start, end)]
    return cut


def _role(place: int, enacting: int | None, summaries: list[tuple[int, int]], whole_is_summary: bool) -> Role:
    if any(start <= place < end for start, end in summaries):
        return Role.SUMMARY
    if enacting is not None:
        return Role.TITLE if place < enacting else Role.OPERATIVE
    return Role.SUMMARY if whole_is_summary else Role.OPERATIVE


def _summary_spans(text: str, words: PartWords) -> list[tuple[int, int]]:
    spans = []
    for match in words.SUMMARY.finditer(text):
        end = words.SUMMARY_END.search(text, match.end())
        spans.append((match.start(), end.start() if end else len(text)))
    return spans


def _silent_spans(text: str, words: PartWords) -> list[tuple[int, int]]:
    spans = []
    for start, end in words.SILENT:
        for match in start.finditer(text):
            stop = end.search(text, match.end())
            spans.append((match.start(), stop.start() if stop else len(text)))
    return spans


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _outside(start: int, end: int, silent: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a sentence that stand outside every silent span."""
    parts = []
    first = max(0, bisect_right(silent, (start, start)) - 1)
    for a, b in silent[first:]:
        if a >= end:
            break
        if b <= start:
            continue
        if a > start:
            parts.append((start, a))
        start = max(start, b)
    if start < end:
        parts.append((start, end))
    return parts


def _sentences(text: str, words: PartWords) -> list[tuple[int, int]]:
    ends = [m.start() + 1 for m in re.finditer(r"\.(?=[\s\f]*[\"']?[\s\f]*[(A-Z0-9§\"'—]|\s*$)|[\f\v]", text)]
    spans, start = [], 0
    for end in ends:
        if text[end - 1] in (BREAK, LINE) or not words.ABBREVIATION.search(text[max(0, end - 12) : end - 1]):
            spans.append((start, end))
            start = end
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]

"""What the parts of a text are for: title, explanation, findings, repealed matter, and its statements.

A rule may only be read where a text makes law. Words in a recital, a definition, a digest of existing law, a power to
make rules, a repealed section or a clause that only coordinates two bills make none.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from tracker.coder.view import BREAK, LINE


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


_ENACTING = re.compile(
    r"\bbe it (?:hereby )?(?:enacted|ordained|resolved)\b|\bthe people of the state of [\w ]{3,30},? (?:do )?enact|"
    r"\bthe (?:city council|board of \w+|county \w+)[^.]{0,80}(?:ordains?|does hereby ordain)|"
    r"\benacts? as follows|\bof the (?:united states of america|s\.c\. code) (?:in congress assembled|is amended)",
    re.I,
)
_SECTION = re.compile(r"(?:(?<=[\s\f.;:\"])|^)(?:SECTION|Section|Sec\.|SEC\.|§)\s*(\d+[\w.:-]*?)\.?(?=\s)")
_FIRST_SECTION = re.compile(r"\b1\.\s*Short title|\b(?:SECTION|Section|Sec\.)\s\d[\w.:-]*\.\s(?=[(A-Z])")
_SUMMARY = re.compile(
    r"\bEXPLANATION\b|\bSTATEMENT\b(?=\s+This)|\bSYNOPSIS\b|\bNOTE: The purpose\b|Highlighted Provisions:|\bDIGEST\b|"
    r"\bABSTRACT:|\bSUMMARY:|General Description:|The bill's purpose"
)
_SUMMARY_END = re.compile(
    rf"{BREAK}|\bbe it enacted\b|Money Appropriated|\bDATES:|\bSUPPLEMENTARY INFORMATION|CURRENT VERSION OF TEXT", re.I
)
_STRIKE_ALL = re.compile(r"strik(?:e|ing) (?:everything|all) after the enacting clause and (?:insert|substitut)\w*:?", re.I)
_SILENT: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(start, re.I), re.compile(end, re.I))
    for start, end in (
        (r"\b(?:be|is|are) (?:hereby )?repealed(?=[.:])|\bsections? are repealed:", rf"{BREAK}|(?<=[\s\f])(?:section|sec\.) \d+"),
        (r"\bwhereas\b", rf"{BREAK}|; and(?= whereas)|\bnow,? therefore|\bwhereas\b|\bordained\b"),
        (
            r"\b(?:legislature|council|board|assembly|commission)(?: hereby| further)* finds\b",
            rf"{BREAK}|(?<=[\s\f])(?:section|sec\.) \d+",
        ),
        (r"\bif [hs]\.?[bcjr]?\.? ?\d+.{0,300}?\bboth pass and become law", rf"{BREAK}|(?<=[\s\f])section \d+\."),
        (
            r"\b(?:shall|may|to) (?:also )?(?:propose|adopt|promulgate|make|establish|issue|prescribe)(?: such| all| any| the| necessary| reasonable| legislative| separate)* (?:legislative |administrative )?(?:rules|regulations)\b",
            rf"{BREAK}|(?<=[\s\f.])(?:section|sec\.|§)\s*\d+|\([b-e]\) (?=[A-Z])|(?<=\.) (?=\([2-9]\) [A-Z])",
        ),
        (
            r"(?:\b(?:under )?(?:existing|current|present) law\b(?! to))",
            rf"{BREAK}|\.(?= (?:section|this bill|the bill|under|if|in addition)\b)|(?<=[a-z])\.(?= [A-Z])",
        ),
        (r"\bnothing in (?:this|the) \w+", r"\.(?=\s|$)"),
        (r"\bexempt(?:ed|ion)?\b[^.:]{0,60}:", rf"{BREAK}|\.(?= [A-Z0-9])"),
    )
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:No|Nos|Sec|Secs|Art|Ch|ch|vs?|Inc|St|Subd|subd|Rep|Sen|Reps|al|seq|s|ss|cf|approx)|\b[A-Z]|\.[A-Za-z]|(?:^|[\s:;.(—])(?:[a-z]{1,2}|\d{1,2}))$"
)


def statements(text: str, *, whole_is_summary: bool) -> list[Statement]:
    """The sentences of a cleaned text with their roles; `whole_is_summary` where there is no enacting clause."""
    silent = _merged(_silent_spans(text))
    summaries = _summary_spans(text)
    enacting = _enacting_end(text)
    found = []
    for start, end in _cut_at(_sentences(text), enacting):
        role = _role(start, enacting, summaries, whole_is_summary)
        found += [Statement(a, b, role) for a, b in _outside(start, end, silent)]
    return found


def section_at(text: str, place: int) -> str | None:
    """The number of the section that `place` stands in, None before the first."""
    number = None
    for match in _SECTION.finditer(text, 0, place + 1):
        number = match.group(1)
    return number


def title_is_stale(text: str) -> bool:
    """The text says of itself that its title no longer fits what it does."""
    return bool(re.search(r"\bamend title to conform\b", text, re.I)) or bool(_STRIKE_ALL.search(text))


def _enacting_end(text: str) -> int | None:
    strike = _STRIKE_ALL.search(text)
    if strike:
        return strike.end()
    found = _ENACTING.search(text)
    if found:
        return found.end()
    first = [m.start() for m in (_FIRST_SECTION.search(text), re.search(BREAK, text)) if m]
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


def _summary_spans(text: str) -> list[tuple[int, int]]:
    spans = []
    for match in _SUMMARY.finditer(text):
        end = _SUMMARY_END.search(text, match.end())
        spans.append((match.start(), end.start() if end else len(text)))
    return spans


def _silent_spans(text: str) -> list[tuple[int, int]]:
    spans = []
    for start, end in _SILENT:
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


def _sentences(text: str) -> list[tuple[int, int]]:
    ends = [m.start() + 1 for m in re.finditer(r"\.(?=[\s\f]*[\"']?[\s\f]*[(A-Z0-9§\"'—]|\s*$)|[\f\v]", text)]
    spans, start = [], 0
    for end in ends:
        if text[end - 1] in (BREAK, LINE) or not _ABBREVIATION.search(text[max(0, end - 12) : end - 1]):
            spans.append((start, end))
            start = end
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]

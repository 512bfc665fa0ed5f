"""From when on a text holds, by its effect clauses.

Reads only what is stated. A day that must be worked out (the 91st day after adjournment) stays a note.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from crawler.contract.patterns import Match, Pattern, pattern
from tracker.coder.grammar import matches
from tracker.coder.languages.days import Order, day_of, read_day
from tracker.coder.languages.structure import DateWords

_SECTION_NUMBERS = pattern(r"(\d{1,6})(?:\s*(?:to|-|–)\s*(\d{1,6}))?")


@dataclass(frozen=True)
class Effective:
    """What a text says of its start and end; `note` is the wording where it is not a day."""

    on: date | None = None
    note: str | None = None
    until: date | None = None


def read_effective(
    text: str, spoken: Sequence[DateWords], section: int | None = None, order: Order = Order.MONTH_FIRST
) -> Effective:
    """Start and end of what `text` enacts, as one of these languages says them; of its section number `section` where the clause names
    sections apart. `order` is the custom of days in figures.
    """
    start = _start(text, spoken, section, order)
    end = start.until or _end(text, spoken, order)
    if end and start.on == end:
        return replace(start, on=None, until=end)
    # A day before the start is that of something else.
    return replace(start, until=end if end and (start.on is None or end > start.on) else None)


def _end(text: str, spoken: Sequence[DateWords], order: Order) -> date | None:
    """The last clause on the end of the whole."""
    for clause in (clause for words in spoken for clause in words.ENDS):
        last = _last(clause, text)
        if last:
            return day_of(last, order)
    return None


def _start(text: str, spoken: Sequence[DateWords], section: int | None, order: Order) -> Effective:
    # A clause that names the section goes before one on the whole act, and the last of these before the first: an act that amends
    # quotes the clauses of others, and its own stands at its end.
    own = _of_section(text, spoken, section, order)
    if own:
        return Effective(on=own)
    for clause in (clause for words in spoken for clause in words.WHOLE_MEASURE):
        last = _last(clause, text)
        if last:
            return Effective(on=day_of(last, order), until=_until(last, order))
    notes = (match for words in spoken if words.NOT_A_DAY for match in matches(words.NOT_A_DAY, text))
    # What hangs on an event has no day: then a weaker clause would only give that of something else.
    note = next(notes, None)
    for clause in (clause for words in spoken for clause in words.WEAKER) if not note else ():
        last = clause.search(text)
        if last:
            return Effective(on=day_of(last, order), until=_until(last, order))
    return Effective(note=" ".join(note["note"].split()) if note else None)


def _last(words: Pattern, text: str) -> Match | None:
    all_matches = list(matches(words, text))
    return all_matches[-1] if all_matches else None


def _until(match: Match, order: Order) -> date | None:
    words = match.groupdict().get("until")
    return read_day(words, order) if words else None


def _of_section(text: str, spoken: Sequence[DateWords], section: int | None, order: Order) -> date | None:
    if section is None:
        return None
    for words in spoken:
        for match in words.SECTIONS.finditer(text) if words.SECTIONS else ():
            if _names(match["list"], section):
                return day_of(match, order)
    return None


def _names(listing: str, section: int) -> bool:
    """Whether `9, 10 and 107 to 115` names a section."""
    spans = _SECTION_NUMBERS.findall(listing)
    return any(int(first) <= section <= int(last or first) for first, last in spans)

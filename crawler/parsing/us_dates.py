"""Dates as United States federal documents print them: `May 26, 2026`."""

from __future__ import annotations

from datetime import date

from crawler.contract.patterns import pattern
from crawler.parsing.months import MONTHS, month_number
from crawler.parsing.text import fold

DAY = rf"(?:{'|'.join(name.title() for name in MONTHS['en'])}) \d\d?, \d{{4}}"
"""A pattern of one printed day, without groups."""


def day_of(words: str) -> str | None:
    """A printed day as an ISO date; anything else is no date."""
    match = pattern(r"(\w+) (\d\d?), (\d{4})").fullmatch(fold(words))
    month = month_number(match[1], "en") if match and match[1].istitle() else None
    if match is None or month is None:
        return None
    try:
        return date(int(match[3]), month, int(match[2])).isoformat()
    except ValueError:
        return None


def only_day(clause: str, words: str) -> str | None:
    """The ISO date in the first group of a pattern, if all its matches agree on one; else None."""
    days = {day_of(named) for named in pattern(clause).findall(fold(words))}
    return days.pop() if len(days) == 1 else None

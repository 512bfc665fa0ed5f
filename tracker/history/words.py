"""How days, periods and conditions read in words, for every report, page, picture and table."""

from __future__ import annotations

from datetime import date, timedelta

from maps.civil import MONTHS, civil
from tracker.domain.periods import CalendarPeriod, Unit

_DAY = timedelta(days=1)


def days(first: date | None, last: date | None) -> str:
    """A day, or the days among which it lies: `22 November 2026`, `October 2025`, `2016`, `between … and …`."""
    if first is None:
        return "as far back as known"
    if last is None or first == last:
        return civil(first)
    if (first.month, first.day, last.month, last.day, last.year) == (1, 1, 12, 31, first.year):
        return f"{first.year}, day not known"
    if (first.year, first.month) == (last.year, last.month) and first.day == 1 and (last + _DAY).day == 1:
        return f"{MONTHS[first.month - 1]} {first.year}, day not known"
    return f"between {civil(first)} and {civil(last)}"


def period(held: CalendarPeriod) -> str:
    """`week 47 of 2026 (16 November 2026 to 22 November 2026)`, `November 2026`, `2026`; else its days."""
    if held.unit is Unit.YEAR:
        return held.name
    if held.unit is Unit.MONTH:
        return f"{MONTHS[held.start.month - 1]} {held.start.year}"
    dates = f"{civil(held.start)} to {civil(held.last)}"
    return f"week {held.name[-2:]} of {held.name[:4]} ({dates})" if held.unit is Unit.WEEK else dates


def plural(number: int, one: str, many: str = "") -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"

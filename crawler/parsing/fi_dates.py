"""Dates as Finnish acts print them, in Finnish and in Swedish: `17 päivänä lokakuuta 2024`, `17 oktober 2024`, `17.10.2024`."""

from __future__ import annotations

from datetime import date

from crawler.contract.patterns import pattern
from crawler.parsing.months import month_number
from crawler.parsing.selecting import LayoutChanged
from crawler.parsing.text import fold

DATE = r"(\d{1,2})(?:\.(\d{1,2})\.|(?: päivänä)? (\w+) )(\d{4})"
"""A pattern of one printed day, with four groups."""


def a_date(text: str) -> date:
    """The first date in a text: `10 päivänä maaliskuuta 2016`, `13.1.2022`, `17 oktober 2024`; raises LayoutChanged where there is none."""
    match = pattern(DATE).search(fold(text))
    month = match and (int(match[2]) if match[2] else month_number(match[3], "fi", "sv"))
    if not match or not month:
        raise LayoutChanged(f"no Finnish or Swedish date in {fold(text)[:80]!r}")
    try:
        return date(int(match[4]), month, int(match[1]))
    except ValueError:
        raise LayoutChanged(f"{match[0]!r} is no day of the calendar") from None

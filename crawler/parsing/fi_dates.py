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
    """The first date in a text: `10 päivänä maaliskuuta 2016`, `13.1.2022`, `17 oktober 2024`; raises LayoutChanged."""
    found = pattern(DATE).search(fold(text))
    month = found and (int(found[2]) if found[2] else month_number(found[3], "fi", "sv"))
    if not found or not month:
        raise LayoutChanged(f"no Finnish or Swedish date in {fold(text)[:80]!r}")
    return date(int(found[4]), month, int(found[1]))

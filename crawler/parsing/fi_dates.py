"""Dates as Finnish acts print them, in Finnish and in Swedish: `17 päivänä lokakuuta 2024`, `17 oktober 2024`, `17.10.2024`."""

from __future__ import annotations

import re
from datetime import date

from crawler.parsing.selecting import LayoutChanged
from crawler.parsing.text import fold

_MONTHS = {
    name: month
    for names in (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta"
        " heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
        "januari februari mars april maj juni juli augusti september oktober november december",
    )
    for month, name in enumerate(names.split(), start=1)
}
DATE = r"(\d{1,2})(?:\.(\d{1,2})\.|(?: päivänä)? (\w+) )(\d{4})"
"""A pattern of one printed day, with four groups."""


def a_date(text: str) -> date:
    """The first date in a text: `10 päivänä maaliskuuta 2016`, `13.1.2022`, `17 oktober 2024`; raises LayoutChanged."""
    found = re.search(DATE, fold(text))
    month = found and (int(found[2]) if found[2] else _MONTHS.get(found[3]))
    if not found or not month:
        raise LayoutChanged(f"no Finnish or Swedish date in {fold(text)[:80]!r}")
    return date(int(found[4]), month, int(found[1]))

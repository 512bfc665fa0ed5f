"""Civil dates as official texts write them in every language that is known, and in figures."""

import re
from datetime import date
from enum import Enum, auto

from crawler.contract.patterns import Match, pattern
from crawler.parsing.months import MONTHS

_MONTH_NUMBER = {name: number for names in MONTHS.values() for number, name in enumerate(names, start=1)}
_MONTH_NUMBER |= {name[:3]: number for number, name in enumerate(MONTHS["en"], start=1)} | {"sept": 9}
_MONTH = "|".join(_MONTH_NUMBER)


class Order(Enum):
    """What stands first in a day written in figures and slashes."""

    MONTH_FIRST = auto()
    DAY_FIRST = auto()
    EITHER = auto()


_MONTH_FIRST = frozenset({"US", "FM", "MH", "PW"})
_EITHER = frozenset({"CA", "PH"})
"""Countries whose papers write both."""


def order_in(jurisdiction: str) -> Order:
    """The custom of a place's country: the month stands first in the United States and what they influenced, the day elsewhere."""
    country = jurisdiction.removeprefix("ocd-division/country:")[:2].upper()
    if country in _MONTH_FIRST:
        return Order.MONTH_FIRST
    return Order.EITHER if country in _EITHER else Order.DAY_FIRST


DAY = (
    rf"(?:(?P<mname>{_MONTH})\.?\s+(?P<mday>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<myear>\d{{4}})"
    rf"|(?P<dday>\d{{1,2}})\.?\s*(?:päivänä\s+)?(?P<dname>{_MONTH})\s*,?\s+(?P<dyear>\d{{4}})"
    r"|(?P<iyear>\d{4})-(?P<imonth>\d{2})-(?P<iday>\d{2})"
    r"|(?P<smonth>\d{1,2})[/-](?P<sday>\d{1,2})[/-](?P<syear>\d{4}|\d{2})\b)"
)
"""A pattern of one day, with the groups that `day_of` reads: a pattern of a language holds it once at most."""

_DAY = pattern(DAY, re.I)


def read_day(text: str, order: Order = Order.MONTH_FIRST) -> date | None:
    """The first civil date in `text`, None where there is none or it is not in the calendar."""
    first = first_day(text)
    return day_of(first, order) if first else None


def first_day(text: str) -> Match | None:
    """The first match of `DAY` in `text`."""
    return _DAY.search(text)


def day_of(match: Match, order: Order = Order.MONTH_FIRST) -> date | None:
    """The date of a match of `DAY`; None where it is not in the calendar, or its figures may be read in two ways."""
    part = match.groupdict()
    try:
        if part["mname"]:
            return date(int(part["myear"]), _MONTH_NUMBER[part["mname"].lower()], int(part["mday"]))
        if part["dname"]:
            return date(int(part["dyear"]), _MONTH_NUMBER[part["dname"].lower()], int(part["dday"]))
        if part["iyear"]:
            return date(int(part["iyear"]), int(part["imonth"]), int(part["iday"]))
        return _in_figures(int(part["smonth"]), int(part["sday"]), int(part["syear"]), order)
    except ValueError:
        return None


def _in_figures(first: int, second: int, year: int, order: Order) -> date | None:
    """Only figures above twelve tell by themselves which is the day."""
    if order is Order.EITHER and first != second and max(first, second) <= 12:
        return None
    day_first = first > 12 or (order is Order.DAY_FIRST and second <= 12)
    month, day = (second, first) if day_first else (first, second)
    return date(year + 2000 if year < 100 else year, month, day)

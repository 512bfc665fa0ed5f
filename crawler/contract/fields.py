"""What the fields of an item may hold: text that may be shown, names that can be looked up, days of the calendar.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crawler.contract.characters import one_line, shortened
from crawler.contract.errors import CrawlerError
from crawler.contract.patterns import pattern

YEARS = range(1000, 2200)
"""Years of law; publishers write days far outside (0001-01-01, 9999-12-31) where they know none."""
TITLE, STEP = 500, 2_000
"""Characters after which a title and a step are cut."""
NAME, LINK = 200, 2_000
"""Characters of the longest identifier and the longest address; PostgreSQL indexes no row of more than 2,704 bytes."""


class InvalidItem(CrawlerError, ValueError):
    """An item field holds what no item may hold; the message names the field and the value."""


def civil(value: str, what: str) -> date:
    """The day that an ISO date names; raises InvalidItem."""
    if not isinstance(value, str) or not pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch(value):
        raise InvalidItem(f"{what} is {str(value)[:80]!r}, not a civil date YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidItem(f"{what} is {value}, which is no day of the calendar") from None


def known_day(value: str, what: str) -> None:
    if civil(value, what).year not in YEARS:
        raise InvalidItem(f"{what} is {value}, which stands for no known day")


def text_of(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise InvalidItem(f"{what} is {str(value)[:80]!r}, not text")
    return value


def line(value: Any, what: str) -> str:
    return one_line(text_of(value, what))


def title_of(value: Any) -> str:
    return shortened(line(value, "a title"), TITLE)


def name_of(value: Any, what: str) -> Any:
    """An identifier on one line, or None. One that is too long is refused: cut, it would be the name of something else."""
    if value is None:
        return None
    name = line(value, what)
    if len(name) > NAME:
        raise InvalidItem(f"{what} {name[:80]!r} has {len(name):,} characters, more than {NAME}")
    return name


def names_of(values: Iterable[Any], what: str) -> tuple[str, ...]:
    """Further names, without those that are too long for any."""
    return tuple(name for name in (line(value, what) for value in values) if len(name) <= NAME)


def link_of(value: Any) -> str:
    """An address; one that is too long for any is cut, says so, and is no address any more."""
    return shortened(line(value, "official_url"), LINK)


def citable(url: str) -> bool:
    """Whether an address can be recorded as that of an answer: no control characters, and not too long to look it up."""
    return url.isprintable() and len(url.encode()) <= LINK

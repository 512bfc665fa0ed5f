"""Selecting that says how many it expects.

Each function takes what to look in (a parsel selector or response, or decoded JSON), a selector, and raises LayoutChanged
naming selector, count and address when the page disagrees. For markup the selector is XPath; for JSON it is a dotted path,
`results.[].title`, where `[]` goes through a list (null counts as an empty one).

    PageRefused
    ├── LayoutChanged   the page is not shaped as the parser knows it
    ├── CutOff          the page lacks its end
    ├── EmptyAnswer     the source says, in its documented way, that there is nothing
    └── SoftError       the source reports an error inside a page that claims success
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree
from parsel import Selector
from scrapy.http import TextResponse

from crawler.contract.errors import CrawlerError
from crawler.contract.items import Outcome
from crawler.contract.patterns import pattern
from crawler.parsing.text import fold


class PageRefused(CrawlerError):
    """A parser cannot take this page for what it claims to be; `outcome` types why."""

    outcome = Outcome.FAILED


class LayoutChanged(PageRefused):
    """The page lacks what the parser relies on."""

    outcome = Outcome.LAYOUT_CHANGED


class CutOff(PageRefused):
    """The page ends before its end: it says nothing of what it lacks, and nothing of the source's layout."""


class EmptyAnswer(PageRefused):
    """The source says that there is nothing."""

    outcome = Outcome.EMPTY


class SoftError(PageRefused):
    """The source reports an error with a good status."""

    outcome = Outcome.SOFT_ERROR


class LeftOut(NamedTuple):
    """One thing of a page that cannot be taken, and why; the rest of the page is read all the same.

    `unread`: it is a record of the source, which is not observed; else it is but a link.
    """

    reason: str
    unread: bool = False


def one(place: Any, selector: str) -> Any:
    """The single match (a Selector, or a JSON value)."""
    return exactly(1, place, selector)[0]


def exactly(n: int, place: Any, selector: str) -> list[Any]:
    """All matches, which must be `n`."""
    values = _select(place, selector)
    if len(values) != n:
        raise LayoutChanged(f"expected {n} of {selector!r}, found {len(values)}{_where(place)}")
    return values


def at_least(n: int, place: Any, selector: str) -> list[Any]:
    """All matches, which must be `n` or more."""
    values = _select(place, selector)
    if len(values) < n:
        raise LayoutChanged(f"expected at least {n} of {selector!r}, found {len(values)}{_where(place)}")
    return values


def optional(place: Any, selector: str) -> Any | None:
    """The single match or None; more than one is an error. A JSON null counts as absent."""
    values = [value for value in _select(place, selector) if value is not None]
    if len(values) > 1:
        raise LayoutChanged(f"expected at most 1 of {selector!r}, found {len(values)}{_where(place)}")
    return values[0] if values else None


def words_of(element: Selector) -> str:
    """The words of an element and all in it, on one line."""
    return fold(element.xpath("string()").get(""))


def json_of(response: TextResponse) -> Any:
    """The decoded JSON body; raises LayoutChanged if it is none."""
    try:
        return json.loads(response.text.lstrip("\ufeff"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip()) > 0:
            raise CutOff(f"the JSON at {response.url} breaks off: {error}") from error
        raise LayoutChanged(f"no JSON at {response.url}: {error}") from error


def _no_number(_: str) -> None:
    """NaN and the infinities, which are no JSON: a field that holds one holds nothing."""


def xml_of(response: TextResponse) -> Selector:
    """The root of an XML body, without loading DTDs, entities or anything from elsewhere; raises LayoutChanged."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(response.text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise LayoutChanged(f"no well-formed XML at {response.url}: {error}") from error
    return Selector(root=root, type="xml", base_url=response.url)


def _select(place: Any, selector: str) -> list[Any]:
    if isinstance(place, Selector | TextResponse):
        return list(place.xpath(selector))
    return list(_walk(place, _steps(selector)))


@lru_cache(maxsize=1_024)
def _steps(path: str) -> list[str]:
    steps: list[str] = pattern(r"\[\]|[^.\[\]]+").findall(path)
    return steps


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield value
    elif steps[0] == "[]":
        if value is not None and not isinstance(value, list):
            raise LayoutChanged(f"expected a list, found {str(value)[:120]!r}")
        for member in value or ():
            yield from _walk(member, steps[1:])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])


def _where(place: Any) -> str:
    if isinstance(place, TextResponse):
        return f" at {place.url}"
    return f" in {str(place.get())[:120]!r}" if isinstance(place, Selector) else f" in JSON {str(place)[:120]!r}"

"""Feeds: RSS 2.0, RSS 1.0 (RDF) and Atom, read to the same entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from parsel import Selector
from scrapy.http import TextResponse

from crawler.parsing.selecting import LayoutChanged, xml_of
from crawler.parsing.text import fold

_ROOTS = frozenset({"rss", "RDF", "feed"})


@dataclass(frozen=True)
class FeedEntry:
    """One entry. `on` is the civil day on which the publisher says that it was published (else updated), None where it says none."""

    id: str
    title: str
    link: str
    on: str | None
    summary: str


def feed_of(response: TextResponse) -> list[FeedEntry]:
    """The entries of a feed in the order in which they stand; raises LayoutChanged for anything else."""
    feed = xml_of(response)
    feed.remove_namespaces()
    if feed.root.tag not in _ROOTS:
        raise LayoutChanged(f"root <{feed.root.tag}> at {response.url} is none of a feed's: {', '.join(sorted(_ROOTS))}")
    return [_entry(one) for one in feed.xpath("//channel/item | /RDF/item | /feed/entry")]


def _entry(entry: Selector) -> FeedEntry:
    link = _first(entry, "./link[@rel='alternate']/@href", "./link[not(@rel)]/@href", "./link/text()", "./link/@href")
    return FeedEntry(
        id=_first(entry, "./guid/text()", "./id/text()", "./@about") or link,
        title=_words(entry, "title"),
        link=link,
        on=_day(_first(entry, "./pubDate/text()", "./published/text()", "./date/text()", "./updated/text()")),
        summary=_words(entry, "description") or _words(entry, "summary") or _words(entry, "content"),
    )


def _first(entry: Selector, *paths: str) -> str:
    return next((fold(text) for path in paths if (text := entry.xpath(path).get("")).strip()), "")


def _words(entry: Selector, name: str) -> str:
    return fold(entry.xpath(f"string(./{name})").get(""))


def _day(words: str) -> str | None:
    """The day as it is written, in the publisher's own time zone (RFC 822 or RFC 3339)."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(words).date().isoformat()
        except (ValueError, TypeError, IndexError):
            continue
    return None

"""Addresses that a person types into Scrapy's own `shell` or `fetch`, and that no source has a route for.

Such a request comes without the facts of a source. It may ask any web address, at the rate of its host where a source declares it;
that only public hosts are reached, robots.txt and waits hold for it as for any other. It signs in nowhere and leads to no item.
"""

from __future__ import annotations

from typing import Final

from scrapy.crawler import Crawler

from crawler import registry
from crawler.contract.errors import CrawlerError
from crawler.contract.hosts import Host, LinkType, host_name
from crawler.contract.source import Source
from crawler.families.base import SourceSpider

_DELAY = 1.0


class Typed:
    """What a middleware asks of the facts of a source, answered for an address of nobody's."""

    key: Final = "typed"
    sign_in: Final = None

    def host(self, url: str) -> Host | None:
        """The host as a source declares it, else by itself; None where the address is malformed."""
        declared = (source.host(url) for source in registry.sources().values())
        name = host_name(url)
        return next(filter(None, declared), None) or (Host(name, LinkType.PRESS, _DELAY, http=True) if name else None)

    def route(self, method: str, url: str, body: bytes = b"") -> None:
        """No route claims it."""

    def refusal(self, url: str) -> str | None:
        """Why an address may not be asked; None where it may."""
        if host_name(url) is None or url.partition(":")[0].lower() not in ("http", "https"):
            return f"{url!r:.200} is no web address; nothing else is asked"
        try:
            self.host(url)
        except CrawlerError as error:
            return str(error)
        return None


Facts = Source | Typed


def facts_of(crawler: Crawler) -> Facts:
    """The facts of the source that a crawl asks."""
    return crawler.spider.facts if isinstance(crawler.spider, SourceSpider) else Typed()

"""API keys: added to a request at the last moment, below every middleware, so that nothing above ever holds one."""

from __future__ import annotations

import os
from typing import Any, Self, cast
from urllib.parse import quote, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future

from crawler.contract.sign_in import Key, Place
from crawler.contract.source import Source
from crawler.families.base import SourceSpider
from crawler.fetching.replay import ReplayHandler


class KeyedHandler(HTTP11DownloadHandler):
    """Scrapy's own HTTP handler with the source's key, or, if the setting REPLAY_WARC names archives, a replay of them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The wire or the archive, as the settings say."""
        if crawler.settings.getlist("REPLAY_WARC"):
            return cast(Self, cast(BaseDownloadHandler, ReplayHandler(crawler)))
        return super().from_crawler(crawler)

    async def download_request(self, request: Request) -> Response:
        """The answer to the request with its key; it bears the address without. Raises PrivateAddress."""
        if "proxy" not in request.meta:
            await _resolved(urlsplit(request.url).hostname or "")
        spider = cast(SourceSpider, self.crawler.spider)
        response = await super().download_request(with_key(request, spider.facts))
        return response.replace(url=request.url)


async def _resolved(host: str) -> None:
    """Asks the resolver first: when connecting, Twisted drops its reason."""
    from twisted.internet import reactor

    await maybe_deferred_to_future(cast(Any, reactor).resolver.getHostByName(host))


def with_key(request: Request, source: Source) -> Request:
    """The request as it goes over the wire; a key only goes to addresses that a route of the source claims."""
    key = source.sign_in
    if not isinstance(key, Key) or source.route(request.method, request.url, request.body) is None:
        return request
    name, value = key.name, os.environ[key.env]
    if key.place is Place.HEADER:
        return request.replace(headers={**request.headers, name: key.prefix + value})
    mark = "&" if "?" in request.url else "?"
    return request.replace(url=f"{request.url}{mark}{quote(name)}={quote(value)}")

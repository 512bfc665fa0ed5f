"""The last step before the wire: a turn at the host, a public address, the sign-in; and back, the answer freed of secrets."""

from __future__ import annotations

import logging
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future

from crawler.contract.sign_in import Key, Place
from crawler.fetching.credentials import HIDDEN, HidingFilter, Signer
from crawler.fetching.politeness import time_left, turns
from crawler.fetching.replay import ReplayHandler
from crawler.fetching.typed import facts_of

for _name in ("scrapy.core.downloader.handlers.http11", "scrapy.utils.log", "scrapy.core.downloader.handlers"):
    logging.getLogger(_name).addFilter(HidingFilter())


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's own HTTP handler for one source, or, if the setting REPLAY_WARC names archives, a replay of them."""

    lazy = True  # Scrapy's shell makes its engine before it has a spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The wire or the archive, as the settings say."""
        if crawler.settings.getlist("REPLAY_WARC"):
            return cast(Self, cast(BaseDownloadHandler, ReplayHandler(crawler)))
        return super().from_crawler(crawler)

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._facts = facts_of(crawler)
        self._signer = Signer(self._facts)
        HIDDEN.of(self._facts)

    async def download_request(self, request: Request) -> Response:
        """The answer to the request, signed in; it bears the address without keys. Raises NotAsked."""

        async def ask(first: Request) -> Response:
            return await self._send(_in_the_way_of(request, first))

        sent = await self._signer.signed(request, ask)
        response = await self._send(sent)
        if sent is not request and self._signer.refused(sent, response):
            response = await self._send(await self._signer.signed(request, ask))
        return self._cleaned(response, request)

    async def _send(self, request: Request) -> Response:
        """The answer to a request as it is, once it is its host's turn."""
        host = self._facts.host(request.url)
        assert host is not None, "only hosts of the source come here"
        await turns().turn(host, lambda: time_left(self.crawler))
        if "proxy" not in request.meta:
            await _resolved(urlsplit(request.url).hostname or "")
        try:
            response = await super().download_request(request)
        except Exception as error:  # the edge behind which nothing knows a secret: some name the whole address
            message = str(error)
            if (redacted := HIDDEN.out_of(message, "…")) == message:
                raise
            raise type(error)(redacted) from None
        turns().heed(host, response, request.meta.get("retry_times", 0))
        return response

    def _cleaned(self, response: Response, request: Request) -> Response:
        """The answer at the address that was asked for, without a secret in its headers."""
        way = self._facts.sign_in
        if way is None:
            return response.replace(url=request.url)
        key = way.name if isinstance(way, Key) and way.place is Place.PATH else ""
        headers = {
            name: [HIDDEN.out_of(value.decode("latin-1"), key) for value in values]
            for name, values in response.headers.items()
            if name != b"Set-Cookie"
        }
        return response.replace(url=request.url, headers=headers)


def _in_the_way_of(request: Request, first: Request) -> Request:
    """A request that signs in, as the middlewares would have sent it: they only saw the one that it is for."""
    meta = {name: request.meta[name] for name in ("proxy", "download_timeout") if name in request.meta}
    headers = {name: request.headers[name] for name in ("User-Agent", "Proxy-Authorization") if name in request.headers}
    return first.replace(meta=meta, headers={**headers, **first.headers})


async def _resolved(host: str) -> None:
    """Asks the resolver first: when connecting, Twisted drops its reason."""
    from twisted.internet import reactor

    await maybe_deferred_to_future(cast(Any, reactor).resolver.getHostByName(host))

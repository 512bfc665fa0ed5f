"""When a host may be asked: its rate holds for all sources of the process, and "Retry-After" is obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic
from typing import Self, cast

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.contract.hosts import Host, host_name
from crawler.fetching.refusals import NotAsked, RateLimited, RobotsUnanswered, RobotsUnreadable
from crawler.fetching.typed import facts_of

PATIENCE = 10.0
"""Seconds to wait after a 429 that does not say how long; twice as long each further time."""


class Turns:
    """The turns of all hosts. Instants are those of a clock that only goes forward."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}

    def until(self, host: str) -> float:
        """Seconds until a host may be asked again."""
        return self._free.get(host, 0.0) - monotonic()

    def pause(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long."""
        # The longest wait counts: a second answer with a shorter one takes nothing back.
        self._free[host] = max(self._free.get(host, 0.0), monotonic() + seconds)

    def heed(self, host: Host, response: Response, times: int) -> None:
        """Leave a host alone for as long as its answer says; `times` counts how often it said so to the same request before."""
        if asks_to_wait(response):
            seconds = retry_after(response)
            self.pause(host.name, PATIENCE * 2.0**times if seconds is None else seconds)

    async def turn(self, host: Host, left: Callable[[], float]) -> None:
        """Wait for a turn; raises RateLimited where the wait is longer than the time that is left."""
        while (wait := self.until(host.name)) > 0:  # asked again after each wait: another source may have taken the turn
            if wait > left():
                raise RateLimited(
                    f"{host.name} asks to be left alone for {wait:.0f} seconds, longer than this source may take; "
                    "it is asked again next time"
                )
            await asyncio.sleep(wait)
        self._free[host.name] = monotonic() + host.delay


@cache
def turns() -> Turns:
    """Those of this process."""
    return Turns()


def time_left(crawler: Crawler) -> float:
    """Seconds until a crawl is ended, from what its settings allow and when it began."""
    limit = crawler.settings.getfloat("CLOSESPIDER_TIMEOUT")
    began = crawler.stats.get_value("start_time") if crawler.stats else None
    if not limit or began is None:
        return float("inf")
    return limit - (datetime.now(UTC) - cast(datetime, began)).total_seconds()


class Patience:
    """Asks again when a host says to wait (429, or 503 with Retry-After), and lets it alone until then, whichever source asks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        """The same request once more, or the answer where it was asked often enough or the time does not last."""
        if not asks_to_wait(response):
            return response
        # A wait that outlasts the crawl would end it as cut off; so the answer stands, and is told.
        if turns().until(host_name(request.url) or "") > time_left(self.crawler):
            request.meta["dont_retry"] = True
            return response
        return get_retry_request(request, spider=cast(Spider, self.crawler.spider), reason="told to wait") or response


def asks_to_wait(response: Response) -> bool:
    """Whether an answer is 429, or 503 with Retry-After."""
    return response.status == 429 or (response.status == 503 and retry_after(response) is not None)


def retry_after(response: Response) -> float | None:
    """Seconds that an answer says to wait, as a number or until a date (by the server's own clock); None where it says nothing."""
    header = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if header.isascii() and header.isdigit():
        return float(header)
    # By the server's own clock, as far as it shows it: ours may be minutes off.
    until, now = _instant(header), _instant((response.headers.get("Date") or b"").decode("latin-1"))
    return None if until is None else max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _instant(words: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class Robots(RobotsTxtMiddleware):
    """Scrapy's own, with what it lacks: an unreadable robots.txt means wait, any other refusal of it that there are no rules (RFC 9309).

    A host whose facts say so is asked without. Requests that wait for the same robots.txt wait for its rules, too: in 2.19 all but the
    first are let through.
    """

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.getlist("REPLAY_WARC"):
            raise NotConfigured
        super().__init__(crawler)
        self._refused: dict[str, NotAsked] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raises IgnoreRequest where the rules forbid it, RobotsUnreadable or RobotsUnanswered where nobody knows them."""
        host = facts_of(self.crawler).host(request.url)
        if host is None or host.robots:
            await super().process_request(request)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The parser of a host's robots.txt, or None if there is none."""
        await super().robot_parser(request)
        name = host_name(request.url) or ""
        if refused := self._refused.get(name):
            raise type(refused)(str(refused))
        parser = self._parsers[request.url.split("/")[2]]
        return parser if isinstance(parser, RobotParser) else None

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        name = host_name(request.url) or ""
        if response.status == 429 or response.status >= 500:
            self._refused[name] = RobotsUnreadable(
                f"robots.txt of {name} answers {response.status}: nothing is asked of it now; it is tried again next time"
            )
        # RFC 9309: 4xx means that there are no rules, 5xx and 429 that nobody knows them.
        rules = response.body if response.status < 300 else b""
        await super()._parse_robots(response.replace(body=rules), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, RateLimited) or not isinstance(exc, IgnoreRequest):
            problem = f"robots.txt of {netloc} could not be asked for: {type(exc).__name__}: {exc}"
            self._refused[netloc.lower()] = RateLimited(problem) if isinstance(exc, RateLimited) else RobotsUnanswered(problem)
        super()._robots_error(exc, netloc)

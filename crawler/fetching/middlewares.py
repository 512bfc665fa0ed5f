"""The way of a request to the wire and back: what went wrong, "changed since?", and the archive.

From the outside in: `Failures` (order 50) types requests that never got an answer, `politeness.Robots` (100) asks for the rules,
`Retries` (550) asks again, `politeness.Patience` (560) waits where a host says so, `Conditional` (930) sends validators and takes
304, `Recorder` (950) archives every answer undecoded before anything else sees it; below them all stands `wire.WireHandler`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured, ResponseDataLossError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.archive.errors import ArchiveError
from crawler.archive.exchange import Captured, Exchange, key_of, payload_digest
from crawler.archive.folder import Archive
from crawler.archive.warc import instant
from crawler.archive.writer import Writer
from crawler.contract.errors import CrawlerError
from crawler.contract.items import CaptureRef, Outcome
from crawler.contract.routes import Role
from crawler.families.base import SourceSpider, is_cut
from crawler.fetching.memory import FetchMemory, Remembered
from crawler.fetching.refusals import AddressRefused, NoKey, NotAsked
from crawler.fetching.typed import Facts, facts_of
from crawler.parsing.parse_result import Reading


class NotInArchive(CrawlerError):
    """A replay was asked for an address that the archive lacks."""


class Failures:
    """Refuses requests that may not leave, and notes those that end without an answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuses what is no address of the source (redirects and robots.txt come by here too), and requests without their key."""
        facts = facts_of(self.crawler)
        if refused := facts.refusal(request.url):
            raise AddressRefused(refused)
        sign_in = facts.sign_in
        unset = [name for name in sign_in.variables if not os.environ.get(name)] if sign_in else []
        if unset and not self.crawler.settings.getlist("REPLAY_WARC"):
            raise NoKey(f"{facts.key} needs a key: set the environment variable {', '.join(unset)}")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Types the failure; Scrapy goes on as it would."""
        if not request.meta.get("dont_obey_robotstxt"):
            came = request.meta.get("redirect_urls")
            reason = f"{type(exception).__name__}: {exception}" + (f" (redirected from {came[0]})" if came else "")
            self._note(request, _outcome(exception), reason)

    def _note(self, request: Request, outcome: Outcome, reason: str) -> None:
        spider = self.crawler.spider
        if isinstance(spider, SourceSpider):
            spider.note(request, Reading(outcome, reason))
        elif spider is not None:
            spider.logger.warning("%s: %s (%s)", request.url, outcome, reason)


class Redirects(RedirectMiddleware):
    """Scrapy's own, but a target that is no address leaves the answer as it is; what reads it says so."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        """The request for the target, or the answer."""
        try:
            return super().process_response(request, response)
        except ValueError:
            return response


class Refreshes(MetaRefreshMiddleware):
    """The same for pages that name their target."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        """The request for the target, or the page."""
        try:
            return super().process_response(request, response)
        except ValueError:
            return response


class Retries(RetryMiddleware):
    """Scrapy's own, which asks again, too, for what was cut off and has been archived as such."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        """The request once more, or the answer."""
        if is_cut(response) and not request.meta.get("dont_retry"):
            return self._retry(request, ResponseDataLossError()) or response
        return super().process_response(request, response)


class Conditional:
    """Sends If-None-Match and If-Modified-Since for what is remembered, and knows an answer that says the same bytes again."""

    def __init__(self, memory: FetchMemory, archive: Archive | None, crawler: Crawler) -> None:
        self.memory, self.archive, self.crawler = memory, archive, crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """From the settings FETCH_MEMORY and ARCHIVE_DIR; a replay has no memory."""
        memory = crawler.settings.get("FETCH_MEMORY")
        if memory is None or crawler.settings.getlist("REPLAY_WARC"):
            raise NotConfigured
        made = load_object(memory) if isinstance(memory, str) else memory
        return cls(made() if isinstance(made, type) else made, _archive(crawler), crawler)

    def process_request(self, request: Request) -> None:
        """Adds validators, unless a 304 would call for the archived payload and the archive lacks it."""
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        request.meta["remembered"] = request.meta["held"] = request.meta["repeated"] = None
        spider = self.crawler.spider
        known = self.memory.recall(spider.name, key_of(request)) if isinstance(spider, SourceSpider) else None
        if known is None:
            return
        if known.validated and self._is_read_again(known, request):
            request.meta["held"] = self._archived(known)
            if request.meta["held"] is None:
                return
        request.meta["remembered"] = known
        if request.method != "GET":
            return  # to any other method a validator means: do nothing if it still holds
        if known.etag:
            request.headers["If-None-Match"] = known.etag
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Under a stale parse key, a 304 becomes the archived answer, to be parsed again; what leads to other pages stays unchanged (see `SourceSpider.parse`)."""
        held: Exchange | None = request.meta.get("held")
        known: Remembered | None = request.meta.get("remembered")
        if known and not known.validated and response.status == 200:
            same = request.meta["captured"].digest == known.capture.payload_digest
            request.meta["repeated"] = same and not self._is_read_again(known, request)
        if response.status != 304 or held is None or not self._stale(request.meta["remembered"]):
            return response
        request.meta["captured"] = Captured(held.captured_at, held.digest, held.file, held.offset)
        return response.replace(status=held.status, headers=dict(held.headers), body=held.body)

    def _is_read_again(self, known: Remembered, request: Request) -> bool:
        """Whether the payload is needed though it is unchanged: a mended parser or new terms read it, or it leads to other pages."""
        return self._stale(known) or bool(known.asks) or _is_list(facts_of(self.crawler), request)

    def _stale(self, known: Remembered) -> bool:
        spider = cast(SourceSpider, self.crawler.spider)
        return known.parse_key != spider.parse_key

    def _archived(self, known: Remembered) -> Exchange | None:
        """The answer with its full payload; None where the archive has but a 304, or nothing."""
        if self.archive is None or known.warc_file is None or known.warc_offset is None:
            return None
        try:
            held = self.archive.at(known.warc_file, known.warc_offset)
        except ArchiveError:
            return None
        return None if held.status == 304 or held.absent else held


class Recorder:
    """Stamps every answer with instant and digest, and archives it if there is an archive (setting ARCHIVE_DIR)."""

    def __init__(self, writer: Writer | None) -> None:
        self.writer = writer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """A file of its own for each source; a replay records nothing."""
        if crawler.settings.getlist("REPLAY_WARC"):
            raise NotConfigured
        archive = _archive(crawler)
        recorder = cls(archive.writer() if archive else None)
        crawler.signals.connect(recorder.close, signals.spider_closed)
        return recorder

    def process_request(self, request: Request) -> None:
        """Has a page that is cut off handed over, not thrown away; half the rules for robots are none."""
        request.meta["download_fail_on_dataloss"] = bool(request.meta.get("dont_obey_robotstxt"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Keeps the answer before anything else sees it."""
        known = request.meta.get("remembered")
        earlier: CaptureRef | None = known.capture if known else None
        digest = earlier.payload_digest if earlier and response.status == 304 else payload_digest(response.body)
        now = instant(datetime.now(UTC))
        request.meta["captured"] = Captured(now, digest)
        if self.writer is not None:
            place = self.writer.write(
                request.method,
                request.url,
                _pairs(request),
                response.status,
                _pairs(response),
                response.body,
                now,
                known=earlier,
                request_body=request.body,
                ip=str(response.ip_address or "") if "proxy" not in request.meta else "",
                cut=is_cut(response),
            )
            request.meta["captured"] = Captured(now, digest, *place)
        return response

    def close(self) -> None:
        """Closes the file."""
        if self.writer is not None:
            self.writer.close()


def _is_list(facts: Facts, request: Request) -> bool:
    route = facts.route(request.method, request.url, request.body)
    return route is not None and route.role is Role.LIST


def _archive(crawler: Crawler) -> Archive | None:
    folder = crawler.settings.get("ARCHIVE_DIR")
    return Archive(Path(folder)) if folder else None


def _pairs(message: Request | Response) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in message.headers.items() for value in values]


def _outcome(exception: Exception) -> Outcome:
    if isinstance(exception, NotAsked):
        return exception.outcome
    if isinstance(exception, IgnoreRequest):
        return Outcome.ROBOTS_DENIED
    return Outcome.NOT_IN_ARCHIVE if isinstance(exception, NotInArchive) else Outcome.FAILED

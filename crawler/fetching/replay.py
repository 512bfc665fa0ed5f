"""Archived answers in place of the network: as a plain function, and as a download handler for an unchanged `scrapy crawl`.

A replay feeds what an archive holds, oldest first, through the routes. What a parser then asks for is answered from the
archive or ends as `not_in_archive`. It uses no network, no fetch memory and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler import registry
from crawler.archive.errors import ArchiveDamaged, ArchiveError
from crawler.archive.exchange import Captured, Exchange, key_of
from crawler.archive.index import Entry, Index, index
from crawler.archive.reader import exchange as answer
from crawler.contract.fetches import Fetch
from crawler.contract.fields import citable
from crawler.contract.items import Item, Outcome, RequestKey
from crawler.families.base import SourceSpider
from crawler.fetching.middlewares import NotInArchive
from crawler.parsing.matching import Term
from crawler.parsing.parse_result import Reading, fetch_of, not_answered
from crawler.parsing.reader import Reader


class Replayed(NamedTuple):
    """How one archived exchange ended for one source, and the items that it gave."""

    fetch: Fetch
    items: tuple[Item, ...]


def replay(
    paths: Iterable[Path],
    sources: Iterable[str] | None = None,
    terms: Iterable[Term] = (),
) -> Iterator[Replayed]:
    """Every exchange of the archives, oldest first, as the sources (keys; default all) read it.

    An exchange that no route claims gives a fetch without source and outcome (`unrouted`). Raises UnknownSource,
    ArchiveMissing at once, ArchiveDamaged after everything readable.
    """
    keys = list(registry.sources()) if sources is None else list(sources)
    chosen = tuple(terms)
    spiders = [registry.spider(key)(terms=chosen) for key in keys]
    known = index(paths)
    held = {entry.key for entry in known.entries}
    return _within_limits(known, spiders, held)


def _within_limits(known: Index, spiders: Sequence[SourceSpider], held: set[RequestKey]) -> Iterator[Replayed]:
    with closing(Reader()) as reader:
        yield from _replay(reader, known, spiders, held)


def _replay(reader: Reader, known: Index, spiders: Sequence[SourceSpider], held: set[RequestKey]) -> Iterator[Replayed]:
    missing: set[tuple[str, RequestKey]] = set()
    for entry in known.entries:
        try:
            exchange = answer(entry, known.holder(entry))
        except ArchiveError as error:
            yield from _lost(spiders, entry.url, str(error))
            continue
        claimed = False
        for spider in spiders:
            reading = reader.read(spider, exchange)
            if reading.outcome is None:
                continue
            claimed = True
            fetch = replace(fetch_of(spider.facts, reading, exchange), parse_key=spider.parse_key)
            yield Replayed(fetch, reading.items)
            yield from _unanswered(spider, reading.requests, held, missing)
        if not claimed:
            yield Replayed(_unrouted(exchange), ())
    for url, reason in known.left_out:
        yield from _lost(spiders, url, reason)
    if known.damage:
        raise ArchiveDamaged("; ".join(known.damage))


def _lost(spiders: Iterable[SourceSpider], url: str, reason: str) -> Iterator[Replayed]:
    """An answer that the archive holds and that cannot be read, told to the sources whose it is."""
    names: list[str | None] = [spider.name for spider in spiders if spider.facts.route("GET", url)]
    for name in names or [None]:
        yield Replayed(Fetch(source=name, method="GET", url=url, outcome=Outcome.FAILED if name else None, reason=reason), ())


def _unrouted(exchange: Exchange) -> Fetch:
    return Fetch(
        source=None,
        method=exchange.method,
        url=exchange.url,
        outcome=None,
        reason="no route claims this address",
        status=exchange.status,
        capture=exchange.capture if citable(exchange.url) else None,
        warc_file=exchange.file,
        warc_offset=exchange.offset,
    )


def _unanswered(
    spider: SourceSpider,
    requests: Iterable[Request],
    held: set[RequestKey],
    missing: set[tuple[str, RequestKey]],
) -> Iterator[Replayed]:
    """Each address that a parser asks for and may not ask, or that the archive lacks, once."""
    for request in requests:
        key = key_of(request)
        refused = spider.facts.refusal(request.url)
        if (spider.name, key) in missing or (key in held and not refused):
            continue
        missing.add((spider.name, key))
        unasked = Reading(Outcome.FAILED, refused) if refused else Reading(Outcome.NOT_IN_ARCHIVE, "the archive holds no answer")
        yield Replayed(not_answered(spider.facts, key, unasked), ())


class ReplayHandler(BaseDownloadHandler):
    """Answers http and https requests with the newest archived answer; setting REPLAY_WARC lists the files."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._entries: dict[RequestKey, list[Entry]] = {}
        self._index = index(Path(name) for name in crawler.settings.getlist("REPLAY_WARC"))
        for entry in self._index.entries:
            self._entries.setdefault(entry.key, []).append(entry)

    async def download_request(self, request: Request) -> Response:
        """The archived answer; raises NotInArchive."""
        for entry in reversed(self._entries.get(key_of(request), [])):
            exchange = answer(entry, self._index.holder(entry))
            if exchange.status == 304 or exchange.absent:
                continue
            request.meta["captured"] = Captured(exchange.captured_at, exchange.digest, exchange.file, exchange.offset)
            kind = responsetypes.from_args(url=exchange.url, body=exchange.body)
            flags = ["dataloss"] if exchange.cut else []
            return kind(exchange.url, exchange.status, dict(exchange.headers), exchange.body, flags)
        raise NotInArchive(f"the archive holds no answer to {request.method} {request.url}")

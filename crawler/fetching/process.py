"""Crawls many sources in one process and leaves files for whoever takes them in: the seam behind the crawler.

    python -P -m crawler.fetching.process --sources a,b --out DIR --archive DIR --time-limit SECONDS
                             [--memory FILE] [--terms FILE] [--contact ADDRESS]

`--memory` is a file of JSON lines (`crawler.fetching.memory.Remembered.to_dict`), `--terms` a JSON list of
`crawler.parsing.matching.Term.to_dict`.
In DIR it writes
- `SOURCE.jsonl` for each source: one item a line (`crawler.contract.items.item_from_dict` reads it);
- `fetches.jsonl`: one exchange a line, of all sources (`crawler.contract.report.fetch_from_dict`; `crawler.fetching.memory.proposed` turns
  those of an accepted run into memory entries); `warc_file` names a file in the archive folder;
- `report.json`: {"started_at", "finished_at", "network": bool, "runs": [`crawler.contract.report.RunReport.to_dict`, ...]}, written anew
  whenever a source ends. Where the process is ended from outside, a source that had not ended reads as failed, and the others
  keep their results; without the file nothing of the rest may be believed.

Exit status 0: every source was run to a verdict (whatever it is); 2: wrong use.
"""

from __future__ import annotations

import argparse
import json
import logging
import queue
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import registry
from crawler.archive.warc import instant
from crawler.contract.errors import CrawlerError
from crawler.contract.items import Item, Outcome
from crawler.contract.report import Fetch, RunReport, report
from crawler.families.base import SourceSpider
from crawler.fetching.memory import FileMemory, MemoryFileError
from crawler.parsing.matching import read_terms

log = logging.getLogger(__name__)

PROBE_SECONDS = 5.0


class UsageError(CrawlerError, ValueError):
    """The command line or a file that it names is wrong; the message says what to mend."""


@dataclass
class Run:
    """What happened to one source so far."""

    spider: type[SourceSpider]
    started_at: str
    finished_at: str = ""
    fetches: list[Fetch] = field(default_factory=list)
    items: int = 0
    unfinished: str | None = "the process ended first"

    def report(self) -> RunReport:
        """The verdict on it."""
        told = report(
            self.spider.facts,
            self.fetches,
            started_at=self.started_at,
            finished_at=self.finished_at or self.started_at,
            unfinished=self.unfinished,
        )
        return replace(told, items=self.items)


def crawl(spiders: Sequence[type[SourceSpider]], out: Path, settings: Mapping[str, Any], time_limit: int) -> list[RunReport]:
    """Crawls sources in one reactor and writes the files that the module docstring names.

    `settings` override those of `crawler.settings`; `time_limit` is in seconds, times the source's own `time_limits`.
    """
    out.mkdir(parents=True, exist_ok=True)
    runs = [Run(spider, _now()) for spider in spiders]
    for run in runs:
        (out / f"{run.spider.name}.jsonl").write_text("", "utf-8")
    network = reachable(spider.facts.url for spider in spiders)
    if network:
        _crawl(runs, out, settings, time_limit)
    if not network or _unanswered(runs):
        log.error("there is no network: nothing answered")
        network = False
        for run in runs:
            _without_network(run)
    reports = [run.report() for run in runs]
    _write(out, runs, reports, network)
    return reports


def reachable(urls: Iterable[str], seconds: float = PROBE_SECONDS) -> bool:
    """Whether a connection to any host of these addresses (or to the proxy in between) comes about in time."""
    results: queue.Queue[bool] = queue.Queue()
    hosts = {_endpoint(url) for url in urls}
    for host in hosts:
        threading.Thread(target=lambda host=host: results.put(_connects(host, seconds)), daemon=True).start()
    deadline = time.monotonic() + seconds
    for _ in hosts:
        try:
            if results.get(timeout=max(deadline - time.monotonic(), 0)):
                return True
        except queue.Empty:
            return False
    return False


def _endpoint(url: str) -> tuple[str, int]:
    """Host and port that a request for an address connects to first."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _connects(endpoint: tuple[str, int], seconds: float) -> bool:
    try:
        socket.create_connection(endpoint, timeout=seconds).close()
    except OSError:
        return False
    return True


def _crawl(runs: Sequence[Run], out: Path, settings: Mapping[str, Any], time_limit: int) -> None:
    project = Settings()
    project.setmodule("crawler.settings")
    project.update(settings, priority="cmdline")
    process = AsyncCrawlerProcess(project)
    for run in runs:
        crawler = process.create_crawler(run.spider)
        crawler.settings.set("CLOSESPIDER_TIMEOUT", time_limit * run.spider.facts.time_limits, priority="cmdline")
        process.crawl(_watched(crawler, run, runs, out))
    process.start()


def _watched(crawler: Crawler, run: Run, runs: Sequence[Run], out: Path) -> Crawler:
    """The crawler with listeners that write its items and note how it ended."""

    def scraped(item: Item) -> None:
        run.items += 1
        with (out / f"{run.spider.name}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(item.to_dict(), ensure_ascii=False) + "\n")

    def closed(spider: SourceSpider, reason: str) -> None:
        run.fetches, run.finished_at = spider.fetches, _now()
        run.unfinished = None if reason == "finished" else reason
        _write(out, runs, [one.report() for one in runs], network=True)

    crawler.signals.connect(scraped, signals.item_scraped, weak=False)
    crawler.signals.connect(closed, signals.spider_closed, weak=False)
    return crawler


def _unanswered(runs: Sequence[Run]) -> bool:
    """Whether a proxy let us connect and then not one request of any source was answered."""
    fetches = [fetch for run in runs for fetch in run.fetches]
    silent = all(fetch.status is None and fetch.outcome is Outcome.FAILED for fetch in fetches)
    return bool(fetches) and silent and bool(urllib.request.getproxies())


def _without_network(run: Run) -> None:
    url = run.spider.facts.url
    run.fetches = [Fetch(source=run.spider.name, method="GET", url=url, outcome=Outcome.NO_NETWORK)]
    run.finished_at, run.unfinished = _now(), None


def _write(out: Path, runs: Sequence[Run], reports: Sequence[RunReport], network: bool) -> None:
    fetches = (json.dumps(fetch.to_dict(), ensure_ascii=False) for run in runs for fetch in run.fetches)
    _replace(out / "fetches.jsonl", "".join(f"{line}\n" for line in fetches))
    started = min((run.started_at for run in runs), default=_now())
    told = {"started_at": started, "finished_at": _now(), "network": network, "runs": [one.to_dict() for one in reports]}
    _replace(out / "report.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    beside = path.with_suffix(".part")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def _now() -> str:
    return instant(datetime.now(UTC))


def main(argv: Sequence[str] | None = None) -> int:
    """The command; see the module docstring."""
    parser = argparse.ArgumentParser(prog="python -m crawler.fetching.process", description="Crawl sources into a folder.")
    parser.add_argument("--sources", required=True, help="source keys, separated by commas")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--archive", required=True, type=Path)
    parser.add_argument("--time-limit", required=True, type=int, help="seconds for each source, times what it declares")
    parser.add_argument("--memory", type=Path)
    parser.add_argument("--terms", type=Path)
    parser.add_argument("--contact", help="address that the user agent names")
    args = parser.parse_args(argv)
    try:
        spiders = [registry.spider(key) for key in args.sources.split(",")]
        settings = _settings(args)
    except (registry.UnknownSource, MemoryFileError, UsageError) as error:
        print(error, file=sys.stderr)
        return 2
    crawl(spiders, args.out, settings, args.time_limit)
    return 0


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    settings: dict[str, Any] = {"ARCHIVE_DIR": str(args.archive)}
    if args.memory:
        settings["FETCH_MEMORY"] = FileMemory(args.memory)
    if args.terms:
        settings["SEARCH_TERMS"] = _terms(args.terms)
    if args.contact:
        settings["CONTACT_ADDRESS"] = args.contact
    return settings


def _terms(path: Path) -> str:
    """The file's text, once it is known to hold terms."""
    try:
        text = path.read_text("utf-8")
        read_terms(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from error
    return text


if __name__ == "__main__":
    sys.exit(main())

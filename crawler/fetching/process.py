"""Crawls sources in one process and leaves a folder for each: the seam behind the crawler.

    python -P -m crawler.fetching.process --sources a,b --out DIR --archive DIR --time-limit SECONDS
                             [--memory FILE] [--terms FILE] [--watched FILE] [--unobserved FILE] [--contact ADDRESS] [--until-closed]

`--memory` is a file of JSON lines (`crawler.fetching.memory.Remembered.to_dict`), `--terms` a JSON list of
`crawler.parsing.matching.Term.to_dict`, `--watched` what `crawler.contract.watched.read_watched` reads, `--unobserved` what `read_unobserved` there reads.
DIR/SOURCE is what `crawler.fetching.output` describes; each is whole as soon as its source has ended, whatever the others do, and
`warc_file` of an exchange names a file in the archive folder that holds this source's answers alone. With `--until-closed` the
process ends when its standard input is closed: whoever started it is gone.

Exit status 0: every source was run to a verdict (whatever it is); 2: wrong use.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import registry
from crawler.archive.warc import instant
from crawler.contract.errors import CrawlerError
from crawler.contract.report import report
from crawler.contract.watched import read_unobserved, read_watched
from crawler.families.base import SourceSpider
from crawler.fetching.memory import FileMemory, MemoryFileError
from crawler.fetching.output import Output
from crawler.parsing.matching import read_terms

GRACE = 150  # seconds after a source's time limit in which it must have ended what it had begun


class UsageError(CrawlerError, ValueError):
    """The command line or a file that it names is wrong; the message says what to mend."""


def crawl(spiders: Sequence[type[SourceSpider]], out: Path, settings: Mapping[str, Any], time_limit: int) -> None:
    """Crawls sources in one reactor, each into its folder of `out`.

    `settings` override those of `crawler.settings`; `time_limit` is in seconds, times the source's own `time_limits`.
    """
    project = Settings()
    project.setmodule("crawler.settings")
    project.update(settings, priority="cmdline")
    process = AsyncCrawlerProcess(project)
    for spider in spiders:
        crawler = process.create_crawler(spider)
        crawler.settings.set("CLOSESPIDER_TIMEOUT", time_limit * spider.facts.time_limits, priority="cmdline")
        process.crawl(_written(crawler, out / spider.name))
    process.start()


def _written(crawler: Crawler, folder: Path) -> Crawler:
    """The crawler with listeners that write down what it reads and how it ends."""
    began = _now()
    output = Output(folder, began)

    def opened(spider: SourceSpider) -> None:
        spider.keep, spider.keep_asked = output.add, output.ask

    def closed(spider: SourceSpider, reason: str) -> None:
        unfinished = None if reason == "finished" else reason
        if unfinished:
            spider.give_up()
        judged = report(spider.facts, spider.fetches, started_at=began, finished_at=_now(), unfinished=unfinished)
        output.end(judged)

    crawler.signals.connect(opened, signals.spider_opened, weak=False)
    crawler.signals.connect(closed, signals.spider_closed, weak=False)
    return crawler


def _now() -> str:
    return instant(datetime.now(UTC))


def main(argv: Sequence[str] | None = None) -> int:
    """The command; see the module docstring."""
    args = _arguments(argv)
    try:
        spiders = [registry.spider(key) for key in args.sources.split(",")]
        settings = _settings(args)
    except (registry.UnknownSource, MemoryFileError, UsageError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.until_closed:
        _end_with_starter(args.time_limit * max(spider.facts.time_limits for spider in spiders))
    crawl(spiders, args.out, settings, args.time_limit)
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler.fetching.process", description="Crawl sources into folders.")
    parser.add_argument("--sources", required=True, help="source keys, separated by commas")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--archive", required=True, type=Path)
    parser.add_argument("--time-limit", required=True, type=int, help="seconds for each source, times what it declares")
    parser.add_argument("--memory", type=Path)
    parser.add_argument("--terms", type=Path)
    parser.add_argument("--watched", type=Path)
    parser.add_argument("--unobserved", type=Path)
    parser.add_argument("--contact", help="address that the user agent names")
    parser.add_argument("--until-closed", action="store_true", help="end when standard input is closed")
    return parser.parse_args(argv)


_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


def _end_with_starter(limit: int) -> None:
    """End this process with the one that started it: by the kernel where it can (Linux), else when standard input is closed, or, where
    a parser lets no thread run, by alarm after the time limit.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)

    def watch() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    signal.alarm(limit + 2 * GRACE)


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    settings: dict[str, Any] = {"ARCHIVE_DIR": str(args.archive)}
    if args.memory:
        settings["FETCH_MEMORY"] = FileMemory(args.memory)
    if args.terms:
        settings["SEARCH_TERMS"] = _checked(args.terms, read_terms)
    if args.watched:
        settings["WATCHED_MEASURES"] = _checked(args.watched, lambda text: read_watched(text, ""))
    if args.unobserved:
        settings["UNOBSERVED"] = _checked(args.unobserved, lambda text: read_unobserved(text, ""))
    if args.contact:
        settings["CONTACT_ADDRESS"] = args.contact
    return settings


def _checked(path: Path, read: Callable[[str], object]) -> str:
    """The file's text, once it is known to hold what is read from it."""
    try:
        text = path.read_text("utf-8")
        read(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from error
    return text


if __name__ == "__main__":
    sys.exit(main())

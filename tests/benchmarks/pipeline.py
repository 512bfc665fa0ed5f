"""Pages a second of the whole pipeline (crawl, archive, take in, code) against Scrapy alone, on the pages of `pages`.

Each side is a process of its own with all that it starts; its time is the processor's, and that on the wall, from start to end. The
peer is a Scrapy spider with Scrapy's own settings that makes an item of each page that names the subject. Ours is asked twice: the
second time nothing has changed, said by 304 or by the same bytes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import ClassVar, NamedTuple
from unittest import mock

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from crawler import registry, settings
from crawler.fetching import process
from tests.benchmarks import harness, pages
from tracker import workspace
from tracker.pipeline import crawlers, rounds
from tracker.settings import Settings

ROOT = Path(__file__).parents[2]


UNCHANGED = {"304": "", "the same bytes": "plain/"}
"""The ways in which a server says that nothing has changed, and where `pages` does so."""


class Spent(NamedTuple):
    """Seconds of the processor, and on the wall."""

    cpu: float
    wall: float


class Peer(scrapy.Spider):
    """Scrapy alone."""

    name = "peer"
    custom_settings: ClassVar = {**pages.PACE, "TELNETCONSOLE_ENABLED": False}

    def parse(self, response):
        yield from response.follow_all(xpath="//a/@href", callback=self.parse_page)

    def parse_page(self, response):
        text = " ".join(response.xpath("//div[@id='text']//text()").getall())
        if "kratom" in text.lower():
            yield {"title": response.xpath("//h1/text()").get(), "url": response.url, "text": text}


def peer(address: str, count: int, _: Path) -> None:
    """Crawl with Scrapy alone."""
    crawl = AsyncCrawlerProcess()
    crawl.crawl(Peer, start_urls=[address])
    crawl.start()


def prepare(address: str, count: int, data: Path) -> None:
    """Make the record that `ours` writes into."""
    workspace.prepared(Settings(data=data)).engine.dispose()


def ours(address: str, count: int, data: Path) -> None:
    """Ask the source in the record's own way: a crawler's process, then what it read is taken in and followed up."""
    with mock.patch.object(crawlers, "_CRAWLER", (sys.executable, "-m", "tests.benchmarks.pipeline", "crawler")):
        record = workspace.existing(Settings(data=data))
        (run,) = rounds.ask_sources(record, ["pages"], False, lambda line: None)
        record.engine.dispose()
    if run.verdict != "healthy":
        raise SystemExit(f"the run is {run.verdict}: {'; '.join(run.reasons)}")


WORKS = {work.__name__: work for work in (peer, prepare, ours)}


def child(argv: Sequence[str]) -> int:
    """One side, as a process: what it does, or `crawler` and the words for the crawler's process."""
    address, count = os.environ["PAGES"].split()
    found = {**registry.spider_classes(), "pages": pages.spider(address, int(count))}
    settings.PRIVATE_ADDRESSES_ALLOWED = True
    with mock.patch.object(registry, "spider_classes", return_value=found):
        if argv[0] == "crawler":
            return process.main(["--until-closed", *argv[1:]])
        WORKS[argv[0]](address, int(count), Path(argv[1]))
    return 0


def spend(work: str, address: str, count: int, data: Path) -> Spent:
    """Do one side's work in a process of its own."""
    given = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    given |= {"PAGES": f"{address} {count}", "PYTHONPATH": str(ROOT), "TRACKER_LINK_HOSTS": '{"127.0.0.1": "official"}'}
    began, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "tests.benchmarks.pipeline", work, str(data)], env=given, cwd=ROOT, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(cpu, time.perf_counter() - began)


@contextmanager
def serving() -> Iterator[str]:
    """The site in a process of its own; gives its address."""
    server = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.pages"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def measured(site: str, count: int) -> list[tuple[str, Spent, Spent]]:
    """Scrapy alone; beside it ours, when all is new; beside that ours again, each way in which nothing has changed."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        alone = spend("peer", f"{site}/{count}/", count, Path(folder))
        spent = {}
        for way, path in UNCHANGED.items():
            address, data = f"{site}/{count}/{path}", Path(folder, way)
            spend("prepare", address, count, data)
            spent[way] = spend("ours", address, count, data), spend("ours", address, count, data)
    new = next(iter(spent.values()))[0]
    return [("Scrapy alone", alone, alone), ("new", new, alone), *((way, again, first) for way, (first, again) in spent.items())]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    options = harness.sized(__doc__.splitlines()[0], rows=3_000)
    options.add_argument("--repeats", type=int, default=3, help="runs of which the medians are shown (default 3)")
    args = options.parse_args(argv)
    with serving() as site:
        runs = [measured(site, args.rows) for _ in range(args.repeats)]
    harness.show(
        ("pages", "pages/s by processor time", "pages/s on the wall", "against", "processor time", "wall time"),
        (_row(args.rows, same) for same in zip(*runs, strict=True)),
    )


def _row(count: int, runs: Sequence[tuple[str, Spent, Spent]]) -> Sequence[str]:
    name = runs[0][0]
    cpu, wall = (median(spent[n] for _, spent, _ in runs) for n in (0, 1))
    against = {"Scrapy alone": "itself", "new": "Scrapy alone"}.get(name, "new")
    ratios = [median(spent[n] / other[n] for _, spent, other in runs) for n in (0, 1)]
    return name, f"{count / cpu:,.0f}", f"{count / wall:,.0f}", against, *(f"{ratio:.2f}" for ratio in ratios)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in (*WORKS, "crawler"):
        sys.exit(child(sys.argv[1:]))
    main()

"""Archived answers in place of the network: the same every time, oldest first, and every exchange ends in something named."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from crawler import registry
from crawler.archive.errors import ArchiveDamaged
from crawler.archive.folder import Archive
from crawler.archive.index import index
from crawler.contract.items import Outcome, item_from_dict
from crawler.contract.report import report
from crawler.contract.verdicts import Verdict
from crawler.fetching.replay import Replayed, replay
from crawler.parsing.parse_result import read
from tests.conftest import SHARED, needs_shared
from tests.crawler import casefolder


def archive_of(folder: Path, *cases: str) -> Path:
    """One archive file of case folders, in the order given."""
    writer = Archive(folder).writer()
    for case in cases:
        _, exchange = casefolder.load(casefolder.CASES / case)
        headers = list(exchange.headers.items())
        writer.write(exchange.method, exchange.url, [], exchange.status, headers, exchange.body, exchange.captured_at)
    writer.close()
    return writer.path


def test_a_replay_reads_as_a_crawl_would_and_names_what_is_missing(tmp_path: Path) -> None:
    cases = ("fi_finlex/list_last_page", "fi_finlex/gazette_2024_550_sv", "fi_finlex/gazette_2016_166_fi")
    told = list(replay([archive_of(tmp_path, *cases)], ["fi_finlex"]))
    assert [(one.fetch.outcome, len(one.items)) for one in told] == [
        (Outcome.OK, 1),
        (Outcome.OK, 1),
        (Outcome.OK, 0),
        (Outcome.NOT_IN_ARCHIVE, 0),
        (Outcome.NOT_IN_ARCHIVE, 0),
    ]
    assert [item.captures[0].captured_at[:10] for one in told for item in one.items] == ["2016-03-18", "2024-10-27"]
    assert told[0].items[0].captures == (told[0].fetch.capture,)


def test_a_blocked_page_holds_a_replay_and_floors_do_not_apply(tmp_path: Path) -> None:
    facts = registry.sources()["fi_finlex"]
    stamps = {"started_at": "2026-01-01T00:00:00+00:00", "finished_at": "2026-01-01T00:00:00+00:00"}
    good = replay([archive_of(tmp_path / "a", "fi_finlex/gazette_2016_166_fi")], ["fi_finlex"])
    assert report(facts, [one.fetch for one in good], replay=True, **stamps).verdict is Verdict.HEALTHY
    bad = replay([archive_of(tmp_path / "b", "fi_finlex/blocked_200")], ["fi_finlex"])
    assert report(facts, [one.fetch for one in bad], replay=True, **stamps).verdict is Verdict.HELD


def test_an_address_that_nobody_claims_is_counted_apart(tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer()
    writer.write("GET", "https://nobody.test/", [], 200, [], b"x", "2026-01-01T00:00:00+00:00")
    writer.close()
    (only,) = replay([writer.path])
    assert (only.fetch.source, only.fetch.outcome, only.items) == (None, None, ())


def test_a_redirect_leads_to_what_the_archive_holds_of_its_target(tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer()
    url = "https://data.finlex.fi/eli/sd/2016/166/alkup/swe"
    target = "/eli/sd/2016/166/alkup/fin"
    writer.write("GET", url, [], 302, [("Location", target)], b"", "2026-01-01T00:00:00+00:00")
    writer.close()
    hop, missing = replay([writer.path], ["fi_finlex"])
    assert hop.fetch.outcome is Outcome.OK
    assert missing.fetch.url == "https://data.finlex.fi" + target
    assert missing.fetch.outcome is Outcome.NOT_IN_ARCHIVE


def test_a_cut_archive_is_replayed_as_far_as_it_goes(tmp_path: Path) -> None:
    path = archive_of(tmp_path, "fi_finlex/gazette_2016_166_fi", "fi_finlex/gazette_2024_550_sv")
    path.write_bytes(path.read_bytes()[:-2000])
    told: list[Replayed] = []
    with pytest.raises(ArchiveDamaged, match=r"fetch the file again"):
        told.extend(replay([path], ["fi_finlex"]))
    first = replay([path], ["fi_finlex"])
    assert [item.identifier for item in next(first).items if hasattr(item, "identifier")] == ["166/2016"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.warc.gz"
    subprocess.run([sys.executable, SHARED / "corpus/to_warc.py", path], check=True, capture_output=True)
    return path


@needs_shared
def test_the_whole_corpus_replays_twice_the_same(corpus: Path) -> None:
    first, second = list(replay([corpus])), list(replay([corpus]))
    assert first == second
    answered = [one.fetch for one in first if one.fetch.status is not None]
    captures = {(entry.url, entry.captured_at, entry.digest) for entry in index([corpus]).entries}
    assert len({(fetch.url, fetch.capture) for fetch in answered}) == len(captures), "every record of the archive is told"
    assert all(isinstance(one.fetch.outcome, Outcome) for one in first if one.fetch.source)
    dates = [fetch.capture.captured_at for fetch in answered if fetch.capture]
    assert dates == sorted(dates), "oldest first"


@needs_shared
def test_no_parser_crashes_on_the_corpus_and_each_source_reads_of_it_what_it_says(corpus: Path) -> None:
    told = list(replay([corpus]))
    crashed = [one.fetch for one in told if one.fetch.reason and "crashed" in one.fetch.reason]
    assert crashed == []
    outcomes: dict[str, Counter[str]] = {}
    for fetch in (one.fetch for one in told if one.fetch.source and one.fetch.status is not None):
        outcomes.setdefault(fetch.source, Counter())[str(fetch.outcome)] += 1
    assert outcomes == casefolder.of_corpus("outcomes")


def test_scrapy_crawls_an_archive_unchanged(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, "fi_finlex/list_full_page", "fi_finlex/akn_statute_2024_550")
    items = tmp_path / "items.jsonl"
    command = [sys.executable, "-m", "scrapy", "crawl", "fi_finlex", "-s", f"REPLAY_WARC={archive}", "-O", str(items)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=True)
    assert "not_in_archive" in done.stderr
    (line,) = items.read_text().splitlines()
    _, recorded = casefolder.load(casefolder.CASES / "fi_finlex/akn_statute_2024_550")
    item = item_from_dict(json.loads(line))
    assert item.captures == (recorded.capture,)
    assert item == read(registry.spider("fi_finlex")(), recorded).items[0]

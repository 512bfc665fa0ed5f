"""What a run writes down, and what it may remember."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.contract.fetches import Fetch, fetch_from_dict
from crawler.contract.items import CaptureRef, Outcome
from crawler.contract.report import report, report_from_dict
from crawler.contract.source import Source
from crawler.contract.watched import WatchedMeasure
from crawler.fetching.memory import FileMemory, MemoryFileError, proposed
from crawler.fetching.process import main
from crawler.parsing.matching import Term
from crawler.sources.us.us_congress import UsCongress
from tests.crawler.localspider import LocalSpider

FACTS = replace(LocalSpider.facts, floor=2, ceiling=5)
CAPTURE = CaptureRef("GET", "https://a.test/", "2026-03-01T00:00:00+00:00", "sha256:" + "0" * 64)


def fetch(outcome: Outcome, url: str = "https://a.test/", **facts: object) -> Fetch:
    return Fetch(source="local", method="GET", url=url, outcome=outcome, capture=CAPTURE, parse_key="k", **facts)  # type: ignore[arg-type]


def test_fetches_and_reports_survive_being_written_down() -> None:
    one = fetch(Outcome.OK, status=200, items=2, etag='"1"')
    unrouted = Fetch(source=None, method="GET", url="https://b.test/", outcome=None)
    for each in (one, unrouted):
        assert fetch_from_dict(json.loads(json.dumps(each.to_dict()))) == each
    run_report = report(FACTS, [one, one], started_at="a", finished_at="b")
    assert (run_report.seen, run_report.items, run_report.outcomes) == (2, 4, {"ok": 2})
    assert report_from_dict(json.loads(json.dumps(run_report.to_dict()))) == run_report


def test_only_what_was_read_and_can_be_asked_again_or_gave_nothing_is_remembered(tmp_path: Path) -> None:
    fetches = [
        fetch(Outcome.OK, "https://a.test/old", etag='"1"'),
        fetch(Outcome.NOT_MODIFIED, "https://a.test/old", etag='"2"'),
        fetch(Outcome.OK, "https://a.test/bare"),
        fetch(Outcome.OK, "https://a.test/bare/page", items=1),
        fetch(Outcome.OK, "https://a.test/bare/list", asks=1),
        fetch(Outcome.OK, "https://a.test/bare/half", left_out=1),
        fetch(Outcome.OK, "https://a.test/one_record_left_out", etag='"4"', items=9, left_out=1, unread=1),
        fetch(Outcome.BLOCKED, "https://a.test/blocked", etag='"3"'),
        fetch(Outcome.OK, "https://a.test/dated", last_modified="Sun, 01 Mar 2026 00:00:00 GMT"),
    ]
    entries = proposed(fetches)
    assert entries[0].capture == fetches[0].capture, "an unchanged answer has no payload: what had one stays remembered"
    assert [(entry.url, entry.etag) for entry in entries] == [
        ("https://a.test/old", '"1"'),
        ("https://a.test/bare", None),
        ("https://a.test/dated", None),
    ]
    assert [entry.validated for entry in entries] == [True, False, True]
    path = tmp_path / "memory.jsonl"
    path.write_text("".join(json.dumps(entry.to_dict()) + "\n" for entry in entries))
    memory = FileMemory(path)
    assert memory.recall("local", entries[0].key) == entries[0]
    assert memory.recall("other", entries[0].key) is None


def test_a_memory_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_text("{}\n")
    with pytest.raises(MemoryFileError, match=r"memory\.jsonl, line 1"):
        FileMemory(path)


def test_the_parse_key_knows_parser_and_terms() -> None:
    one, other = Term("a", "leaf", ("en", "de")), Term("b", "leaf", ("en",))
    key = _parse_key(FACTS, one, other)
    assert _parse_key(FACTS, other, one) == key
    assert _parse_key(FACTS, one) != key
    assert _parse_key(FACTS, one, replace(other, unless=("c",))) != key
    assert _parse_key(FACTS, one, replace(other, asked=("en",))) != key
    assert _parse_key(replace(FACTS, parser_version=2), one, other) != key


def test_terms_of_other_languages_do_not_make_memory_stale() -> None:
    one, other = Term("a", "leaf", ("en", "de")), Term("b", "leaf", ("en",))
    key = _parse_key(FACTS, one, other)
    assert _parse_key(FACTS, one, other, Term("c", "leaf", ("de",))) == key
    assert _parse_key(FACTS, replace(one, languages=("en", "fi"), asked=("fi",)), other) == key
    assert _parse_key(FACTS, one, other, Term("c", "leaf")) != key
    assert _parse_key(replace(FACTS, languages=("de",)), one, other) == _parse_key(replace(FACTS, languages=("de",)), one)


def _parse_key(facts: Source, *terms: Term) -> str:
    spider = type("Spider", (LocalSpider,), {"facts": facts})
    assert issubclass(spider, LocalSpider)
    return spider(terms=terms).parse_key


@pytest.mark.parametrize("extra", [["--sources", "atlantis"], ["--sources", "fi_finlex", "--terms", "absent.json"]])
def test_wrong_use_is_told_before_anything_is_asked(extra: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--archive", str(tmp_path / "archive"), "--time-limit", "5"]
    assert main([*extra, *arguments]) == 2
    assert ("atlantis" in (told := capsys.readouterr().err)) or "absent.json" in told
    assert not (tmp_path / "out").exists()


def test_a_newly_watched_measure_makes_memory_stale_where_the_source_asks_for_it() -> None:
    """A page that was read without it may name it."""
    bill, rule = WatchedMeasure("US", "119", "HR 8000"), WatchedMeasure("US", "rules", "FR Doc. 2026-1")
    key = UsCongress().parse_key
    assert UsCongress(watched=[bill]).parse_key != key
    assert UsCongress(watched=[rule]).parse_key == key, "it is told of by another source"
    assert UsCongress(watched=[bill, rule]).parse_key == UsCongress(watched=[rule, bill]).parse_key
    assert UsCongress(watched=[bill, bill._replace(identifier="S 1")]).parse_key != UsCongress(watched=[bill]).parse_key

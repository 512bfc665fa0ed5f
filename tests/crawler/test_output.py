"""The folder of one source's crawl: whole exchanges only, and a verdict even where the crawl was cut off."""

from __future__ import annotations

from pathlib import Path

from crawler import registry
from crawler.contract.fetches import Fetch
from crawler.contract.items import CaptureRef, DocumentItem, DocumentKind, Outcome
from crawler.contract.report import report
from crawler.contract.verdicts import Verdict
from crawler.fetching.output import Output, ended, read

AT, LATER = "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:09+00:00"
FACTS = registry.sources()["us_ecfr"]
CAPTURE = CaptureRef("GET", FACTS.url, LATER, "sha256:" + "0" * 64)
FETCH = Fetch(source="us_ecfr", method="GET", url=FACTS.url, outcome=Outcome.OK, items=1, capture=CAPTURE)
ITEM = DocumentItem(
    source="us_ecfr",
    jurisdiction="US",
    identifier="21 CFR 1308",
    kind=DocumentKind.STATUTE,
    title="Schedules",
    official_url=FACTS.url,
    language="en",
    text="§ 1308.11\n",
    captures=(CAPTURE,),
)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    output = Output(tmp_path, AT)
    output.add(FETCH, [ITEM])
    assert not ended(tmp_path)
    judged = report(FACTS, [FETCH], started_at=AT, finished_at=LATER)
    output.end(judged)
    assert ended(tmp_path)
    assert read(tmp_path, FACTS, "never") == (judged, (FETCH,), (ITEM,))


def test_a_cut_off_crawl_is_judged_by_its_whole_exchanges(tmp_path: Path) -> None:
    output = Output(tmp_path, AT)
    output.add(FETCH, [ITEM])
    whole = (tmp_path / "exchanges.jsonl").read_bytes()
    output.add(FETCH, [ITEM])
    (tmp_path / "exchanges.jsonl").write_bytes(whole + b'{"fetch": {"source": "us_e')
    found = read(tmp_path, FACTS, "somebody pulled the plug")
    assert found is not None
    assert (found.fetches, found.items) == ((FETCH,), (ITEM,))
    assert (found.report.verdict, found.report.started_at, found.report.finished_at) == (Verdict.FAILED, AT, LATER)
    assert found.report.reasons[0] == "the run was cut off: somebody pulled the plug"


def test_a_crawl_that_never_began_left_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "absent", FACTS, "never") is None
    (tmp_path / "exchanges.jsonl").write_text('{"started')
    assert read(tmp_path, FACTS, "never") is None

"""Whatever is replayed: what is bad is named and left out, the rest is taken in, and every verb goes on working."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import SHARED, needs_shared
from tests.databases import Database
from tests.shipped import load
from tests.tracker import hostile, replays
from tests.tracker.cli.conftest import Answer, Ask, Use
from tests.tracker.replays import rows
from tracker import settings, workspace

NOW = "2026-11-28T12:00:00Z"
FOLDER = SHARED / "faults" / "hostile"
FILES = [*FOLDER.glob("*.warc.gz"), *(SHARED / "faults").glob("*/a.warc.gz"), *(SHARED / "faults").glob("26-*/*.warc.gz")]
SLOW = {"gzipbomb.warc.gz", "redos.warc.gz"}
"""Files whose time and memory have tests of their own."""
_STRANGE = {*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029}


def clean(text: str) -> None:
    """No control character, no line separator that is none, nothing that turns the text around."""
    found = sorted({hex(ord(sign)) for sign in text if ord(sign) in _STRANGE or 0xD800 <= ord(sign) < 0xE000})
    assert found == []


def worked(told: Answer) -> Answer:
    assert told.code in (0, 1), told.err
    assert "Traceback" not in told.err
    clean(told.out)
    clean(told.err)
    return told


@pytest.fixture
def copy(sqlite: Database, use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A record of one's own in a file."""
    monkeypatch.setenv("TRACKER_NOW", NOW)
    with sqlite.copy(load, tmp_path / "data") as record:
        yield use(record)


@needs_shared
@pytest.mark.parametrize(
    "path", sorted(path for path in FILES if path.name not in SLOW), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_hostile_file(path: Path, copy: Path, ask: Ask) -> None:
    worked(ask("crawl", "--replay", str(path)))
    for verb in (["review", "list"], ["verify"]):  # the other verbs are asked of all cases at once below
        assert worked(ask(*verb)).code == 0


@needs_shared
def test_a_hostile_text(copy: Path, ask: Ask) -> None:
    answer = ask("propose", str(FOLDER / "superscript_section.txt"), "--jurisdiction", "US-TN", "--kind", "bill")
    assert worked(answer).code == 0


@contextmanager
def engine_of(data: Path) -> Iterator[Engine]:
    """The record that the verbs of a test work with."""
    opened = workspace.existing(settings.load(data=data))
    try:
        yield opened.engine
    finally:
        opened.engine.dispose()


@pytest.fixture
def replayed(data: Path, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """What is said of one archive with every constructed case, replayed into a record on each database."""
    monkeypatch.setenv("TRACKER_NOW", NOW)
    path = replays.warc(tmp_path / "theirs", *hostile.answers(), hostile.search())
    return worked(ask("crawl", "--replay", str(path), "--json"))


def test_one_bad_thing_costs_one_thing(replayed: Answer, data: Path) -> None:
    (run,) = replayed.json
    assert run["verdict"] == "partial"
    assert run["left_out"] == []
    with engine_of(data) as engine:
        titles = dict(rows(engine, "SELECT identifier, title FROM document WHERE identifier LIKE 'FR Doc. 2026-4%'"))
        refused = rows(engine, "SELECT url FROM \"fetch\" WHERE outcome = 'layout_changed'")
    wanted = {f"FR Doc. {hostile.number_of(case)}" for case in hostile.TAKEN}
    wanted |= {f"FR Doc. 2026-{42_000 + count}" for count in range(len(hostile.TAKEN) + len(hostile.REFUSED))}
    wanted |= {f"FR Doc. 2026-4300{number}" for number in (1, 3, 4)}
    assert set(titles) == wanted
    assert titles[f"FR Doc. {hostile.number_of('controls')}"] == "Kratom placement in schedule I"
    assert titles[f"FR Doc. {hostile.number_of('surrogate')}"] == "Kratom \ufffd rule"
    assert titles[f"FR Doc. {hostile.number_of('long title')}"].endswith("… (10,007 characters)")
    assert {url.rpartition("/")[2] for (url,) in refused} == {f"{hostile.number_of(case)}.json" for case in hostile.REFUSED}


def test_every_output_of_a_hostile_record(replayed: Answer, data: Path, ask: Ask, tmp_path: Path) -> None:
    for verb in (
        ["review", "list", "--state", "all"],
        ["review", "list", "--json"],
        ["runs", "list"],
        ["runs", "show", "1"],
        ["status"],
    ):
        assert worked(ask(*verb)).code == 0
    for verb in (
        ["changes", "--json"],
        ["verify"],
        ["sql", "SELECT * FROM document", "--format", "csv"],
        ["sql", "SELECT title FROM measure"],
    ):
        worked(ask(*verb))
    assert worked(ask("report", "--period", "2026-11")).code == 0
    pages = {path.suffix: path.read_text("utf-8") for path in (data / "reports").glob("*2026-11*")}
    for page in pages.values():
        clean(page)
    assert "javascript:" not in pages[".html"].replace("[x](javascript:alert(1))", "")
    assert "<script>alert" not in pages[".html"]
    assert "<script" not in pages[".md"]
    cells = [cell for row in csv.reader(io.StringIO(pages[".csv"])) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@\uff1d\uff0b\uff0d\uff20" and cell] == []
    assert worked(ask("export", "--output", str(tmp_path / "out"))).code == 0


def test_a_record_goes_to_the_other_database(copy: Path, ask: Ask, tmp_path: Path, postgresql: Database) -> None:
    path = replays.warc(tmp_path / "theirs", *hostile.answers())
    worked(ask("crawl", "--replay", str(path)))
    with postgresql.empty(tmp_path / "there") as there:
        assert worked(ask("db", "copy", f"sqlite:///{copy}/tracker.db", there.database_url)).code == 0


RECORDS = (
    "WARC-Target-URI: https://www.ecfr.gov/api/versioner/v1/titles.json\x1b[2J\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 200 X",
    "WARC-Target-URI: https://www.ecfr.gov/api/versioner/v1/titles.json\r\nWARC-Date: 0001-01-01T00:00:00+14:00\r\n|HTTP/1.1 200 X",
    "WARC-Target-URI: https://www.ecfr.gov/api/versioner/v1/titles.json\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 99999999999 X",
    "WARC-Target-URI: https://www.ecfr.gov/api/versioner/v1/titles.json\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 \u00b2\u00b2\u00b2 X",
    "WARC-Target-URI: https://www.ecfr.gov/api/versioner/v1/titles.json\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 302 X\r\nLocation: \x1b[2J",
    'WARC-Target-URI: https://www.ecfr.gov/api/versioner/v1/titles.json\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 200 X\r\nETag: "\x85\x1b"',
    "WARC-Target-URI: https://www.ecfr.gov/" + "x" * 100_000 + "\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 200 X",
    "WARC-Target-URI: http://[\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n|HTTP/1.1 200 X",
)


def test_records_that_make_no_sense_cost_no_other(data: Path, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_NOW", NOW)
    broken = hostile.raw(tmp_path / "broken.warc.gz", *RECORDS)
    good = replays.warc(tmp_path / "theirs", *hostile.answers())
    told = worked(ask("crawl", "--replay", str(broken), "--replay", str(good), "--json"))
    runs = {run["source"]: run for run in told.json}
    assert runs["us_federal_register"]["verdict"] == "partial"
    assert runs["us_ecfr"]["verdict"] == "held"
    assert sum(runs["us_ecfr"]["fetches"].values()) >= 5
    assert worked(ask("verify")).code == 0

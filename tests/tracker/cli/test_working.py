"""The verbs that work: database, doctor, proposals, crawls, runs, report, map and the main job."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import crawler.fetching.network
from crawler import registry
from tests.tracker.cli.conftest import Ask
from tests.tracker.test_verify import tampered
from tracker import reports, settings, workspace
from tracker.atlas import pictures
from tracker.codebook import Codebook
from tracker.pipeline import rounds
from tracker.pipeline.summary import RunSummary
from tracker.reports import Publication
from tracker.workspace import Workspace

REACHED = RunSummary("fi_finlex", "live", "healthy", (), run=1, fetches={"ok": 3}, documents=2)
HELD = RunSummary("gb_bills", "live", "held", ("fewer answers than the floor",), run=2, fetches={"blocked": 4})
UNREACHED = RunSummary("us_congress", "live", "no_network", (), run=3, fetches={"no_network": 1})
BILL = """AN ACT to prohibit the sale of kratom.
Be it enacted by the General Assembly:
SECTION 1. A person shall not sell kratom in this state.
SECTION 2. This act takes effect July 1, 2026.
"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler.fetching.network, "reachable", lambda urls, seconds=0: False)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Lets the crawl answer with given summaries; returns what it was asked."""
    asked: list[Any] = []

    def give(*summaries: RunSummary) -> list[Any]:
        def crawled(
            workspace: Workspace, sources: list[str] | None, due: bool, progress: Callable[[str], None]
        ) -> list[RunSummary]:
            asked.append((sources, due))
            progress("asking")
            return list(summaries)

        monkeypatch.setattr(rounds, "ask_sources", crawled)
        return asked

    return give


def test_a_record_is_made_and_checked(ask: Ask, fresh: Path) -> None:
    assert "kratom-tracker" in ask("status").refused(2)
    assert ask("db", "upgrade").code == 0
    held = ask("db", "current", "--json").json
    assert held["current"] == held["needed"]
    assert ask("db", "check").code == 0
    assert fresh.is_dir()


def test_a_schema_that_differs_is_a_problem(ask: Ask, data: Path) -> None:
    opened = workspace.existing(settings.load())
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE claim ADD COLUMN surplus TEXT")
    opened.engine.dispose()
    told = ask("db", "check")
    assert told.code == 1
    assert "surplus" in told.err


def test_the_doctor_finds_a_sound_record_and_what_is_good_to_know(ask: Ask, data: Path) -> None:
    told = ask("doctor", "--json")
    checks = {check["what"]: check for check in told.json}
    assert checks["record"]["state"] == "ok"
    assert checks["network"]["state"] == "note"
    assert "fi_finlex" in checks["sources never run"]["found"]
    assert checks["clock"]["state"] == "ok"
    assert {check["what"] for check in told.json if check["state"] == "problem"} <= {"kratom-tracker"}


def test_the_doctor_finds_a_clock_behind_the_record(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_NOW", "2025-01-01T00:00:00Z")
    told = ask("doctor", "--json")
    assert told.code == 1
    assert {check["what"]: check["state"] for check in told.json}["clock"] == "problem"


def test_the_doctor_works_before_there_is_a_record(ask: Ask, fresh: Path) -> None:
    checks = {check["what"]: check for check in ask("doctor", "--json").json}
    assert checks["record"]["state"] == "note"
    assert "kratom-tracker" in checks["record"]["found"], "how to make one"
    assert not fresh.exists()


def test_propose_reads_a_file_and_records_nothing(ask: Ask, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bill.txt"
    file.write_text(BILL, "utf-8")
    told = ask("propose", str(file), "--jurisdiction", "Tennessee", "--kind", "bill", "--json").json
    (proposal,) = told["provisions"]
    assert (proposal["substance"], proposal["conduct"], proposal["effect"]) == ("kratom", "sell", "prohibited")
    assert BILL[proposal["quote_start"] : proposal["quote_end"]] == proposal["quote"]
    assert "proposes: kratom, sell: prohibited" in ask("propose", str(file), "--jurisdiction", "US-TN", "--kind", "bill").out
    assert ask("review", "list", "--json").json == []


def test_propose_refuses_what_it_cannot_read(ask: Ask, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bill.txt"
    file.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in ask("propose", str(file), "--jurisdiction", "US-TN", "--kind", "bill").refused(2)
    file.write_text(BILL, "utf-8")
    assert "known: " in ask("propose", str(file), "--jurisdiction", "US-TN", "--kind", "novel").refused(2)
    assert "absent.txt" in ask("propose", str(tmp_path / "absent.txt"), "--jurisdiction", "US-TN", "--kind", "bill").refused(2)


def test_sql_in_every_format(ask: Ask, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT code, name FROM jurisdiction WHERE code IN ('CI', 'US') ORDER BY code"
    file = tmp_path / "query.sql"
    file.write_text(query)
    assert ask("sql", query, "--format", "csv").out.splitlines() == ["code,name", "CI,Côte d'Ivoire", "US,United States"]
    assert ask("sql", "--file", str(file), "--json").json == [
        {"code": "CI", "name": "Côte d'Ivoire"},
        {"code": "US", "name": "United States"},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO(query))
    assert [line.split()[0] for line in ask("sql", "-").out.splitlines()] == ["code", "CI", "US"]
    assert "only reading" in ask("sql", "DELETE FROM belief").refused(2)
    assert "--timeout" in ask(
        "sql", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n", "--timeout", "0.2"
    ).refused(1)


def test_csv_keeps_values_as_they_are(ask: Ask, data: Path) -> None:
    assert ask("sql", "SELECT '=1+1' AS a, NULL AS b, 'x,\"y\"' AS c", "--format", "csv").out == 'a,b,c\n=1+1,,"x,""y"""\n'


@pytest.mark.parametrize(
    ("summaries", "code"),
    [((REACHED,), 0), ((REACHED, HELD), 1), ((UNREACHED,), 1), ((), 0)],
    ids=["healthy", "held", "no network", "none due"],
)
def test_crawl_ends_with_what_became_of_it(
    summaries: tuple[RunSummary, ...], code: int, ask: Ask, data: Path, answers: Callable[..., list[Any]]
) -> None:
    asked = answers(*summaries)
    told = ask("crawl", "--due")
    assert told.code == code
    assert asked == [(None, True)]
    assert all(run.source in told.out for run in summaries)
    assert told.err == "asking\n"


@pytest.mark.parametrize("words", [("crawl",), ("run",)])
def test_a_source_that_cannot_be_loaded_is_named_and_the_others_are_asked(
    words: tuple[str, ...],
    ask: Ask,
    data: Path,
    answers: Callable[..., list[Any]],
    press: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "not_loaded", lambda: (("zz_lost", "source 'zz_lost' lacks licence"),))
    asked = answers(REACHED)
    told = ask(*words)
    assert (told.code, len(asked)) == (0, 1)
    assert "left out, it cannot be loaded: zz_lost: source 'zz_lost' lacks licence" in told.err


def test_crawl_refuses_an_unknown_source_and_contradictions(ask: Ask, data: Path, tmp_path: Path) -> None:
    assert "fi_finlex" in ask("crawl", "fi_finlax").refused(2)
    (tmp_path / "a.warc.gz").write_bytes(b"")
    assert "--replay" in ask("crawl", "--due", "--replay", str(tmp_path / "a.warc.gz")).refused(2)


def test_runs_and_proposals_that_are_not_there(ask: Ask, data: Path) -> None:
    assert ask("runs", "list", "--json").json == []
    assert "no run 7" in ask("runs", "show", "7").refused(2)
    assert "no run 7" in ask("runs", "accept", "7", "--by", "A. Reader").refused(2)
    assert "no proposal 7" in ask("review", "show", "7").refused(2)
    assert "no proposal 7" in ask("review", "accept", "7", "--by", "A. Reader").refused(2)
    assert "held" in ask("runs", "list", "--verdict", "ill").refused(2)


def test_the_plan_of_the_schedule(ask: Ask, data: Path) -> None:
    told = ask("schedule", "list", "--json").json
    assert told["leader"] is None
    assert [job["job"] for job in told["jobs"]] == ["crawl", "weekly_report"]
    assert told["jobs"][1]["next"] == "2026-11-30T11:00:00Z"
    assert "TRACKER_NOW" in ask("schedule", "run").refused(2)


class Picture:
    """A map as far as the verbs need one."""

    def __init__(self, *asked: object) -> None:
        self.asked = asked

    def svg(self) -> str:
        return f"<svg>{self.asked}</svg>"

    def html(self) -> str:
        return "<html></html>"

    def csv(self) -> str:
        return "code\n"

    def geojson(self) -> str:
        return "{}"

    def png(self, path: Path) -> None:
        path.write_bytes(b"png")


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch, data: Path) -> list[Any]:
    """A press that prints what it was asked."""
    printed: list[Any] = []

    def publish(
        workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime, pdf: bool = False
    ) -> Publication:
        printed.append((period, known, pdf))
        return Publication((data / "reports" / f"{period or 'last'}.html",), f"week-{period}", True, ("retrospective",))

    def of_day(connection: object, codebook: Codebook, region: str, substance: str, day: date, known: datetime) -> Picture:
        return Picture(region, substance, day.isoformat())

    monkeypatch.setattr(reports, "publish", publish)
    monkeypatch.setattr(pictures, "of_day", of_day)
    return printed


def test_report_asks_for_the_last_full_week_unless_told(ask: Ask, data: Path, press: list[Any]) -> None:
    told = ask("report")
    assert "last.html" in told.out
    assert "retrospective" in told.err
    ask("report", "--week", "2026-W40", "--pdf")
    ask("report", "--period", "2026-10")
    assert [asked[0] for asked in press] == [None, "2026-W40", "2026-10"]
    assert [asked[2] for asked in press] == [False, True, False]
    assert "not both" in ask("report", "--week", "2026-W40", "--period", "2026-10").refused(2)


def test_map_is_written_or_printed(ask: Ask, data: Path, tmp_path: Path, press: list[Any]) -> None:
    assert ask("map", "us", "--on", "2026-08-01").out == "<svg>('us', 'kratom', '2026-08-01')</svg>"
    assert "--output" in ask("map", "us", "--format", "png").refused(2)
    target = tmp_path / "deep" / "us.png"
    told = ask("map", "us", "--format", "png", "--output", str(target))
    assert (told.code, told.out) == (0, "")
    assert target.read_bytes() == b"png"


def test_run_without_a_network_still_reports_and_draws(
    ask: Ask, data: Path, press: list[Any], answers: Callable[..., list[Any]]
) -> None:
    answers(UNREACHED)
    told = ask("run")
    assert told.code == 0
    assert "no network; not reached: us_congress" in told.out
    assert press == [(None, None, False)]
    for name in ("us-kratom.svg", "world-kratom.html", "us-7-oh.csv"):
        assert (data / "site" / "maps" / name).exists()
        assert name in told.out
    assert "drawing" in told.err


def test_run_tells_a_held_source_and_ends_with_a_problem(
    ask: Ask, data: Path, press: list[Any], answers: Callable[..., list[Any]]
) -> None:
    answers(REACHED, HELD)
    told = ask("run")
    assert told.code == 1
    assert "gb_bills: held: fewer answers than the floor" in told.out
    assert press


def test_a_summary_as_json(ask: Ask, data: Path, answers: Callable[..., list[Any]]) -> None:
    answers(REACHED)
    (told,) = json.loads(ask("crawl", "fi_finlex", "--json").out)
    assert (told["source"], told["verdict"], told["fetches"]) == ("fi_finlex", "healthy", {"ok": 3})


def test_run_makes_a_whole_edition_and_maps_from_an_empty_folder(
    ask: Ask, fresh: Path, answers: Callable[..., list[Any]]
) -> None:
    answers(UNREACHED)
    told = ask("run")
    assert told.code == 0
    edition = (fresh / "reports" / "week-2026-W47.html").read_text("utf-8")
    assert "2026" in edition
    for name in ("us-kratom", "world-kratom", "us-7-oh", "world-7-oh"):
        assert "Alabama" in (fresh / "site" / "maps" / f"{name}.html").read_text("utf-8") or name.startswith("world")
        assert (fresh / "site" / "maps" / f"{name}.svg").read_text("utf-8").startswith("<svg")
    said = [line.strip() for line in told.out.splitlines()]
    assert all(str(path) in said for path in [*fresh.glob("reports/*.*"), *fresh.glob("maps/*.*")])


def test_verify_finds_what_was_altered(ask: Ask, data: Path) -> None:
    sound = ask("verify", "--json")
    assert (sound.code, sound.json["problems"]) == (0, [])
    opened = workspace.existing(settings.load())
    of_kratom = "jurisdiction = 'US-TN' AND substance = 'kratom'"
    tampered(opened, f"UPDATE assertion SET status = 'regulated' WHERE {of_kratom} AND status = 'banned'")
    opened.engine.dispose()
    altered = ask("verify")
    assert altered.code == 1
    assert "assertion" in altered.out


def test_an_archive_of_which_nothing_can_be_read_is_a_problem(ask: Ask, data: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.warc.gz").write_bytes(b"garbage")
    assert "after 0 whole records" in ask("crawl", "--replay", str(tmp_path / "answers.warc.gz")).refused(1)
    assert ask("runs", "list", "--json").json == []


@pytest.mark.parametrize(
    "words",
    [
        ("code", "finding", "jurisdiction=US-VI", "substance=kratom", "looked_in=V.I. Code", "terms=kratom"),
        ("review", "reject", "1", "--reason", "another plant"),
    ],
)
def test_who_decides_must_have_a_name(words: tuple[str, ...], ask: Ask, data: Path) -> None:
    assert "the record names them" in ask(*words, "--by", " ").refused(2)

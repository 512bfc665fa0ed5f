"""Real crawls of servers on the loopback interface, through the program's own processes: silence is told and changes no law."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from crawler import registry
from crawler.archive.warc import instant
from crawler.contract.items import Outcome
from crawler.contract.report import report
from crawler.fetching import network
from crawler.fetching.output import Output
from crawler.parsing.matching import Term, write_terms
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.pipeline.site import HTML, LIST, STATUS, Site
from tests.tracker.replays import CHALLENGE, dump, replayed, rows
from tracker import settings
from tracker.domain.entries import Measure
from tracker.domain.vocabulary import Stage
from tracker.evidence import measures
from tracker.pipeline import crawl, crawlers, source_news, spool
from tracker.pipeline.accept import UnknownRun, accept_run
from tracker.pipeline.replay import replay
from tracker.pipeline.rounds import ask_sources, due_sources
from tracker.pipeline.summary import RunSummary, describe, lines
from tracker.pipeline.take_in import Crawled
from tracker.pipeline.unit import work, work_on
from tracker.store.integrity import sealing
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import locked, reading
from tracker.workspace import Workspace

TOLD = "SELECT b.kind, b.before, b.after FROM change_boundary b JOIN change c ON c.id = b.change WHERE c.source = 'quiet' ORDER BY b.id"
CUT = "failed: the html at {0}/list breaks off: it has no end); 1 seen, below the floor of 2"
OTHER = "layout_changed: expected 1 of \"//p[@id='end']/..\", found 0 at {0}/list); 1 seen, below the floor of 2"
COVERAGE = "SELECT verdict, reason, outcomes, seen FROM coverage WHERE source = 'quiet'"

of_processes = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""On SQLite alone: it is the crawler's processes that are tested, and they know no database."""


def run(workspace: Workspace, *sources: str) -> RunSummary:
    return ask_sources(workspace, sources or ["quiet"], False, lambda _: None)[0]


def test_silence(quiet: Workspace, site: Site) -> None:
    """Golden case 17."""
    first = run(quiet)
    assert (first.verdict, first.documents, first.decided) == ("healthy", 2, 3)
    assert json.loads(json.dumps(asdict(first)))["fetches"] == {"ok": 2}
    saw = rows(quiet.engine, STATUS)
    assert [(status, day, until) for status, day, _, until in saw] == [
        ("unknown", None, None),
        ("sale_prohibited", "2016-04-01", None),
    ]
    assert rows(quiet.engine, TOLD) == []

    told = []
    for page in (
        (200, HTML, CHALLENGE),
        (200, HTML, b""),
        (404, HTML, b"gone"),
        (200, HTML, LIST[: len(LIST) // 2]),
        (200, HTML, LIST.replace(b" id='end'", b"")),
    ):
        site.pages["/list"] = page
        run(quiet)
        ((verdict, reason, outcomes, seen),) = rows(quiet.engine, COVERAGE)
        assert "unobserved: what 1 of 1 lists tell: " in reason, "it says what is not known"
        told.append((verdict, reason.partition("/list (")[2], json.loads(outcomes), seen))
        assert rows(quiet.engine, STATUS) == saw, "silence is no repeal"
        assert rows(quiet.engine, TOLD) == [("source_lost", "healthy", "held")], "lost once, however long it lasts"
    assert told == [
        (
            "held",
            "blocked: page says '<title>Just a moment...</title>' (status 200)); 1 seen, below the floor of 2",
            {"blocked": 1, "not_modified": 1},
            1,
        ),
        ("held", "empty: status 200 without a body); 1 seen, below the floor of 2", {"empty": 1, "not_modified": 1}, 1),
        ("failed", "gone: status 404); 1 seen, below the floor of 2", {"gone": 1, "not_modified": 1}, 1),
        ("failed", CUT.format(site.host), {"failed": 1, "not_modified": 1}, 1),
        ("held", OTHER.format(site.host), {"layout_changed": 1, "not_modified": 1}, 1),
    ]

    site.good()
    assert run(quiet).verdict == "healthy"
    assert rows(quiet.engine, COVERAGE)[0][0] == "healthy"
    run(quiet)
    assert rows(quiet.engine, TOLD) == [("source_lost", "healthy", "held"), ("source_restored", "lost", "healthy")]
    assert rows(quiet.engine, STATUS) == saw

    before = dump(quiet.engine)
    archived = sorted(path for path in quiet.settings.archive.iterdir())
    for _ in range(2):
        (again,) = replay(quiet, archived, ["quiet"], lambda _: None)
        assert again.verdict == "held", "a blocked page is among the archived answers"
    after = dump(quiet.engine)
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"crawl_run", "fetch", "observation", "root"}, "a replay leaves evidence of itself and nothing else"
    assert rows(quiet.engine, COVERAGE)[0][0] == "healthy"


def test_what_a_healthy_run_saw_is_remembered_and_a_held_run_teaches_nothing(quiet: Workspace, site: Site) -> None:
    site.pages["/list"] = (200, HTML, CHALLENGE)
    assert run(quiet).verdict == "held"
    assert rows(quiet.engine, "SELECT count(*) FROM fetch_memory") == [(0,)]
    assert rows(quiet.engine, "SELECT count(*) FROM review") == [(0,)]
    site.good()
    run(quiet)
    (remembered,) = rows(quiet.engine, "SELECT source, entry, run FROM fetch_memory")
    assert (remembered[0], json.loads(remembered[1])["etag"], remembered[2]) == ("quiet", '"1"', 2)
    site.asked.clear()
    third = run(quiet)
    assert dict(site.asked) == {"/list": None, "/decree": '"1"'}
    assert third.fetches == {"ok": 1, "not_modified": 1}
    assert rows(quiet.engine, "SELECT count(*) FROM document_version") == [(2,)]


def test_after_unchanged_crawls_a_new_term_reads_the_page_again(
    quiet: Workspace, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 304 loses nothing: what is remembered goes on pointing at the answer with the payload."""
    run(quiet)
    remembered = rows(quiet.engine, "SELECT source, entry, run FROM fetch_memory")
    assert [run(quiet).fetches for _ in range(2)] == [{"ok": 1, "not_modified": 1}] * 2
    assert rows(quiet.engine, "SELECT source, entry, run FROM fetch_memory") == remembered
    term = Term("kuluttajamarkkinoilta", "consumer", ("fi",))
    monkeypatch.setattr(crawl, "write_terms", lambda terms: write_terms((*terms, term)))
    site.asked.clear()
    again = run(quiet)
    assert dict(site.asked) == {"/list": None, "/decree": '"1"'}
    assert (again.verdict, again.fetches, again.documents) == ("healthy", {"ok": 2}, 2)
    assert rows(quiet.engine, "SELECT count(*) FROM document_version") == [(2,)]


def test_an_accepted_run_is_believed(quiet: Workspace, site: Site) -> None:
    site.pages["/extra"] = (200, HTML, LIST)
    site.pages["/decree"] = (404, {}, b"")
    summary = run(quiet)
    assert (summary.verdict, summary.proposals) == ("held", 0)
    assert rows(quiet.engine, STATUS) == []
    assert summary.run is not None
    assert rows(quiet.engine, "SELECT stage FROM crawl_run") == [("taken_in",)], "it waits for a person"
    accepted = accept_run(quiet, summary.run, "A. Reader")
    assert rows(quiet.engine, "SELECT stage FROM crawl_run") == [("followed_up",)]
    assert accepted.proposals == 3
    assert accepted.decided == 0, "no dated instrument was captured that opens the entry's period"
    with pytest.raises(UnknownRun, match=r"accepted by A\. Reader on 2026-11-25"):
        accept_run(quiet, summary.run, "A. Reader")
    assert rows(quiet.engine, "SELECT count(*) FROM fetch_memory") == [(0,)]


def test_an_accepted_run_is_remembered(quiet: Workspace, site: Site) -> None:
    """What a person lets pass is not fetched again; nor does it take the place of what a later run saw."""
    site.pages["/list"] = (200, HTML, CHALLENGE)
    held = [run(quiet), run(quiet)]
    assert [one.verdict for one in held] == ["held", "held"]
    first, second = (one.run or 0 for one in held)
    accept_run(quiet, second, "A. Reader")
    remembered = rows(quiet.engine, "SELECT source, entry, run FROM fetch_memory")
    assert [(source, json.loads(entry)["etag"], of) for source, entry, of in remembered] == [("quiet", '"1"', second)]
    accept_run(quiet, first, "A. Reader")
    assert rows(quiet.engine, "SELECT source, entry, run FROM fetch_memory") == remembered
    site.good()
    site.asked.clear()
    third = run(quiet)
    assert dict(site.asked) == {"/list": None, "/decree": '"1"'}
    assert (third.verdict, third.documents) == ("healthy", 2), "an unchanged answer is read again from the archive"


@of_processes
def test_a_source_that_blocks_the_process_costs_the_others_nothing(
    quiet: Workspace, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time is up as soon as it is asked for the page that blocks it: nobody waits for a limit, however busy the machine is."""
    ahead = 0.0
    monkeypatch.setattr(crawlers, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + ahead))
    seconds = quiet.settings.crawl_seconds

    def let_the_time_pass(line: str) -> None:
        nonlocal ahead
        if line.startswith("quiet: healthy"):
            site.wait_for("/hang")
            ahead = seconds + crawlers._GRACE

    first, second = ask_sources(quiet, ["quiet", "stuck"], False, let_the_time_pass)
    assert (first.source, first.verdict, first.decided) == ("quiet", "healthy", 3)
    assert (second.source, second.verdict) == ("stuck", "failed")
    assert f"it did not end within {seconds} seconds; see TRACKER_CRAWL_SECONDS" in second.reasons[0]


@of_processes
def test_a_crawler_that_cannot_start_is_told_and_writes_nothing(quiet: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "_CRAWLER", (sys.executable, "-c", "import sys; sys.exit('out of memory')"))
    before = dump(quiet.engine)
    summary = run(quiet)
    assert (summary.run, summary.verdict, summary.reasons) == (
        None,
        "failed",
        ("the crawler ended first (exit 1): out of memory",),
    )
    assert dump(quiet.engine) == before
    assert list(quiet.settings.spool.iterdir()) == [], "no folder is left"


@of_processes
def test_a_dead_source_and_one_that_hangs_delay_nobody(quiet: Workspace, slow_site: Site) -> None:
    """The healthy one is in the record while the other still waits for its answer."""
    known: dict[str, Any] = {}

    def told(line: str) -> None:
        if line.startswith("quiet: healthy"):
            known["runs"] = rows(quiet.engine, "SELECT source, verdict FROM crawl_run WHERE source = 'quiet'")
            known["status"] = rows(quiet.engine, STATUS)
            slow_site.wait_for("/wait")
            known["before"] = rows(quiet.engine, "SELECT source FROM crawl_run WHERE source = 'slow'")
            slow_site.released.set()

    dead, healthy, slow = ask_sources(quiet, ["dead", "quiet", "slow"], False, told)
    assert known["runs"] == [("quiet", "healthy")]
    assert known["status"]
    assert known["before"] == [], "it hangs, and nobody waits for it"
    assert [dead.verdict, healthy.verdict, slow.verdict] == ["failed", "healthy", "healthy"]


def test_a_crawl_is_given_the_memory_of_its_own_sources(quiet: Workspace, site: Site) -> None:
    run(quiet)
    with locked(quiet.engine) as connection:
        held = connection.execute(select(e.fetch_memory)).one()
        connection.execute(insert(e.fetch_memory).values(key="other", source="slow", entry="{}", run=held.run))
    job = crawl.job(quiet, ("quiet", "stuck"))
    assert (job.spool.folder / "memory.jsonl").read_text() == held.entry + "\n"
    job.spool.close()


def test_a_crawl_is_told_which_measures_to_watch(quiet: Workspace) -> None:
    """Every measure of its own that is not final and whose session is not long over; of others those that no source told of yet."""
    over = {"ends_on": date(2026, 6, 1)}
    told = [
        ("in committee", "quiet", "in_committee", {}),
        ("without a stage", "quiet", "", {}),
        ("vetoed", "quiet", "vetoed", {}),
        ("researched", "baseline", "introduced", {}),
        ("told by another", "slow", "introduced", {}),
        ("of a session long over", "quiet", "introduced", over),
        ("carried over", "quiet", "carried_over", over),
    ]
    with quiet.writing() as writer:
        for identifier, source, stage, session in told:
            measure = Measure(
                "FI", identifier, identifier, title=identifier, kind="bill", source=source, stage=Stage(stage) if stage else None
            )
            measures.merge_measure(writer, measure, None, today=date(2026, 11, 28))
            if session:
                sealing.alter(writer, t.session, t.session.c.identifier == identifier, session)
    job = crawl.job(quiet, ("quiet",))
    document = json.loads((job.spool.folder / "watched.json").read_text())
    job.spool.close()
    assert [one["identifier"] for one in document["quiet"]] == ["in committee", "without a stage", "researched", "carried over"]
    assert set(document["quiet"][0]) == {"jurisdiction", "session", "identifier"}


@of_processes
def test_sources_that_share_a_host_share_a_process(quiet: Workspace) -> None:
    assert sorted(map(sorted, crawlers.by_host(["dead", "quiet", "slow", "stuck"]))) == [["dead"], ["quiet", "stuck"], ["slow"]]


def test_a_run_that_lost_its_captures_fails_alone(quiet: Workspace) -> None:
    url, at = "http://127.0.0.1/list", "2026-11-25T11:00:00+00:00"
    here = spool.make(quiet.settings.spool)
    for key in ("quiet", "stuck"):
        fetches = [replays.fetched(key, url + str(number), at, file="") for number in range(2)]
        output = Output(here.folder / key, at)
        output.add(fetches[0], [replays.document(url, "text", at, source="quiet")] if key == "quiet" else [])
        output.add(fetches[1], [])
        output.end(report(registry.sources()[key], fetches, started_at=at, finished_at=at))
    lost, other = (work_on(quiet, here, key, "") for key in ("quiet", "stuck"))
    here.close()
    assert (lost.source, lost.verdict) == ("quiet", "failed")
    assert "names no archived response" in lost.reasons[-1]
    assert rows(quiet.engine, "SELECT verdict, reason FROM crawl_run ORDER BY id")[0] == ("failed", lost.reasons[-1])
    assert (other.source, other.verdict) == ("stuck", "healthy")
    assert rows(quiet.engine, "SELECT count(*) FROM document") == [(0,)]


@of_processes
def test_a_network_that_is_not_there_is_found_before_anybody_is_asked(
    quiet: Workspace, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "reachable", lambda urls, seconds=0: False)
    monkeypatch.setattr(crawlers, "_CRAWLER", ("must not be started",))
    told = ask_sources(quiet, ["quiet", "slow"], False, lambda _: None)
    assert [(one.source, one.verdict) for one in told] == [("quiet", "no_network"), ("slow", "no_network")]
    assert site.asked == []


def runs_at(workspace: Workspace, source: str, at: datetime, outcome: Outcome, mode: str = "live") -> None:
    stamp = instant(at)
    fetch = replays.fetched(source, "https://example.org/", stamp, file="")
    run_report = report(
        registry.sources()[source],
        [type(fetch)(source=source, method="GET", url=fetch.url, outcome=outcome, first=True)],
        started_at=stamp,
        finished_at=stamp,
    )
    work(workspace, Crawled(run_report, mode, "", [], []))


def test_a_source_is_due_when_its_cadence_has_passed(empty: Workspace, clock: Clock) -> None:
    now = settings.now()

    def due(at: datetime) -> set[str]:
        with reading(empty.engine) as connection:
            return set(due_sources(connection, at))

    assert due(now) == set(registry.sources())
    cadence = timedelta(hours=registry.sources()["fi_finlex"].cadence_hours)
    runs_at(empty, "fi_finlex", now, Outcome.BLOCKED)
    assert "fi_finlex" not in due(now + cadence - timedelta(seconds=1)), "a blocked source is asked no oftener"
    assert "fi_finlex" in due(now + cadence)
    runs_at(empty, "fi_finlex", now + cadence, Outcome.NO_NETWORK)
    assert "fi_finlex" in due(now + cadence), "without a network it was not asked"
    runs_at(empty, "fi_finlex", now + cadence, Outcome.OK, mode="replay")
    assert "fi_finlex" in due(now + cadence), "a replay asks nobody"


@of_processes
def test_nothing_due_asks_nobody(quiet: Workspace, site: Site, clock: Clock) -> None:
    clock(datetime.now(UTC).isoformat())
    first = ask_sources(quiet, ["quiet"], True, lambda _: None)
    assert [one.source for one in first] == ["quiet"]
    site.asked.clear()
    assert ask_sources(quiet, ["quiet"], True, lambda _: None) == []
    assert site.asked == []


@of_processes
def test_a_source_that_is_turned_off_is_asked_only_by_name(quiet: Workspace, site: Site) -> None:
    off = replace(quiet, settings=quiet.settings.model_copy(update={"sources_off": ("dead", "quiet", "slow", "stuck")}))
    assert ask_sources(off, None, False, lambda _: None) == []
    assert site.asked == []
    (run,) = ask_sources(off, ["quiet"], False, lambda _: None)
    assert run.source == "quiet"


@pytest.mark.parametrize("word", ["us_ecfr", "us_ecfr, fi_finlex ,"])
def test_sources_are_turned_off_by_a_list_with_commas(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SOURCES_OFF", word)
    assert settings.load().sources_off == tuple(word.replace(" ", "").strip(",").split(","))


def test_no_network_is_no_loss_of_a_source(empty: Workspace) -> None:
    now = settings.now()
    runs_at(empty, "us_ecfr", now, Outcome.OK)
    with locked(empty.engine) as connection:
        connection.execute(update(e.crawl_run).values(verdict="healthy"))
    runs_at(empty, "us_ecfr", now + timedelta(hours=1), Outcome.NO_NETWORK)
    assert rows(empty.engine, "SELECT count(*) FROM change") == [(0,)]
    runs_at(empty, "us_ecfr", now + timedelta(hours=2), Outcome.FAILED)
    assert rows(empty.engine, "SELECT kind FROM change_boundary") == [("source_lost",)]


def test_a_source_that_was_never_healthy_cannot_be_lost(empty: Workspace) -> None:
    runs_at(empty, "us_ecfr", settings.now(), Outcome.BLOCKED)
    assert rows(empty.engine, "SELECT count(*) FROM change") == [(0,)]


def test_a_source_works_again_when_a_person_accepts_its_newest_run(empty: Workspace) -> None:
    now = settings.now() - timedelta(days=1)
    runs_at(empty, "us_ecfr", now, Outcome.OK)
    with locked(empty.engine) as connection:
        connection.execute(update(e.crawl_run).values(verdict="healthy"))
    for hour in (1, 2):
        runs_at(empty, "us_ecfr", now + timedelta(hours=hour), Outcome.BLOCKED)
    query = "SELECT kind, before, after FROM change_boundary ORDER BY id"
    lost, restored = ("source_lost", "healthy", "held"), ("source_restored", "lost", "accepted")
    accept_run(empty, 2, "A. Reader")
    assert rows(empty.engine, query) == [lost], "it is the newest run that tells"
    accept_run(empty, 3, "A. Reader")
    assert rows(empty.engine, query) == [lost, restored]


def test_what_a_run_needs_to_be_accepted(empty: Workspace) -> None:
    runs_at(empty, "us_ecfr", settings.now(), Outcome.NO_NETWORK)
    for number, words in ((9, "there is no run 9"), (1, "met no network")):
        with pytest.raises(UnknownRun, match=words):
            accept_run(empty, number, "A. Reader")
    with pytest.raises(UnknownRun, match="needs the name"):
        accept_run(empty, 1, " ")


def described(**fields: Any) -> str:
    return describe(RunSummary(**{"source": "quiet", "mode": "replay", "verdict": "healthy", "reasons": (), "run": 3, **fields}))


def test_a_line_on_a_run() -> None:
    assert described(known=True) == "quiet: replayed before as run 3; nothing changes"
    held = described(verdict="held", reasons=("1 blocked",), fetches={"ok": 2, "blocked": 1}, documents=2)
    assert held == "quiet: held (1 blocked); 1 blocked, 2 ok; 2 documents, 0 measures, 0 proposals, 0 decided"


def test_a_network_that_is_not_there_is_said_once() -> None:
    runs = [RunSummary(key, "live", "no_network", ("there is no network",)) for key in ("quiet", "silent")]
    assert list(lines([*runs, RunSummary("", "replay", "unrouted", (), unrouted=2)])) == [
        "2 exchanges of addresses that no source claims",
        "no network; not reached: quiet, silent",
    ]


def test_an_unclaimed_address_is_counted_and_kept_apart(empty: Workspace, tmp_path: Path) -> None:
    path = replays.warc(tmp_path, replays.answer("https://nobody.test/", b"x", "2026-01-01T00:00:00+00:00"), replays.FINLAND[0])
    first, unrouted = replayed(empty, path)
    assert first.source == "fi_finlex"
    assert (unrouted.verdict, unrouted.unrouted) == ("unrouted", 1)
    assert rows(empty.engine, "SELECT count(*) FROM crawl_run") == [(1,)]


def test_a_source_that_ceases_to_work_by_mere_time_is_told_lost_once(empty: Workspace, clock: Clock) -> None:
    """Nobody asked it: no run tells."""
    runs_at(empty, "us_ecfr", settings.now(), Outcome.OK)
    with locked(empty.engine) as connection:
        connection.execute(update(e.crawl_run).values(verdict="healthy"))
    query = "SELECT kind, before, after, after_terms FROM change_boundary ORDER BY id"

    def told_on(day: str) -> list[Any]:
        clock(f"{day}T11:00:00Z")
        with empty.writing() as writer:
            source_news.tell_silent(writer)
        return rows(empty.engine, query)

    assert told_on("2026-12-02") == [], "seven days are not over"
    lost = ("source_lost", "healthy", "overdue", "last answer 2026-11-25 (healthy), last good one 2026-11-25")
    assert told_on("2026-12-03") == told_on("2026-12-04") == [lost]


def test_a_skipped_run_tells_of_a_loss_where_there_was_something_to_lose(empty: Workspace) -> None:
    """A source without its key watches nothing any more, whoever is to blame."""
    now = settings.now()
    runs_at(empty, "us_legiscan", now, Outcome.SKIPPED_NO_KEY)
    assert rows(empty.engine, "SELECT count(*) FROM change") == [(0,)], "it never worked"
    runs_at(empty, "us_ecfr", now, Outcome.OK)
    with locked(empty.engine) as connection:
        connection.execute(update(e.crawl_run).where(e.crawl_run.c.source == "us_ecfr").values(verdict="healthy"))
    runs_at(empty, "us_ecfr", now + timedelta(hours=1), Outcome.SKIPPED_NO_KEY)
    assert rows(empty.engine, "SELECT kind, before, after FROM change_boundary") == [("source_lost", "healthy", "skipped")]

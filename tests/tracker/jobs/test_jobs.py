"""The schedule: a tick is answered once, one process leads, and a stop or a kill leaves nothing half believed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine, func, select, update

from tests.databases import Database, Record, upgraded
from tests.tracker.conftest import Clock
from tracker import jobs, settings
from tracker.history.jobs import leader
from tracker.jobs import ticks
from tracker.jobs.ticks import Job, Stopped
from tracker.pipeline import rounds
from tracker.pipeline.summary import RunSummary
from tracker.store import job_runs, leases
from tracker.store.schema.evidence_tables import job_run
from tracker.store.schema.evidence_tables import lease as lease_table
from tracker.store.schema.tables import report_edition
from tracker.workspace import Workspace

PROJECT = Path(__file__).parents[3]
GRID = datetime(2026, 1, 1, tzinfo=UTC)
Start = Callable[..., subprocess.Popen[bytes]]
PATIENCE = 90  # seconds that a process test waits at most; none asserts how long anything took


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Iterator[Record]:
    """An upgraded record that holds nothing, on each of the two databases."""
    with database.copy(upgraded, tmp_path / "data") as record:
        yield record


@pytest.fixture
def workspace(home: Record) -> Iterator[Workspace]:
    found = home.open()
    yield found
    found.engine.dispose()


def hourly(work: Callable[..., str], again: bool = False) -> Job:
    return Job("hourly", IntervalTrigger(hours=1, start_date=GRID, timezone=UTC), timedelta(hours=1), work, again)


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(job_run).order_by(job_run.c.job, job_run.c.due_at)))


def quiet(_message: str) -> None:
    pass


class Counting:
    """Work that remembers its ticks."""

    def __init__(self) -> None:
        self.ticks: list[datetime] = []

    def __call__(self, workspace: Workspace, tick: datetime, progress: Callable[[str], None]) -> str:
        self.ticks.append(tick)
        return "worked"


def test_a_tick_is_answered_once(workspace: Workspace) -> None:
    work = Counting()
    outcomes = [
        jobs.answer(workspace, hourly(work), at(moment), quiet)
        for moment in ("2026-11-25T12:00:00Z", "2026-11-25T12:59:59Z", "2026-11-25T13:00:00Z")
    ]
    assert outcomes == ["done", None, "done"]
    assert work.ticks == [at("2026-11-25T12:00:00Z"), at("2026-11-25T13:00:00Z")]
    assert [(row.due_at, row.outcome, row.note) for row in rows(workspace.engine)] == [
        (at("2026-11-25T12:00:00Z"), "done", "worked"),
        (at("2026-11-25T13:00:00Z"), "done", "worked"),
    ]


def test_missed_ticks_become_one(workspace: Workspace) -> None:
    work = Counting()
    jobs.answer(workspace, hourly(work), at("2026-11-25T06:00:00Z"), quiet)
    jobs.answer(workspace, hourly(work), at("2026-11-25T11:30:00Z"), quiet)
    assert work.ticks == [at("2026-11-25T06:00:00Z"), at("2026-11-25T11:00:00Z")]


def test_the_grace_ends(workspace: Workspace) -> None:
    work = Counting()
    job = jobs.declared(workspace)[1]
    report = Job(job.name, job.trigger, job.every, work, job.again)
    assert jobs.answer(workspace, report, at("2026-11-24T09:00:00Z"), quiet) is None, (
        "nobody misses what came before the schedule"
    )
    assert jobs.answer(workspace, report, at("2026-11-30T22:00:00Z"), quiet) == "done"
    assert jobs.answer(workspace, report, at("2026-12-08T22:00:00Z"), quiet) == "missed"
    assert jobs.answer(workspace, report, at("2026-12-08T23:00:00Z"), quiet) is None
    assert [row.outcome for row in rows(workspace.engine)] == ["done", "missed"]
    assert len(work.ticks) == 1


def test_a_job_that_fails_is_told_and_the_schedule_goes_on(workspace: Workspace) -> None:
    def broken(*_: object) -> str:
        raise ValueError("the press is out of paper")

    assert jobs.answer(workspace, hourly(broken), at("2026-11-25T12:00:00Z"), quiet) == "failed"
    assert [row.note for row in rows(workspace.engine)] == ["ValueError: the press is out of paper"]
    assert jobs.answer(workspace, hourly(Counting()), at("2026-11-25T13:00:00Z"), quiet) == "done"


@pytest.mark.parametrize(("again", "answered"), [(True, ["interrupted", "done"]), (False, ["interrupted"])])
def test_only_a_job_that_may_is_answered_again_after_an_interruption(
    workspace: Workspace, again: bool, answered: list[str]
) -> None:
    def stopped(*_: object) -> str:
        raise Stopped

    now = at("2026-11-25T12:00:00Z")
    with pytest.raises(Stopped):
        jobs.answer(workspace, hourly(stopped, again), now, quiet)
    assert [row.outcome for row in rows(workspace.engine)] == answered[:1]
    jobs.answer(workspace, hourly(Counting(), again), now, quiet)
    assert [row.outcome for row in rows(workspace.engine)] == answered[-1:]


@pytest.mark.parametrize("after", ["_claim", "_worked", "_finish"])
def test_a_stop_between_two_steps_leaves_no_answer_open(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    step = getattr(ticks, after)

    def struck(*given: Any) -> None:
        monkeypatch.setattr(ticks, after, step)
        step(*given)
        raise Stopped

    monkeypatch.setattr(ticks, after, struck)
    with pytest.raises(Stopped):
        jobs.answer(workspace, hourly(Counting()), at("2026-11-25T12:00:00Z"), quiet)
    assert [row.outcome for row in rows(workspace.engine)] == ["done" if after == "_finish" else "interrupted"]


def test_a_late_end_does_not_touch_what_another_leader_began_anew(workspace: Workspace) -> None:
    now, later = at("2026-11-25T12:00:00Z"), at("2026-11-25T12:10:00Z")

    def overtaken(*_: object) -> str:
        job_runs.close_interrupted(workspace.engine, later)
        with pytest.raises(SystemExit):
            jobs.answer(workspace, hourly(killed, again=True), later, quiet)
        return "worked"

    def killed(*_: object) -> str:
        raise SystemExit

    jobs.answer(workspace, hourly(overtaken, again=True), now, quiet)
    assert [(row.started_at, row.outcome) for row in rows(workspace.engine)] == [(later, "")]


def test_what_a_killed_leader_left_is_marked(workspace: Workspace) -> None:
    def killed(*_: object) -> str:
        raise SystemExit  # nothing is written any more, as after kill -9

    with pytest.raises(SystemExit):
        jobs.answer(workspace, hourly(killed), at("2026-11-25T12:00:00Z"), quiet)
    assert [row.finished_at for row in rows(workspace.engine)] == [None]
    assert job_runs.close_interrupted(workspace.engine, at("2026-11-25T12:05:00Z")) == 1
    assert [(row.outcome, row.finished_at) for row in rows(workspace.engine)] == [("interrupted", at("2026-11-25T12:05:00Z"))]


@pytest.mark.parametrize(
    ("now", "tick"),
    [
        ("2026-11-23T10:59:59Z", "2026-11-16T11:00:00Z"),
        ("2026-11-23T11:00:00Z", "2026-11-23T11:00:00Z"),  # six in the morning in New York
        ("2026-07-13T10:00:00Z", "2026-07-13T10:00:00Z"),  # and in summer
        ("2026-11-02T10:59:59Z", "2026-10-26T10:00:00Z"),  # the week in which summer time ends
    ],
)
def test_the_report_comes_on_monday_morning_in_the_configured_zone(workspace: Workspace, now: str, tick: str) -> None:
    report = jobs.declared(workspace)[1]
    assert jobs.latest_tick(report, at(now)) == at(tick)
    assert jobs.next_tick(report, at(now)) > at(now)


def test_the_plan_tells_what_comes_and_what_was(workspace: Workspace) -> None:
    jobs.answer(workspace, hourly(Counting()), at("2026-11-25T12:10:00Z"), quiet)
    with workspace.engine.connect() as connection:
        (told,) = jobs.plan(connection, [hourly(Counting())], at("2026-11-25T12:10:00Z"))
    assert (told["next"], told["last_tick"], told["outcome"]) == (at("2026-11-25T13:00:00Z"), at("2026-11-25T12:00:00Z"), "done")


def test_one_holds_the_lease_until_it_lapses(engine: Engine) -> None:
    now = at("2026-11-25T12:00:00Z")
    assert leases.take(engine, "one", now, 60)
    assert not leases.take(engine, "two", now + timedelta(seconds=59), 60)
    assert leases.take(engine, "one", now + timedelta(seconds=59), 60), "it renews its own"
    assert not leases.take(engine, "two", now + timedelta(seconds=61), 60)
    assert leases.take(engine, "two", now + timedelta(seconds=120), 60)
    assert not leases.take(engine, "one", now + timedelta(seconds=121), 60)
    leases.release(engine, "one")
    with engine.connect() as connection:
        assert (leader(connection, now) or {})["holder"] == "two", "a lease is given back only by its holder"
    leases.release(engine, "two")
    with engine.connect() as connection:
        assert leader(connection, now) is None


def test_a_schedule_needs_a_clock_that_runs(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_NOW", "2026-11-25T12:00:00Z")
    with pytest.raises(jobs.StoppedClock, match="TRACKER_NOW"):
        jobs.lead(workspace, [], quiet)


def test_the_crawl_of_a_tick_asks_what_is_due(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def crawled(_program: Workspace, sources: None, due: bool, _progress: object) -> list[RunSummary]:
        asked.append((sources, due))
        return [RunSummary("one", "live", "healthy", ()), RunSummary("two", "live", "held", ("why",))]

    monkeypatch.setattr(rounds, "ask_sources", crawled)
    job = jobs.declared(workspace)[0]
    assert jobs.answer(workspace, job, at("2026-11-25T12:14:00Z"), quiet) == "done"
    assert jobs.answer(workspace, job, at("2026-11-25T12:14:59Z"), quiet) is None
    assert asked == [(None, True)]
    assert [(row.due_at, row.note) for row in rows(workspace.engine)] == [(at("2026-11-25T12:00:00Z"), "1 healthy, 1 held")]


def test_an_interrupted_report_is_written_once_more_and_is_the_same(researched: Workspace, clock: Clock) -> None:
    clock("2026-11-23T11:00:00Z")
    workspace, reports = researched, researched.settings.data / "reports"
    report = jobs.declared(workspace)[1]
    assert jobs.answer(workspace, report, settings.now(), quiet) == "done"
    first = {path.name: path.read_bytes() for path in reports.iterdir()}
    with workspace.engine.begin() as connection:
        connection.execute(update(job_run).values(finished_at=None, outcome=""))
    clock("2026-11-23T11:30:00Z")
    job_runs.close_interrupted(workspace.engine, settings.now())
    assert jobs.answer(workspace, report, settings.now(), quiet) == "done"
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == first
    assert [row.note for row in rows(workspace.engine)] == ["week-2026-W47"]
    with workspace.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(report_edition)) == 1


# Real processes: leaders that lead, are killed, and are stopped.

LEADER = """
    import sys, time
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from apscheduler.triggers.interval import IntervalTrigger
    from tracker import jobs, settings
    from tracker.workspace import Workspace
    from tracker.store.session import connect

    folder = Path(sys.argv[1])
    given = settings.load(data=folder, lease_seconds=5)

    def note(line):
        with (folder / "log").open("a") as stream:
            stream.write(line + "\\n")

    def work(workspace, tick, progress):
        note(f"begin {tick.isoformat()}")
        {work}
        note(f"end {tick.isoformat()}")
        return ""

    second = IntervalTrigger(seconds=1, start_date=datetime(2026, 1, 1, tzinfo=UTC), timezone=UTC)
    job = jobs.Job("count", second, timedelta(seconds=1), work)
    jobs.lead(Workspace(given, connect(given.database)), [job], lambda line: note("said " + line))
"""
WAITS_THE_FIRST_TIME = 'first = folder / "first"; first.exists() or (first.touch(), time.sleep(600))'


@pytest.fixture
def folder(home: Record) -> Path:
    return home.data


@pytest.fixture
def started(home: Record, folder: Path) -> Iterator[Start]:
    """Starts leaders; those that still run at the end are killed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    environment["TRACKER_DATABASE_URL"] = home.database_url
    running: list[subprocess.Popen[bytes]] = []

    def start(work: str = "pass") -> subprocess.Popen[bytes]:
        script = textwrap.dedent(LEADER).replace("{work}", work)
        running.append(subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=PROJECT, env=environment, stderr=errors))
        return running[-1]

    with (folder / "stderr").open("ab") as errors:
        yield start
        for process in running:
            process.kill()
            process.wait()


def wait_for(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert process.poll() is None, "the leader ended by itself"
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def logged(folder: Path, word: str) -> list[str]:
    path = folder / "log"
    return [line for line in path.read_text().splitlines() if line.startswith(word)] if path.exists() else []


def nobody_leads(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(select(lease_table)).first() is None


def test_killed_and_started_again_it_does_nothing_twice(workspace: Workspace, folder: Path, started: Start) -> None:
    first = started(WAITS_THE_FIRST_TIME)
    wait_for(lambda: bool(logged(folder, "begin")), first)
    first.kill()
    first.wait()
    second = started(WAITS_THE_FIRST_TIME)
    wait_for(lambda: len(logged(folder, "end")) >= 3, second)
    second.terminate()
    assert second.wait(PATIENCE) == 0
    begun = Counter(logged(folder, "begin"))
    assert set(begun.values()) == {1}, "no tick is begun twice"
    outcomes = {row.due_at.isoformat(): row.outcome for row in rows(workspace.engine)}
    killed = logged(folder, "begin")[0].split()[1]
    assert outcomes.pop(killed) == "interrupted"
    assert set(outcomes.values()) <= {"done", "interrupted"}
    assert {line.split()[1] for line in begun} - {killed} <= set(outcomes)
    assert any("marked interrupted" in line for line in logged(folder, "said"))
    assert nobody_leads(workspace.engine)


def test_a_second_leader_refuses_while_the_first_lives(folder: Path, started: Start) -> None:
    first = started()
    wait_for(lambda: bool(logged(folder, "end")), first)
    second = started()
    assert second.wait(PATIENCE) != 0
    assert "leads the schedule" in (folder / "stderr").read_text()
    assert first.poll() is None
    first.terminate()
    assert first.wait(PATIENCE) == 0


def test_stopped_it_ends_the_crawl_and_gives_the_lease_back(workspace: Workspace, folder: Path, started: Start) -> None:
    crawler = folder / "crawler"
    crawler.write_text(f"#!/bin/sh\necho $$ > {folder}/pid.part\nmv {folder}/pid.part {folder}/pid\nexec sleep 600\n")
    crawler.chmod(0o755)
    work = (
        f"import sys; sys.executable = {str(crawler)!r}; from crawler.fetching import network; from tracker.pipeline import rounds; "
        "network.reachable = lambda urls: True; rounds.ask_sources(workspace, ['fi_finlex'], False, progress)"
    )
    leader = started(work)
    wait_for((folder / "pid").exists, leader)
    crawling = int((folder / "pid").read_text())
    leader.send_signal(signal.SIGTERM)
    assert leader.wait(PATIENCE) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(crawling, 0)
    assert [row.outcome for row in rows(workspace.engine)] == ["interrupted"]
    assert nobody_leads(workspace.engine)

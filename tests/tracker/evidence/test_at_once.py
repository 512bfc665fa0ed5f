"""Runs of several sources write their evidence at once on PostgreSQL; only the roots that seal them come one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from crawler import registry
from crawler.contract.items import EventItem, EventKind, Item
from crawler.contract.report import report
from tests.databases import Database
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.replays import capture, document, fetched, rows
from tracker.evidence import runs
from tracker.store.integrity import roots, sealing, soundness
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import reading
from tracker.store.writer import Writer
from tracker.workspace import Workspace

AT = "2026-01-01T00:00:00+00:00"
NOW = datetime.fromisoformat(replays.NOW)
FIRST, SECOND = "fi_finlex", "us_federal_register"
PAGE = "https://example.org/page"


@pytest.fixture
def shared(clock: Clock, postgresql: Database, tmp_path: Path) -> Iterator[Workspace]:
    """A record on a server."""
    with postgresql.copy(replays.empty, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()


def take(writer: Writer, source: str, *items: Item) -> int:
    """Take in a run that saw one page, the same as every other run."""
    run_report = report(registry.sources()[source], [fetched(source, PAGE, AT)], started_at=AT, finished_at=AT, replay=True)
    return runs.take_in(writer, run_report, "replay", source, [fetched(source, PAGE, AT)], items).run


def hearing(source: str) -> EventItem:
    about = {"source": source, "jurisdiction": "US", "on": "2026-12-01", "title": "A hearing", "official_url": PAGE}
    return EventItem(**about, kind=EventKind.HEARING, captures=(capture(PAGE, AT),))  # type: ignore[arg-type]


def sound(workspace: Workspace) -> bool:
    with reading(workspace.engine) as connection:
        found = [*roots.differences(connection), *soundness.dangling(connection), *soundness.gaps(connection)]
        every = connection.execute(select(e.crawl_run.c.id, e.crawl_run.c.seal)).all()
        return found == [] and all(runs.run_seal(connection, row.id) == row.seal for row in every)


def waits(engine: Engine) -> None:
    """Until somebody waits for a lock."""
    for _ in range(1_000):
        with engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_two_runs_and_a_belief_are_written_at_once(shared: Workspace) -> None:
    """Nobody waits for the run that began first; places in the chain are given in the order of the commits."""
    with shared.gathering(FIRST) as one:
        first = take(one, FIRST, document(PAGE, "text", AT))
        with shared.gathering(SECOND) as other:
            run_report = report(registry.sources()[SECOND], [], started_at=AT, finished_at=AT, replay=True)
            second = runs.take_in(other, run_report, "replay", "another", [], []).run
        with shared.writing() as writer:
            sealing.alter(writer, t.jurisdiction, t.jurisdiction.c.code == "FI", {"name": "Suomi"})
    *_, before, between, last = rows(shared.engine, "SELECT kind, name FROM root ORDER BY id")
    assert [before, between, last] == [("run", str(second)), ("deed", "jurisdiction"), ("run", str(first))]
    assert sound(shared)


def test_what_two_runs_see_is_written_once(shared: Workspace) -> None:
    """The same response and the same hearing: the second run waits for the first, and finds them."""
    with ThreadPoolExecutor(1) as pool:
        with shared.gathering(FIRST) as one:
            take(one, FIRST, hearing(FIRST))
            later = pool.submit(gathered, shared, SECOND)
            waits(shared.engine)
        later.result()
    assert rows(shared.engine, "SELECT count(*) FROM capture") == [(1,)]
    assert rows(shared.engine, "SELECT source FROM event") == [(FIRST,)]
    assert rows(shared.engine, 'SELECT count(DISTINCT run), count(DISTINCT capture) FROM "fetch"') == [(2, 1)]
    assert sound(shared)


def gathered(workspace: Workspace, source: str) -> int:
    with workspace.gathering(source) as writer:
        return take(writer, source, hearing(source))


def test_runs_of_one_source_wait_for_each_other(shared: Workspace) -> None:
    """Replayed twice at once, an archive is one run."""
    with ThreadPoolExecutor(1) as pool:
        with shared.gathering(FIRST) as one:
            first = take(one, FIRST, hearing(FIRST))
            later = pool.submit(gathered, shared, FIRST)
            waits(shared.engine)
        assert later.result() == first
    assert sound(shared)


def test_evidence_waits_for_a_belief_only_to_be_sealed(shared: Workspace) -> None:
    with ThreadPoolExecutor(1) as pool:
        with shared.writing() as writer:
            later = pool.submit(gathered, shared, FIRST)
            waits(shared.engine)
            sealing.alter(writer, t.jurisdiction, t.jurisdiction.c.code == "FI", {"name": "Suomi"})
        run = later.result()
    assert rows(shared.engine, "SELECT kind, name FROM root ORDER BY id")[-2:] == [("deed", "jurisdiction"), ("run", str(run))]
    assert sound(shared)

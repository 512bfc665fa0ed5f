"""A snapshot is the record as known at an instant: the same from both databases, byte for byte, and nothing that came later."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from tests.tracker.export.conftest import AFTER, BETWEEN, SECOND
from tracker.domain.dates import parse_instant
from tracker.export import snapshot, views
from tracker.history import asof, status
from tracker.store.schema import evidence_tables as e
from tracker.store.session import locked, reading
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(views.opened(path)) as connection:
        return connection.execute(sql).fetchall()


def counts(path: Path) -> dict[str, int]:
    return {table.name: ask(path, f'SELECT count(*) FROM "{table.name}"')[0][0] for table in asof.tables()}


def test_both_databases_give_the_same_bytes(shipped_sqlite: Workspace, shipped_postgresql: Workspace, tmp_path: Path) -> None:
    for workspace in (shipped_sqlite, shipped_postgresql):
        snapshot.write(workspace.engine, tmp_path / f"{workspace.engine.dialect.name}.db", NOW)
    mine, theirs = (tmp_path / f"{name}.db" for name in ("sqlite", "postgresql"))
    assert mine.read_bytes() == theirs.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"sqlite.db", "postgresql.db"}, "no log beside the file"
    with reading(shipped_sqlite.engine) as connection:
        held = connection.exec_driver_sql("SELECT count(*) FROM status_version").scalar()
    assert counts(mine)["status_version"] == held


def test_what_was_recorded_later_is_not_known(corrected: Engine, tmp_path: Path) -> None:
    path = tmp_path / "then.db"
    snapshot.write(corrected, path, BETWEEN)
    assert ask(path, "SELECT status, recorded_to FROM status_history") == [("no_specific_law", None)]
    held = counts(path)
    later = (
        "provision",
        "provision_version",
        "instrument",
        "crawl_run",
        "fetch",
        "capture",
        "document",
        "document_version",
        "review",
    )
    assert {name: held[name] for name in later} == dict.fromkeys(later, 0)
    assert (held["belief"], held["finding"], held["change"], held["measure_action"]) == (1, 1, 1, 1)
    assert ask(path, "SELECT stage, stage_on FROM measure_current") == [("introduced", "2026-01-20")]
    assert ask(path, "PRAGMA foreign_key_check") == []


def test_what_was_set_later_is_unset(corrected: Engine, tmp_path: Path) -> None:
    path = tmp_path / "then.db"
    snapshot.write(corrected, path, SECOND)
    assert ask(path, "SELECT accepted_by, accepted_at FROM crawl_run") == [("", None)]
    assert ask(path, "SELECT state, decided_by, decided_at, reason FROM review") == [("open", "", None, "")]
    assert ask(path, "SELECT stage FROM measure_current") == [("enacted",)]
    assert ask(path, "SELECT count(*) FROM status_history WHERE recorded_to IS NOT NULL") == [(1,)]
    now = tmp_path / "now.db"
    snapshot.write(corrected, now, AFTER)
    assert ask(now, "SELECT accepted_by FROM crawl_run") == [("Jane Doe",)]
    assert ask(now, "SELECT state FROM review") == [("accepted",)]


def test_a_machine_s_own_work_stays_on_the_machine(corrected: Engine, tmp_path: Path) -> None:
    path = tmp_path / "now.db"
    snapshot.write(corrected, path, AFTER)
    assert ask(path, "SELECT count(*) FROM fetch_memory") == [(0,)]
    assert asof.WORK.isdisjoint(table.name for table in asof.tables())


def test_every_answer_is_that_of_the_record(corrected: Engine, tmp_path: Path) -> None:
    from tracker.store.session import connect, sqlite_url

    path = tmp_path / "then.db"
    for known in (BETWEEN, AFTER):
        path.unlink(missing_ok=True)
        snapshot.write(corrected, path, known)
        copy = connect(sqlite_url(path))
        for day in ("2024-01-01", "2025-03-15", "2026-06-30", "2026-07-01"):
            with reading(corrected) as mine, reading(copy) as theirs:
                asked = [status.on_day(where, datetime.fromisoformat(day).date(), known) for where in (mine, theirs)]
            mine_told, theirs_told = ({key: (a.status, a.uncertain) for key, a in answers.items()} for answers in asked)
            assert mine_told == theirs_told
            assert mine_told
        copy.dispose()


@pytest.mark.parametrize(("known", "status"), [(BETWEEN, "no_specific_law"), (AFTER, "banned")])
def test_the_clock_of_the_views_stands_at_the_instant(corrected: Engine, tmp_path: Path, known: datetime, status: str) -> None:
    path = tmp_path / "then.db"
    snapshot.write(corrected, path, known)
    assert ask(path, "SELECT status FROM status_current WHERE jurisdiction = 'US-KS' AND substance = 'kratom'") == [(status,)]
    early = tmp_path / "early.db"
    snapshot.write(corrected, early, parse_instant("2026-06-08T00:00:00Z"))
    for name in ("status_current", "upcoming", "coverage"):
        assert "'now'" not in ask(early, f"SELECT sql FROM sqlite_master WHERE name = '{name}'")[0][0]


def test_memory_stays_flat(engine: Engine, tmp_path: Path) -> None:
    import tracemalloc

    from tests.tracker.export.conftest import places

    body = "x" * 10_000
    with locked(engine) as connection:
        places(connection)
        connection.execute(insert(e.source).values(key="ks", jurisdiction="US-KS", official=True, crawled=True))
        connection.execute(insert(e.crawl_run).values(id=1, source="ks", started_at=SECOND, finished_at=SECOND))
        connection.execute(insert(e.capture).values(id=1, url="u", captured_at=SECOND, payload_digest="d"))
        connection.execute(insert(e.document).values(id=1, source="ks", jurisdiction="US-KS", identifier="1", kind="act"))
        for start in range(0, 6_000, 500):
            numbers = range(start + 1, start + 501)
            known = {"document": 1, "capture": 1, "captured_at": SECOND, "body": body}
            connection.execute(insert(e.document_version), [{"id": n, "content_digest": str(n), **known} for n in numbers])
            seen = [{"run": 1, "document_version": n, "capture": 1} for n in numbers]
            connection.execute(insert(e.observation), seen)
    tracemalloc.start()
    try:
        snapshot.write(engine, tmp_path / "large.db", SECOND + timedelta(days=1))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "large.db").stat().st_size > 60_000_000
    assert peak < 25_000_000, "a batch of 500 rows of 10 kB, a few times over, and not 60 MB"


def test_an_immutable_file_cannot_be_written(corrected: Engine, tmp_path: Path) -> None:
    path = tmp_path / "now.db"
    snapshot.write(corrected, path, AFTER)
    with closing(views.opened(path)) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM belief")

"""A clock that jumps ahead pushes no record with it: all later writes would be refused until that day comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import Database, Record
from tests.refusals import refused
from tests.shipped import NOW, load
from tracker import reports, settings
from tracker.cli import main
from tracker.history import beliefs
from tracker.reports import render
from tracker.store import leases
from tracker.store.session import reading
from tracker.workspace import ClockAhead, Workspace

LATER = datetime(2026, 12, 9, tzinfo=UTC)
FAR = datetime(2062, 1, 1, tzinfo=UTC)


@pytest.fixture
def record(database: Database, tmp_path: Path) -> Iterator[Record]:
    """Last written at NOW."""
    with database.copy(load, tmp_path / "data") as copied:
        yield copied


@pytest.fixture
def opened(record: Record) -> Iterator[Workspace]:
    workspace = record.open()
    yield workspace
    workspace.engine.dispose()


def machine(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.delenv("TRACKER_NOW", raising=False)
    monkeypatch.setattr(settings, "machine_now", lambda: now)


def last_write(workspace: Workspace) -> datetime | None:
    with reading(workspace.engine) as connection:
        return beliefs.last_write(connection)


def test_a_machine_whose_clock_jumped_writes_nothing(opened: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = last_write(opened)
    monkeypatch.setattr(render, "_drawings", lambda *_: [])
    machine(monkeypatch, FAR)
    with refused(ClockAhead, match=r"2062-01-01.*set the clock right.*TRACKER_AHEAD_DAYS="), opened.writing():
        pass
    with pytest.raises(ClockAhead), opened.gathering("us_ecfr"):
        pass
    with pytest.raises(ClockAhead):
        reports.publish(opened, "2061-W01", now=FAR)
    assert last_write(opened) == before
    machine(monkeypatch, LATER)  # the same process, once the clock is right again
    with opened.writing() as writer:
        assert writer.now == LATER


def test_a_person_says_that_the_clock_is_right(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, FAR)
    monkeypatch.setenv("TRACKER_AHEAD_DAYS", "20000")
    workspace = record.open()
    with workspace.writing() as writer:
        assert writer.now == FAR
    workspace.engine.dispose()


@pytest.mark.parametrize("clock", ["2025-01-01", "2026-11-28", "2040-01-01"])
def test_a_simulated_future_is_written_whatever_the_machine_says(
    clock: str, opened: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weeks after the last write; but not a year that somebody mistyped."""
    machine(monkeypatch, datetime.fromisoformat(clock).replace(tzinfo=UTC))
    for simulated in ("2026-12-09T12:00:00Z", "2027-06-01T12:00:00Z"):
        monkeypatch.setenv("TRACKER_NOW", simulated)
        with opened.writing():
            pass
    monkeypatch.setenv("TRACKER_NOW", "2206-06-01T12:00:00Z")
    with pytest.raises(ClockAhead), opened.writing():
        pass


def test_the_doctor_names_what_lies_ahead_and_how_to_go_on(
    record: Record, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    machine(monkeypatch, LATER)
    monkeypatch.setattr(render, "_drawings", lambda *_: [])
    monkeypatch.setenv("TRACKER_DATABASE_URL", record.database_url)
    monkeypatch.setenv("TRACKER_NOW", "2028-01-01T00:00:00Z")
    workspace = record.open()
    edition = reports.publish(workspace, "2027-W51", now=settings.now()).edition
    workspace.engine.dispose()
    assert "ahead of this machine's clock" in caplog.text
    monkeypatch.delenv("TRACKER_NOW")
    with pytest.raises(SystemExit) as end:
        main(["doctor", "--data", str(record.data)])
    (told,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("clock ")]
    assert end.value.code == 1
    assert f"edition {edition} of the record lies ahead, at 2028-01-01T00:00:00Z" in told
    assert "copy of the record made before" in told
    assert "TRACKER_NOW=2028-01-01T00:00:00Z" in told


def test_a_new_record_takes_its_time_from_whoever_makes_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, datetime(2001, 1, 1, tzinfo=UTC))
    with database.empty(tmp_path) as empty:
        workspace = load(empty.data, empty.database_url)
        assert str(last_write(workspace)).startswith(NOW[:10])
        workspace.engine.dispose()


def test_a_lease_of_a_clock_that_jumped_holds_nobody_off(opened: Workspace) -> None:
    assert leases.take(opened.engine, "jumped", FAR, 60)
    assert leases.take(opened.engine, "next", LATER, 60)
    assert not leases.take(opened.engine, "third", LATER, 60)

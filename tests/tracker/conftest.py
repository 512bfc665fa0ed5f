"""Shared by tests of the tracker: the one clock, and records to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Database, Record
from tests.tracker import replays
from tracker import workspace
from tracker.workspace import Workspace

Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the one clock; it stands at `replays.NOW` until it is set."""
    monkeypatch.setenv("TRACKER_NOW", replays.NOW)
    return lambda instant: monkeypatch.setenv("TRACKER_NOW", instant)


@pytest.fixture
def empty(clock: Clock, database: Database, tmp_path: Path) -> Iterator[Workspace]:
    """A record on each database with codebook and without baseline."""
    with database.copy(replays.empty, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()


def _researched(data: Path, database_url: str) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", "2026-08-01T12:00:00Z")
        return workspace.prepared(Record(data, database_url).settings)


@pytest.fixture
def researched(clock: Clock, database: Database, tmp_path: Path) -> Iterator[Workspace]:
    """A record on each database with the baseline, loaded on 2026-08-01."""
    with database.copy(_researched, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()

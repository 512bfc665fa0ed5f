"""Shared by tests of the tracker: the one clock, and records to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Database, Record
from tests.tracker import evidence
from tracker import program
from tracker.program import Program

Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the one clock; it stands at `evidence.NOW` until it is set."""
    monkeypatch.setenv("TRACKER_NOW", evidence.NOW)
    return lambda instant: monkeypatch.setenv("TRACKER_NOW", instant)


@pytest.fixture
def empty(clock: Clock, database: Database, tmp_path: Path) -> Iterator[Program]:
    """A record on each database with codebook and without baseline."""
    with database.copy(evidence.empty, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()


def _researched(data: Path, database_url: str) -> Program:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", "2026-08-01T12:00:00Z")
        return program.prepared(Record(data, database_url).settings)


@pytest.fixture
def researched(clock: Clock, database: Database, tmp_path: Path) -> Iterator[Program]:
    """A record on each database with the baseline, loaded on 2026-08-01."""
    with database.copy(_researched, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()

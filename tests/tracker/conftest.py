"""Shared by tests of the tracker: the one clock, and records to work on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tracker import evidence
from tracker import program, settings
from tracker.program import Program

Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the one clock; it stands at `evidence.NOW` until it is set."""
    monkeypatch.setenv("TRACKER_NOW", evidence.NOW)
    return lambda instant: monkeypatch.setenv("TRACKER_NOW", instant)


@pytest.fixture
def empty(clock: Clock, database_url: str, tmp_path: Path) -> Iterator[Program]:
    """A record on each database with codebook and without baseline."""
    made = evidence.empty(tmp_path / "data", database_url)
    yield made
    made.engine.dispose()


@pytest.fixture
def bare(clock: Clock, tmp_path: Path) -> Iterator[Program]:
    """The same on SQLite alone."""
    made = evidence.empty(tmp_path / "data")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def _researched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("researched")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", "2026-08-01T12:00:00Z")
        program.prepared(settings.load(data=folder)).engine.dispose()
    return folder


@pytest.fixture
def researched(_researched: Path, clock: Clock, tmp_path: Path) -> Iterator[Program]:
    """A record on SQLite with the baseline, loaded on 2026-08-01."""
    folder = tmp_path / "data"
    shutil.copytree(_researched, folder)
    made = program.existing(settings.load(data=folder))
    yield made
    made.engine.dispose()

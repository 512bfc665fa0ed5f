"""The shipped record: the baseline, loaded once under a fixed clock, on each of the two databases. Tests only read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Database, Record
from tracker import workspace
from tracker.workspace import Workspace

NOW = "2026-11-25T12:00:00Z"


def load(data: Path, database_url: str = "") -> Workspace:
    """A record with the baseline, as `kratom-tracker db upgrade` makes it at NOW."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", NOW)
        return workspace.prepared(Record(data, database_url).settings)


@pytest.fixture(scope="session")
def shipped_sqlite(sqlite: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from _opened(sqlite, tmp_path_factory)


@pytest.fixture(scope="session")
def shipped_postgresql(postgresql: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from _opened(postgresql, tmp_path_factory)


def _opened(database: Database, factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with database.copy(load, factory.mktemp("shipped") / "data") as record:
        workspace = record.open()
        yield workspace
        workspace.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def shipped(request: pytest.FixtureRequest) -> Workspace:
    """The shipped record on each of the two databases."""
    fixture: Workspace = request.getfixturevalue(f"shipped_{request.param}")
    return fixture

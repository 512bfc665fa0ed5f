"""The shipped record: the baseline, loaded once under a fixed clock, on each of the two databases. Tests only read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tracker import program, settings
from tracker.program import Program

NOW = "2026-11-25T12:00:00Z"


def load(folder: Path, database_url: str = "") -> Program:
    """A record with the baseline, as `kratom-tracker db upgrade` makes it at NOW."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", NOW)
        return program.prepared(settings.load(data=folder, database_url=database_url or None))


@pytest.fixture(scope="session")
def shipped_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    found = load(tmp_path_factory.mktemp("shipped"))
    yield found
    found.engine.dispose()


@pytest.fixture(scope="session")
def shipped_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Program]:
    with postgres.database(postgres_server) as url:
        found = load(tmp_path_factory.mktemp("shipped"), url)
        yield found
        found.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def shipped(request: pytest.FixtureRequest) -> Program:
    """The shipped record on each of the two databases."""
    found: Program = request.getfixturevalue(f"shipped_{request.param}")
    return found

"""Shared by all tests: where the optional research material is, and the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests import postgres
from tracker.store import migrate
from tracker.store.session import connect, sqlite_url

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the research material is not on this machine")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL server; skips where no server program exists."""
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server program on this machine")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each of the two."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "tracker.db")
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an upgraded, empty record."""
    found = connect(database_url)
    migrate.upgrade(found)
    yield found
    found.dispose()

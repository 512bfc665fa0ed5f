"""Shared by all tests: where the optional research material is, and the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests import postgres
from tests.databases import Database, upgraded
from tracker.store.session import connect

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the research material is not on this machine")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL server; skips where no server program exists."""
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server program on this machine")
    with postgres.server(postgres.memory()) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Database]:
    found = Database(tmp_path_factory.mktemp("postgresql"), postgres_server)
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each of the two databases."""
    fixture: Database = request.getfixturevalue(request.param)
    return fixture


@pytest.fixture
def blank_url(database: Database, tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing, not even a schema, on each of the two."""
    with database.empty(tmp_path) as record:
        yield record.settings.database


@pytest.fixture
def database_url(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an upgraded, empty record, on each of the two."""
    with database.copy(upgraded, tmp_path_factory.mktemp("record") / "data") as record:
        yield record.settings.database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an upgraded, empty record."""
    engine = connect(database_url)
    yield engine
    engine.dispose()

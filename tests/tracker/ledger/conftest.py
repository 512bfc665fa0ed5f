"""One upgraded record on each database for all tests of the ledger; every test writes in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from tests.databases import Database, upgraded


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An upgraded record that stays empty, on each of the two."""
    database: Database = request.getfixturevalue(request.param)
    with database.copy(upgraded, tmp_path_factory.mktemp("record") / "data") as copied:
        engine = copied.open().engine
        yield engine
        engine.dispose()


@contextmanager
def undone(record: Engine) -> Iterator[Connection]:
    """A writing transaction; what it leaves open to the commit is checked, and then all of it is undone."""
    with record.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin() as transaction:
        yield connection
        if record.dialect.name == "postgresql":
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        else:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        transaction.rollback()


@pytest.fixture
def connection(record: Engine) -> Iterator[Connection]:
    with undone(record) as found:
        yield found

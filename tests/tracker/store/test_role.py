"""Analysts may read the record and nothing else. On PostgreSQL alone: SQLite has no roles, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.databases import Database, upgraded
from tracker.store.admin import migrate
from tracker.store.admin.role import reader
from tracker.store.session import BadDatabase, connect, locked, sqlite_url

NAME = 'analyst "a"'


@pytest.fixture(scope="module")
def record(postgresql: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with postgresql.copy(upgraded, tmp_path_factory.mktemp("record") / "data") as copied:
        engine = copied.open().engine
        yield engine
        with engine.begin() as connection:
            for name in ('"analyst ""a"""', "mighty"):
                if connection.execute(text("SELECT 1 FROM pg_roles WHERE quote_ident(rolname) = :name"), {"name": name}).first():
                    connection.execute(text(f"DROP OWNED BY {name}"))
                    connection.execute(text(f"DROP ROLE {name}"))
        engine.dispose()


@pytest.fixture(scope="module")
def analyst(record: Engine) -> Iterator[Engine]:
    """The record as the role sees it; made twice, for asking again must change nothing."""
    assert reader(record, NAME, "a secret") == (True, ())
    assert reader(record, NAME) == (False, ())
    engine = connect(record.url.set(username=NAME, password="a secret").render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def test_it_reads_tables_and_views_also_those_of_a_later_migration(record: Engine, analyst: Engine) -> None:
    with record.begin() as connection:
        connection.execute(text("CREATE TABLE later (x int)"))
    migrate.downgrade(record)
    migrate.upgrade(record)
    with analyst.connect() as connection:
        for name in ("status_current", "status_history", "change_log", "belief", "later"):
            assert connection.execute(text(f"SELECT * FROM {name}")).all() == []
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
        assert connection.scalar(text("SHOW statement_timeout")) == "1min"
        assert connection.scalar(text("SHOW jit")) == "off"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO substance (code, name, definition, rank) VALUES ('x', '', '', 1)",
        "UPDATE belief SET actor = 'x'",
        "DELETE FROM claim",
        "TRUNCATE lease",
        "CREATE TABLE mine (x int)",
        "DROP VIEW status_current",
        "SELECT * FROM pg_authid",
        "SELECT setval('measure_id_seq', 7)",
        "CREATE ROLE other",
        "CREATE TEMP TABLE mine (x int)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_create(0)",
        "SELECT * FROM alembic_version FOR UPDATE",
        "LOCK TABLE alembic_version IN EXCLUSIVE MODE",
        "LOCK TABLE alembic_version IN ROW SHARE MODE",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/mine'",
        "SET temp_file_limit = -1",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
@pytest.mark.parametrize("read_only", ["on", "off"])
def test_it_does_nothing_else_even_when_it_turns_read_only_off(analyst: Engine, statement: str, read_only: str) -> None:
    with analyst.connect() as connection:
        connection.execute(text(f"SET SESSION CHARACTERISTICS AS TRANSACTION READ {'ONLY' if read_only == 'on' else 'WRITE'}"))
        connection.commit()
        with pytest.raises(DBAPIError, match=r"read-only transaction|permission denied|must be"):
            connection.execute(text(statement))


def test_it_holds_off_no_writer_and_fills_no_disk(record: Engine, analyst: Engine) -> None:
    """Whatever locks it can take: the writer asks for one that it cannot."""
    with analyst.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(7236418001), pg_advisory_lock(1, hashtext('us_ecfr'))"))
        for table in ("alembic_version", "belief", "source"):
            connection.execute(text(f"LOCK TABLE {table} IN ACCESS SHARE MODE"))
        with locked(record) as writer:
            assert writer.scalar(text("SELECT 1")) == 1
        assert connection.scalar(text("SHOW temp_file_limit")) == "2GB"
        connection.execute(text("SELECT pg_advisory_unlock_all()"))


def test_rights_given_by_hand_are_taken_back(record: Engine, analyst: Engine) -> None:
    with record.begin() as connection:
        connection.execute(text("""GRANT INSERT ON claim TO "analyst ""a\"\"\" """))
    reader(record, NAME)
    with analyst.connect() as connection:
        assert not connection.scalar(text("SELECT has_table_privilege('claim', 'INSERT')"))
        assert connection.scalar(text("SELECT has_table_privilege('claim', 'SELECT')"))


def test_a_role_that_may_more_is_left_as_it_is(record: Engine) -> None:
    with record.begin() as connection:
        connection.execute(text("CREATE ROLE mighty CREATEDB"))
    for name in ("mighty", record.url.username or ""):
        with pytest.raises(BadDatabase, match="may do more than read"):
            reader(record, name)


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    with pytest.raises(BadDatabase, match="sqlite has no roles"):
        reader(connect(sqlite_url(tmp_path / "x.db")), NAME)


def test_a_password_is_never_sent_in_clear(record: Engine, analyst: Engine) -> None:
    with record.connect() as connection:
        number = connection.scalar(text("SELECT rolpassword FROM pg_authid WHERE rolname = :name"), {"name": NAME})
    assert number.startswith("SCRAM-SHA-256$")

"""The schema goes up, down and up again without a trace on both databases, and is what the program's tables say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import IntegrityError

import tracker.store.schema.evidence_tables
import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.store.admin import migrate
from tracker.store.schema import views
from tracker.store.schema.columns import metadata
from tracker.store.session import LOCK, BadDatabase, connect, locked

_SQLITE = "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
_POSTGRES = (
    "SELECT 'relation', relkind::text, relname, '' FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    "SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'view', viewname, '', definition FROM pg_views WHERE schemaname = 'public'",
    # a function of an extension goes with its extension, which a downgrade leaves: others may use it
    "SELECT 'function', proname, '', prosrc FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
)


@pytest.fixture
def empty(blank_url: str) -> Iterator[Engine]:
    engine = connect(blank_url)
    yield engine
    engine.dispose()


def catalogue(engine: Engine) -> set[tuple[Any, ...]]:
    """Every table, index, constraint, trigger, function and view, with its definition."""
    queries = [_SQLITE] if engine.dialect.name == "sqlite" else _POSTGRES
    with engine.connect() as connection:
        return {tuple(row) for query in queries for row in connection.execute(text(query))}


def test_up_down_and_up_leave_no_trace(empty: Engine) -> None:
    migrate.upgrade(empty)
    first = catalogue(empty)
    migrate.downgrade(empty)
    assert {row[2] for row in catalogue(empty)} <= {"alembic_version", "alembic_version_pkc"}
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert catalogue(empty) == first
    assert migrate.current(empty) == migrate.head()


def test_the_schema_is_what_the_tables_say(empty: Engine) -> None:
    migrate.upgrade(empty)
    migrate.check(empty)
    seen = inspect(empty)
    for name, table in metadata.tables.items():
        said = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
        assert {one["name"] for one in seen.get_check_constraints(name)} == said, name
    assert set(seen.get_table_names()) - {"alembic_version"} == metadata.tables.keys()
    assert set(seen.get_view_names()) == views.VIEWS.keys()


def test_a_difference_is_found(empty: Engine) -> None:
    migrate.upgrade(empty)
    with locked(empty) as connection:
        connection.execute(text("DROP INDEX ix_change_recorded_at"))
    with pytest.raises(Exception, match="ix_change_recorded_at"):
        migrate.check(empty)


def test_upgrading_twice_is_upgrading_once(empty: Engine) -> None:
    migrate.upgrade(empty)
    first = catalogue(empty)
    migrate.upgrade(empty)
    assert catalogue(empty) == first


def test_a_newer_record_is_refused_and_left(empty: Engine) -> None:
    migrate.upgrade(empty)
    with locked(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = catalogue(empty)
    with pytest.raises(BadDatabase, match="schema 9999, newer than this program knows"):
        migrate.upgrade(empty)
    assert catalogue(empty) == before
    assert migrate.current(empty) == "9999"


def test_an_upgrade_waits_for_the_writer(empty: Engine, blank_url: str) -> None:
    """While somebody writes, an upgrade does not begin; it gives up when the wait is over and has changed nothing."""
    other = connect(blank_url)
    with other.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        if other.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        impatient(empty)
        with pytest.raises(Exception, match=r"database is locked|statement timeout"):
            migrate.upgrade(empty)
    other.dispose()
    assert catalogue(empty) == set()


def impatient(engine: Engine) -> None:
    """Let the next statement that waits for a lock fail soon."""
    from sqlalchemy import event

    setting = "PRAGMA busy_timeout=200" if engine.dialect.name == "sqlite" else "SET statement_timeout = '500ms'"

    def hurry(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(setting)
        connection.commit()

    event.listen(engine, "connect", hurry)


def test_captures_keep_their_rows_when_requests_are_told_apart(empty: Engine) -> None:
    """SQLite makes the tables anew: nothing may be lost, and nothing that refers to them."""
    migrate.upgrade(empty, "0006")
    with locked(empty) as connection:
        for statement in (
            "INSERT INTO jurisdiction (code, name, level) VALUES ('ZZ', 'Nowhere', 'country')",
            "INSERT INTO source (key, jurisdiction, official) VALUES ('zz', 'ZZ', false)",
            "INSERT INTO crawl_run (id, source, started_at) VALUES (1, 'zz', '2026-01-01T00:00:00.000000Z')",
            "INSERT INTO capture (id, url, captured_at) VALUES (7, 'u', '2026-01-01T00:00:00.000000Z')",
            """INSERT INTO "fetch" (run, url, outcome, requested_at, capture) VALUES (1, 'u', 'ok', '2026-01-01T00:00:00.000000Z', 7)""",
        ):
            connection.execute(text(statement))
    migrate.upgrade(empty)
    told = """SELECT c.id, c.request_digest, f.outcome FROM capture c JOIN "fetch" f ON f.capture = c.id"""
    with locked(empty) as connection:
        assert connection.execute(text(told)).all() == [(7, "", "ok")]
        connection.execute(text("""UPDATE "fetch" SET outcome = 'parser_error'"""))
    with pytest.raises(IntegrityError), locked(empty) as connection:
        connection.execute(text("DELETE FROM capture"))
    migrate.downgrade(empty, "0006")
    with locked(empty) as connection:
        assert connection.scalar(text('SELECT outcome FROM "fetch"')) == "layout_changed"

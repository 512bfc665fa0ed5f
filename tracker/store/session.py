"""Connections to the record, and the settings without which SQLite would lie (foreign keys, write-ahead log)."""

from __future__ import annotations

import gc
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import DBAPIError as DBAPIError

from tracker.errors import Refused
from tracker.store import sqlite_file
from tracker.store.integrity import sealing
from tracker.store.sqlite_file import PATIENCE as PATIENCE
from tracker.store.writer import Writer

LOCK = 7_236_418_001  # PostgreSQL advisory lock of whoever makes the first schema
# A lock on a table, because an analyst, who may only read, can take any advisory lock. Alembic's table is there before and after every
# migration; while nothing is there nobody reads, either.
_LOCKING = f"""DO $$ BEGIN
    PERFORM set_config('lock_timeout', '{{patience}}s', true);
    IF to_regclass('alembic_version') IS NULL THEN PERFORM pg_advisory_xact_lock({LOCK}); END IF;
    IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('alembic_version')) THEN LOCK TABLE alembic_version IN EXCLUSIVE MODE; END IF;
END $$"""
# OFFSET 0: the patience is set before the lock is asked for
_LOCKING_SOURCE = text(
    """SELECT key FROM source, (SELECT set_config('lock_timeout', :patience, true) OFFSET 0) AS patient
    WHERE key = :source FOR NO KEY UPDATE OF source"""
)


class BadDatabase(Refused):
    """A database that cannot be used; the message names it without its password and says what to do."""


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def connect(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; other databases are refused."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise BadDatabase(
            f"{_shown(url)} is no database address; examples: sqlite:///data/tracker.db, postgresql://host/name"
        ) from None
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    elif address.get_backend_name() != "sqlite":
        raise BadDatabase(f"{address.get_backend_name()} is not supported; use sqlite or postgresql")
    try:
        engine = create_engine(address)
    except ModuleNotFoundError as missing:
        raise BadDatabase(f"the driver {missing.name} is not installed", "missing_extra", extra="postgres") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    """An engine as `connect` makes it, whose connections are closed at the end."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _shown(url: str) -> str:
    return re.sub(r"://([^:@/]*):[^@]*@", r"://\1:***@", url)


def _open_sqlite(_dialect: Any, _record: Any, arguments: Sequence[str], _named: Any) -> sqlite3.Connection:
    return sqlite_file.opened(arguments[0], shared=True)


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "")
    connection.exec_driver_sql(f"BEGIN {kind}".strip())


@contextmanager
def writing(engine: Engine, now: datetime, actor: str = "") -> Iterator[Writer]:
    """One transaction of `actor` at the instant `now`, under the one writer's lock. It is sealed as it ends.

    Raises SQLAlchemy's OperationalError where another writes for longer than PATIENCE.
    """
    with locked(engine) as connection:
        writer = Writer(connection, now, actor)
        yield writer
        if connection.in_transaction():  # nobody rolled it back
            sealing.close(writer)


@contextmanager
def locked(engine: Engine) -> Iterator[Connection]:
    """One transaction under the one writer's lock that seals nothing: for schemas, copies and roles. `BEGIN IMMEDIATE` on SQLite, a
    lock on a table that only a writer can take on PostgreSQL.

    Raises what `writing` raises.
    """
    with _transaction(engine) as connection:
        _lock(connection)
        yield connection


@contextmanager
def gathering(engine: Engine, source: str, now: datetime) -> Iterator[Writer]:
    """One transaction that writes evidence of `source` and no belief. PostgreSQL asks for the writer's lock only to seal it at the end:
    meanwhile others write, but of the same source. SQLite has one writer anyway.

    Raises what `writing` raises.
    """
    with _transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(_LOCKING_SOURCE, {"patience": f"{PATIENCE}s", "source": source})
        writer = Writer(connection, now)
        yield writer
        _lock(connection)
        sealing.close(writer)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        yield connection


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCKING.format(patience=PATIENCE))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read-only transaction that sees one state of the record."""
    with engine.connect() as connection, connection.begin() as transaction:
        if engine.dialect.name == "postgresql":
            # A report asks many questions: each must be answered from the same state, whatever is written meanwhile.
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        yield connection
        transaction.rollback()


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile no search for cyclic garbage: for work that makes many small values, none of them in a cycle, where each search would
    visit them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

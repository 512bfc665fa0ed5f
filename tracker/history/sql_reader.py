"""Answers an analyst's SQL and can do nothing else: read-only by the database itself, one statement, a time limit.

SQLite opens the file read-only and asks an authorizer about every step of a statement before it runs. PostgreSQL runs the statement
as a cursor of a read-only transaction with `statement_timeout`. Rows are handed out as they come, with the same values from both.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from tracker.errors import Problem, Refused
from tracker.store.mapping.rows import plain
from tracker.store.session import BadDatabase, connected

_CHUNK = 500
_STEPS = 10_000  # SQLite asks about the time after so many of its virtual machine's steps
_LONGEST = 50_000_000  # bytes of one value; the largest document text is far below

_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_PRAGMAS = {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
_ONLY_READING = "only reading is allowed here: the statement would write, attach, load or set something"
_FUNCTIONS_REFUSED = {"load_extension", "fts3_tokenizer"}


class BadQuery(Refused):
    """A statement that was refused or cannot be read; the message gives the database's words."""


class TooSlow(Problem):
    """A statement that ran into its time limit."""


@dataclass(frozen=True)
class Answer:
    """Column names, and the rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def ask(url: str, sql: str, seconds: float) -> Iterator[Answer]:
    """The answer of the database at `url` to one reading statement.

    Raises BadQuery for anything that would write, attach, load or set, and for SQL that the database cannot read; TooSlow after
    `seconds`, also while rows are fetched; BadDatabase where there is no such file.
    """
    address = make_url(url)
    if not sql.strip():
        raise BadQuery("the query is empty; give one SELECT statement")
    with _sqlite(address, sql, seconds) if address.get_backend_name() == "sqlite" else _postgresql(url, sql, seconds) as answer:
        yield answer


@contextmanager
def _sqlite(url: URL, sql: str, seconds: float) -> Iterator[Answer]:
    connection = _opened(Path(url.database or ""))
    refused: list[str] = []
    deadline = time.monotonic() + seconds
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    connection.set_authorizer(lambda *step: _allowed(refused, *step))
    try:
        with _errors_named(refused, seconds):
            cursor = connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description or ())
            if not columns:
                raise BadQuery("the statement answers nothing; give one SELECT statement")
            yield Answer(columns, _fetched(cursor, refused, seconds))
    finally:
        connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise BadDatabase(f"there is no record {path}", "no_record", data=path.parent)
    try:
        return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
    except sqlite3.OperationalError as error:
        raise BadDatabase(f"{path}: {error}; mend the permissions of the file and its folder") from None


def _allowed(
    refused: list[str], action: int, first: str | None, second: str | None, _base: str | None, _inner: str | None
) -> int:
    """SQLite's authorizer: what is not known to only read is refused."""
    reads = (
        action in _READS
        or (action == sqlite3.SQLITE_FUNCTION and second not in _FUNCTIONS_REFUSED)
        or (action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS)
    )
    if reads:
        return sqlite3.SQLITE_OK
    refused.append(second or first or "")
    return sqlite3.SQLITE_DENY


@contextmanager
def _errors_named(refused: list[str], seconds: float) -> Iterator[None]:
    """SQLite's errors in our words."""
    try:
        yield
    except sqlite3.Error as error:
        if refused:
            raise BadQuery(_ONLY_READING) from None
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise _slow(seconds) from None
        raise BadQuery(f"the database says: {error}") from None


def _slow(seconds: float) -> TooSlow:
    return TooSlow(f"the query ran longer than {seconds:g} seconds", "too_slow")


def _fetched(cursor: sqlite3.Cursor, refused: list[str], seconds: float) -> Iterator[tuple[Any, ...]]:
    with _errors_named(refused, seconds):
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk


@contextmanager
def _postgresql(url: str, sql: str, seconds: float) -> Iterator[Answer]:
    deadline = time.monotonic() + seconds
    with connected(url) as engine, engine.connect() as connection:
        import psycopg
        from psycopg import errors

        raw: Any = connection.connection.dbapi_connection
        try:
            raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            raw.execute(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")
            raw.execute("SELECT 1")  # from here on the transaction can no longer be made a writing one
            # A cursor of the server takes one reading statement, and no second one behind a semicolon.
            with raw.cursor(name="answer") as cursor:
                cursor.execute(sql.strip().rstrip(";").encode())
                yield Answer(tuple(column.name for column in cursor.description), _cursor_rows(cursor, deadline, seconds))
        except errors.QueryCanceled:
            raise _slow(seconds) from None
        except errors.ReadOnlySqlTransaction:
            raise BadQuery(_ONLY_READING) from None
        except errors.SyntaxError as error:  # so the server calls a DELETE, which can be no cursor
            raise BadQuery(f"the database says: {_first_line(error)}; only reading is allowed here, in one SELECT") from None
        except psycopg.Error as error:
            raise BadQuery(f"the database says: {_first_line(error)}") from None
        finally:
            connection.rollback()


def _cursor_rows(cursor: Any, deadline: float, seconds: float) -> Iterator[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(_CHUNK):
        if time.monotonic() > deadline:
            raise _slow(seconds)
        yield from (tuple(map(_as_sqlite, row)) for row in chunk)


def _as_sqlite(value: Any) -> Any:
    """A value of PostgreSQL as SQLite gives it, so that one query has one answer."""
    if isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, Decimal) else plain(value)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__

"""Many rows at once: one prepared statement on SQLite, COPY on PostgreSQL. Constraints and guards hold as for any other row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, DefaultClause, Dialect, Table, Text
from sqlalchemy.exc import DBAPIError

_FEW = 4  # rows that PostgreSQL takes sooner one by one, in one round trip, than by COPY, which needs two
_MANY = 100  # rows from which on it is worth a thread to wait for the end


def add_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns; what they leave out takes its default."""
    begin(connection, table, rows)()


def begin(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Callable[[], None]:
    """Insert `rows` as `add_all` does; what is returned waits for the end and raises what went wrong.

    PostgreSQL goes on with keys, constraints and guards while the caller works; SQLite is done at once.
    """
    columns, lines = _lines(connection.dialect, [table.c[name] for name in rows[0]], rows)
    if connection.dialect.name == "postgresql" and len(rows) >= _MANY:
        return _in_a_thread(_sent(connection, table, columns, lines))
    if connection.dialect.name == "postgresql" and len(rows) > _FEW:
        copy_in(connection, table, columns, lines)
    else:
        _insert(connection, table, columns, lines)
    return lambda: None


def _insert(connection: Connection, table: Table, columns: Sequence[Column[Any]], lines: Iterable[Sequence[Any]]) -> None:
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.format_column(column) for column in columns)
    marks = ", ".join(["?" if connection.dialect.name == "sqlite" else "%s"] * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({marks})", [*lines])


def _in_a_thread(work: Callable[[], None]) -> Callable[[], None]:
    """Begin `work`; what is returned waits for it and raises what it raised."""
    thread = ThreadPoolExecutor(1)
    done = thread.submit(work)
    thread.shutdown(wait=False)
    return done.result


def _lines(
    dialect: Dialect, columns: Sequence[Column[Any]], rows: Iterable[Mapping[str, Any]]
) -> tuple[Sequence[Column[Any]], Iterable[tuple[Any, ...]]]:
    """The columns to write, and their values in each row as the driver takes them.

    Each distinct value of a column is bound once, and a column that no row fills is left to its default.
    """
    named = itemgetter(*(column.name for column in columns))
    filled: list[tuple[Column[Any], Iterable[Any]]] = []
    for column, values in zip(columns, zip(*map(named, rows), strict=True), strict=True):
        if not _left_out(column, values):
            bind = _bind(column, dialect)  # most columns repeat a few values, and binding costs more than looking up
            bound = {value: bind(value) for value in set(values) - {None}} if bind else None
            filled.append((column, values if bound is None else map(bound.get, values)))
    return [column for column, _ in filled], zip(*(values for _, values in filled), strict=True)


@cache
def _bind(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _left_out(column: Column[Any], values: tuple[Any, ...]) -> bool:
    """Whether the database itself writes what a column says in all rows: an empty text, or NULL."""
    default = column.server_default
    if column.primary_key or (default is not None and not isinstance(column.type, Text)):
        return False
    default_text = default.arg if isinstance(default, DefaultClause) else None
    return values.count(default_text) == len(values)


def copy_in(connection: Connection, table: Table, columns: Sequence[Column[Any]], lines: Iterable[Sequence[Any]]) -> None:
    """Stream rows into a table of PostgreSQL. It is one statement: rows may name rows that come after them."""
    _sent(connection, table, columns, lines)()


def _sent(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], lines: Iterable[Sequence[Any]]
) -> Callable[[], None]:
    """Send all rows; what is returned must be called, and waits until the server is done with them.

    Until then psycopg keeps its connection to itself: another statement waits, and so does a rollback.
    """
    quote = connection.dialect.identifier_preparer
    statement = f"COPY {quote.format_table(table)} ({', '.join(quote.format_column(column) for column in columns)}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    with _told_alike(connection.dialect, statement), ExitStack() as stack:
        sink = stack.enter_context(stack.enter_context(driver.cursor()).copy(statement))
        for line in lines:
            sink.write_row(line)
        end = stack.pop_all().close
    return _told_alike(connection.dialect, statement)(end)


@contextmanager
def _told_alike(dialect: Dialect, statement: str) -> Iterator[None]:
    """What the driver refuses is raised as SQLAlchemy raises it."""
    from psycopg import Error

    try:
        yield
    except Error as error:
        raise DBAPIError.instance(statement, None, error, Error, dialect=dialect) from error

"""Many rows at once: one prepared statement on SQLite, COPY on PostgreSQL. Constraints and guards hold as for any other row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, DefaultClause, Dialect, Table, Text
from sqlalchemy.exc import DBAPIError


def add_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns; what they leave out takes its default."""
    columns, lines = _lines(connection.dialect, [table.c[name] for name in rows[0]], rows)
    if connection.dialect.name == "postgresql":
        copy_in(connection, table, columns, lines)
        return
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.format_column(column) for column in columns)
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({marks})", [*lines])


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
            bind = _bind(column, dialect)
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
    said = default.arg if isinstance(default, DefaultClause) else None
    return values.count(said) == len(values)


def copy_in(connection: Connection, table: Table, columns: Sequence[Column[Any]], lines: Iterable[Sequence[Any]]) -> None:
    """Stream rows into a table of PostgreSQL. It is one statement: rows may name rows that come after them."""
    from psycopg import Error

    quote = connection.dialect.identifier_preparer
    statement = f"COPY {quote.format_table(table)} ({', '.join(quote.format_column(column) for column in columns)}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as sink:
            for line in lines:
                sink.write_row(line)
    except Error as error:
        raise DBAPIError.instance(statement, None, error, Error, dialect=connection.dialect) from error

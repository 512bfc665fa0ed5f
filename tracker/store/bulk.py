"""Many rows at once: one prepared statement on SQLite, COPY on PostgreSQL. Constraints and guards hold as for any other row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.exc import DBAPIError


def add_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns; what they leave out takes its default."""
    columns = [table.c[name] for name in rows[0]]
    lines = _lines(connection, columns, rows)
    if connection.dialect.name == "postgresql":
        copy_in(connection, table, columns, lines)
        return
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.format_column(column) for column in columns)
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({marks})", lines)


def _lines(connection: Connection, columns: Sequence[Column[Any]], rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The values of each row, as the driver takes them."""
    names = [column.name for column in columns]
    binds = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    bound = [(place, bind) for place, bind in enumerate(binds) if bind is not None]
    lines = [[row[name] for name in names] for row in rows]
    for line in lines:
        for place, bind in bound:
            if line[place] is not None:
                line[place] = bind(line[place])
    return [tuple(line) for line in lines]


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

"""Moves a whole record into an empty database, from SQLite to PostgreSQL or back, and proves that nothing was lost.

Row numbers stay what they are: statements, changes and seals name each other by them. The archive of captures is not touched: it lies
beside the database. Source and target are read and written in one transaction each, so a copy that fails leaves the target empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, Text, collate, exists, func, literal, select
from sqlalchemy.exc import DataError

import tracker.store.schema.evidence_tables
import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.errors import Problem
from tracker.store.admin import migrate
from tracker.store.bulk import add_all, copy_in
from tracker.store.mapping.rows import plain
from tracker.store.schema.columns import metadata
from tracker.store.session import BadDatabase, locked, reading

_BATCH = 1_000


class CopyDiffers(Problem):
    """The target does not read as the source does; the message names table and row. Nothing is kept."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A table as both databases hold it: `digest` is the SHA-256 of its rows, in the order of their keys."""

    table: str
    rows: int
    digest: str


def copy(source: Engine, target: Engine) -> list[Copied]:
    """Copy every table of the record and compare it row by row; memory stays flat.

    A target without a schema gets one. Raises BadDatabase where the source is no record of this program or the target is not empty.
    """
    _check_schemas(source, target)
    with reading(source) as read, locked(target) as write:
        _refuse_unless_empty(write)
        if write.dialect.name == "sqlite":
            write.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # a jurisdiction may come before its parent
        for table in metadata.sorted_tables:
            _fill(write, table, _rows(read, table))
        _number_on(write)
        return [_compare(read, write, table) for table in metadata.sorted_tables]


def _check_schemas(source: Engine, target: Engine) -> None:
    if source.dialect.name == "sqlite" and not Path(source.url.database or "").is_file():
        raise BadDatabase(f"there is no record at {_named(source)}")
    held, needed = migrate.current(source), migrate.head()
    if held != needed:
        raise BadDatabase(
            f"{_named(source)} has schema {held or 'none'}, this program copies {needed}", "source_old", url=_named(source)
        )
    held = migrate.current(target)
    if held is None:
        migrate.upgrade(target)
    elif held != needed:
        raise BadDatabase(f"{_named(target)} has schema {held}, this program copies {needed}; give an empty database")


def _named(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _refuse_unless_empty(write: Connection) -> None:
    for table in metadata.sorted_tables:
        if write.scalar(select(exists(select(literal(1)).select_from(table)))):
            raise BadDatabase(
                f"{_named(write.engine)} already holds rows (table {table.name}); a record is only copied into an empty database"
            )


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """The rows of a table as a stream, ordered by primary key in the same way on both databases."""
    query = select(table).order_by(*(_bytewise(connection, column) for column in table.primary_key))
    result = connection.execution_options(stream_results=True, yield_per=_BATCH).execute(query)
    try:
        yield from result
    finally:
        result.close()


def _bytewise(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return collate(column, "C") if connection.dialect.name == "postgresql" and isinstance(column.type, Text) else column


def _fill(write: Connection, table: Table, rows: Iterable[Row[Any]]) -> None:
    if write.dialect.name == "postgresql":
        _fill_postgres(write, table, rows)
        return
    remaining = iter(rows)
    while batch := [row._asdict() for row in islice(remaining, _BATCH)]:
        add_all(write, table, batch)


def _fill_postgres(write: Connection, table: Table, rows: Iterable[Row[Any]]) -> None:
    try:
        copy_in(write, table, list(table.columns), rows)
    except DataError as error:
        raise BadDatabase(
            f"the table {table.name} holds what PostgreSQL cannot keep: {' '.join(str(error.orig).split())}"
        ) from None


def _number_on(write: Connection) -> None:
    """Let the sequences of PostgreSQL go on after the highest row number; SQLite does so by itself."""
    if write.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            name = write.dialect.identifier_preparer.format_table(table)
            highest = select(func.coalesce(func.max(column), 1), func.count() > 0).select_from(table)
            number, used = write.execute(highest).one()
            write.execute(select(func.setval(func.pg_get_serial_sequence(name, column.name), number, used)))


def _compare(read: Connection, write: Connection, table: Table) -> Copied:
    digest, count = hashlib.sha256(), 0
    for mine, theirs in zip_longest(_rows(read, table), _rows(write, table)):
        ours = _canonical(mine)
        if ours != _canonical(theirs):
            raise CopyDiffers(
                f"the table {table.name} differs after {count} rows: {ours} became {_canonical(theirs)}; nothing was kept"
            )
        digest.update(ours.encode() + b"\n")
        count += 1
    return Copied(table.name, count, digest.hexdigest())


def _canonical(row: Row[Any] | None) -> str:
    """A row as the same text from either database."""
    return "no row" if row is None else json.dumps([plain(value) for value in row], ensure_ascii=True)

"""Whether rows hang together at all, whoever wrote them: values that a column can hold, keys that point somewhere, numbers without a gap.

A database keeps these rules only for those who do not switch them off. Read-only; every finding is (which row, what is wrong).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, pairwise
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, ForeignKey, Integer, Row, Table, select, text

import tracker.store.schema.evidence_tables
import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.store.schema.columns import UtcDateTime, metadata
from tracker.store.streams import streamed

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_INSTANT = f"{_DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z"
_FITS: tuple[tuple[type[Any], str, str], ...] = (
    (Boolean, "truth value", "typeof({0}) = 'integer' AND {0} IN (0, 1)"),
    (Integer, "whole number", "typeof({0}) = 'integer'"),
    (
        Date,
        "day",
        f"typeof({{0}}) = 'text' AND {{0}} GLOB '{_DAY}' AND {{0}} > '0001' AND coalesce(date({{0}}, '+0 days'), '') = {{0}}",
    ),
    (
        UtcDateTime,
        "instant",
        f"typeof({{0}}) = 'text' AND {{0}} GLOB '{_INSTANT}' AND {{0}} > '0001'"
        " AND coalesce(strftime('%Y-%m-%dT%H:%M:%S', substr({0}, 1, 19), '+0 days'), '') = substr({0}, 1, 19)",
    ),
    (object, "text", "typeof({0}) = 'text'"),
)
"""What a column of a kind holds on SQLite: type, name, condition."""


def malformed(connection: Connection) -> Iterator[tuple[str, str]]:
    """Values that no column of their kind holds, which SQLite takes from anybody; PostgreSQL never does."""
    if connection.dialect.name != "sqlite":
        return
    for table in metadata.sorted_tables:
        fits = [_fits(column) for column in table.columns]
        wrong = " OR ".join(f"NOT ({condition})" for _, condition in fits)
        shown = ", ".join([*map(_quoted, table.columns), *(condition for _, condition in fits)])
        for row in connection.exec_driver_sql(f'SELECT {shown} FROM "{table.name}" AS c WHERE {wrong} ORDER BY {_key(table)}'):
            values, fit = row[: len(fits)], row[len(fits) :]
            named = " ".join(str(values[list(table.columns).index(column)]) for column in table.primary_key)
            for column, value, good, (kind, _) in zip(table.columns, values, fit, fits, strict=True):
                if not good:
                    yield (
                        f"{table.name} {named}",
                        f"{column.name} holds {value!r}, which is no {kind}; mend it before the rest is checked",
                    )


def _fits(column: Column[Any]) -> tuple[str, str]:
    kind, condition = next((name, condition) for type_, name, condition in _FITS if isinstance(column.type, type_))
    condition = condition.format(_quoted(column))
    return kind, f"({_quoted(column)} IS NULL OR ({condition}))" if column.nullable else f"({condition})"


def dangling(connection: Connection) -> Iterator[tuple[str, str]]:
    """Foreign keys that point nowhere, once for each place to which they point."""
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            for value, rows in groupby(_pointing_nowhere(connection, table, key), key=lambda row: row[-1]):
                first, *more = rows
                also = f", and so does that of {len(more)} rows more" if more else ""
                points = f"its {key.parent.name} points to {key.column.table.name} {value}, which is not there"
                yield f"{table.name} {' '.join(map(str, first[:-1]))}", points + also


def _pointing_nowhere(connection: Connection, table: Table, key: ForeignKey) -> Iterable[Row[Any]]:
    """The primary key of each such row, and to what it points."""
    there = f'SELECT 1 FROM "{key.column.table.name}" AS p WHERE p."{key.column.name}" = {_quoted(key.parent)}'
    return streamed(
        connection,
        text(
            f'SELECT {_key(table)}, {_quoted(key.parent)} FROM "{table.name}" AS c '
            f"WHERE {_quoted(key.parent)} IS NOT NULL AND NOT EXISTS ({there}) ORDER BY {_quoted(key.parent)}, {_key(table)}"
        ),
    )


def _key(table: Table) -> str:
    return ", ".join(map(_quoted, table.primary_key))


def _quoted(column: Column[Any]) -> str:
    return f'c."{column.name}"'


def gaps(connection: Connection) -> Iterator[tuple[str, str]]:
    """Numbers that are missing where the record itself numbers its rows, from 1 on and without a gap."""
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is False:
            held = (row.id for row in streamed(connection, select(table.c.id).order_by(table.c.id)))
            for before, after in pairwise(chain([0], held)):
                first, last = max(before, 0) + 1, after - 1
                if after < 1:
                    yield f"{table.name} {after}", "the record numbers from 1 on: it did not write this row"
                elif first <= last:
                    yield f"{table.name} {_span(first, last)}", f"gone, or {after} was put in: the record leaves no number out"


def spans(numbers: Iterable[int]) -> str:
    """`1-3, 7` for 1, 2, 3 and 7."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(_span(*ends) for ends in found)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"

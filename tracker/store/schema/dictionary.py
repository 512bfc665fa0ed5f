"""The data dictionary: every table, view and column with meaning, unit and example, read from the models.

`python -m tracker.store.schema.dictionary FILE` writes it as Markdown. Nothing is described here: tables carry their own words, views theirs in
`view_columns`; a column without a meaning is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Table, Text, create_engine

import tracker.store.schema.evidence_tables
import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.codebook import Codebook, load
from tracker.errors import Refused
from tracker.store.schema import views
from tracker.store.schema.columns import UtcDateTime, metadata
from tracker.store.schema.view_columns import VIEWS, Column, Kind

_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (UtcDateTime, Kind.INSTANT),
    (Boolean, Kind.BOOLEAN),
    (Integer, Kind.INTEGER),
    (Date, Kind.DAY),
    (Text, Kind.TEXT),
)
_EXAMPLES = {Kind.INTEGER: "17", Kind.BOOLEAN: "true", Kind.DAY: "2026-07-01", Kind.INSTANT: "2026-11-22T09:00:00Z"}

_HEAD = """# Data dictionary

Every table and view of the record. Analysts ask the views; the tables below them hold what the views are made of. The same names work
on SQLite and PostgreSQL. A `day` is a civil date (half-open periods: the end is the first day on which something no longer holds), an
`instant` is UTC. On SQLite a boolean is 1 or 0 and an instant is text such as `2026-11-22T09:00:00.000000Z`, which sorts by time.

This page is made from the models by `python -m tracker.store.schema.dictionary docs/data-dictionary.md`; a test keeps it true.
"""


class NoMeaning(Refused):
    """A column or view that nobody described; the message names it and says where its words belong."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view with its columns, in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    is_view: bool


@cache
def relations() -> tuple[Relation, ...]:
    """The views, in the order in which analysts meet them, then the tables by name. Raises NoMeaning."""
    tables = {name: _table(table) for name, table in sorted(metadata.tables.items())}
    return (*(_view(name, names, tables) for name, names in _view_columns()), *tables.values())


def relation(name: str) -> Relation:
    """The table or view of that name."""
    relation = next((known for known in relations() if known.name == name), None)
    if relation is None:
        raise NoMeaning(f"{name!r} is no table or view; known: {', '.join(known.name for known in relations())}")
    return relation


def _view_columns() -> list[tuple[str, list[str]]]:
    """The columns of each view, as an empty database tells them."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        views.create(connection)
        columns = [
            (name, [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({name})").all()]) for name in views.VIEWS
        ]
    engine.dispose()
    return columns


def _table(table: Table) -> Relation:
    if not table.comment:
        raise NoMeaning(f"the table {table.name} says nothing of itself; give it a comment")
    return Relation(table.name, table.comment, tuple(_column(table, column) for column in table.columns), False)


def _column(table: Table, column: Any) -> Column:
    if not column.comment:
        raise NoMeaning(f"the column {table.name}.{column.name} has no meaning; make it with tracker.store.schema.columns.col")
    kind = next(kind for type_, kind in _KINDS if isinstance(column.type, type_))
    meaning, example = column.comment, column.info.get("example", "")
    for key in column.foreign_keys:
        meaning = f"{meaning} (→ {key.column.table.name}.{key.column.name})"
        example = example or key.column.info.get("example", "")
    return Column(column.name, kind, meaning, example or _EXAMPLES.get(kind, ""), column.info.get("unit", ""))


def _view(name: str, columns: Sequence[str], tables: dict[str, Relation]) -> Relation:
    description = VIEWS.get(name)
    if description is None:
        raise NoMeaning(f"the view {name} is not described; add it to tracker/store/view_columns.py")
    if unused := set(description.own) - set(columns):
        raise NoMeaning(
            f"tracker/store/view_columns.py describes {', '.join(sorted(unused))}, which the view {name} does not have"
        )
    below = [column for table in description.tables for column in tables[table].columns]
    return Relation(name, description.meaning, tuple(_view_column(name, word, description.own, below) for word in columns), True)


def _view_column(view: str, name: str, own: Any, below: Sequence[Column]) -> Column:
    described = own.get(name) or next((column for column in below if column.name == name), None)
    if described is None:
        raise NoMeaning(f"the column {view}.{name} has no meaning; give it words in tracker/store/view_columns.py")
    return described


def markdown(codebook: Codebook) -> str:
    """The dictionary as one page."""
    return "\n".join(_lines(codebook)) + "\n"


def _lines(codebook: Codebook) -> Iterator[str]:
    yield _HEAD
    for title, is_view in (("Views", True), ("Tables", False)):
        chosen = [known for known in relations() if known.is_view is is_view]
        yield f"## {title}\n"
        yield " · ".join(f"[`{known.name}`](#{known.name})" for known in chosen) + "\n"
        for known in chosen:
            yield from section(known, codebook)


def section(known: Relation, codebook: Codebook) -> Iterator[str]:
    """The lines of one table or view."""
    yield f"### {known.name}\n"
    yield f"{known.meaning.rstrip('.')}.\n"
    yield from column_table(known.columns, codebook, "column")


def column_table(columns: Sequence[Column], codebook: Codebook, title: str) -> Iterator[str]:
    """The lines of a table that explains columns; `title` heads their names."""
    yield f"| {title} | kind | meaning | unit | example |\n|---|---|---|---|---|"
    for column in columns:
        example = f"`{escaped(codebook.example(column.example))}`" if column.example else ""
        yield f"| `{column.name}` | {column.kind} | {escaped(column.meaning)} | {column.unit} | {example} |"
    yield ""


def escaped(text: str) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("give the file to write: python -m tracker.store.schema.dictionary docs/data-dictionary.md")
    Path(sys.argv[1]).write_text(markdown(load()), encoding="utf-8")

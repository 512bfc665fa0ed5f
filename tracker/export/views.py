"""Rows of the analysts' views from a snapshot, as a stream in a fixed order, with the columns of the data dictionary."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tracker.store.schema import dictionary
from tracker.store.schema.dictionary import Relation
from tracker.store.schema.view_columns import Kind


def all_views() -> tuple[Relation, ...]:
    """The views that are exported."""
    return tuple(known for known in dictionary.relations() if known.is_view)


def rows(snapshot: Path, view: Relation) -> Iterator[tuple[Any, ...]]:
    """The rows of a view, ordered by its columns from the first to the last; booleans are booleans."""
    names = ", ".join(column.name for column in view.columns)
    flags = [column.kind is Kind.BOOLEAN for column in view.columns]
    order = ", ".join(str(number) for number in range(1, len(view.columns) + 1))
    with closing(opened(snapshot)) as connection:
        cursor = connection.execute(f"SELECT {names} FROM {view.name} ORDER BY {order}")
        for row in cursor:
            yield tuple(bool(value) if flag and value is not None else value for value, flag in zip(row, flags, strict=True))


def opened(snapshot: Path) -> sqlite3.Connection:
    """A snapshot, read-only; nothing can change it any more."""
    return sqlite3.connect(f"file:{quote(str(snapshot.resolve()))}?mode=ro&immutable=1", uri=True)

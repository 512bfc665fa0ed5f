"""Many rows in flat memory: read as they come, met by those that hang on them in the same order, or kept on disk for a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, collate, func

_AT_ONCE = 1_000


def streamed(connection: Connection, query: Any, at_once: int = _AT_ONCE) -> Iterator[Row[Any]]:
    """The rows of a query as they come, `at_once` in memory: fewer where a row may be long."""
    with closing(connection.execute(query.execution_options(yield_per=at_once))) as found:
        yield from found


def in_order(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What brings rows into the order in which Python compares the column: words by their bytes, NULL as an empty one."""
    if not isinstance(column.type, Text):
        return column
    word = func.coalesce(column, "")
    return collate(word, "C") if connection.dialect.name == "postgresql" else word


class Hanging:
    """Rows that hang on others by a key; each key may be asked for once, in rising order, and what nobody asks for is passed over."""

    def __init__(self, rows: Iterable[Any], key: Callable[[Any], Any]) -> None:
        self._groups = groupby(rows, key)
        self._next = next(self._groups, None)

    def of(self, key: Any) -> Iterator[Any]:
        """The rows that hang on `key`, to be read before the next one is asked for."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is not None and self._next[0] == key:
            yield from self._next[1]


@contextmanager
def on_disk(tables: str) -> Iterator[sqlite3.Connection]:
    """Tables of the moment, made by the SQL `tables`, in a file that nobody else sees and that is gone with them."""
    with closing(sqlite3.connect("", isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode = OFF")
        held.executescript(tables)
        yield held

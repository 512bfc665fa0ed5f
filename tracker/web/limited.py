"""Datasette's database as `serve` gives it: questions are answered by processes whose time and memory are limited (`history.sql_reader`).

Datasette itself asks in threads of the server, which nothing can stop inside one of SQLite's functions, and which share its memory.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results

from tracker.errors import TrackerError
from tracker.history.sql_reader import Answer, TooSlow, Worker
from tracker.store import sqlite_file
from tracker.store.session import sqlite_url

_AT_ONCE = 8  # questions; a ninth waits until one of them is answered or has used up its time
_LARGEST = 20_000_000  # letters and bytes of one answer


class Row(tuple[Any, ...]):
    """A row with the ways of `sqlite3.Row`, which only SQLite can make."""

    columns: tuple[str, ...]

    def keys(self) -> tuple[str, ...]:
        return self.columns

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.columns.index(key) if isinstance(key, str) else key)


class LimitedDatabase(Database):  # type: ignore[misc]
    """The SQLite file at `path`, read-only; `is_mutable` says whether others may write it meanwhile."""

    def __init__(self, datasette: Datasette, path: Path, is_mutable: bool) -> None:
        super().__init__(datasette, path=str(path), is_mutable=is_mutable)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "question")
        self._idle: LifoQueue[Worker] = LifoQueue()  # the one that answered last is warm

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """For what Datasette asks of the schema by itself."""
        connection = sqlite_file.read_only(self.path, shared=True)
        self._all_file_connections.append(connection)
        return connection

    async def execute(
        self,
        sql: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """As Datasette's own, which says what each argument means; time limits are in milliseconds."""
        limit = self.ds.sql_time_limit_ms
        most = self.ds.max_returned_rows + (self.ds.max_returned_rows == (page_size or self.ds.page_size))
        try:
            columns, rows = await asyncio.get_running_loop().run_in_executor(
                self._threads,
                self._asked,
                sql,
                _bound(params),
                min(custom_time_limit or limit, limit) / 1000,
                most + 1 if truncate else None,
            )
        except TooSlow as slow:
            raise QueryInterrupted(slow, sql, params) from None
        except TrackerError as refused:
            raise sqlite3.OperationalError(str(refused)) from None
        description = [(name, *[None] * 6) for name in columns]
        return Results(rows[:most], len(rows) > most, description) if truncate else Results(rows, False, description)

    def _asked(
        self, sql: str, params: Mapping[str, Any] | Sequence[Any], seconds: float, most: int | None
    ) -> tuple[tuple[str, ...], list[Row]]:
        """Columns and rows, of a process that is idle or new."""
        try:
            worker = self._idle.get_nowait()
        except Empty:
            worker = Worker(sqlite_url(Path(self.path)))
        try:
            answer = worker.ask(sql, params, seconds)
            return answer.columns, _limited(answer, most)
        finally:
            worker.rest()
            self._idle.put(worker)


def _limited(answer: Answer, most: int | None) -> list[Row]:
    made = type("NamedRow", (Row,), {"columns": answer.columns})
    rows, size = [], 0
    for row in islice(answer.rows, most):
        rows.append(made(row))
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if size > _LARGEST:
            raise sqlite3.OperationalError(f"the answer is longer than {_LARGEST} letters; narrow it")
    return rows


def _bound(parameters: Mapping[str, Any] | Sequence[Any] | None) -> Mapping[str, Any] | Sequence[Any]:
    """The parameters that a database can take: Datasette puts functions of its own among them."""
    if not isinstance(parameters, Mapping):
        return tuple(parameters or ())
    return {name: value for name, value in parameters.items() if value is None or isinstance(value, str | int | float | bytes)}

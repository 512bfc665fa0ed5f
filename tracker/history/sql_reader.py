"""Answers an analyst's SQL and can do nothing else: read-only by the database itself, one statement, limits of time and memory.

SQLite opens the file read-only and asks an authorizer about every step of a statement before it runs. PostgreSQL runs the statement
as a cursor of a read-only transaction with `statement_timeout`. Either is asked by a process of its own (`sql_worker`), because no
database can be stopped inside one of its functions. Rows are handed out as they come, with the same values from both.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tracker.errors import Problem, Refused
from tracker.history import sql_worker
from tracker.history.sql_worker import Question
from tracker.store.mapping.rows import plain
from tracker.store.session import BadDatabase, connected

_GRACE = 0.5  # seconds after the limit in which the process may still say so itself
_ONLY_READING = "only reading is allowed here: the statement would write, attach, load or set something"


class BadQuery(Refused):
    """A statement that was refused or cannot be read; the message gives the database's words."""


class TooSlow(Problem):
    """A statement that ran into its time limit."""


class TooLarge(Problem):
    """A statement that ran into its limit of memory."""


@dataclass(frozen=True)
class Answer:
    """Column names, and the rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def ask(url: str, sql: str, seconds: float) -> Iterator[Answer]:
    """The answer of the database at `url` to one reading statement.

    Raises BadQuery for anything that would write, attach, load or set, and for SQL that the database cannot read; TooSlow after
    `seconds` and TooLarge beyond `sql_worker.MEMORY`, both also while rows are fetched; BadDatabase where there is no such file.
    """
    if not sql.strip():
        raise BadQuery("the query is empty; give one SELECT statement")
    with Worker(url) as worker:
        answer = worker.ask(sql, (), seconds)
        if not answer.columns:
            raise BadQuery("the statement answers nothing; give one SELECT statement")
        yield answer


class Worker:
    """A process that answers one question after another. One that was ended over a question is started again for the next.

    Raises BadDatabase where `url` names a file that is not there.
    """

    def __init__(self, url: str) -> None:
        self._database = _database(url)
        self._process: subprocess.Popen[bytes] | None = None
        self._open = False  # a question whose end was not read

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any], seconds: float) -> Answer:
        """The answer to one statement. Its rows must be read before the next question. Raises what `ask` of this module raises."""
        if self._process is None:
            self._start()
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds + _GRACE
        self._open = True
        self._pipe.send(Question(sql, parameters, seconds))
        return Answer(self._next()[1], self._rows())

    def rest(self) -> None:
        """Make ready for the next question: where rows are left unread the process is ended."""
        if self._open:
            self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._pipe.close()
            self._process, self._open = None, False

    def _start(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        with theirs:
            command = [sys.executable, "-P", "-m", sql_worker.__name__, str(theirs.fileno())]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        self._pipe.send(self._database)
        self._pipe.recv()  # it has started: the time of the question begins

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        while (message := self._next())[0] == sql_worker.ROWS:
            yield from message[1] if isinstance(self._database, str) else map(_as_sqlite_row, message[1])

    def _next(self) -> sql_worker.Message:
        """The next message that holds columns, rows or the end."""
        try:
            if not self._pipe.poll(max(0, self._deadline - time.monotonic())):
                self.close()
                raise self._slow()
            kind, content = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            raise self._ended() from None
        self._open = kind in (sql_worker.COLUMNS, sql_worker.ROWS)
        if kind == sql_worker.LARGE:
            self.close()
            raise _large()
        if kind == sql_worker.SLOW:
            raise self._slow()
        if kind in (sql_worker.BAD, sql_worker.REFUSED):
            raise BadQuery(f"the database says: {content}" if kind == sql_worker.BAD else _ONLY_READING)
        return kind, content

    def _slow(self) -> TooSlow:
        return TooSlow(f"the query ran longer than {self._seconds:g} seconds", "too_slow")

    def _ended(self) -> TooSlow | TooLarge:
        """Why the process is gone."""
        assert self._process is not None
        status = self._process.wait()
        self.close()
        if status == -signal.SIGXCPU:
            return self._slow()
        return _large()


def _large() -> TooLarge:
    return TooLarge(f"the query needs more memory than {sql_worker.MEMORY // 2**20} MiB", "too_large")


def _database(url: str) -> str | dict[str, Any]:
    """The path of a SQLite file, or what psycopg connects with."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        if not path.exists():
            raise BadDatabase(f"there is no record {path}", "no_record", data=path.parent)
        if not os.access(path, os.R_OK):
            raise BadDatabase(f"{path} cannot be read; mend the permissions of the file and its folder")
        return str(path)
    with connected(url) as engine:
        arguments = engine.dialect.create_connect_args(engine.url)[1]
        return {name: value for name, value in arguments.items() if name != "context"}  # adapters, which psycopg has of its own


def _as_sqlite_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(_as_sqlite, row))


def _as_sqlite(value: Any) -> Any:
    """A value of PostgreSQL as SQLite gives it, so that one query has one answer."""
    if isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, Decimal) else plain(value)

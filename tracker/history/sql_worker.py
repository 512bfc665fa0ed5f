"""Answers one question after another in a process of its own, whose memory and time the system limits: `sql_reader` starts and ends it.

    python -P -m tracker.history.sql_worker FD

FD is one end of a `multiprocessing.Pipe`. The first message names the database, and is answered by READY; each further one is a
`Question`, and is answered by messages of (kind, content): COLUMNS, ROWS as often as needed, END; or, at any point, what went wrong.
Imports nothing but the standard library, and psycopg where it is asked for, so that it starts at once.
"""

from __future__ import annotations

import math
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from tracker.store import sqlite_file

READY, COLUMNS, ROWS, END = "ready", "columns", "rows", "end"
BAD, REFUSED, SLOW, LARGE = "bad", "refused", "slow", "large"

MEMORY = 512 * 1024 * 1024
"""Bytes that one question may take."""

_BATCH = 1_000_000  # bytes of the rows of one message, or one row
_MOST = 1_000  # rows of one message
_STEPS = 10_000  # SQLite asks about the time after so many of its virtual machine's steps
_LONGEST = 50_000_000  # bytes of one value; the largest document text is far below

_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_PRAGMAS = {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
_FUNCTIONS_REFUSED = {"load_extension", "fts3_tokenizer"}

Message = tuple[str, Any]


class Question(NamedTuple):
    """One statement, its parameters, and how many seconds it may take."""

    sql: str
    parameters: Mapping[str, Any] | Sequence[Any]
    seconds: float


def main(pipe: Connection) -> None:
    """Answer until the other end is closed, or a question took too much memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    database: str | dict[str, Any] = pipe.recv()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pipe.send((READY, None))
    try:
        while True:
            question: Question = pipe.recv()
            _limit_time(question.seconds)
            for message in _answered(database, question):
                pipe.send(message)
    except MemoryError:
        pipe.send((LARGE, None))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _limit_time(seconds: float) -> None:
    """Whoever is not ended by the other side, because that is gone, ends by the system."""
    used = math.ceil(time.process_time() + seconds) + 2
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used if most == resource.RLIM_INFINITY else min(used, most), most))


def _answered(database: str | dict[str, Any], question: Question) -> Iterator[Message]:
    return _sqlite(database, question) if isinstance(database, str) else _postgresql(database, question)


def _sqlite(path: str, question: Question) -> Iterator[Message]:
    refused: list[str] = []
    deadline = time.monotonic() + question.seconds
    try:
        with closing(sqlite_file.read_only(path)) as connection:
            connection.execute("PRAGMA temp_store=MEMORY")  # no file: neither a full disk nor a disk to fill
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            connection.set_authorizer(lambda *step: _allowed(refused, *step))
            cursor = connection.execute(question.sql, question.parameters)
            yield COLUMNS, tuple(column[0] for column in cursor.description or ())
            yield from _batches(cursor)
    except (sqlite3.Error, sqlite3.Warning) as error:  # Python 3.11 calls a second statement a warning
        interrupted = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
        yield (REFUSED, None) if refused else (SLOW, None) if interrupted else (BAD, str(error))
    except UnicodeDecodeError as error:  # the words of SQLite about a damaged schema
        yield BAD, f"the file is damaged: {error}"
    else:
        yield END, None


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[Message]:
    """Rows in messages of about one size, however long their values are."""
    batch, size = [], 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if size > _BATCH or len(batch) == _MOST:
            yield ROWS, batch
            batch, size = [], 0
    yield ROWS, batch


def _allowed(
    refused: list[str], action: int, first: str | None, second: str | None, _base: str | None, _inner: str | None
) -> int:
    """SQLite's authorizer: what is not known to only read is refused."""
    reads = (
        action in _READS
        or (action == sqlite3.SQLITE_FUNCTION and second not in _FUNCTIONS_REFUSED)
        or (action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS)
        or (action == sqlite3.SQLITE_PRAGMA and first == "schema_version" and second is None)
    )
    if reads:
        return sqlite3.SQLITE_OK
    refused.append(second or first or "")
    return sqlite3.SQLITE_DENY


_PINNED = (
    # The server notices that we are gone, and fills no disk for us; where it knows the setting and lets us set it.
    "SELECT set_config(name, value, true) FROM pg_settings JOIN (VALUES ('client_connection_check_interval', '1s'),"
    " ('temp_file_limit', '1GB')) AS wished (name, value) USING (name)"
    " WHERE context = 'user' OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
)


def _postgresql(database: Mapping[str, Any], question: Question) -> Iterator[Message]:
    import psycopg
    from psycopg import errors

    deadline = time.monotonic() + question.seconds
    try:
        with psycopg.connect(**database) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute(_PINNED)  # after a first statement the transaction can no longer be made a writing one
            # A cursor of the server takes one reading statement, and no second one behind a semicolon.
            with connection.cursor(name="answer") as cursor:
                cursor.execute(question.sql.strip().rstrip(";").encode())
                yield COLUMNS, tuple(column.name for column in cursor.description or ())
                yield from _fetched(connection, cursor, deadline)
            connection.rollback()
    except (errors.QueryCanceled, TimeoutError):
        yield SLOW, None
    except errors.ReadOnlySqlTransaction:
        yield REFUSED, None
    except errors.SyntaxError as error:  # so the server calls a DELETE, which can be no cursor
        yield BAD, f"{_first_line(error)}; only reading is allowed here, in one SELECT"
    except psycopg.InterfaceError:  # so psycopg tells that libpq has no memory left
        yield LARGE, None
    except psycopg.Error as error:
        yield BAD, _first_line(error)
    else:
        yield END, None


def _fetched(connection: Any, cursor: Any, deadline: float) -> Iterator[Message]:
    """Rows as they come. The limit is set anew before each step, because the statement may have lifted it for the next ones."""
    count = 10
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.execute(f"SET LOCAL statement_timeout = {max(1, int(left * 1000))}")
        rows = cursor.fetchmany(count)
        if not rows:
            return
        yield from _batches(iter(rows))
        large = sum(len(value) for row in rows for value in row if isinstance(value, str | bytes)) > _BATCH
        count = max(1, count // 2) if large else min(_MOST, count * 2)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))

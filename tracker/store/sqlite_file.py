"""Opens SQLite files: with the settings without which SQLite would lie, and for reading also where nothing can be written.

Imports nothing but the standard library, so that a process that answers one question starts at once.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

PATIENCE = 60  # seconds that a writer waits for another
_PAGE = 2_048  # bytes, of a new file: a record has many small tables and indexes, of which each takes whole pages
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
_PRIMARY = 0xFF  # the low byte of a result code; the rest refines it


def opened(path: str, *, shared: bool = False) -> sqlite3.Connection:
    """A connection to the file at `path`, which is made where it is missing; `shared` lets other threads use it.

    Where the write-ahead log cannot be opened (a read-only folder, a full disk) the connection only reads, and to write on it raises
    sqlite3.OperationalError. So does a file that cannot be opened at all.
    """
    return _tried(
        path, sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=not shared), _tune, shared
    )


def read_only(path: str, *, shared: bool = False) -> sqlite3.Connection:
    """A connection that can only read the file at `path`, also where nothing can be written beside it.

    Raises sqlite3.DatabaseError for a file that is missing or is no database.
    """
    return _tried(path, _connected(path, "mode=ro", shared), _touch, shared)


def _tried(
    path: str, connection: sqlite3.Connection, begin: Callable[[sqlite3.Connection], None], shared: bool
) -> sqlite3.Connection:
    """The connection once it has begun, or one that needs no file beside the record."""
    try:
        begin(connection)
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode & _PRIMARY not in _UNWRITABLE or not Path(path).is_file():
            raise
        return _unwritable(path, shared)
    return connection


def _connected(path: str, how: str, shared: bool) -> sqlite3.Connection:
    uri = f"file:{quote(str(Path(path).resolve()))}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=not shared)


def _touch(connection: sqlite3.Connection) -> None:
    """Only the first read opens the log."""
    connection.execute("PRAGMA schema_version")


def _tune(connection: sqlite3.Connection) -> None:
    """We say BEGIN ourselves; the driver's own rules differ between Python versions."""
    # recursive_triggers: without it INSERT OR REPLACE would delete a row past the triggers that keep it
    for pragma in (f"page_size={_PAGE}", "foreign_keys=ON", "recursive_triggers=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Two that change a new file to WAL at once would wait for each other for ever; SQLite refuses one of them, which tries again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _unwritable(path: str, shared: bool) -> sqlite3.Connection:
    """A connection that makes no file beside the record and asks for no lock: nobody can write where it is needed."""
    log = Path(f"{path}-wal")
    left = log.is_file() and log.stat().st_size > 0
    # A log that a writer left is read into memory; immutable would pass over it.
    connection = _connected(path, "mode=ro&vfs=unix-none" if left else "immutable=1", shared)
    if left:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    return connection

"""One SQLite file with the record as known at an instant, from either database; equal records give equal bytes.

It has the schema of this program and is read by any SQLite client. The clock of its views (`status_current`, `upcoming`, …) stands at the
instant: a snapshot says the same on every day. Rows are read as a stream; memory stays flat.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from tracker.history import asof
from tracker.store.admin import migrate
from tracker.store.bulk import add_all
from tracker.store.schema import views
from tracker.store.session import connect, locked, reading, sqlite_url

BATCH = 500
"""Rows held at a time."""


def write(source: Engine, path: Path, known: datetime) -> None:
    """Write the snapshot to `path`, which must not exist."""
    target = connect(sqlite_url(path))
    try:
        migrate.upgrade(target)
        with reading(source) as read, locked(target) as made:
            made.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # a jurisdiction may come before its parent
            for table in asof.tables():
                for rows in asof.batches(read, table, known, BATCH):
                    add_all(made, table, rows)
            views.drop(made)
            views.create(made, at=known)
    finally:
        target.dispose()
    _settle(path)


def _settle(path: Path) -> None:
    """One file without a log beside it, its pages in order."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")

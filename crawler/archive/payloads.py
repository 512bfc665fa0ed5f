"""Where each payload of an archive folder stands: a table beside the files, filled as they grow, so that a look-up reads one row.

It holds nothing that the files do not say and may be deleted at any time. Where it cannot be written it is made in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from crawler.archive.errors import ArchiveError
from crawler.archive.index import Entry, entry_at, scan

_NAME = "payloads.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS payload (name TEXT, since TEXT, file TEXT, offset INTEGER, PRIMARY KEY (name, since)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scanned (file TEXT PRIMARY KEY, bytes INTEGER) WITHOUT ROWID;
"""
_FIND = "SELECT file, offset FROM payload WHERE name = ? AND since <= ? ORDER BY since DESC LIMIT 1"
_KEEP = "INSERT OR IGNORE INTO payload VALUES (?, ?, ?, ?)"


class Payloads:
    """The payloads of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._memory: sqlite3.Connection | None = None

    def holder(self, entry: Entry, files: Callable[[], Sequence[Path]]) -> Entry | None:
        """The entry that holds the payload of an entry; `files` of the archive are read as far as they are not yet known."""
        if entry.refers_to is None:
            return entry
        try:
            with closing(self._opened()) as table:
                return self._holder(table, entry, files)
        except sqlite3.Error:  # a folder that cannot be written to, or what is no table
            self._memory = self._memory or _made(":memory:")
            return self._holder(self._memory, entry, files)

    def _opened(self) -> sqlite3.Connection:
        return _made(str(self.folder / _NAME))

    def _holder(self, table: sqlite3.Connection, entry: Entry, files: Callable[[], Sequence[Path]]) -> Entry | None:
        known = next(self._candidates(table, entry), None)
        if known is None:
            _read_on(table, files())
            known = next(self._candidates(table, entry), None)
        return known

    def _candidates(self, table: sqlite3.Connection, entry: Entry) -> Iterator[Entry]:
        """The payloads that the table knows by the names that an entry refers to, and that are really there."""
        for name in entry.refers_to or ():
            for file, offset in table.execute(_FIND, (name, entry.captured_at)).fetchall():
                try:
                    candidate = entry_at(self.folder / file, offset)
                except ArchiveError:
                    candidate = None
                if candidate is not None and name in dict(candidate.names):
                    yield candidate
                else:  # the file is not the one that was read
                    table.execute("DELETE FROM payload WHERE file = ?", (file,))
                    table.execute("DELETE FROM scanned WHERE file = ?", (file,))
                    table.commit()


def _made(place: str) -> sqlite3.Connection:
    table = sqlite3.connect(place, timeout=30)
    table.executescript(_TABLES)
    return table


def _read_on(table: sqlite3.Connection, files: Iterable[Path]) -> None:
    """Take in what the files hold behind what was read of them before."""
    scanned = dict(table.execute("SELECT file, bytes FROM scanned"))
    for path in files:
        start = scanned.get(path.name, 0)
        if path.stat().st_size <= start:
            continue
        walk = scan(path, start)
        rows = [(name, since, *entry.place) for entry in walk.entries if entry.refers_to is None for name, since in entry.names]
        with table:
            table.executemany(_KEEP, rows)
            table.execute("INSERT OR REPLACE INTO scanned VALUES (?, ?)", (path.name, walk.end))

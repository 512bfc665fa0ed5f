"""How files of SQLite are opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.store import sqlite_file


def test_a_new_file_has_small_pages_and_one_that_is_there_keeps_its_own(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript("PRAGMA page_size = 4096; CREATE TABLE word (name TEXT)")
    assert [_page(tmp_path / name) for name in ("new.db", "old.db")] == [2_048, 4_096]


def _page(path: Path) -> int:
    with closing(sqlite_file.opened(str(path))) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS word (name TEXT)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        return int(size)

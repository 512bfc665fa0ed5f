"""Whether the file of a record is damaged. On SQLite alone: a server checks its own files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import chain

from sqlalchemy import Engine

from tracker.store import sqlite_file
from tracker.store.integrity import roots, soundness
from tracker.store.session import DBAPIError, reading


def of_file(engine: Engine) -> str:
    """The first thing that SQLite's quick check finds wrong: pages that do not hang together, values that the schema forbids.

    Empty where it finds nothing. It reads the whole file once.
    """
    if engine.dialect.name != "sqlite":
        return ""
    try:
        with closing(sqlite_file.read_only(engine.url.database or "")) as connection:
            found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError) as error:  # its own messages may hold what is no text
        return " ".join(str(error).split())
    return "" if found == "ok" else " ".join(found.split())


def of_rows(engine: Engine) -> str:
    """The same of what the rows say: a value of the wrong kind, a row that is not what was sealed. Slower: it reads and hashes every row."""
    if engine.dialect.name != "sqlite":
        return ""
    try:
        with reading(engine) as connection:
            told = next(chain(soundness.malformed(connection), roots.differences(connection)), None)
    except (DBAPIError, ValueError, TypeError, LookupError) as error:  # what cannot even be read
        return " ".join(str(error).split())
    return f"{told[0]}: {told[1]}" if told else ""

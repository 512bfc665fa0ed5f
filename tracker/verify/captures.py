"""Captures against the bytes at their places in the archive: one file is held in memory at a time, payloads and revisits on disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from tracker.store.schema import evidence_tables as e
from tracker.store.streams import in_order, on_disk, streamed
from tracker.verify.archived import rewritten
from tracker.verify.problem import Problem

if TYPE_CHECKING:
    from crawler.archive.index import Entry

_TABLES = """
CREATE TABLE payload (name TEXT, since TEXT, digest TEXT, PRIMARY KEY (name, since)) WITHOUT ROWID;
CREATE TABLE revisit (what TEXT, captured_at TEXT, names TEXT, stated TEXT, recorded TEXT);
"""


def check(connection: Connection, folder: Path) -> Iterator[Problem]:
    """Every capture, file by file."""
    order = (in_order(connection, e.capture.c.warc_file), e.capture.c.warc_offset, e.capture.c.id)
    held = streamed(connection, select(e.capture).order_by(*order))
    with on_disk(_TABLES) as tables:
        for name, rows in groupby(held, attrgetter("warc_file")):
            path = folder / name
            if path.is_file():
                yield from _of_file(connection, path, rows, tables)
            else:
                yield Problem("archive", name, "the file is missing")
        yield from _revisits(tables)


def count(connection: Connection) -> int:
    """How many captures there are."""
    return connection.execute(select(func.count()).select_from(e.capture)).scalar_one()


def _of_file(connection: Connection, path: Path, rows: Iterable[Any], tables: sqlite3.Connection) -> Iterator[Problem]:
    """The captures of one file; what it holds of payloads is kept, and so is what revisits a payload, which may stand in another file."""
    from crawler.archive.folder import misnamed
    from crawler.archive.index import scan

    if misnamed(path):
        yield Problem("archive", path.name, "its bytes are not those that its name tells")
    known = scan(path)
    if known.damage and not _came_so(connection, path):
        yield from (Problem("archive", path.name, damage.partition(": ")[2]) for damage in known.damage)
    for entry in known.entries:
        if entry.refers_to is None:
            named = [(name, since, entry.digest) for name, since in entry.names]
            tables.executemany("INSERT OR IGNORE INTO payload VALUES (?, ?, ?)", named)
    entries = {entry.place.offset: entry for entry in known.entries}
    for row in rows:
        what = f"{row.warc_file} at byte {row.warc_offset}, {row.url}"
        found = None if row.warc_offset is None else entries.get(row.warc_offset) or _alone(path, row.warc_offset)
        if found is not None and found.refers_to is not None:
            kept = (what, found.captured_at, json.dumps(found.refers_to), found.digest, row.payload_digest)
            tables.execute("INSERT INTO revisit VALUES (?, ?, ?, ?, ?)", kept)
        if detail := _unlike(row, found):
            yield Problem("capture", what, detail)


def _came_so(connection: Connection, path: Path) -> bool:
    """Whether a file that ends half-way did so when its captures were recorded: a process was killed, or a stranger's file was cut."""
    from crawler.archive.folder import adopted, misnamed

    if adopted(path.name):
        return not misnamed(path)
    run = e.crawl_run
    query = select(run).join(e.fetch, e.fetch.c.run == run.c.id).join(e.capture, e.capture.c.id == e.fetch.c.capture)
    runs_of = connection.execute(query.where(run.c.mode == "live", e.capture.c.warc_file == path.name).distinct()).all()
    return bool(runs_of) and not any(rewritten(connection, one, path.parent) for one in runs_of)


def _alone(path: Path, offset: int) -> Entry | None:
    """The entry of a record behind damage, which no pass over the file reaches; None where it cannot be read."""
    from crawler.archive.errors import ArchiveDamaged
    from crawler.archive.index import entry_at

    try:
        return entry_at(path, offset)
    except ArchiveDamaged:
        return None


def _unlike(row: Any, found: Entry | None) -> str:
    """How a capture and the record at its place differ; the payload of a revisit is looked for later."""
    if found is None:
        return "no response can be read there"
    if (*found.key, found.captured_at) != (row.method, row.url, row.request_digest, row.captured_at.isoformat()):
        return f"another response stands there: {found.method} {found.url} of {found.captured_at}"
    if found.refers_to is None and found.digest != row.payload_digest:
        return _another(found.digest, row.payload_digest)
    return ""


def _another(digest: str, recorded: str) -> str:
    return f"the payload has the digest {digest}, recorded was {recorded}"


def _revisits(tables: sqlite3.Connection) -> Iterator[Problem]:
    """Captures that revisit another payload than was recorded, or one that the archive does not hold."""
    for what, captured_at, names, stated, recorded in tables.execute("SELECT * FROM revisit ORDER BY rowid"):
        digest = _revisited(tables, json.loads(names), captured_at) or stated
        if digest != recorded:
            yield Problem("capture", what, _another(digest, recorded))
        elif _revisited(tables, [digest], captured_at) is None:
            yield Problem("capture", what, "the archive no longer holds the payload that it revisits")


def _revisited(tables: sqlite3.Connection, names: Sequence[str], captured_at: str) -> str | None:
    """The digest of the payload that has one of the names, the surest first, of which the newest counts that was there then."""
    find = "SELECT digest FROM payload WHERE name = ? AND since <= ? ORDER BY since DESC LIMIT 1"
    return next((found[0] for name in names if (found := tables.execute(find, (name, captured_at)).fetchone())), None)

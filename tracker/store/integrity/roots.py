"""What a row of `root` says, and whether the rows of the record are as their last root sealed them. Written by `sealing`."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Integer, Select, Table, select

import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.store.mapping.rows import plain, told
from tracker.store.schema import evidence_tables as e
from tracker.store.schema.columns import metadata
from tracker.store.streams import on_disk, streamed

Digests = dict[str, dict[str, str]]
"""Table to primary key to digest."""

SEALED = (
    *("jurisdiction", "substance", "session", "source", "instrument", "instrument_alias", "measure", "measure_action", "event"),
    *(
        "measure_statement",
        "change",
        "claim",
        "reading",
        "report_edition",
        "crawl_run",
        "capture",
        "document",
        "document_version",
        "review",
        "belief",
    ),
)
"""The sealed tables. Changes that a belief made are sealed by it."""

UNSEALED: Mapping[str, frozenset[str]] = {
    "document_version": frozenset({"body", "item"}),  # the row bears a digest of them
    "crawl_run": frozenset({"stage"}),  # how far we have come with it, and not what was seen
}
"""Columns that are left out."""

LATER: Mapping[str, frozenset[str]] = {
    "capture": frozenset({"request_digest"}),
    "measure_action": frozenset({"recorded_to"}),
}
"""Columns that came after rows were sealed: left out while they are empty, so that those rows still say the same."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "session": ("jurisdiction", "identifier"),
    "measure": ("jurisdiction", "session", "identifier"),
    "event": ("jurisdiction", "kind", "happens_on", "title"),
    "claim": ("jurisdiction", "substance", "claimant", "status", "note"),
    "report_edition": ("name",),
    "capture": ("method", "url", "captured_at"),
    "document": ("source", "identifier", "language", "kind"),
    "review": ("provision_key",),
}
"""What a reader calls a row that has a number, besides that."""

WIDTH = 22  # characters of a digest: 128 bits, six in each
_SEVERAL = re.compile("[0-9]+-[0-9]+")


def sealed(table: Table) -> list[Column[Any]]:
    """The columns that are sealed."""
    left_out = UNSEALED.get(table.name, frozenset())
    return [column for column in table.columns if column.name not in left_out]


def key(table: Table, row: Mapping[str, Any]) -> str:
    """The primary key of a row, joined by |."""
    return "|".join(str(row[column.name]) for column in table.primary_key)


def digest(table: str, row: Mapping[str, Any]) -> str:
    """128 bits of the SHA-256 of the sealed columns of a row, in base 64."""
    later = LATER.get(table, frozenset())
    names = sorted(name for name, value in row.items() if value or name not in later)
    said = hashlib.sha256(told([table, names, [row[name] for name in names]])).digest()
    return urlsafe_b64encode(said[:16]).decode().rstrip("=")


def chained(before: str, values: Mapping[str, Any]) -> str:
    """The seal of a row of `root`, behind the seal before it."""
    said = [values[name] for name in ("id", "kind", "name", "recorded_at", "digests", "digests_before")]
    return hashlib.sha256(told([before, *said])).hexdigest()


def pack(digests: Mapping[str, Mapping[str, str]]) -> str:
    """Digests as JSON; empty where there are none. Of row numbers that follow each other the digests stand one behind the other."""
    packed = {name: _joined(found) if _numbered(name) else dict(sorted(found.items())) for name, found in sorted(digests.items())}
    return json.dumps(packed, separators=(",", ":"), ensure_ascii=False) if packed else ""


def _joined(digests: Mapping[str, str]) -> dict[str, str]:
    runs: list[list[int]] = []
    for number in sorted(map(int, digests)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return {_span(run): "".join(digests[str(number)] for number in run) for run in runs}


def _span(run: Sequence[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"


def unpack(packed: str) -> Digests:
    """The digests that `pack` wrote."""
    found: Digests = json.loads(packed) if packed else {}
    return {name: dict(_apart(lines)) if _numbered(name) else lines for name, lines in found.items()}


def _apart(lines: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for numbers, joined in lines.items():
        if not _SEVERAL.fullmatch(numbers):
            yield numbers, joined
            continue
        first = int(numbers.partition("-")[0])
        for place in range(len(joined) // WIDTH):
            yield str(first + place), joined[place * WIDTH : (place + 1) * WIDTH]


def _numbered(name: str) -> bool:
    columns = metadata.tables[name].primary_key.columns.values()
    return len(columns) == 1 and isinstance(columns[0].type, Integer)


_LAST = """CREATE TABLE last (name TEXT, key TEXT, root INTEGER, digest TEXT, PRIMARY KEY (name, key)) WITHOUT ROWID"""


class _Last:
    """The last root that names each row, and as what it sealed it: too many to remember, so that they are kept on disk."""

    def __init__(self, tables: sqlite3.Connection) -> None:
        self._tables = tables

    def get(self, name: str, key: str) -> tuple[int, str]:
        found = self._tables.execute("SELECT root, digest FROM last WHERE name = ? AND key = ?", (name, key)).fetchone()
        return found or (0, "")

    def put(self, root: int, lines: Iterable[tuple[str, str, str]]) -> None:
        rows = ((name, key, root, made) for name, key, made in lines)
        self._tables.executemany("INSERT OR REPLACE INTO last VALUES (?, ?, ?, ?)", rows)

    def pop(self, name: str, key: str) -> tuple[int, str]:
        found = self.get(name, key)
        self._tables.execute("DELETE FROM last WHERE name = ? AND key = ?", (name, key))
        return found

    def left(self) -> Iterator[tuple[str, str, int]]:
        yield from self._tables.execute("SELECT name, key, root FROM last ORDER BY root, name, key")


def differences(connection: Connection) -> Iterator[tuple[str, str]]:
    """Roots out of the chain, and rows that are not as sealed, were not, are gone or were never sealed: (which, what is wrong)."""
    with on_disk(_LAST) as tables:
        last = _Last(tables)
        yield from _broken(connection, last)
        for name in SEALED:
            yield from _unlike(connection, metadata.tables[name], last)
        for name, named, number in last.left():
            yield f"{name} {_words(named)}", f"it is gone; root {number} sealed it"


def _broken(connection: Connection, last: _Last) -> Iterator[tuple[str, str]]:
    """What is wrong with the roots themselves; `last` learns what they seal."""
    before = ""
    for row in streamed(connection, select(e.root).order_by(e.root.c.id), at_once=10):
        if chained(before, row._asdict()) != row.seal:
            yield f"root {row.id}, {row.kind} {row.name}", "it does not fit its seal or the seal before it"
        before = row.seal
        for name, named, found in _lines(row.digests_before):
            if last.get(name, named)[1] != found:
                yield (
                    f"{name} {_words(named)}",
                    f"something else than this program had changed it before root {row.id} wrote it anew",
                )
        last.put(row.id, _lines(row.digests))


def _unlike(connection: Connection, table: Table, last: _Last) -> Iterator[tuple[str, str]]:
    """Rows of a table that are not as `last` tells them, which forgets those that are there."""
    for row in streamed(connection, _rows(table)):
        said = row._asdict()
        number, sealed_as = last.pop(table.name, key(table, said))
        if not number:
            yield _named(table, said), "nothing sealed it: this program did not write it"
        elif digest(table.name, said) != sealed_as:
            yield _named(table, said), f"what it says does not give its last seal, root {number}"


def _lines(packed: str) -> Iterator[tuple[str, str, str]]:
    """Table, key and digest of each row; nothing of what somebody made unreadable, which the seal of its root tells."""
    try:
        found = unpack(packed)
    except (ValueError, LookupError, AttributeError, TypeError):
        return
    yield from ((name, named, said) for name, lines in found.items() for named, said in lines.items())


def _rows(table: Table) -> Select[Any]:
    query = select(*sealed(table)).order_by(*table.primary_key)
    return query.where(table.c.belief.is_(None)) if table.name == "change" else query


def _named(table: Table, row: Mapping[str, Any]) -> str:
    """`measure 5, US-KY 2026 HB 757`."""
    about = " ".join(str(plain(row[name])) for name in WORDS.get(table.name, ()) if row[name])
    return f"{table.name} {_words(key(table, row))}" + (f", {about}" if about else "")


def _words(key: str) -> str:
    return key.replace("|", " ")

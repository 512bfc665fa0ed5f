"""Seals the rows that no belief seals: codebook, instruments, measures, claims, events, readings, evidence, reviews, editions.

Whoever writes such a row does it with `add` or `alter`: in the same transaction an entry of `row_seal` names the row and the digest of
what it says, chained to the entry before. Of a row that may change, such as a measure, the last entry counts; one that something else
changed gets an entry of what it was found to say before it changes again, so that no later writing hides the edit. Nothing is judged
here but whether rows and entries agree. A migration that gives a sealed table another column seals its rows anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, insert, select, update

import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.store.bulk import add_all
from tracker.store.mapping.rows import Values, plain
from tracker.store.schema.columns import metadata
from tracker.store.schema.evidence_tables import row_seal

KEYS: Mapping[str, tuple[str, ...]] = {
    "jurisdiction": ("code",),
    "substance": ("code",),
    "session": ("jurisdiction", "identifier"),
    "source": ("key",),
    "instrument": ("key",),
    "instrument_alias": ("instrument", "alias"),
    "measure": ("jurisdiction", "session", "identifier"),
    "measure_action": ("id",),
    "event": ("jurisdiction", "kind", "happens_on", "title"),
    "change": ("id",),
    "claim": ("jurisdiction", "substance", "claimant", "status", "note"),
    "reading": ("id",),
    "report_edition": ("name",),
    "crawl_run": ("id",),
    "capture": ("method", "url", "captured_at", "payload_digest"),
    "document": ("source", "identifier", "language", "kind"),
    "document_version": ("document", "content_digest"),
    "review": ("provision_key", "quote_digest"),
}
"""The sealed tables, and what tells their rows apart: their own words where they have any, else the row number."""

DIGESTED = {"document_version": {"body", "item"}}
"""Columns that are left out because the row bears a digest of them, which is sealed."""

_told = json.JSONEncoder(separators=(",", ":"), default=plain).encode


def add(connection: Connection, table: Table, rows: Sequence[Values], now: datetime) -> Sequence[Row[Any]]:
    """Insert rows, which all name the same columns, and seal them; returns their sealed columns, with the numbers given to them."""
    if not rows:
        return []
    return _seal(connection, table, connection.execute(insert(table).returning(*_sealed(table)), rows).all(), now)


def alter(connection: Connection, table: Table, which: ColumnElement[bool], values: Values, now: datetime) -> None:
    """Update the rows that `which` picks and seal what they say from now on; one that something else changed is sealed as found first."""
    held = connection.execute(select(*_sealed(table)).where(which)).all()
    _seal(connection, table, [row for row in held if _edited(connection, table, row)], now, edited=True)
    changed = update(table).where(which).values(**values).returning(*_sealed(table))
    _seal(connection, table, connection.execute(changed).all(), now)


def _edited(connection: Connection, table: Table, row: Row[Any]) -> bool:
    """Whether a row does not say what its last entry sealed."""
    said = row._asdict()
    of_row = select(row_seal.c.digest).where(
        row_seal.c.sealed_table == table.name, row_seal.c.sealed_key == key(table.name, said)
    )
    return connection.scalar(of_row.order_by(row_seal.c.id.desc()).limit(1)) != digest(table.name, said)


def _sealed(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name not in DIGESTED.get(table.name, ())]


def _seal(
    connection: Connection, table: Table, written: Sequence[Row[Any]], now: datetime, edited: bool = False
) -> Sequence[Row[Any]]:
    if not written:
        return []
    last = connection.execute(select(row_seal.c.id, row_seal.c.seal).order_by(row_seal.c.id.desc()).limit(1)).first()
    number, before = (last.id, last.seal) if last else (0, "")
    found = sorted(written, key=lambda row: [row._mapping[column.name] for column in table.primary_key])
    entries: list[Values] = []
    for row in found:
        entry = {"recorded_at": now, "sealed_table": table.name, "sealed_key": key(table.name, row._asdict()), "edited": edited}
        entry["digest"] = digest(table.name, row._asdict())
        number, before = number + 1, chained(before, entry)
        entries.append(entry | {"id": number, "seal": before})
    add_all(connection, row_seal, entries)
    return found


def key(table: str, row: Mapping[str, Any]) -> str:
    """What tells a row of `table` apart."""
    return "|".join("" if row[name] is None else str(plain(row[name])) for name in KEYS[table])


def digest(table: str, row: Mapping[str, Any]) -> str:
    """SHA-256 of the sealed columns of a row."""
    names = sorted(row)
    return hashlib.sha256(_told([table, names, [row[name] for name in names]]).encode()).hexdigest()


def chained(before: str, entry: Mapping[str, Any]) -> str:
    """The seal of an entry of `row_seal`, behind the seal before it."""
    said = [entry[name] for name in ("recorded_at", "sealed_table", "sealed_key", "digest")]
    said += ["edited"] if entry["edited"] else []
    return hashlib.sha256(_told([before, *said]).encode()).hexdigest()


def differences(connection: Connection) -> Iterator[tuple[str, str]]:
    """Entries out of the chain, and rows that are not as sealed, were not, are gone or were never sealed: (which, what is wrong)."""
    last: dict[tuple[str, str], tuple[int, str]] = {}
    before = ""
    for entry in connection.execute(select(row_seal).order_by(row_seal.c.id)):
        if chained(before, entry._asdict()) != entry.seal:
            yield (
                f"row_seal {entry.id}, {entry.sealed_table} {_words(entry.sealed_key)}",
                "it does not fit its seal or the seal before it",
            )
        if entry.edited:
            yield (
                f"{entry.sealed_table} {_words(entry.sealed_key)}",
                f"something else than this program had changed it before it was written anew; row_seal {entry.id} is of what it said",
            )
        before = entry.seal
        last[entry.sealed_table, entry.sealed_key] = entry.id, entry.digest
    for table in KEYS:
        for row in connection.execute(_rows(metadata.tables[table])):
            values = row._asdict()
            named = key(table, values)
            number, sealed = last.pop((table, named), (0, ""))
            if not number:
                yield f"{table} {_words(named)}", "nothing sealed it: this program did not write it"
            elif digest(table, values) != sealed:
                yield f"{table} {_words(named)}", f"what it says does not give its last seal, row_seal {number}"
    for (table, named), (number, _) in last.items():
        yield f"{table} {_words(named)}", f"it is gone; row_seal {number} sealed it"


def _rows(table: Table) -> Select[Any]:
    """The rows that must be sealed; changes that a belief made are sealed by it."""
    query = select(*_sealed(table)).order_by(*table.primary_key)
    return query.where(table.c.belief.is_(None)) if table.name == "change" else query


def _words(key: str) -> str:
    return key.replace("|", " ")

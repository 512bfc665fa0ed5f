"""Seals as revision 0006 found and left them: the chain of `row_seal`, and the roots made of it.

Frozen with that revision: a later one brings its own. `Digests` are told as table → key → digest.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select

KEYS: Mapping[str, str] = {
    "jurisdiction": "code",
    "substance": "code",
    "session": "jurisdiction identifier",
    "source": "key",
    "instrument": "key",
    "instrument_alias": "instrument alias",
    "measure": "jurisdiction session identifier",
    "measure_action": "id",
    "event": "jurisdiction kind happens_on title",
    "change": "id",
    "claim": "jurisdiction substance claimant status note",
    "reading": "id",
    "report_edition": "name",
    "crawl_run": "id",
    "capture": "method url captured_at payload_digest",
    "document": "source identifier language kind",
    "document_version": "document content_digest",
    "review": "provision_key quote_digest",
}
"""The tables under `row_seal`, and by what it told their rows apart."""

LEFT_OUT = {"document_version": ("body", "item"), "crawl_run": ("stage",)}
_WIDTH = 22
_SEVERAL = re.compile("[0-9]+-[0-9]+")

Row = dict[str, Any]
Digests = dict[str, dict[str, str]]


class BrokenChain(ValueError):
    """The chain of seals does not hold; the message names the entry and the row that it seals."""


def plain(value: Any) -> Any:
    """A JSON value that is the same from either database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    return value.isoformat() if isinstance(value, date) else value


def sha256(said: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def short(digest: str) -> str:
    """The digest of a row as a root keeps it: 128 bits in base 64. What is no SHA-256 stays as it is."""
    if not re.fullmatch("[0-9a-f]{64}", digest):
        return digest
    return urlsafe_b64encode(bytes.fromhex(digest[:32])).decode().rstrip("=")


def long(digest: str) -> str:
    """What of a SHA-256 a root kept; it fits no row, and shows what it was."""
    return urlsafe_b64decode(digest + "==").hex() if len(digest) == _WIDTH else digest


def rows(connection: Connection, name: str) -> list[tuple[str, str, str]]:
    """Of each row that is sealed: its own words, its primary key and the SHA-256 of what it says."""
    table = reflected(connection, name)
    query = select(*(column for column in table.columns if column.name not in LEFT_OUT.get(name, ())))
    if name == "change":
        query = query.where(table.c.belief.is_(None))
    primary = [column.name for column in table.primary_key]
    found = []
    for row in connection.execute(query.order_by(*table.primary_key)):
        said = {column: plain(value) for column, value in row._mapping.items()}
        digest = sha256([name, sorted(said), [said[column] for column in sorted(said)]])
        found.append((_joined(said, KEYS.get(name, "id").split()), _joined(said, primary), digest))
    return found


def reflected(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection, resolve_fks=False)


def _joined(said: Row, columns: Iterable[str]) -> str:
    return "|".join("" if said[column] is None else str(said[column]) for column in columns)


def entry_seal(before: str, entry: Row) -> str:
    """The seal of an entry of `row_seal`, behind the seal before it."""
    said = [entry[name] for name in ("recorded_at", "sealed_table", "sealed_key", "digest")]
    return sha256([before, *said, "edited"] if entry["edited"] else [before, *said])


def root_seal(before: str, root: Row) -> str:
    return sha256([before, *(root[name] for name in ("id", "kind", "name", "recorded_at", "digests", "digests_before"))])


def entries(connection: Connection, name: str) -> list[Row]:
    """The rows of a chain in their order, as plain values."""
    table = reflected(connection, name)
    found = connection.execute(select(table).order_by(table.c.id))
    return [{column: plain(value) for column, value in row._mapping.items()} for row in found]


def refuse_broken(found: Iterable[Row]) -> None:
    """Raise BrokenChain at the first entry of `row_seal` that does not fit its seal or the one before."""
    before = ""
    for entry in found:
        entry["edited"] = bool(entry["edited"])
        if entry_seal(before, entry) != entry["seal"]:
            raise _broken(f"row_seal {entry['id']}, {entry['sealed_table']} {entry['sealed_key'].replace('|', ' ')},")
        before = entry["seal"]


def refuse_broken_roots(found: Iterable[Row]) -> None:
    """Raise BrokenChain at the first row of `root` that does not fit its seal or the one before."""
    before = ""
    for root in found:
        if root_seal(before, root) != root["seal"]:
            raise _broken(f"root {root['id']}, {root['kind']} {root['name']},")
        before = root["seal"]


def _broken(named: str) -> BrokenChain:
    return BrokenChain(
        f"the seals of this record do not hold: {named} does not fit its seal or the seal before it; nothing was changed"
    )


def pack(digests: Digests, numbered: Iterable[str]) -> str:
    """Digests as a root keeps them; in the tables `numbered`, those of numbers in a row stand one behind the other."""
    found = {
        name: _runs(lines) if name in numbered else dict(sorted(lines.items()))
        for name, lines in sorted(digests.items())
        if lines
    }
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False) if found else ""


def _runs(lines: Mapping[str, str]) -> dict[str, str]:
    runs: list[list[int]] = []
    for number in sorted(int(key) for key, digest in lines.items() if key.isdecimal() and len(digest) == _WIDTH):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = {f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]): "".join(lines[str(one)] for one in run) for run in runs}
    alone = {str(number) for run in runs for number in run}
    return told | {key: digest for key, digest in sorted(lines.items()) if key not in alone}


def unpack(packed: str) -> Iterator[tuple[str, str, str]]:
    """Table, key and digest of each row that a root names."""
    found: Digests = json.loads(packed) if packed else {}
    for name, lines in found.items():
        for key, joined in lines.items():
            if not _SEVERAL.fullmatch(key):
                yield name, key, joined
                continue
            first = int(key.partition("-")[0])
            for place in range(len(joined) // _WIDTH):
                yield name, str(first + place), joined[place * _WIDTH : (place + 1) * _WIDTH]

"""From domain values to rows, and the digests that seal them. The counterpart of `statements`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson

from crawler.contract.patterns import RUN, Match, backtracking
from tracker.domain.dates import Period
from tracker.store.mapping import statements
from tracker.store.schema import tables as t
from tracker.store.schema.columns import instant_text

Values = dict[str, Any]

_ESCAPED = backtracking("[^\x00-\x7e]+", proof=RUN)
_TABLES = statements.TABLES | {"status": t.status_version}

UNSEALED = frozenset(
    {"id", "provision", "recorded_from", "recorded_to", "belief", "belief_closed", "digest", "capture", "document_version"}
    | {"target_provision", "target_assertion", "target_relation", "actor_provision", "provision_version", "status_version"}
)
"""Columns left out of a digest: row numbers, which mean nothing outside this database, and what closing sets."""


CHANGE = ("recorded_at", "cause", "jurisdiction", "substance", "measure", "source")
BOUNDARY = ("kind", "significance", "day", "day_latest", "before", "after", "before_terms", "after_terms", "found_late")
"""The sealed columns of a change and of its boundaries. Which rows it closes and opens follows from the beliefs of those rows."""
_BOUNDARY = itemgetter(*BOUNDARY)


def digest(kind: str, values: Mapping[str, Any], *hanging: Any) -> str:
    """SHA-256 of what a row says: its sealed columns, and the plain values that hang on it."""
    begun, read = _sealed(kind)
    hashed = begun.copy()
    hashed.update(told((read(values), hanging))[1:])
    return hashed.hexdigest()


@cache
def _sealed(kind: str) -> tuple[hashlib._Hash, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """How the digest of a row of this kind begins, and what reads the columns that it covers, in a fixed order."""
    covered = sorted(CHANGE if kind == "change" else {column.name for column in _TABLES[kind].c} - UNSEALED)
    head = told([kind, ",".join(covered)])[:-1]
    return hashlib.sha256(head + b","), itemgetter(*covered)


def provision_digest(values: Mapping[str, Any], identity: Iterable[str], limits: Iterable[Mapping[str, Any]]) -> str:
    """The digest of a provision's version, with its key and its limits in their order."""
    limit_values = [[(name, limit[name]) for name in sorted(limit.keys() - UNSEALED)] for limit in limits]
    return digest("provision", values, list(identity), limit_values)


def relation_digest(values: Mapping[str, Any], target: str, actor: str) -> str:
    """The digest of a relation, with those of the statements that it names."""
    return digest("relation", values, target, actor)


def status_digest(values: Mapping[str, Any], inputs: Iterable[str]) -> str:
    """The digest of a status row, with those of the statements from which it follows."""
    return digest("status", values, sorted(inputs))


def change_digest(change: Mapping[str, Any], boundaries: Iterable[Mapping[str, Any]]) -> str:
    """The digest of a change, with its boundaries in their order."""
    return digest("change", change, [_BOUNDARY(boundary) for boundary in boundaries])


def plain(value: Any) -> Any:
    """A JSON value that is the same for a row to be written and for the row read back from either database."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def told(value: Any) -> bytes:
    """The JSON text of a value, without spaces and in ASCII: the bytes under every seal."""
    said = orjson.dumps(value, plain, orjson.OPT_PASSTHROUGH_DATETIME)
    return said if said.isascii() and b"\x7f" not in said else _ESCAPED.sub(_escaped, said.decode()).encode()


def _escaped(match: Match) -> str:
    return json.dumps(match[0])[1:-1]


def one_line(text: str) -> str:
    """Text without line breaks: carve-outs are kept one a line."""
    return " ".join(text.split())


def join(words: Collection[str]) -> str:
    """A comma separated column, in a fixed order."""
    return ",".join(sorted(words)) if words else ""


def period(value: Period) -> Values:
    return {
        "valid_from": value.start,
        "valid_from_latest": value.start_latest,
        "valid_to": value.end,
        "valid_to_latest": value.end_latest,
    }

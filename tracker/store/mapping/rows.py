"""From domain values to rows, and the digests that seal them. The counterpart of `statements`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson

from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence
from tracker.domain.records import Assertion, Finding, Limit, Position, Provision, Ref, Relation
from tracker.domain.vocabulary import LinkType
from tracker.store.mapping import statements
from tracker.store.schema import tables as t
from tracker.store.schema.columns import instant_text

Values = dict[str, Any]

_ESCAPED = re.compile("[^\x00-\x7e]+")
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
    said = begun.copy()
    said.update(told((read(values), hanging))[1:])
    return said.hexdigest()


@cache
def _sealed(kind: str) -> tuple[hashlib._Hash, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """How the digest of a row of this kind begins, and what reads the columns that it covers, in a fixed order."""
    covered = sorted(CHANGE if kind == "change" else {column.name for column in _TABLES[kind].c} - UNSEALED)
    head = told([kind, ",".join(covered)])[:-1]
    return hashlib.sha256(head + b","), itemgetter(*covered)


def provision_digest(values: Mapping[str, Any], identity: Iterable[str], limits: Iterable[Mapping[str, Any]]) -> str:
    """The digest of a provision's version, with its key and its limits in their order."""
    said = [[(name, limit[name]) for name in sorted(limit.keys() - UNSEALED)] for limit in limits]
    return digest("provision", values, list(identity), said)


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


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def one_line(text: str) -> str:
    """Text without line breaks: carve-outs are kept one a line."""
    return " ".join(text.split())


def join(words: Collection[str]) -> str:
    """A comma separated column, in a fixed order."""
    return ",".join(sorted(words)) if words else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as it would be written. `digest` tells it from what is held; a relation's, which names rows, is made as those are known.

    Of a provision `identity` are the columns of its rule, and `limits` the rows that hang on it.
    """

    entry: Entry
    kind: str
    values: Values
    digest: str = ""
    identity: tuple[str, ...] = ()
    limits: Sequence[Values] = ()


def draft(entry: Entry, link_type: Callable[[str], LinkType]) -> Draft:
    """What `entry` says, in columns; `link_type` types the addresses of its evidence."""
    said = entry.statement
    kind = type(said).__name__.lower()
    links = [link_type(url).value for url in entry.evidence.urls[:2]]
    values = {**evidence(entry.evidence, links), **period(said.period), **statement(entry)}
    if isinstance(said, Relation):
        return Draft(entry, kind, values)
    if isinstance(said, Provision):
        identity, limits = provision_identity(said), [limit(one) for one in said.limits]
        return Draft(entry, kind, values, provision_digest(values, identity, limits), identity, limits)
    return Draft(entry, kind, values, digest(kind, values))


def period(value: Period) -> Values:
    return {
        "valid_from": value.start,
        "valid_from_latest": value.start_latest,
        "valid_to": value.end,
        "valid_to_latest": value.end_latest,
    }


def evidence(value: Evidence, link_types: Sequence[str]) -> Values:
    """The columns of evidence; `link_types` are those of the first two addresses, as far as there are any."""
    urls, links = value.urls, len(link_types)
    return {
        "citation": value.citation,
        "authority": value.authority,
        "evidence_url": urls[0] if links else "",
        "link_type": link_types[0] if links else "",
        "evidence_url_2": urls[1] if links > 1 else "",
        "link_type_2": link_types[1] if links > 1 else "",
        "quote": value.quote,
        "quote_start": value.quote_start,
        "capture": value.capture,
        "document_version": value.document_version,
        "coder": value.coder,
        "reviewer": value.reviewer,
        "origin": value.origin,
        "made_on": value.made_on,
        "note": value.note,
    }


def statement(entry: Entry) -> Values:
    """The own columns of an entry's statement, without evidence, period and recorded time."""
    said = entry.statement
    if isinstance(said, Assertion):
        return _assertion(said)
    if isinstance(said, Provision):
        return _provision(said) | {"kind": entry.evidence.kind.value}
    if isinstance(said, Finding):
        looked = {"looked_in": entry.evidence.looked_in, "terms": entry.evidence.terms, "looked_on": entry.evidence.looked_on}
        return _key(said) | {"contested": said.contested} | looked
    if isinstance(said, Position):
        return _key(said) | {"value": said.value.value}
    return _relation(said)


def _key(said: Assertion | Finding | Position) -> Values:
    return {"jurisdiction": said.key.jurisdiction, "substance": said.key.substance}


def provision_identity(said: Provision) -> tuple[str, str, str, str, str]:
    """(jurisdiction, substance, conduct, instrument, pinpoint)."""
    return (*said.key, said.conduct.value, said.instrument, one_line(said.pinpoint))


def _provision(said: Provision) -> Values:
    return {
        "effect": said.effect.value,
        "basis": said.basis.value,
        "schedule": said.schedule,
        "min_age": said.min_age,
        "components": join(said.components),
        "binds_children": said.binds_children,
        "contested": said.contested,
        "date_basis": said.date_basis.value,
    }


def limit(value: Limit) -> Values:
    return {
        "analyte": value.analyte,
        "value": value.value,
        "unit": value.unit,
        "per": value.per.value,
        "consequence": value.consequence.value,
        "limit_group": value.group,
        "reference": value.reference,
    }


def _assertion(said: Assertion) -> Values:
    return {
        "jurisdiction": said.key.jurisdiction,
        "substance": said.key.substance,
        "status": said.status.value,
        "schedule": said.schedule,
        "min_age": said.min_age,
        "threshold": said.threshold,
        "components": join(said.components),
        "contested": said.contested,
        "instrument": said.instrument or None,
        "date_basis": said.date_basis.value,
    }


def _relation(said: Relation) -> Values:
    targets: Values = dict.fromkeys(("target_provision", "target_assertion", "target_relation"))
    targets[f"target_{said.target.kind}"] = said.target.id
    return targets | {
        "kind": said.kind.value,
        "actor_provision": said.actor.id if said.actor else None,
        "instrument": said.instrument or None,
        "scope": said.scope.value,
        "carve_out": one_line(said.carve_out),
    }


def refs_of(said: Relation) -> list[Ref]:
    """The statements that a relation names."""
    return [said.target] + ([said.actor] if said.actor else [])

"""Brings codebook and researched baseline into the record. Asked again for the same it writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, select

from crawler import registry
from tracker import ledger
from tracker.codebook import Baseline, Codebook, confidence
from tracker.codebook.baseline import ORIGIN
from tracker.domain.entries import Claim, Entry
from tracker.domain.records import Assertion, Finding, Position, Ref
from tracker.domain.vocabulary import Cause
from tracker.ledger import Batch, Policy, Written
from tracker.store.integrity import sealing
from tracker.store.mapping import statements
from tracker.store.mapping.rows import Values
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

_Row = tuple[str, str, str, date | None]
"""What tells statements of the baseline apart: kind, jurisdiction, substance, first possible day."""


def policy(codebook: Codebook, zone: ZoneInfo) -> Policy:
    """What the codebook decides for the ledger."""
    return Policy(zone, codebook.version, codebook.link_type, confidence)


def load_codebook(writer: Writer, codebook: Codebook) -> None:
    """Jurisdictions, substances, sessions and sources: added where unknown, renamed where the codebook renames them."""
    places = [
        {"code": p.code, "name": p.name, "level": p.level.value, "kind": p.kind, "parent": p.parent}
        for p in codebook.jurisdictions.values()
    ]
    substances = (
        {"code": s.code, "name": s.name, "definition": s.definition, "rank": s.rank} for s in codebook.substances.values()
    )
    with sealing.root(writer, name="codebook"):
        _keep(writer, t.substance, "code", substances)
        _keep(writer, t.jurisdiction, "code", _parents_first(places))
        _sessions(writer, codebook)
        _keep(writer, e.source, "key", [*_crawled(), *_catalogued(codebook)])


def _parents_first(places: list[Values]) -> Iterable[Values]:
    known = {place["code"]: place for place in places}

    def depth(place: Values) -> int:
        return 1 + depth(known[place["parent"]]) if place["parent"] else 0

    return sorted(places, key=depth)


def _keep(writer: Writer, table: Table, key: str, wanted: Iterable[Values]) -> None:
    """Insert what is new and update what differs; nothing is ever removed."""
    held = {row._mapping[key]: row._mapping for row in writer.connection.execute(select(table))}
    new = []
    for values in wanted:
        row = held.get(values[key])
        if row is None:
            new.append(values)
        elif any(row[name] != value for name, value in values.items()):
            sealing.alter(writer, table, table.c[key] == values[key], values)
    sealing.add(writer, table, new)


def _sessions(writer: Writer, codebook: Codebook) -> None:
    table = t.session
    held = {(row.jurisdiction, row.identifier) for row in writer.connection.execute(select(table))}
    new = [
        {
            "jurisdiction": s.jurisdiction,
            "identifier": s.identifier,
            "name": s.name,
            "starts_on": s.starts_on,
            "ends_on": s.ends_on,
            "aliases": "\n".join(s.aliases),
        }
        for s in codebook.sessions
        if (s.jurisdiction, s.identifier) not in held
    ]
    sealing.add(writer, table, new)


def _crawled() -> Iterable[Values]:
    for source in registry.sources().values():
        yield {
            "key": source.key,
            "jurisdiction": source.jurisdiction,
            "publisher": source.publisher,
            "name": source.name,
            "kind": source.kind.value,
            "official": source.official,
            "url": source.url,
            "languages": ",".join(source.languages),
            "licence": source.licence,
            "cadence_hours": source.cadence_hours,
            "crawled": True,
            "verified_live_on": date.fromisoformat(source.verified_live_on) if source.verified_live_on else None,
            "note": "",
        }


def _catalogued(codebook: Codebook) -> Iterable[Values]:
    for source in codebook.sources:
        yield {
            "key": f"catalogue:{source.jurisdiction}:{source.name}",
            "jurisdiction": source.jurisdiction,
            "publisher": source.publisher,
            "name": source.name,
            "kind": source.kind,
            "official": True,
            "url": source.base_url,
            "languages": ",".join(source.languages),
            "licence": source.licence,
            "cadence_hours": None,
            "crawled": False,
            "verified_live_on": None,
            "note": source.note,
        }


def load_baseline(writer: Writer, base: Baseline, policy: Policy) -> Written | None:
    """The researched statements, as one belief of cause `research`.

    What a newer baseline says otherwise or no more is revised or withdrawn in the same belief, which then has the cause `record`: we
    were wrong. A revised statement stays the target of what replaced or ended it. Where a person withdrew or revised a statement of
    the baseline, that stands against every newer baseline.
    """
    held, overruled = _held(writer.connection)
    entries = {_row(entry): _labelled(entry) for entry in base.entries}
    # What a person closed stays closed, however often a newer baseline says it.
    entries = {row: entry for row, entry in entries.items() if row in held or row not in overruled}
    moved = _moved(held.keys() - entries.keys(), entries.keys() - held.keys())
    revise = {
        held[row][0]: entries[row]
        for row in held.keys() & entries.keys()
        if ledger.digest_of(entries[row], policy) != held[row][1]
    }
    revise |= {held[old][0]: entries[new] for old, new in moved.items()}
    withdraw = [held[row][0] for row in held.keys() - entries.keys() - moved.keys()]
    revised = {entry.statement.id for entry in revise.values()}
    written = ledger.write(
        writer,
        Batch([entry for entry in entries.values() if entry.statement.id not in revised], base.instruments, revise, withdraw),
        policy=policy,
        cause=Cause.RECORD if revise or withdraw else Cause.RESEARCH,
        note="researched baseline",
    )
    if written:
        _readings(writer, entries.values(), written)
    return written


def _row(entry: Entry) -> _Row:
    statement = entry.statement
    assert isinstance(statement, Assertion | Finding | Position)
    return type(statement).__name__.lower(), *statement.key, statement.period.start


def _held(connection: Connection) -> tuple[dict[_Row, tuple[Ref, str]], set[_Row]]:
    """The baseline's statements that are held, with their digests; and those that somebody else closed."""
    held: dict[_Row, tuple[Ref, str]] = {}
    overruled: set[_Row] = set()
    for kind in ("assertion", "finding", "position"):
        table = statements.TABLES[kind]
        joined = table.outerjoin(t.belief, t.belief.c.id == table.c.belief_closed)
        query = select(table, t.belief.c.actor).select_from(joined).where(table.c.origin == ORIGIN)
        for stored in connection.execute(query):
            row = (kind, stored.jurisdiction, stored.substance, stored.valid_from)
            if stored.recorded_to is None:
                held[row] = (Ref(kind, stored.id), stored.digest)
            elif stored.actor != ORIGIN:
                overruled.add(row)
    return held, overruled


def _moved(gone: Set[_Row], come: Set[_Row]) -> dict[_Row, _Row]:
    """Statements whose first day is another one now: the only one of a kind that goes on a key, where one comes."""
    moved = {}
    for old in gone:
        alone = [row for row in gone if row[:3] == old[:3]] == [old]
        new = [row for row in come if row[:3] == old[:3]]
        if alone and len(new) == 1:
            moved[old] = new[0]
    return moved


def _labelled(entry: Entry) -> Entry:
    """Rows of the baseline give several statements of one label; the kind tells them apart."""
    statement = entry.statement
    return replace(entry, statement=replace(statement, id=f"{type(statement).__name__} {statement.id}"))


def _readings(writer: Writer, entries: Iterable[Entry], written: Written) -> None:
    """A newly written contested row keeps the reason as its rival reading."""
    new = []
    for entry in entries:
        contested = getattr(entry.statement, "contested", "")
        ref = written.refs[entry.statement.id]
        if contested and ref in written.new:
            columns: Values = {"assertion": None, "finding": None} | {ref.kind: ref.id}
            new.append(columns | {"says": contested, "recorded_at": written.recorded_at})
    sealing.add(writer.at(written.recorded_at), t.reading, new)


def load_claims(writer: Writer, claims: Iterable[Claim]) -> int:
    """What others claim, added where it is not held yet; returns how many were new."""
    names = ("jurisdiction", "substance", "claimant", "status", "note")
    held = {tuple(row) for row in writer.connection.execute(select(*(t.claim.c[name] for name in names)))}
    new = [_claim(claim, writer.now) for claim in claims if tuple(getattr(claim, name) for name in names) not in held]
    sealing.add(writer, t.claim, new)
    return len(new)


def _claim(claim: Claim, now: datetime) -> Values:
    first, second = (*claim.urls, "", "")[:2]
    plain: dict[str, Any] = {
        name: getattr(claim, name)
        for name in ("jurisdiction", "substance", "status", "valid_from", "valid_to", "instrument", "claimant", "note")
    }
    return plain | {"evidence_url": first, "evidence_url_2": second, "recorded_at": now}

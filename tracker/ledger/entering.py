"""Statements into the record: what is new is added, what is revised or withdrawn is closed, and the keys that move are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from tracker.domain.entries import Entry, Instrument
from tracker.domain.records import Key, Provision, Ref, Relation
from tracker.ledger.transaction import Policy, Transaction
from tracker.store import rows, statements
from tracker.store import tables as t
from tracker.store.rows import Values

_TARGETS = ("target_provision", "target_assertion", "target_relation", "actor_provision")
_IDENTITY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")


class UnknownTarget(ValueError):
    """A revision, withdrawal or relation names a statement that is not held."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction is asked to write. `revise` puts an entry in the place of a held statement; `withdraw` only closes."""

    entries: Sequence[Entry] = ()
    instruments: Sequence[Instrument] = ()
    revise: Mapping[Ref, Entry] = field(default_factory=dict)
    withdraw: Sequence[Ref] = ()


def enter(tx: Transaction, batch: Batch) -> set[Key]:
    """Write the statements of `batch`; returns the keys that they bear on."""
    _instruments(tx, batch.instruments)
    entering = _Entering(tx)
    touched: set[Key] = set()
    for ref in batch.withdraw:
        touched |= entering.close(ref)
    for ref, entry in batch.revise.items():
        touched |= entering.revise(ref, entry)
    touched |= entering.add(batch.entries)
    tx.flush()
    return touched


def _instruments(tx: Transaction, instruments: Sequence[Instrument]) -> None:
    """Add unknown instruments, and fill what is still empty of known ones; their identity is their key."""
    wanted = {made.key: made for made in instruments}
    held: dict[str, Any] = {}
    aliases: set[tuple[str, str]] = set()
    for chunk in statements.chunks(wanted):
        held |= {row.key: row for row in tx.connection.execute(select(t.instrument).where(t.instrument.c.key.in_(chunk)))}
        named = select(t.instrument_alias).where(t.instrument_alias.c.instrument.in_(chunk))
        aliases |= {(row.instrument, row.alias) for row in tx.connection.execute(named)}
    for made in wanted.values():
        said = {name: getattr(made, name) for name in ("title", "kind", "made_on", "published_on", "in_force_on", "url")}
        known = held.get(made.key)
        if known is None:
            tx.queue(t.instrument, said | {"key": made.key, "jurisdiction": made.jurisdiction, "consolidated": made.consolidated})
        elif news := {name: value for name, value in said.items() if value and not getattr(known, name)}:
            tx.connection.execute(update(t.instrument).where(t.instrument.c.key == made.key).values(**news))
        for alias in sorted(set(made.aliases)):
            if (made.key, alias) not in aliases:
                tx.queue(t.instrument_alias, {"instrument": made.key, "alias": alias})
    tx.flush()


class _Entering:
    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.identities: dict[tuple[str, ...], int] = {}
        self.held: dict[tuple[str, str], int] = {}

    def add(self, entries: Sequence[Entry]) -> set[Key]:
        """Queue the statements that are not held yet; relations last, so that they may name the others."""
        touched: set[Key] = set()
        self._look_up({entry.statement.key for entry in entries if not isinstance(entry.statement, Relation)})
        for entry in sorted(entries, key=lambda entry: isinstance(entry.statement, Relation)):
            touched |= self._add(entry)
        return touched

    def close(self, ref: Ref) -> set[Key]:
        """Close a held statement; returns the keys that it bore on."""
        table = statements.TABLES[ref.kind]
        row = self.tx.connection.execute(select(table).where(table.c.id == ref.id, table.c.recorded_to.is_(None))).first()
        if row is None:
            raise UnknownTarget(f"{ref.kind} {ref.id} is not held now; look it up with `explain` or in the table {table.name}")
        self.tx.close(table, [(row.id, row.digest)])
        return _reach(self.tx, row._mapping)

    def revise(self, ref: Ref, entry: Entry) -> set[Key]:
        """Put `entry` in the place of `ref`; relations that name `ref` are recorded anew with the new row."""
        touched = self.close(ref) | self.add([entry])
        new = self.tx.refs[entry.statement.id]
        self.tx.flush()
        for column in [name for name in (f"target_{ref.kind}", f"actor_{ref.kind}") if name in t.relation.c]:
            named = select(t.relation).where(t.relation.c[column] == ref.id, t.relation.c.recorded_to.is_(None))
            for row in self.tx.connection.execute(named).all():
                self.tx.close(t.relation, [(row.id, row.digest)])
                values = dict(row._mapping) | {column: new.id}
                self.tx.record(t.relation, Ref("relation", self.tx.number(t.relation)), values, row.digest)
        return touched

    def _look_up(self, keys: set[Key]) -> None:
        """Learn what is held on `keys`, by digest."""
        for chunk in statements.chunks(sorted(keys)):
            for kind in ("assertion", "finding", "position"):
                table = statements.TABLES[kind]
                query = select(table.c.digest, table.c.id).select_from(statements.for_keys(table, chunk))
                for row in self.tx.connection.execute(query.where(table.c.recorded_to.is_(None))):
                    self.held[kind, row.digest] = row.id
            version = t.provision_version
            joined = statements.for_keys(t.provision, chunk).outerjoin(
                version, (version.c.provision == t.provision.c.id) & version.c.recorded_to.is_(None)
            )
            query = select(t.provision, version.c.digest, version.c.id.label("version")).select_from(joined)
            for row in self.tx.connection.execute(query):
                self.identities[tuple(getattr(row, name) for name in _IDENTITY)] = row.id
                if row.digest is not None:
                    self.held["provision", row.digest] = row.version

    def _add(self, entry: Entry) -> set[Key]:
        said = entry.statement
        kind, values = _columns(entry, self.tx.policy)
        if isinstance(said, Relation):
            self._resolve(values)
        digest = _digest(kind, values, said)
        known = self._held_relation(digest, values) if kind == "relation" else self.held.get((kind, digest))
        if known is not None:
            self.tx.refs[said.id] = Ref(kind, known)
            return set()
        table = statements.TABLES[kind]
        ref = Ref(kind, self.tx.number(table))
        if isinstance(said, Provision):
            values["provision"] = self._identity(said)
        self.tx.record(table, ref, values, digest)
        self.tx.refs[said.id] = ref
        self.tx.made[ref] = entry.evidence.made_on
        if isinstance(said, Relation):
            return _reach_of_relation(self.tx, values)
        if isinstance(said, Provision):
            self._limits(said, ref)
        return {said.key}

    def _resolve(self, values: Values) -> None:
        """Turn labels of this batch into row numbers."""
        for column in _TARGETS:
            label = values[column]
            if label in self.tx.refs:
                values[column] = self.tx.refs[label].id
            elif isinstance(label, str):
                raise UnknownTarget(f"a relation names {label!r}, which no statement of this batch is called")

    def _held_relation(self, digest: str, values: Values) -> int | None:
        table = t.relation
        named = [table.c[name] == values[name] if values[name] is not None else table.c[name].is_(None) for name in _TARGETS]
        return self.tx.connection.scalar(
            select(table.c.id).where(table.c.digest == digest, table.c.recorded_to.is_(None), *named)
        )

    def _identity(self, said: Provision) -> int:
        identity = rows.provision_identity(said)
        if identity not in self.identities:
            self.identities[identity] = self.tx.number(t.provision)
            self.tx.queue(t.provision, dict(zip(_IDENTITY, identity, strict=True)) | {"id": self.identities[identity]})
        return self.identities[identity]

    def _limits(self, said: Provision, ref: Ref) -> None:
        for limit in said.limits:
            number = self.tx.number(t.provision_limit)
            self.tx.queue(t.provision_limit, rows.limit(limit) | {"id": number, "provision_version": ref.id})


def digest_of(entry: Entry, policy: Policy) -> str:
    """The digest under which the statement of `entry` is held; not for relations, which name row numbers."""
    kind, values = _columns(entry, policy)
    return _digest(kind, values, entry.statement)


def _columns(entry: Entry, policy: Policy) -> tuple[str, Values]:
    kind, values = rows.statement(entry)
    links = [policy.link_type(url).value for url in entry.evidence.urls[:2]] + ["", ""]
    return kind, values | rows.period(entry.statement.period) | rows.evidence(entry.evidence, (links[0], links[1]))


def _digest(kind: str, values: Values, said: object) -> str:
    """The digest of a statement's own columns and of what hangs on it."""
    hanging: list[Any] = []
    if isinstance(said, Provision):
        hanging = [list(rows.provision_identity(said)), [rows.limit(limit) for limit in said.limits]]
    if isinstance(said, Relation):
        hanging = [name for name in _TARGETS if values[name] is not None]
    return rows.digest(kind, values, *hanging)


def _reach(tx: Transaction, row: Mapping[Any, Any]) -> set[Key]:
    """The keys that a held statement bears on."""
    if "target_provision" in row:
        return _reach_of_relation(tx, row)
    if "provision" in row:
        found = tx.connection.execute(select(t.provision).where(t.provision.c.id == row["provision"])).one()
        return {Key(found.jurisdiction, found.substance)} | _reach_of_actor(tx, row["id"])
    return {Key(row["jurisdiction"], row["substance"])}


def _reach_of_relation(tx: Transaction, row: Mapping[Any, Any]) -> set[Key]:
    tx.flush()
    kind = next(kind for kind in ("relation", "assertion", "provision") if row[f"target_{kind}"] is not None)
    table = statements.TABLES[kind]
    target = tx.connection.execute(select(table).where(table.c.id == row[f"target_{kind}"])).first()
    if target is None:
        raise UnknownTarget(f"a relation names {kind} {row[f'target_{kind}']}, which does not exist")
    return _reach(tx, target._mapping)


def _reach_of_actor(tx: Transaction, version: int) -> set[Key]:
    """The keys of what a provision's own relations act on: they move with it when it is stayed or void."""
    made = select(t.relation).where(t.relation.c.actor_provision == version, t.relation.c.recorded_to.is_(None))
    touched: set[Key] = set()
    for row in tx.connection.execute(made).all():
        touched |= _reach_of_relation(tx, row._mapping)
    return touched

"""Statements into the record: what is new is added, what is revised or withdrawn is closed, and the keys that move are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, or_, select

from tracker.domain.entries import Entry, Instrument
from tracker.domain.records import Assertion, Finding, Key, Position, Provision, Ref, Relation
from tracker.errors import Refused
from tracker.ledger.transaction import Policy, Transaction
from tracker.store import lookup
from tracker.store.integrity import sealing
from tracker.store.mapping import rows, statements
from tracker.store.mapping.rows import Draft, Values
from tracker.store.schema import tables as t

_NAMES = {
    "target_provision": "provision",
    "target_assertion": "assertion",
    "target_relation": "relation",
    "actor_provision": "provision",
}
_IDENTITY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")


_Waiting = tuple[Sequence[Ref], Draft | Ref]
"""What a relation names, and its draft or, of one that is issued again, its old row."""


class UnknownTarget(Refused):
    """A revision, withdrawal or relation names a statement that is not held."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction is asked to write.

    `revise` puts an entry in the place of a held statement of its kind; relations that name this statement then name the new one.
    `withdraw` closes a statement, the relations that name it, and those that name these.
    """

    entries: Sequence[Entry] = ()
    instruments: Sequence[Instrument] = ()
    revise: Mapping[Ref, Entry] = field(default_factory=dict)
    withdraw: Sequence[Ref] = ()


def append(tx: Transaction, batch: Batch) -> set[Key]:
    """Write the statements of `batch`; returns the keys that they bear on."""
    drafts = [rows.draft(entry, tx.policy.link_type) for entry in batch.entries]
    revisions = {ref: rows.draft(entry, tx.policy.link_type) for ref, entry in batch.revise.items()}
    appending = _Appending(tx)
    appending.withdraw(batch.withdraw)
    appending.append_entries([*appending.revise(revisions), *drafts])
    if batch.instruments:  # before the statements that name them are written
        _instruments(tx, batch.instruments)
    if any(ref.kind == "relation" for ref in appending.moved):
        tx.flush()  # what relations bear on is read from the tables
    return appending.keys_changed | statements.reach(tx.connection, appending.moved)


def _instruments(tx: Transaction, instruments: Sequence[Instrument]) -> None:
    """Add unknown instruments, and fill what is still empty of known ones; their identity is their key."""
    wanted = {made.key: made for made in instruments}
    held: dict[str, Any] = {}
    aliases: set[tuple[str, str]] = set()
    for chunk in statements.chunks(wanted):
        held |= {row.key: row for row in tx.connection.execute(select(t.instrument).where(t.instrument.c.key.in_(chunk)))}
        named = select(t.instrument_alias).where(t.instrument_alias.c.instrument.in_(chunk))
        aliases |= {(row.instrument, row.alias) for row in tx.connection.execute(named)}
    new: list[Values] = []
    new_aliases: list[Values] = []
    for made in wanted.values():
        said = {name: getattr(made, name) for name in ("title", "kind", "made_on", "published_on", "in_force_on", "url")}
        known = held.get(made.key)
        if known is None:
            new.append(said | {"key": made.key, "jurisdiction": made.jurisdiction, "consolidated": made.consolidated})
        elif news := {name: value for name, value in said.items() if value and not getattr(known, name)}:
            sealing.alter(tx.writer, t.instrument, t.instrument.c.key == made.key, news)
    for made in instruments:
        for alias in made.aliases:
            if (made.key, alias) not in aliases:
                aliases |= {(made.key, alias)}
                new_aliases.append({"instrument": made.key, "alias": alias})
    sealing.add(tx.writer, t.instrument, new)
    sealing.add(tx.writer, t.instrument_alias, new_aliases)


class _Appending:
    """`keys_changed` are keys that certainly move, `moved` the statements whose reach is still to be worked out.

    `labels` gives the held statements that are revised the names of their successors; `reissued` are the held relations that name one,
    and `successors` the rows that now stand for them.
    """

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.keys_changed: set[Key] = set()
        self.moved: set[Ref] = set()
        self.identities: dict[tuple[str, ...], int] = {}
        self.held: dict[tuple[Any, ...], Ref] = {}
        self.digests: dict[Ref, str] = {}
        self.labels: dict[Ref, int | str] = {}
        self.reissued: dict[Ref, Any] = {}
        self.successors: dict[Ref, Ref] = {}

    def withdraw(self, refs: Collection[Ref]) -> None:
        """Close held statements and the relations that name them: no relation acts for or on what is not held."""
        self.close({*refs, *self._naming(refs)})

    def revise(self, wanted: Mapping[Ref, Draft]) -> list[Draft]:
        """Close what is revised and the relations that name it, which are issued again; returns the drafts that are new."""
        news: dict[Ref, Draft] = {}
        self._learn(wanted)
        for ref, draft in wanted.items():
            if draft.kind != ref.kind:
                raise UnknownTarget(
                    f"{ref.kind} {ref.id} cannot become a {draft.kind}: add the {draft.kind}, with a relation `replace` on it"
                )
            self.labels[ref] = draft.entry.statement.id
            if draft.digest == self.digests[ref]:
                self.tx.refs[draft.entry.statement.id] = ref
            else:
                news[ref] = draft
        self.reissued = {ref: row._mapping for ref, row in self._naming(news).items() if ref not in news}
        self.close({*news, *self.reissued})
        return list(news.values())

    def close(self, refs: Iterable[Ref]) -> None:
        """Close held statements."""
        found = set(refs)
        self._learn(found - self.digests.keys())
        self.moved |= found
        for kind in sorted({ref.kind for ref in found}):
            closed = [(int(ref.id), self.digests[ref]) for ref in sorted(found) if ref.kind == kind]
            self.tx.close(statements.TABLES[kind], closed)
        self.tx.flush()  # what is held is read from the tables

    def append_entries(self, drafts: Sequence[Draft]) -> None:
        """Record the statements that are not held yet; relations last, in an order in which each may name the others."""
        self._look_up(drafts)
        waiting: list[_Waiting] = []
        for draft in drafts:
            if isinstance(draft.entry.statement, Relation):
                waiting.append((rows.refs_of(draft.entry.statement), draft))
            else:
                self._append(draft, draft.entry.statement)
        self._append_relations_in_order([*waiting, *((_named_by(row), ref) for ref, row in self.reissued.items())])

    def _append_relations_in_order(self, waiting: Sequence[_Waiting]) -> None:
        self._learn(ref for named, _ in waiting for ref in named if self._row(ref) == ref)
        while waiting:
            ready: list[_Waiting] = []
            later: list[_Waiting] = []
            for one in waiting:
                (ready if all(self._row(ref) for ref in one[0]) else later).append(one)
            if not ready:
                lost = next(ref for ref in waiting[0][0] if not self._row(ref))
                raise UnknownTarget(f"a relation names {lost.id!r}, which no statement of this batch is called")
            self._append_relations([one for _, one in ready if isinstance(one, Draft)])
            self._reissue_relations([one for _, one in ready if isinstance(one, Ref)])
            waiting = later

    def _row(self, ref: Ref) -> Ref | None:
        """The row that a relation names by `ref`: a label of this batch, or a row number; None where it is not recorded yet."""
        label = self.labels.get(ref, ref.id if isinstance(ref.id, str) else None)
        if label is not None:
            return self.tx.refs.get(label)
        return self.successors.get(ref) if ref in self.reissued else ref

    def _naming(self, refs: Iterable[Ref]) -> dict[Ref, Any]:
        """The held relations that name any of `refs`, and those that name these."""
        found: dict[Ref, Any] = {}
        fresh = set(refs)
        while fresh:
            come: dict[Ref, Any] = {}
            for kind in sorted({ref.kind for ref in fresh} & set(_NAMES.values())):
                for chunk in statements.chunks(ref.id for ref in fresh if ref.kind == kind):
                    naming = self.tx.connection.execute(_relations_naming(kind), {"numbers": lookup.packed(chunk)})
                    come |= {Ref("relation", row.id): row for row in naming.all()}
            fresh = come.keys() - found.keys()
            found |= come
        return found

    def _learn(self, refs: Iterable[Ref]) -> None:
        """Learn the digests of statements that must be held now."""
        by_kind: dict[str, set[Any]] = defaultdict(set)
        for ref in refs:
            by_kind[ref.kind].add(ref.id)
        for kind, numbers in by_kind.items():
            known: dict[int, str] = {}
            for chunk in statements.chunks(numbers):
                found = self.tx.connection.execute(_digests_of(kind), {"numbers": lookup.packed(chunk)})
                known |= {row.id: row.digest for row in found.all()}
            if lost := numbers - known.keys():
                table = statements.TABLES[kind].name
                raise UnknownTarget(f"{kind} {min(lost)} is not held now; look it up with `explain` or in the table {table}")
            self.digests |= {Ref(kind, number): digest for number, digest in known.items()}

    def _look_up(self, drafts: Iterable[Draft]) -> None:
        """Learn what is held, by digest, of the same kind and on the same keys as `drafts`."""
        keys: dict[str, set[Key]] = defaultdict(set)
        for draft in drafts:
            said = draft.entry.statement
            if not isinstance(said, Relation):
                keys[draft.kind] |= {said.key}
        for kind, wanted in keys.items():
            for chunk in statements.chunks(wanted):
                found = self.tx.connection.execute(_held_on_keys(kind), {"keys": lookup.packed(chunk)}).all()
                self.held |= {(kind, row[1]): Ref(kind, row[0]) for row in found if row[1] is not None}
                if kind == "provision":
                    self.identities |= {tuple(row[3:]): row[2] for row in found}

    def _append(self, draft: Draft, said: Provision | Assertion | Finding | Position) -> None:
        same = (draft.kind, draft.digest)
        if self._is_held(draft.entry, same):
            return
        ref = Ref(draft.kind, self.tx.number(statements.TABLES[draft.kind]))
        values = draft.values
        self._record(draft.entry, ref, values, same)
        self.keys_changed |= {said.key}
        if isinstance(said, Provision):
            values["provision"] = self._identity(draft.identity)
            self._limits(draft, said, ref)
            values = values | dict(zip(_IDENTITY, draft.identity, strict=True))
        self.tx.fresh.rows[ref] = lookup.as_found(values)

    def _reissue_relations(self, ready: Sequence[Ref]) -> None:
        """Record held relations anew, with the rows that now stand for what they name."""
        for ref in ready:
            values = dict(self.reissued[ref])
            for name, kind in _NAMES.items():
                values[name] = row.id if (row := self._row(Ref(kind, values[name]))) else None
            successor = Ref("relation", self.tx.number(t.relation))
            self.digests[successor] = self._digest_of_relation(values)
            self.tx.record(t.relation, successor, values, self.digests[successor])
            self.successors[ref] = successor
            self.moved |= {successor}

    def _append_relations(self, ready: Sequence[Draft]) -> None:
        """Record those of `ready` relations that are not held yet; all that they name is known."""
        made = []
        for draft in ready:
            assert isinstance(draft.entry.statement, Relation)
            values = draft.values | self._resolved(draft.entry.statement)
            made.append((draft.entry, values, self._digest_of_relation(values)))
        named = {Ref(kind, values[name]) for _, values, _ in made for name, kind in _NAMES.items() if values[name] is not None}
        for ref, row in self._naming(named - self.tx.made.keys()).items():
            self.held["relation", row.digest, *(row._mapping[name] for name in _NAMES)] = ref
        for entry, values, digest in made:
            same = ("relation", digest, *(values[name] for name in _NAMES))
            if not self._is_held(entry, same):
                ref = Ref("relation", self.tx.number(t.relation))
                self._record(entry, ref, values, same)
                self.moved |= {ref}

    def _is_held(self, entry: Entry, same: tuple[Any, ...]) -> bool:
        if ref := self.held.get(same):
            self.tx.refs[entry.statement.id] = ref
            self.digests[ref] = same[1]
        return ref is not None

    def _record(self, entry: Entry, ref: Ref, values: Values, same: tuple[Any, ...]) -> None:
        self.tx.record(statements.TABLES[ref.kind], ref, values, same[1])
        self.tx.refs[entry.statement.id] = ref
        self.tx.made[ref] = entry.evidence.made_on
        self.digests[ref] = same[1]
        self.held[same] = ref

    def _resolved(self, said: Relation) -> Values:
        """The columns that name the target and the actor, by row number."""
        found: Values = dict.fromkeys(_NAMES)
        for part, ref in zip(("target", "actor"), rows.refs_of(said), strict=False):
            row = self._row(ref)
            assert row is not None, "all that a ready relation names is recorded"
            if row.kind != ref.kind:
                raise UnknownTarget(f"a relation names the {ref.kind} {ref.id!r}, but that is a {row.kind}")
            found[f"{part}_{ref.kind}"] = row.id
        return found

    def _digest_of_relation(self, values: Values) -> str:
        named = {name: self.digests[Ref(kind, values[name])] for name, kind in _NAMES.items() if values[name] is not None}
        actor = named.pop("actor_provision", "")
        (target,) = named.values()
        return rows.relation_digest(values, target, actor)

    def _identity(self, identity: tuple[str, ...]) -> int:
        if identity not in self.identities:
            self.identities[identity] = self.tx.number(t.provision)
            self.tx.queue(t.provision, dict(zip(_IDENTITY, identity, strict=True)) | {"id": self.identities[identity]})
        return self.identities[identity]

    def _limits(self, draft: Draft, said: Provision, ref: Ref) -> None:
        for limit in draft.limits:
            self.tx.queue(t.provision_limit, limit | {"id": self.tx.number(t.provision_limit), "provision_version": ref.id})
        if said.limits:
            self.tx.fresh.limits[int(ref.id)] = said.limits


def _named_by(row: Mapping[str, Any]) -> list[Ref]:
    """What a held relation names."""
    return [Ref(kind, row[name]) for name, kind in _NAMES.items() if row[name] is not None]


@cache
def _relations_naming(kind: str) -> Select[Any]:
    naming = or_(*(lookup.among(t.relation.c[name]) for name, named in _NAMES.items() if named == kind))
    return select(t.relation).where(naming, t.relation.c.recorded_to.is_(None))


@cache
def _digests_of(kind: str) -> Select[Any]:
    table = statements.TABLES[kind]
    return select(table.c.id, table.c.digest).where(lookup.among(table.c.id), table.c.recorded_to.is_(None))


@cache
def _held_on_keys(kind: str) -> Select[Any]:
    """Number and digest of what is held on keys; of provisions also the rules of which no version is held."""
    table = statements.TABLES[kind]
    if kind != "provision":
        return select(table.c.id, table.c.digest).select_from(lookup.for_keys(table)).where(table.c.recorded_to.is_(None))
    identity = t.provision
    joined = lookup.for_keys(identity).outerjoin(table, (table.c.provision == identity.c.id) & table.c.recorded_to.is_(None))
    named = (identity.c[name] for name in _IDENTITY)
    return select(table.c.id, table.c.digest, identity.c.id.label("provision"), *named).select_from(joined)


def digest_of(entry: Entry, policy: Policy) -> str:
    """The digest under which the statement of `entry` is held; not for relations, which name row numbers."""
    assert not isinstance(entry.statement, Relation)
    return rows.draft(entry, policy.link_type).digest

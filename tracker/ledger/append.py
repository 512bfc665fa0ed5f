"""Statements into the record: what is new is added, what is revised or withdrawn is closed, and the keys that change are named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.entries import Entry, Instrument
from tracker.domain.records import Assertion, Finding, Key, Position, Provision, Ref, Relation
from tracker.ledger import drafts
from tracker.ledger.drafts import Draft, refs_of
from tracker.ledger.held import IDENTITY, RELATION_NAMES, Held, Sameness, UnknownTarget
from tracker.ledger.transaction import Policy, Transaction
from tracker.store import instruments, lookup
from tracker.store.mapping import rows, statements
from tracker.store.mapping.rows import Values
from tracker.store.schema import tables as t

_Waiting = tuple[Sequence[Ref], Draft | Ref]
"""What a relation names, and its draft or, of one that is issued again, its old row."""


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
    additions = [drafts.draft(entry, tx.policy.link_type) for entry in batch.entries]
    revisions = {ref: drafts.draft(entry, tx.policy.link_type) for ref, entry in batch.revise.items()}
    appending = _Appending(tx)
    appending.withdraw(batch.withdraw)
    appending.append_entries([*appending.revise(revisions), *additions])
    if batch.instruments:  # before the statements that name them are written
        instruments.add(tx.writer, batch.instruments)
    if any(ref.kind == "relation" for ref in appending.moved):
        tx.flush()  # what relations bear on is read from the tables
    return appending.keys_changed | statements.reach(tx.connection, appending.moved)


def digest_of(entry: Entry, policy: Policy) -> str:
    """The digest under which the statement of `entry` is held; not for relations, which name row numbers."""
    assert not isinstance(entry.statement, Relation)
    return drafts.draft(entry, policy.link_type).digest


class _Appending:
    """`keys_changed` are keys that certainly move, `moved` the statements whose reach is still to be worked out.

    `labels` gives the held statements that are revised the names of their successors; `reissued` are the held relations that name one,
    and `successors` the rows that now stand for them.
    """

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.held = Held(tx.connection)
        self.keys_changed: set[Key] = set()
        self.moved: set[Ref] = set()
        self.labels: dict[Ref, int | str] = {}
        self.reissued: dict[Ref, Mapping[str, Any]] = {}
        self.successors: dict[Ref, Ref] = {}

    def withdraw(self, refs: Collection[Ref]) -> None:
        """Close held statements and the relations that name them: no relation acts for or on what is not held."""
        self.close({*refs, *self.held.relations_naming(refs)})

    def revise(self, wanted: Mapping[Ref, Draft]) -> list[Draft]:
        """Close what is revised and the relations that name it, which are issued again; returns the drafts that are new."""
        news: dict[Ref, Draft] = {}
        self.held.learn(wanted)
        for ref, draft in wanted.items():
            if draft.kind != ref.kind:
                raise UnknownTarget(
                    f"{ref.kind} {ref.id} cannot become a {draft.kind}: add the {draft.kind}, with a relation `replace` on it"
                )
            self.labels[ref] = draft.entry.statement.id
            if draft.digest == self.held.digests[ref]:
                self.tx.refs[draft.entry.statement.id] = ref
            else:
                news[ref] = draft
        naming = self.held.relations_naming(news)
        self.reissued = {ref: row._mapping for ref, row in naming.items() if ref not in news}
        self.close({*news, *self.reissued})
        return list(news.values())

    def close(self, refs: Collection[Ref]) -> None:
        """Close held statements."""
        self.held.learn(set(refs) - self.held.digests.keys())
        self.moved |= set(refs)
        for kind in sorted({ref.kind for ref in refs}):
            closing = [(int(ref.id), self.held.digests[ref]) for ref in sorted(refs) if ref.kind == kind]
            self.tx.close(statements.TABLES[kind], closing)
        self.tx.flush()  # what is held is read from the tables

    def append_entries(self, wanted: Sequence[Draft]) -> None:
        """Record the statements that are not held yet; relations last, in an order in which each may name the others."""
        self.held.look_up(wanted)
        waiting: list[_Waiting] = []
        for draft in wanted:
            if isinstance(draft.entry.statement, Relation):
                waiting.append((refs_of(draft.entry.statement), draft))
            else:
                self._append(draft, draft.entry.statement)
        self._append_relations_in_order([*waiting, *((_named_by(row), ref) for ref, row in self.reissued.items())])

    def _append(self, draft: Draft, statement: Provision | Assertion | Finding | Position) -> None:
        same = (draft.kind, draft.digest)
        if self._is_held(draft.entry, same):
            return
        ref = Ref(draft.kind, self.tx.number(statements.TABLES[draft.kind]))
        values = draft.values
        self._record(draft.entry, ref, values, same)
        self.keys_changed |= {statement.key}
        if isinstance(statement, Provision):
            values["provision"] = self._rule(draft.identity)
            self._limits(draft, statement, ref)
            values = values | dict(zip(IDENTITY, draft.identity, strict=True))
        self.tx.fresh.rows[ref] = lookup.as_found(values)

    def _rule(self, identity: tuple[str, ...]) -> int:
        """The number of the rule of which a provision is a version; a new rule is queued."""
        if identity not in self.held.rules:
            number = self.held.rules[identity] = self.tx.number(t.provision)
            self.tx.queue(t.provision, dict(zip(IDENTITY, identity, strict=True)) | {"id": number})
        return self.held.rules[identity]

    def _limits(self, draft: Draft, provision: Provision, ref: Ref) -> None:
        for limit in draft.limits:
            self.tx.queue(t.provision_limit, limit | {"id": self.tx.number(t.provision_limit), "provision_version": ref.id})
        if provision.limits:
            self.tx.fresh.limits[int(ref.id)] = provision.limits

    def _is_held(self, entry: Entry, same: Sameness) -> bool:
        if ref := self.held.rows.get(same):
            self.tx.refs[entry.statement.id] = ref
            self.held.digests[ref] = same[1]
        return ref is not None

    def _record(self, entry: Entry, ref: Ref, values: Values, same: Sameness) -> None:
        self.tx.record(statements.TABLES[ref.kind], ref, values, same[1])
        self.tx.refs[entry.statement.id] = ref
        self.tx.made[ref] = entry.evidence.made_on
        self.held.digests[ref] = same[1]
        self.held.rows[same] = ref

    def _append_relations_in_order(self, waiting: Sequence[_Waiting]) -> None:
        # A relation is sealed with the digests of what it names, which may be a relation of this batch: so round after round.
        self.held.learn(ref for named, _ in waiting for ref in named if self._row(ref) == ref)
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

    def _append_relations(self, ready: Sequence[Draft]) -> None:
        """Record those of `ready` relations that are not held yet; all that they name is known."""
        resolved = []
        for draft in ready:
            assert isinstance(draft.entry.statement, Relation)
            values = draft.values | self._resolved(draft.entry.statement)
            resolved.append((draft.entry, values, self._digest_of_relation(values)))
        named = {ref for _, values, _ in resolved for ref in _named_by(values)}
        self.held.look_up_relations(named - self.tx.made.keys())
        for entry, values, digest in resolved:
            same = ("relation", digest, *(values[name] for name in RELATION_NAMES))
            if not self._is_held(entry, same):
                ref = Ref("relation", self.tx.number(t.relation))
                self._record(entry, ref, values, same)
                self.moved |= {ref}

    def _reissue_relations(self, ready: Sequence[Ref]) -> None:
        """Record held relations anew, with the rows that now stand for what they name."""
        for ref in ready:
            values = dict(self.reissued[ref])
            for name, kind in RELATION_NAMES.items():
                values[name] = row.id if (row := self._row(Ref(kind, values[name]))) else None
            successor = Ref("relation", self.tx.number(t.relation))
            self.held.digests[successor] = self._digest_of_relation(values)
            self.tx.record(t.relation, successor, values, self.held.digests[successor])
            self.successors[ref] = successor
            self.moved |= {successor}

    def _resolved(self, relation: Relation) -> Values:
        """The columns that name the target and the actor, by row number."""
        columns: Values = dict.fromkeys(RELATION_NAMES)
        for part, ref in zip(("target", "actor"), refs_of(relation), strict=False):
            row = self._row(ref)
            assert row is not None, "all that a ready relation names is recorded"
            if row.kind != ref.kind:
                raise UnknownTarget(f"a relation names the {ref.kind} {ref.id!r}, but that is a {row.kind}")
            columns[f"{part}_{ref.kind}"] = row.id
        return columns

    def _digest_of_relation(self, values: Values) -> str:
        named = {
            name: self.held.digests[Ref(kind, values[name])] for name, kind in RELATION_NAMES.items() if values[name] is not None
        }
        actor = named.pop("actor_provision", "")
        (target,) = named.values()
        return rows.relation_digest(values, target, actor)


def _named_by(row: Mapping[str, Any]) -> list[Ref]:
    """What a relation names, by its columns."""
    return [Ref(kind, row[name]) for name, kind in RELATION_NAMES.items() if row[name] is not None]

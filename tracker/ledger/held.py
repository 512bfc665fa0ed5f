"""What the record holds of the statements that a batch touches. It only reads, and only what is held now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from tracker.domain.records import Key, Ref, Relation
from tracker.errors import Refused
from tracker.ledger.drafts import Draft
from tracker.store import lookup
from tracker.store.lookup import Found
from tracker.store.mapping import statements
from tracker.store.schema import tables as t

Sameness = tuple[Any, ...]
"""Kind and digest, and of a relation the row numbers that it names: two statements alike in these are one statement."""

RELATION_NAMES = {
    "target_provision": "provision",
    "target_assertion": "assertion",
    "target_relation": "relation",
    "actor_provision": "provision",
}
"""The columns of a relation that name a statement, and the kind of what each names."""
IDENTITY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")
"""What makes a rule of a provision the same rule, whatever its versions say."""


class UnknownTarget(Refused):
    """A revision, withdrawal or relation names a statement that is not held."""


class Held:
    """The statements of the record that were looked up: their digests, the row of each sameness, and the number of each rule."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.digests: dict[Ref, str] = {}
        self.rows: dict[Sameness, Ref] = {}
        self.rules: dict[tuple[str, ...], int] = {}

    def learn(self, refs: Iterable[Ref]) -> None:
        """Look up the digests of statements; raises UnknownTarget where one is not held now."""
        by_kind: dict[str, set[Any]] = defaultdict(set)
        for ref in refs:
            by_kind[ref.kind].add(ref.id)
        for kind, numbers in by_kind.items():
            digests: dict[int, str] = {}
            for chunk in statements.chunks(numbers):
                rows = self._connection.execute(_digests_of(kind), {"numbers": lookup.packed(chunk)})
                digests |= {row.id: row.digest for row in rows.all()}
            if lost := numbers - digests.keys():
                table = statements.TABLES[kind].name
                raise UnknownTarget(f"{kind} {min(lost)} is not held now; look it up with `explain` or in the table {table}")
            self.digests |= {Ref(kind, number): digest for number, digest in digests.items()}

    def look_up(self, drafts: Iterable[Draft]) -> None:
        """Look up the statements of the same kind and on the same keys as `drafts`."""
        keys: dict[str, set[Key]] = defaultdict(set)
        for draft in drafts:
            if not isinstance(draft.entry.statement, Relation):
                keys[draft.kind] |= {draft.entry.statement.key}
        for kind, wanted in keys.items():
            for chunk in statements.chunks(wanted):
                rows = self._connection.execute(_on_keys(kind), {"keys": lookup.packed(chunk)}).all()
                self.rows |= {(kind, row[1]): Ref(kind, row[0]) for row in rows if row[1] is not None}
                if kind == "provision":
                    self.rules |= {tuple(row[3:]): row[2] for row in rows}

    def look_up_relations(self, targets: Iterable[Ref]) -> None:
        """Look up the relations that name any of `targets`."""
        for ref, row in self.relations_naming(targets).items():
            self.rows["relation", row.digest, *(row._mapping[name] for name in RELATION_NAMES)] = ref

    def relations_naming(self, refs: Iterable[Ref]) -> dict[Ref, Found]:
        """The relations that name any of `refs`, and those that name these."""
        naming: dict[Ref, Found] = {}
        latest = set(refs)
        while latest:
            rows: dict[Ref, Found] = {}
            for kind in sorted({ref.kind for ref in latest} & set(RELATION_NAMES.values())):
                for chunk in statements.chunks(ref.id for ref in latest if ref.kind == kind):
                    result = self._connection.execute(_relations_naming(kind), {"numbers": lookup.packed(chunk)})
                    rows |= {Ref("relation", row.id): row for row in result.all()}
            latest = rows.keys() - naming.keys()
            naming |= rows
        return naming


@cache
def _relations_naming(kind: str) -> Select[Any]:
    naming = or_(*(lookup.among(t.relation.c[name]) for name, named in RELATION_NAMES.items() if named == kind))
    return select(t.relation).where(naming, t.relation.c.recorded_to.is_(None))


@cache
def _digests_of(kind: str) -> Select[Any]:
    table = statements.TABLES[kind]
    return select(table.c.id, table.c.digest).where(lookup.among(table.c.id), table.c.recorded_to.is_(None))


@cache
def _on_keys(kind: str) -> Select[Any]:
    """Number and digest of what is held on keys; of provisions also the rules of which no version is held."""
    table = statements.TABLES[kind]
    if kind != "provision":
        return select(table.c.id, table.c.digest).select_from(lookup.for_keys(table)).where(table.c.recorded_to.is_(None))
    rule = t.provision
    # Outer: a rule whose last version was withdrawn keeps its number, so that a new version is read as the same rule.
    joined = lookup.for_keys(rule).outerjoin(table, (table.c.provision == rule.c.id) & table.c.recorded_to.is_(None))
    named = (rule.c[name] for name in IDENTITY)
    return select(table.c.id, table.c.digest, rule.c.id.label("provision"), *named).select_from(joined)

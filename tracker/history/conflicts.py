"""What a proposal meets in the record: the rule that it reads anew, and what an acceptance must say it replaces or leaves standing.

Reads only. A rule is known by its key, what it does and its first day; its quote is how it was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, and_, literal, or_, select

from tracker.domain.proposals import Candidate
from tracker.domain.records import Ref
from tracker.domain.vocabulary import RelationKind
from tracker.store.schema import tables as t


@dataclass(frozen=True, slots=True)
class HeldRule:
    """A held version of a rule, and the person who accepted it; empty where a rule decided."""

    ref: Ref
    reviewer: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A held statement that a proposal meets. `kind` is assertion or provision; the `status` of a provision is its conduct and effect."""

    kind: str
    id: int
    status: str
    valid_from: date | None
    citation: str

    def __str__(self) -> str:
        return f"{self.status} since {self.valid_from or 'the start'} ({self.citation})"


def reread(connection: Connection, proposal: Candidate, first: date | None) -> HeldRule | None:
    """The held version of the rule that a proposal reads anew; of several the last recorded. `first` is its first day."""
    version = t.provision_version
    query = select(version.c.id, version.c.reviewer).join(t.provision, t.provision.c.id == version.c.provision)
    same = query.where(_of_key(proposal), version.c.recorded_to.is_(None), _same_rule(proposal, first))
    row = connection.execute(same.order_by(version.c.id.desc())).first()
    return HeldRule(Ref("provision", row.id), row.reviewer) if row else None


def find(connection: Connection, proposal: Candidate, first: date | None) -> list[Conflict]:
    """The held assertions about the same, and other rules under the same key.

    What ended before the proposed rule begins, or what something held already replaces or ends, is no conflict.
    """
    table, rule, version = t.assertion, t.provision, t.provision_version
    same = (table.c.jurisdiction == proposal.jurisdiction, table.c.substance == proposal.substance)
    asserted = (
        select(literal("assertion").label("kind"), *(table.c[name] for name in ("id", "status", "valid_from", "citation")))
        .where(*same, *_stands(table, "target_assertion", proposal))
        .order_by(table.c.id)
    )
    does = (rule.c.conduct + " " + version.c.effect).label("status")
    coded = (
        select(literal("provision").label("kind"), version.c.id, does, version.c.valid_from, version.c.citation)
        .join(rule, rule.c.id == version.c.provision)
        .where(_of_key(proposal), *_stands(version, "target_provision", proposal), ~_same_rule(proposal, first))
        .order_by(version.c.id)
    )
    return [Conflict(*row) for query in (asserted, coded) for row in connection.execute(query)]


def _stands(table: Table, target: str, proposal: Candidate) -> Iterator[ColumnElement[bool]]:
    """Held, not ended or replaced by a relation that stands, and not over before the proposed rule begins."""
    relation = t.relation
    undoing = relation.alias()
    undone = select(undoing.c.id).where(undoing.c.target_relation == relation.c.id, undoing.c.recorded_to.is_(None))
    gone = select(relation.c.id).where(
        relation.c[target] == table.c.id,
        relation.c.kind.in_((RelationKind.REPLACE, RelationKind.END)),
        relation.c.recorded_to.is_(None),
        ~undone.exists(),
    )
    yield table.c.recorded_to.is_(None)
    yield ~gone.exists()
    if proposal.valid_from:
        yield or_(table.c.valid_to.is_(None), table.c.valid_to > proposal.valid_from)


def _of_key(proposal: Candidate) -> ColumnElement[bool]:
    rule = t.provision.c
    return and_(
        rule.jurisdiction == proposal.jurisdiction,
        rule.substance == proposal.substance,
        rule.conduct == proposal.conduct.value,
        rule.instrument == proposal.instrument,
        rule.pinpoint == (proposal.pinpoint or ""),
    )


def _same_rule(proposal: Candidate, first: date | None) -> ColumnElement[bool]:
    version = t.provision_version.c
    begins = version.valid_from.is_(None) if first is None else and_(version.valid_from.is_not(None), version.valid_from == first)
    return and_(version.effect == proposal.effect.value, begins)

"""What a proposal meets in the record: the rule that it reads anew, and what an acceptance must say it replaces or leaves standing.

Reads only. A rule is known by its key, what it does and its first day; its quote is how it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, literal, or_, select

from tracker.domain.records import Ref
from tracker.domain.vocabulary import RelationKind
from tracker.store.schema import tables as t

_KEY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")


@dataclass(frozen=True, slots=True)
class Held:
    """A held version of a rule, and the person who accepted it; empty where a rule decided."""

    ref: Ref
    reviewer: str


def reread(connection: Connection, said: Mapping[str, Any], first: date | None) -> Held | None:
    """The held version of the rule that a proposal reads anew; of several the last recorded. `first` is its first day."""
    version = t.provision_version
    query = select(version.c.id, version.c.reviewer).join(t.provision, t.provision.c.id == version.c.provision)
    same = query.where(_of_key(said), version.c.recorded_to.is_(None), _same_rule(said, first))
    row = connection.execute(same.order_by(version.c.id.desc())).first()
    return Held(Ref("provision", row.id), row.reviewer) if row else None


def met(connection: Connection, said: Mapping[str, Any], first: date | None) -> Sequence[Any]:
    """The held assertions about the same, and other rules under the same key, each with `kind`, `id`, `status`, first day and citation.

    The `status` of a rule is its conduct and effect. What ended before the proposed rule begins, or what something held already
    replaces or ends, is not asked about.
    """
    table, rule, version = t.assertion, t.provision, t.provision_version
    same = (table.c.jurisdiction == said["jurisdiction"], table.c.substance == said["substance"])
    asserted = select(table, literal("assertion").label("kind")).where(*same, *_stands(table, "target_assertion", said))
    does = (rule.c.conduct + " " + version.c.effect).label("status")
    coded = (
        select(version.c.id, does, version.c.valid_from, version.c.citation, literal("provision").label("kind"))
        .join(rule, rule.c.id == version.c.provision)
        .where(_of_key(said), *_stands(version, "target_provision", said), ~_same_rule(said, first))
    )
    rows = [connection.execute(query) for query in (asserted.order_by(table.c.id), coded.order_by(version.c.id))]
    return [row for found in rows for row in found]


def _stands(table: Table, target: str, said: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
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
    if said["valid_from"]:
        yield or_(table.c.valid_to.is_(None), table.c.valid_to > date.fromisoformat(said["valid_from"]))


def _of_key(said: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(t.provision.c[name] == said[name] for name in _KEY))


def _same_rule(said: Mapping[str, Any], first: date | None) -> ColumnElement[bool]:
    version = t.provision_version.c
    begins = version.valid_from.is_(None) if first is None else and_(version.valid_from.is_not(None), version.valid_from == first)
    return and_(version.effect == said["effect"], begins)

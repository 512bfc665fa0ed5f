"""What has a day ahead: announced events, sessions of legislatures, and rules that are on hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, literal, or_, select

from crawler.contract.items import EventKind
from tracker.domain import timeline
from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import RelationKind
from tracker.history import evidence
from tracker.history.evidence import Statement
from tracker.store import lookup
from tracker.store.mapping import statements
from tracker.store.schema import tables as t


@dataclass(frozen=True, slots=True)
class Stay:
    """A rule on hold: the statement that is stayed, and the relation by which it is, from its first day to its last."""

    key: Key
    rule: Statement
    by: Statement


def events(connection: Connection, day: date, known: datetime) -> Sequence[Any]:
    """The announcements of days after `day` that were known at `known`, with identifier and title of their measure: rows of `event`, and
    steps of measures that are dated ahead, in the same columns."""
    event, measure = t.event, t.measure
    query = (
        select(event, measure.c.identifier, measure.c.title.label("measure_title"))
        .outerjoin(measure, measure.c.id == event.c.measure)
        .where(event.c.recorded_at <= known, event.c.happens_on > day)
    )
    return [*connection.execute(query), *_steps_ahead(connection, day, known)]


def _steps_ahead(connection: Connection, day: date, known: datetime) -> Sequence[Any]:
    step, measure = t.measure_action, t.measure
    held = (step.c.recorded_at <= known, or_(step.c.recorded_to.is_(None), step.c.recorded_to > known))
    query = (
        select(
            *(measure.c.jurisdiction, measure.c.identifier, measure.c.official_url.label("url"), step.c.source, step.c.measure),
            *(literal(EventKind.MEASURE_STEP.value).label("kind"), step.c.acted_on.label("happens_on")),
            *(step.c.action.label("title"), measure.c.title.label("measure_title")),
        )
        .join(measure, measure.c.id == step.c.measure)
        .where(*held, step.c.acted_on > day)
    )
    return connection.execute(query.order_by(step.c.id)).all()


def sessions(connection: Connection) -> Sequence[Any]:
    """The sessions of every legislature, by their rows."""
    return connection.execute(select(t.session)).all()


def stays(connection: Connection, day: date, known: datetime) -> list[Stay]:
    """The rules that are on hold on `day`, as held at `known`."""
    table = t.relation
    query = select(table).where(table.c.kind == RelationKind.STAY, statements.as_known(table, known))
    targets = {Ref("relation", row.id): target for row in connection.execute(query).all() if (target := _rule(row))}
    keys = _keys(connection, set(targets.values()))
    record = statements.load(connection, set(keys.values()), known)
    on_hold = {
        by: rule
        for by, rule in targets.items()
        if rule in record.rows and by.id in timeline.acting(record.records[keys[rule]], day)
    }
    named = {ref: record.rows[ref] for ref in (*on_hold, *on_hold.values())}
    whole = evidence.with_sources(connection, named)
    return [Stay(keys[rule], whole[rule], whole[by]) for by, rule in on_hold.items()]


def _rule(relation: Any) -> Ref | None:
    """The provision or assertion on which a relation acts; None where it acts on another relation."""
    if relation.target_provision:
        return Ref("provision", relation.target_provision)
    return Ref("assertion", relation.target_assertion) if relation.target_assertion else None


def _keys(connection: Connection, refs: Collection[Ref]) -> dict[Ref, Key]:
    """The keys of provisions and assertions, held or not."""
    identity, version, assertion = t.provision, t.provision_version, t.assertion
    joined = identity.join(version, version.c.provision == identity.c.id)
    queries = {
        "provision": select(version.c.id, identity.c.jurisdiction, identity.c.substance).select_from(joined),
        "assertion": select(assertion.c.id, assertion.c.jurisdiction, assertion.c.substance),
    }
    keys = {}
    for kind, query in queries.items():
        column = (version if kind == "provision" else assertion).c.id
        for chunk in statements.chunks(ref.id for ref in refs if ref.kind == kind):
            for row in connection.execute(query.where(lookup.among(column)), {"numbers": lookup.packed(chunk)}):
                keys[Ref(kind, row.id)] = Key(row.jurisdiction, row.substance)
    return keys

"""Statements between domain values and rows: the one place that knows how a provision or relation lies in the tables.

Reads all that bears on a set of keys as of a recorded instant: the statements on the keys, the relations on them and on those
relations, and the provisions elsewhere that make a relation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    or_,
    select,
)

from tracker.domain.dates import Period
from tracker.domain.records import (
    Assertion,
    Finding,
    Key,
    Limit,
    Position,
    Provision,
    Record,
    Ref,
    Relation,
)
from tracker.domain.vocabulary import (
    Basis,
    Component,
    Conduct,
    Consequence,
    DateBasis,
    Effect,
    FoodLaw,
    LimitPer,
    RelationKind,
    Scope,
    Status,
)
from tracker.store import lookup
from tracker.store.lookup import Found
from tracker.store.schema import tables as t
from tracker.store.schema.columns import UtcDateTime

TABLES: dict[str, Table] = {
    "provision": t.provision_version,
    "assertion": t.assertion,
    "finding": t.finding,
    "position": t.position,
    "relation": t.relation,
}
"""The table that holds each kind of statement."""

_TARGETS = ("provision", "assertion", "relation")
_CHUNK = 1_000


@dataclass(slots=True)
class Fresh:
    """Statements, but for relations, that are about to be written: their rows, and the limits of provisions."""

    rows: dict[Ref, Found] = field(default_factory=dict)
    limits: dict[int, tuple[Limit, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Held:
    """What is held on a set of keys: a record for each, and the row behind every statement."""

    records: dict[Key, Record]
    rows: dict[Ref, Found] = field(default_factory=dict)


def as_known(table: Table, known: datetime | BindParameter[datetime] | None) -> ColumnElement[bool]:
    """The rows of a bitemporal table that were held at `known`; None means now."""
    if known is None:
        return table.c.recorded_to.is_(None)
    return and_(table.c.recorded_from <= known, or_(table.c.recorded_to.is_(None), table.c.recorded_to > known))


def chunks(items: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    """Lists of at most `size` items, so that no statement has too many parameters; in order, so that a look-up walks through an index."""
    ordered = sorted(items)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def then(now: bool) -> BindParameter[datetime] | None:
    """The instant for `as_known` in a statement that is made once: the parameter `known`, or None for now."""
    return None if now else bindparam("known", type_=UtcDateTime)


def load(connection: Connection, keys: Collection[Key], known: datetime | None = None, fresh: Fresh | None = None) -> Held:
    """All statements that bear on `keys`, as held at `known` (None: now), and those of `fresh`, which are on some of `keys`."""
    rows: dict[Ref, Found] = {}
    for chunk in chunks(keys):
        asked = {"keys": lookup.packed(chunk), "known": known}
        for kind in _ON_KEYS:
            fetched = lookup.fetched(connection, _on_keys(kind, known is None), **asked)
            rows |= {Ref(kind, row.id): row for row in fetched}
    if fresh:
        rows |= fresh.rows
    own = dict(rows)
    _close_over(connection, rows, known)
    limits = _limits(connection, [ref.id for ref in rows if ref.kind == "provision"]) | (fresh.limits if fresh else {})
    return Held(_records(keys, own, rows, limits), rows)


@cache
def _on_keys(kind: str, now: bool) -> Select[Any]:
    table = TABLES[kind]
    if kind != "provision":
        return select(table).select_from(lookup.for_keys(table)).where(as_known(table, then(now)))
    joined = lookup.for_keys(t.provision).join(table, table.c.provision == t.provision.c.id)
    return _provisions().select_from(joined).where(as_known(table, then(now)))


def _provisions() -> Select[Any]:
    identity = t.provision.c
    return select(
        t.provision_version, identity.jurisdiction, identity.substance, identity.conduct, identity.instrument, identity.pinpoint
    )


def _close_over(connection: Connection, rows: dict[Ref, Found], known: datetime | None) -> None:
    """Add the relations on `rows`, the relations on those, and the provisions that make them, until nothing new comes."""
    fresh = set(rows)
    while fresh:
        added: set[Ref] = set()
        for kind in _TARGETS:
            for chunk in chunks(ref.id for ref in fresh if ref.kind == kind):
                for row in lookup.fetched(
                    connection, _relations_on(kind, known is None), numbers=lookup.packed(chunk), known=known
                ):
                    added.add(Ref("relation", row.id))
                    rows.setdefault(Ref("relation", row.id), row)
        actors = {rows[ref].actor_provision for ref in added} - {None} - {ref.id for ref in rows if ref.kind == "provision"}
        for chunk in chunks(actors):
            for row in lookup.fetched(connection, _actors(), numbers=lookup.packed(chunk)):
                added.add(Ref("provision", row.id))
                rows[Ref("provision", row.id)] = row
        fresh = added


@cache
def _relations_on(kind: str, now: bool) -> Select[Any]:
    return select(t.relation).where(lookup.among(t.relation.c[f"target_{kind}"]), as_known(t.relation, then(now)))


@cache
def _actors() -> Select[Any]:
    version = t.provision_version
    return _provisions().join(t.provision, t.provision.c.id == version.c.provision).where(lookup.among(version.c.id))


def _limits(connection: Connection, versions: Sequence[Any]) -> dict[int, tuple[Limit, ...]]:
    by_version: dict[int, list[Limit]] = defaultdict(list)
    for chunk in chunks(versions):
        for row in lookup.fetched(connection, _limits_of(), numbers=lookup.packed(chunk)):
            by_version[row.provision_version].append(
                Limit(
                    row.analyte,
                    row.value,
                    row.unit,
                    LimitPer(row.per),
                    Consequence(row.consequence),
                    row.limit_group,
                    row.reference,
                )
            )
    return {version: tuple(limits) for version, limits in by_version.items()}


@cache
def _limits_of() -> Select[Any]:
    table = t.provision_limit
    return select(table).where(lookup.among(table.c.provision_version)).order_by(table.c.id)


def _records(
    keys: Collection[Key], own: Mapping[Ref, Found], rows: Mapping[Ref, Found], limits: Mapping[int, tuple[Limit, ...]]
) -> dict[Key, Record]:
    relations = [relation(row) for ref, row in rows.items() if ref.kind == "relation"]
    by_target: dict[Ref, list[Relation]] = defaultdict(list)
    for made in relations:
        by_target[made.target].append(made)
    grouped: dict[str, dict[Key, list[Any]]] = {kind: defaultdict(list) for kind in _ON_KEYS}
    for ref, row in own.items():
        value = provision(row, limits) if ref.kind == "provision" else _VALUES[ref.kind](row)
        grouped[ref.kind][value.key].append(value)
    records = {}
    for key in keys:
        provisions, assertions, findings, positions = (tuple(values.get(key, ())) for values in grouped.values())
        record = Record(provisions, assertions, findings, positions)
        records[key] = _with_relations(record, rows, limits, by_target) if by_target else record
    return records


def _with_relations(
    record: Record,
    rows: Mapping[Ref, Found],
    limits: Mapping[int, tuple[Limit, ...]],
    by_target: Mapping[Ref, list[Relation]],
) -> Record:
    """The record with the relations that bear on it, and the provisions elsewhere that make them."""
    own = [Ref("provision", value.id) for value in record.provisions]
    acting, actors = _reaching(own + [Ref("assertion", value.id) for value in record.assertions], by_target)
    others = tuple(provision(rows[ref], limits) for ref in sorted(actors.difference(own)) if ref in rows)
    return replace(record, relations=tuple(acting), actors=others)


def _reaching(targets: Sequence[Ref], by_target: Mapping[Ref, list[Relation]]) -> tuple[list[Relation], set[Ref]]:
    """The relations that bear on `targets`, directly or through other relations and their actors; and those actors."""
    acting: dict[int | str, Relation] = {}
    actors: set[Ref] = set()
    open_refs = list(targets)
    while open_refs:
        for made in by_target.get(open_refs.pop(), ()):
            if made.id in acting:
                continue
            acting[made.id] = made
            open_refs.append(Ref("relation", made.id))
            if made.actor and made.actor not in actors:
                actors.add(made.actor)
                open_refs.append(made.actor)
    return sorted(acting.values(), key=lambda made: made.id), actors


def period(row: Found) -> Period:
    """The valid period of a row."""
    return _period(row.valid_from, row.valid_to, row.valid_from_latest, row.valid_to_latest)


_period = lru_cache(maxsize=10_000)(Period)  # many rows share their dates


def words(text: str) -> list[str]:
    """The items of a comma separated column."""
    return text.split(",") if text else []


@cache
def components(text: str) -> frozenset[Component]:
    """The components of a comma separated column."""
    return frozenset(Component(word) for word in words(text))


# The terms of the vocabularies, cached: calling an enumeration takes as long as the rest of a row.
_basis, _conduct, _date_basis, _effect = cache(Basis), cache(Conduct), cache(DateBasis), cache(Effect)
_food_law, _relation_kind, _scope, _status = cache(FoodLaw), cache(RelationKind), cache(Scope), cache(Status)


def provision(row: Found, limits: Mapping[int, tuple[Limit, ...]]) -> Provision:
    return Provision(
        id=row.id,
        key=Key(row.jurisdiction, row.substance),
        conduct=_conduct(row.conduct),
        effect=_effect(row.effect),
        period=period(row),
        basis=_basis(row.basis),
        schedule=row.schedule,
        min_age=row.min_age,
        limits=limits.get(row.id, ()),
        components=components(row.components),
        instrument=row.instrument,
        pinpoint=row.pinpoint,
        date_basis=_date_basis(row.date_basis),
        contested=row.contested,
        binds_children=row.binds_children,
    )


def assertion(row: Found) -> Assertion:
    return Assertion(
        id=row.id,
        key=Key(row.jurisdiction, row.substance),
        status=_status(row.status),
        period=period(row),
        schedule=row.schedule,
        min_age=row.min_age,
        threshold=row.threshold,
        components=components(row.components),
        instrument=row.instrument or "",
        date_basis=_date_basis(row.date_basis),
        contested=row.contested,
    )


def finding(row: Found) -> Finding:
    return Finding(row.id, Key(row.jurisdiction, row.substance), period(row), row.contested)


def position(row: Found) -> Position:
    return Position(row.id, Key(row.jurisdiction, row.substance), _food_law(row.value), period(row))


_VALUES: dict[str, Callable[[Found], Any]] = {"assertion": assertion, "finding": finding, "position": position}
_ON_KEYS = ("provision", *_VALUES)


def relation(row: Found) -> Relation:
    named = ((kind, getattr(row, f"target_{kind}")) for kind in _TARGETS)
    kind, target = next((kind, number) for kind, number in named if number is not None)
    return Relation(
        id=row.id,
        kind=_relation_kind(row.kind),
        target=Ref(kind, target),
        period=period(row),
        actor=Ref("provision", row.actor_provision) if row.actor_provision is not None else None,
        scope=_scope(row.scope),
        carve_out=row.carve_out,
        instrument=row.instrument or "",
    )


def reach(connection: Connection, moved: Collection[Ref]) -> set[Key]:
    """The keys that statements bear on, held or not: their own, those on which relations act, and those on which the relations act
    that a provision makes, for they move with it when it is stayed or void."""
    keys: set[Key] = set()
    seen: set[Ref] = set()
    fresh = set(moved)
    while fresh:
        seen |= fresh
        come: set[Ref] = set()
        for kind in TABLES:
            for chunk in chunks(ref.id for ref in fresh if ref.kind == kind):
                if kind in _ON_KEYS:
                    keys |= {
                        Key(*row)
                        for row in connection.execute(_keys_of_statements(kind), {"numbers": lookup.packed(chunk)}).all()
                    }
                if kind in ("provision", "relation"):
                    come |= _targets(connection, kind, chunk)
        fresh = come - seen
    return keys


def _targets(connection: Connection, kind: str, numbers: Sequence[Any]) -> set[Ref]:
    """What relations act on: the relations of these numbers, or those held now that provisions of these numbers make."""
    targets = connection.execute(_targets_of(kind), {"numbers": lookup.packed(numbers)}).all()
    return {Ref(kind, target) for row in targets for kind, target in zip(_TARGETS, row, strict=True) if target is not None}


@cache
def _targets_of(kind: str) -> Select[Any]:
    table = t.relation
    query = select(*(table.c[f"target_{target}"] for target in _TARGETS))
    if kind == "relation":
        return query.where(lookup.among(table.c.id))
    return query.where(lookup.among(table.c.actor_provision), table.c.recorded_to.is_(None))


@cache
def _keys_of_statements(kind: str) -> Select[Any]:
    if kind == "provision":
        identity, version = t.provision, t.provision_version
        joined = identity.join(version, version.c.provision == identity.c.id)
        return select(identity.c.jurisdiction, identity.c.substance).select_from(joined).where(lookup.among(version.c.id))
    table = TABLES[kind]
    return select(table.c.jurisdiction, table.c.substance).where(lookup.among(table.c.id))


def keys_of(connection: Connection) -> list[Key]:
    """Every key that has a status row."""
    query = select(t.status_version.c.jurisdiction, t.status_version.c.substance).distinct()
    return [Key(*row) for row in connection.execute(query)]

"""Statements between domain values and rows: the one place that knows how a provision or relation lies in the tables.

Reads all that bears on a set of keys as of a recorded instant: the statements on the keys, the relations on them and on those
relations, and the provisions elsewhere that make a relation.
"""

from __future__ import annotations

import json
from collections import defaultdict, namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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
from tracker.store import tables as t

TABLES: dict[str, Table] = {
    "provision": t.provision_version,
    "assertion": t.assertion,
    "finding": t.finding,
    "position": t.position,
    "relation": t.relation,
}
"""The table that holds each kind of statement."""

_CHUNK = 1_000
Found = Any
"""A row of a statement or status, with a field for each column."""


@dataclass(slots=True)
class Held:
    """What is held on a set of keys: a record for each, and the row behind every statement."""

    records: dict[Key, Record]
    rows: dict[Ref, Found] = field(default_factory=dict)


def as_known(table: Table, known: datetime | None) -> ColumnElement[bool]:
    """The rows of a bitemporal table that were held at `known`; None means now."""
    if known is None:
        return table.c.recorded_to.is_(None)
    return and_(table.c.recorded_from <= known, or_(table.c.recorded_to.is_(None), table.c.recorded_to > known))


def chunks(items: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    """Lists of at most `size` items, so that no statement has too many parameters."""
    held = list(items)
    for start in range(0, len(held), size):
        yield held[start : start + size]


class _Elements(FunctionElement[Any]):
    """The elements of a JSON array, one a row, in a column `value`."""

    inherit_cache = True


@compiles(_Elements, "sqlite")
def _on_sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _on_postgres(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **options)} AS json))"


def _elements(items: Sequence[Any]) -> Any:
    """The items as rows with one column `value`. They are one parameter, so that a statement is compiled once for any number."""
    return _Elements(bindparam(None, json.dumps(items), Text, unique=True)).table_valued("value", name="wanted")


def among(column: Column[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column of row numbers holds one of `numbers`."""
    value = _elements(list(numbers)).c.value
    return column.in_(select(cast(cast(value, Text), Integer)))


def for_keys(table: Table, keys: Sequence[Key]) -> Any:
    """A join of `table` to the given keys, led by the keys."""
    wanted = _elements(keys)
    first, second = (wanted.c.value.op("->>")(literal_column(place)) for place in ("0", "1"))
    return wanted.join(table, and_(table.c.jurisdiction == first, table.c.substance == second))


def fetched(connection: Connection, query: Select[Any]) -> Iterator[Found]:
    """The rows of a query as named tuples, whose fields are read several times as fast as those of the driver's rows."""
    result = connection.execute(query)
    return map(_shape(tuple(result.keys())), result)


@cache
def _shape(names: tuple[str, ...]) -> Any:
    return namedtuple("Found", names)._make  # type: ignore[attr-defined]


def load(connection: Connection, keys: Collection[Key], known: datetime | None = None) -> Held:
    """All statements that bear on `keys`, as held at `known` (None: now)."""
    rows: dict[Ref, Found] = {}
    for chunk in chunks(sorted(keys)):
        for kind, found in _on_keys(connection, chunk, known):
            rows[Ref(kind, found.id)] = found
    own = dict(rows)
    _close_over(connection, rows, known)
    limits = _limits(connection, [ref.id for ref in rows if ref.kind == "provision"])
    return Held(_records(keys, own, rows, limits), rows)


def _on_keys(connection: Connection, keys: Sequence[Key], known: datetime | None) -> Iterator[tuple[str, Found]]:
    version = t.provision_version
    provisions = _provisions().select_from(for_keys(t.provision, keys).join(version, version.c.provision == t.provision.c.id))
    for row in fetched(connection, provisions.where(as_known(version, known))):
        yield "provision", row
    for kind in ("assertion", "finding", "position"):
        table = TABLES[kind]
        for row in fetched(connection, select(table).select_from(for_keys(table, keys)).where(as_known(table, known))):
            yield kind, row


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
        for kind, column in (
            ("provision", t.relation.c.target_provision),
            ("assertion", t.relation.c.target_assertion),
            ("relation", t.relation.c.target_relation),
        ):
            for chunk in chunks(ref.id for ref in fresh if ref.kind == kind):
                for row in fetched(connection, select(t.relation).where(among(column, chunk), as_known(t.relation, known))):
                    added.add(Ref("relation", row.id))
                    rows.setdefault(Ref("relation", row.id), row)
        actors = {rows[ref].actor_provision for ref in added} - {None} - {ref.id for ref in rows if ref.kind == "provision"}
        for chunk in chunks(actors):
            query = _provisions().join(t.provision, t.provision.c.id == t.provision_version.c.provision)
            for row in fetched(connection, query.where(among(t.provision_version.c.id, chunk))):
                added.add(Ref("provision", row.id))
                rows[Ref("provision", row.id)] = row
        fresh = added


def _limits(connection: Connection, versions: Sequence[Any]) -> dict[int, tuple[Limit, ...]]:
    found: dict[int, list[Limit]] = defaultdict(list)
    table = t.provision_limit
    for chunk in chunks(versions):
        for row in connection.execute(select(table).where(among(table.c.provision_version, chunk)).order_by(table.c.id)):
            found[row.provision_version].append(
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
    return {version: tuple(limits) for version, limits in found.items()}


def _records(
    keys: Collection[Key], own: Mapping[Ref, Found], rows: Mapping[Ref, Found], limits: Mapping[int, tuple[Limit, ...]]
) -> dict[Key, Record]:
    relations = [relation(row) for ref, row in rows.items() if ref.kind == "relation"]
    by_target: dict[Ref, list[Relation]] = defaultdict(list)
    for made in relations:
        by_target[made.target].append(made)
    grouped: dict[str, dict[Key, list[Any]]] = {kind: defaultdict(list) for kind in TABLES}
    for ref, row in own.items():
        value = provision(row, limits) if ref.kind == "provision" else _VALUES[ref.kind](row)
        grouped[ref.kind][value.key].append(value)
    found = {}
    for key in keys:
        provisions, assertions, findings, positions = (tuple(grouped[kind].get(key, ())) for kind in _ON_KEYS)
        reach = [Ref("provision", value.id) for value in provisions] + [Ref("assertion", value.id) for value in assertions]
        acting, actors = _reaching(reach, by_target) if by_target else ([], set())
        others = tuple(provision(rows[ref], limits) for ref in sorted(actors - set(reach)) if ref in rows) if actors else ()
        found[key] = Record(provisions, assertions, findings, positions, tuple(acting), others)
    return found


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
    return Period(row.valid_from, row.valid_to, row.valid_from_latest, row.valid_to_latest)


def words(text: str) -> list[str]:
    """The items of a comma separated column."""
    return text.split(",") if text else []


def provision(row: Found, limits: Mapping[int, tuple[Limit, ...]]) -> Provision:
    return Provision(
        id=row.id,
        key=Key(row.jurisdiction, row.substance),
        conduct=Conduct(row.conduct),
        effect=Effect(row.effect),
        period=period(row),
        basis=Basis(row.basis),
        schedule=row.schedule,
        min_age=row.min_age,
        limits=limits.get(row.id, ()),
        components=frozenset(Component(word) for word in words(row.components)),
        instrument=row.instrument,
        pinpoint=row.pinpoint,
        date_basis=DateBasis(row.date_basis),
        contested=row.contested,
        binds_children=row.binds_children,
    )


def assertion(row: Found) -> Assertion:
    return Assertion(
        id=row.id,
        key=Key(row.jurisdiction, row.substance),
        status=Status(row.status),
        period=period(row),
        schedule=row.schedule,
        min_age=row.min_age,
        threshold=row.threshold,
        components=frozenset(Component(word) for word in words(row.components)),
        instrument=row.instrument or "",
        date_basis=DateBasis(row.date_basis),
        contested=row.contested,
    )


def finding(row: Found) -> Finding:
    return Finding(row.id, Key(row.jurisdiction, row.substance), period(row), row.contested)


def position(row: Found) -> Position:
    return Position(row.id, Key(row.jurisdiction, row.substance), FoodLaw(row.value), period(row))


_VALUES: dict[str, Callable[[Found], Any]] = {"assertion": assertion, "finding": finding, "position": position}
_ON_KEYS = ("provision", *_VALUES)


def relation(row: Found) -> Relation:
    kind, target = next(
        (kind, found)
        for kind, found in (
            ("provision", row.target_provision),
            ("assertion", row.target_assertion),
            ("relation", row.target_relation),
        )
        if found is not None
    )
    return Relation(
        id=row.id,
        kind=RelationKind(row.kind),
        target=Ref(kind, target),
        period=period(row),
        actor=Ref("provision", row.actor_provision) if row.actor_provision is not None else None,
        scope=Scope(row.scope),
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
                if kind == "relation":
                    come |= _targets(connection, among(t.relation.c.id, chunk))
                    continue
                keys |= _keys_of_statements(connection, kind, chunk)
                if kind == "provision":
                    come |= _targets(connection, among(t.relation.c.actor_provision, chunk), t.relation.c.recorded_to.is_(None))
        fresh = come - seen
    return keys


def _targets(connection: Connection, *which: ColumnElement[bool]) -> set[Ref]:
    query = select(t.relation.c.target_provision, t.relation.c.target_assertion, t.relation.c.target_relation).where(*which)
    kinds = ("provision", "assertion", "relation")
    return {
        Ref(kind, found) for row in connection.execute(query) for kind, found in zip(kinds, row, strict=True) if found is not None
    }


def _keys_of_statements(connection: Connection, kind: str, numbers: Sequence[Any]) -> set[Key]:
    if kind == "provision":
        identity, version = t.provision, t.provision_version
        joined = identity.join(version, version.c.provision == identity.c.id)
        query = select(identity.c.jurisdiction, identity.c.substance).select_from(joined).where(among(version.c.id, numbers))
    else:
        table = TABLES[kind]
        query = select(table.c.jurisdiction, table.c.substance).where(among(table.c.id, numbers))
    return {Key(*row) for row in connection.execute(query)}


def keys_of(connection: Connection) -> list[Key]:
    """Every key that has a status row."""
    query = select(t.status_version.c.jurisdiction, t.status_version.c.substance).distinct()
    return [Key(*row) for row in connection.execute(query)]

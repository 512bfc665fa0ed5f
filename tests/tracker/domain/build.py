"""Short spellings of statements, so that a test reads like the table that it proves."""

from __future__ import annotations

from datetime import date

from tracker.domain.dates import Period
from tracker.domain.records import Assertion, Finding, Key, Limit, Position, Provision, Ref, Relation
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
    term,
)

ANY = Key("XX", "kratom")


def day(text: str) -> date:
    return date.fromisoformat(text)


def provision(
    label: str,
    rule: str,
    start: str,
    end: str = "",
    *,
    key: Key = ANY,
    age: int | None = None,
    components: str = "",
    basis: str = "other",
    schedule: str = "",
    limits: tuple[Limit, ...] = (),
    instrument: str = "",
    pinpoint: str = "",
    contested: str = "",
    date_basis: str = "in_force",
    binds_children: bool = False,
) -> Provision:
    """`rule` is a conduct and an effect: `sell conditional`. An age brings its component."""
    conduct, effect = rule.split()
    parts = {term(Component, word) for word in components.split()} | ({Component.AGE} if age else set())
    return Provision(
        id=label,
        key=key,
        conduct=term(Conduct, conduct),
        effect=term(Effect, effect),
        period=Period.parse(start, end),
        basis=term(Basis, basis),
        schedule=schedule,
        min_age=age,
        limits=limits,
        components=frozenset(parts),
        instrument=instrument,
        pinpoint=pinpoint,
        date_basis=term(DateBasis, date_basis),
        contested=contested,
        binds_children=binds_children,
    )


def assertion(label: str, status: str, start: str, end: str = "", *, key: Key = ANY, **more: object) -> Assertion:
    return Assertion(label, key, term(Status, status), Period.parse(start, end), **more)  # type: ignore[arg-type]


def finding(label: str, start: str = "", end: str = "", *, key: Key = ANY, contested: str = "") -> Finding:
    return Finding(label, key, Period.parse(start, end), contested)


def position(label: str, value: str, start: str, end: str = "", *, key: Key = ANY) -> Position:
    return Position(label, key, term(FoodLaw, value), Period.parse(start, end))


def relation(
    label: str,
    kind: str,
    target: str,
    start: str = "",
    end: str = "",
    *,
    by: str = "",
    on: str = "provision",
    scope: str = "whole",
    carve_out: str = "",
) -> Relation:
    """`by` is the provision that makes it; `on` the kind of the target."""
    return Relation(
        id=label,
        kind=term(RelationKind, kind),
        target=Ref(on, target),
        period=Period.parse(start, end),
        actor=Ref("provision", by) if by else None,
        scope=term(Scope, scope),
        carve_out=carve_out,
    )


def replaces(by: str, target: str, start: str, *, on: str = "provision") -> Relation:
    return relation(f"{by} replaces {target}", "replace", target, start, by=by, on=on)


def restores(label: str, target: str, start: str) -> Relation:
    return relation(label, "restore", target, start, on="relation")


def cap(
    value: str, unit: str, per: str = "of_alkaloids", analyte: str = "7-OH", reference: str = "", consequence: str = "scheduled"
) -> Limit:
    return Limit(analyte, value, unit, term(LimitPer, per), term(Consequence, consequence), reference=reference)

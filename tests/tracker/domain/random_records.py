"""Random records on one key, on days of one small month, for Hypothesis. Constructed: no real law.

Statements are drawn from ready lists rather than field by field, which makes many examples cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import TypeVar

from hypothesis import strategies as st

from tests.tracker.domain.build import ANY, cap
from tracker.domain.dates import Period
from tracker.domain.records import Assertion, Finding, Key, Position, Provision, Record, Ref, Relation
from tracker.domain.vocabulary import (
    RESTRICTIVE,
    Basis,
    Component,
    Conduct,
    DateBasis,
    Effect,
    FoodLaw,
    RelationKind,
    Scope,
)

FIRST = date(2026, 1, 5)
LENGTH = 24
WINDOW = tuple(FIRST + timedelta(days=number) for number in range(-2, LENGTH + 3))
ELSEWHERE = Key("YY", "kratom")


T = TypeVar("T")


def pick(items: Sequence[T]) -> st.SearchStrategy[T]:
    """One of many; `sampled_from` looks at each of them at every draw."""
    return st.integers(0, len(items) - 1).map(items.__getitem__)


def _period(start: int | None, end: int | None, doubt: int) -> Period:
    first = FIRST + timedelta(days=start) if start is not None else None
    last = FIRST + timedelta(days=end) if end is not None else None
    return Period(first, last, first and first + timedelta(days=doubt), last and last + timedelta(days=doubt))


_STARTS = (None, *range(LENGTH))
_ENDS = (None, None, None, *range(1, LENGTH + 1, 2))
_DOUBTS = (0, 0, 0, 0, 3)
PERIODS = [
    _period(start, end, doubt)
    for start, end, doubt in product(_STARTS, _ENDS, _DOUBTS)
    if start is None or end is None or start < end
]
periods = pick(PERIODS)
begun = pick([period for period in PERIODS if not period.end])
closed = pick([period for period in PERIODS if period.end])

# Most laws are about possessing and selling, and most of the interplay lies there.
_CONDUCTS = (Conduct.POSSESS, Conduct.SELL, Conduct.SELL, Conduct.POSSESS, *Conduct)
_COMPONENTS = (
    frozenset[Component](),
    frozenset({Component.AGE}),
    frozenset({Component.LABEL}),
    frozenset({Component.AGE, Component.LABEL}),
    frozenset({Component.TAX}),
    frozenset({Component.TAX, Component.AGE, Component.LOCAL_PREEMPTION}),
)
_rules = pick(list(product(_CONDUCTS, Effect, _COMPONENTS)))
_trimmings = pick(
    list(
        product(
            ("", "I", "II"),
            ((), (cap("1", "%"),), (cap("2", "%"), cap("1", "%"))),
            ("", "Act 1", "Act 2"),
            ("", "contested by a court"),
            (DateBasis.IN_FORCE, DateBasis.ADOPTED),
            (False, True),
            (Basis.OTHER, Basis.OTHER, Basis.EMERGENCY_ORDER),
            (18, 21),
        )
    )
)


@st.composite
def provisions(draw: st.DrawFn, label: str, key: Key = ANY) -> Provision:
    conduct, effect, components = draw(_rules)
    schedule, limits, instrument, contested, date_basis, binds, basis, age = draw(_trimmings)
    aged = Component.AGE in components and effect is not Effect.PROHIBITED
    return Provision(
        label,
        key,
        conduct,
        effect,
        draw(closed if basis is Basis.EMERGENCY_ORDER else periods),
        basis,
        schedule,
        age if aged else None,
        limits,
        components,
        instrument,
        date_basis=date_basis,
        contested=contested,
        binds_children=binds,
    )


_summaries = pick(list(product(RESTRICTIVE, ("", "I"), ("", "contested"), PERIODS)))
_searches = pick(list(product(("", "contested"), PERIODS)))
_positions = pick(list(product(FoodLaw, PERIODS)))


def assertions(label: str) -> st.SearchStrategy[Assertion]:
    return _summaries.map(lambda drawn: Assertion(label, ANY, drawn[0], drawn[3], schedule=drawn[1], contested=drawn[2]))


def findings(label: str) -> st.SearchStrategy[Finding]:
    return _searches.map(lambda drawn: Finding(label, ANY, drawn[1], drawn[0]))


def positions(label: str) -> st.SearchStrategy[Position]:
    return _positions.map(lambda drawn: Position(label, ANY, *drawn))


_DOING = list(product(RelationKind, Scope, ("", "leaf", "patients")))
_doing = pick(_DOING)
_doing_first = pick([row for row in _DOING if row[0] is not RelationKind.RESTORE])


@st.composite
def relations(draw: st.DrawFn, label: str, targets: Sequence[Ref], undoable: Sequence[Ref], actors: Sequence[Ref]) -> Relation:
    """A restore names an earlier relation, so that there are nested ones but no circle of them alone."""
    kind, scope, carve_out = draw(_doing if undoable else _doing_first)
    target = draw(pick(undoable if kind is RelationKind.RESTORE else targets))
    period = draw(periods if kind is RelationKind.STAY else begun)
    actor = draw(pick([None, *(ref for ref in actors if ref != target)]))
    return Relation(label, kind, target, period, actor, scope, carve_out)


def _many(draw: st.DrawFn, make: Callable[[str], st.SearchStrategy[T]], name: str, most: int) -> tuple[T, ...]:
    return tuple(draw(make(f"{name}{number}")) for number in range(draw(st.integers(0, most))))


@st.composite
def records(draw: st.DrawFn) -> Record:
    own = _many(draw, provisions, "P", 5)
    actors = _many(draw, lambda label: provisions(label, ELSEWHERE), "O", 1)
    asserted = _many(draw, assertions, "A", 2)
    makers = [Ref("provision", row.id) for row in (*own, *actors)]
    targets = [*makers, *(Ref("assertion", row.id) for row in asserted)]
    made: list[Relation] = []
    for number in range(draw(st.integers(0, 6)) if targets else 0):
        undoable = [Ref("relation", row.id) for row in made]
        made.append(draw(relations(f"R{number}", targets, undoable, makers)))
    return Record(own, asserted, _many(draw, findings, "F", 2), _many(draw, positions, "S", 2), tuple(made), actors)

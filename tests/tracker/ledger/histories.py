"""Random histories of belief for Hypothesis, and a slow model of what is held at each of their instants. Constructed: no real law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from hypothesis import strategies as st

from tests.tracker.domain.build import ANY
from tests.tracker.domain.memory import ZONE, record_of
from tests.tracker.domain.random_records import (
    ELSEWHERE,
    WINDOW,
    assertions,
    begun,
    findings,
    periods,
    pick,
    positions,
    provisions,
    records,
)
from tests.tracker.ledger.sql import with_act
from tracker.domain import changes, timeline
from tracker.domain.dates import midnight
from tracker.domain.entries import Statement
from tracker.domain.records import Key, Provision, Record, Ref, Relation, Timeline
from tracker.domain.vocabulary import Cause, RelationKind

KEYS = (ANY, ELSEWHERE)
INSTANTS = [midnight(day, ZONE) + timedelta(minutes=minute) for day in WINDOW for minute in (0, 480, 481)]
"""When each day begins, and in the morning."""


@dataclass(frozen=True)
class Step:
    """One belief: new statements, new versions of held ones by label, and labels to withdraw."""

    instant: datetime
    cause: Cause | None
    made_on: date | None
    add: tuple[Statement, ...] = ()
    revise: Mapping[str, Statement] = field(default_factory=dict)
    withdraw: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What is held after a step, by label, and what of it the step brought."""

    step: Step
    held: Mapping[str, Statement]
    made: Mapping[str, date | None]
    new: frozenset[str]

    def record(self, key: Key) -> Record:
        """What bears on `key`."""
        return record_of(key, self.held.values())


@dataclass(frozen=True)
class Written:
    """A state that the ledger recorded, with the row of each label."""

    state: State
    refs: Mapping[str, Ref]

    @cached_property
    def records(self) -> Mapping[Key, Record]:
        """What bears on each key, called by row numbers, as the ledger calls it."""
        said = [_numbered(one, self.refs) for one in self.state.held.values()]
        return {key: record_of(key, said) for key in KEYS}

    @cached_property
    def lines(self) -> Mapping[Key, Timeline]:
        return {key: timeline.build(self.records[key]) for key in KEYS}

    def made_on(self, key: Key) -> date | None:
        """The day of the acts of this step, where one of them bears on `key`."""
        record = self.state.record(key)
        law = (*record.provisions, *record.assertions, *record.relations, *record.actors)
        return self.state.step.made_on if any(said.id in self.state.new for said in law) else None


def _numbered(said: Statement, refs: Mapping[str, Ref]) -> Statement:
    def named(ref: Ref) -> Ref:
        return ref if ref.kind == "relation" else refs.get(str(ref.id), ref)

    if isinstance(said, Relation):
        return replace(said, target=named(said.target), actor=said.actor and named(said.actor))
    return replace(with_act(said) if isinstance(said, Provision) else said, id=refs[str(said.id)].id)


def after(before: State | None, step: Step) -> State:
    """What is held after `step`: with what is withdrawn go the relations that name it, and those that name these."""
    held, made = (before.held, before.made) if before else ({}, {})
    gone = set(step.withdraw)
    while more := {label for label, said in held.items() if label not in gone and gone & {ref.id for ref in _names(said)}}:
        gone |= more
    kept = {label: said for label, said in held.items() if label not in gone}
    moved = {
        label: one
        for label, one in step.revise.items()
        if (kept[label], made[label]) != (one, step.made_on) or isinstance(one, Relation)
    }
    new = moved | {str(one.id): one for one in step.add}
    return State(step, kept | new, {**made, **dict.fromkeys(new, step.made_on)}, frozenset(new))


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """Two to five beliefs over one random record, the later ones with revisions and withdrawals."""
    record = draw(records())
    said: list[Statement] = [
        *record.provisions,
        *record.actors,
        *record.assertions,
        *record.findings,
        *record.positions,
        *record.relations,
    ]
    number = draw(st.integers(2, 5))
    cuts = sorted(draw(st.lists(st.integers(0, len(said)), min_size=number - 1, max_size=number - 1)))
    instants = sorted(draw(st.lists(pick(INSTANTS), min_size=number, max_size=number, unique=True)))
    states: list[State] = []
    for place, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(said)], strict=True)):
        before = states[-1] if states else None
        states.append(after(before, draw(_steps(instants[place], said[first:last], before))))
    return states


@st.composite
def _steps(draw: st.DrawFn, instant: datetime, fresh: Sequence[Statement], before: State | None) -> Step:
    cause = draw(pick([None, None, Cause.LAW, Cause.LAW, Cause.RECORD, Cause.RESEARCH, Cause.METHOD]))
    made_on = draw(pick([None, *WINDOW[::3]]))
    withdraw = _some(draw, sorted(before.held) if before else (), 4)
    kept = after(before, Step(instant, cause, made_on, withdraw=withdraw)).held
    revise = {label: draw(_versions(kept[label])) for label in _some(draw, sorted(kept), 2)}
    add: dict[str, Statement] = {}
    for said in fresh:
        if all(str(ref.id) in kept or str(ref.id) in add for ref in _names(said)):
            add[str(said.id)] = said
    return Step(instant, cause, made_on, tuple(draw(st.permutations(list(add.values())))), revise, withdraw)


def _some(draw: st.DrawFn, labels: Sequence[str], seldom: int) -> tuple[str, ...]:
    """Mostly none; else one or two."""
    if not labels or draw(st.integers(0, seldom)):
        return ()
    return tuple(sorted(draw(st.sets(pick(labels), min_size=1, max_size=2))))


def _names(said: Statement) -> Iterable[Ref]:
    return [ref for ref in (said.target, said.actor) if ref] if isinstance(said, Relation) else []


def _versions(said: Statement) -> st.SearchStrategy[Statement]:
    """Other versions of a statement, and now and then the same."""
    if isinstance(said, Relation):
        return (periods if said.kind is RelationKind.STAY else begun).map(lambda period: replace(said, period=period))
    if isinstance(said, Provision):
        return st.one_of(provisions(str(said.id), said.key), provisions(str(said.id), said.key), st.just(said))
    make: Mapping[str, Callable[[str], st.SearchStrategy[Statement]]] = {
        "Assertion": assertions,
        "Finding": findings,
        "Position": positions,
    }
    return st.one_of(make[type(said).__name__](str(said.id)), st.just(said))


def cause_of(old: Mapping[Key, Timeline], now: Written, today: date, first: Mapping[Key, date]) -> Cause:
    """The cause of a step: the given one, else the strongest default of its keys."""
    if now.state.step.cause:
        return now.state.step.cause
    found = {
        changes.default_cause(changes.differences(old[key], now.lines[key]), today, now.made_on(key), first.get(key))
        for key in KEYS
    }
    return next((cause for cause in (Cause.LAW, Cause.RECORD) if cause in found), Cause.RESEARCH)

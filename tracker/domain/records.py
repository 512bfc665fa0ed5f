"""What a person or the coder states about law, and the periods that follow from it. Plain values, no I/O.

Every statement has an `id`: any hashable that its owner (the store, a test) chose; the rules only compare ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tracker.domain.dates import Period
from tracker.domain.vocabulary import (
    Basis,
    Component,
    Conduct,
    Consequence,
    DateBasis,
    Effect,
    FoodLaw,
    LimitPer,
    OpenedBy,
    RelationKind,
    Scope,
    Status,
)
from tracker.errors import Refused


class Key(NamedTuple):
    """What a status is held for."""

    jurisdiction: str
    substance: str


class Ref(NamedTuple):
    """Names one statement: its kind (`provision`, `assertion`, `finding`, `position`, `relation`) and id."""

    kind: str
    id: int | str


class RefusedEntry(Refused):
    """A statement that the rules forbid; the message says which rule and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """A cap: more than `value` `unit` of `analyte` `per` something has `consequence`.

    `group` ties limits of which any one suffices; `reference` names the other analyte of a ratio.
    """

    analyte: str
    value: str
    unit: str
    per: LimitPer
    consequence: Consequence
    group: str = ""
    reference: str = ""

    def __str__(self) -> str:
        over = "under" if self.per is LimitPer.RATIO_TO else "over"
        unit = f" {self.unit}" if self.unit and self.unit != "ratio" else ""
        per = {
            LimitPer.OF_ALKALOIDS: "of alkaloids",
            LimitPer.PER_G: "per g",
            LimitPer.PER_ML: "per mL",
            LimitPer.PER_SERVING: "per serving",
            LimitPer.PER_CONTAINER: "per container",
            LimitPer.RATIO_TO: f"to {self.reference}",
        }[self.per]
        return f"{self.analyte} {over} {self.value}{unit} {per}"


@dataclass(frozen=True, slots=True)
class Provision:
    """One coded rule: one jurisdiction, one substance, one conduct (DESIGN §4)."""

    id: int | str
    key: Key
    conduct: Conduct
    effect: Effect
    period: Period
    basis: Basis = Basis.OTHER
    schedule: str = ""
    min_age: int | None = None
    limits: tuple[Limit, ...] = ()
    components: frozenset[Component] = frozenset()
    instrument: str = ""
    pinpoint: str = ""
    date_basis: DateBasis = DateBasis.IN_FORCE
    contested: str = ""
    binds_children: bool = False

    def __post_init__(self) -> None:
        if self.effect is Effect.PROHIBITED and self.min_age is not None:
            raise RefusedEntry("prohibited means prohibited for adults; code an age limit as conditional with component age")
        if self.min_age is not None and Component.AGE not in self.components:
            raise RefusedEntry("a minimum age needs the component age")
        if self.basis is Basis.EMERGENCY_ORDER and self.period.end is None:
            raise RefusedEntry("a temporary or emergency measure needs an end; give the day on which it expires")


@dataclass(frozen=True, slots=True)
class Assertion:
    """A summary coding without conducts, such as the researched baseline."""

    id: int | str
    key: Key
    status: Status
    period: Period
    schedule: str = ""
    min_age: int | None = None
    threshold: str = ""
    components: frozenset[Component] = frozenset()
    instrument: str = ""
    date_basis: DateBasis = DateBasis.IN_FORCE
    contested: str = ""

    def __post_init__(self) -> None:
        if self.status in (Status.NO_SPECIFIC_LAW, Status.UNKNOWN):
            raise RefusedEntry(f"an assertion never says {self.status}; record a finding instead")


@dataclass(frozen=True, slots=True)
class Finding:
    """It was looked for and nothing was found; counts until its end or until law decides a headline."""

    id: int | str
    key: Key
    period: Period
    contested: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """The position of general food or medicine law; beside the status, never in it."""

    id: int | str
    key: Key
    value: FoodLaw
    period: Period


@dataclass(frozen=True, slots=True)
class Relation:
    """What one instrument or case does to a whole provision or assertion, or (restore) to another relation.

    `actor` is the provision of the acting instrument where it has one: a relation does not act while that provision is
    stayed or was void from the start. `period.start` None means from the target's first day.
    """

    id: int | str
    kind: RelationKind
    target: Ref
    period: Period
    actor: Ref | None = None
    scope: Scope = Scope.WHOLE
    carve_out: str = ""
    instrument: str = ""

    def __post_init__(self) -> None:
        if self.kind is RelationKind.RESTORE and self.target.kind != "relation":
            raise RefusedEntry("a restore names the relation that it undoes")
        if self.kind is not RelationKind.RESTORE and self.target.kind not in ("provision", "assertion"):
            raise RefusedEntry(f"a relation acts on a provision or an assertion, not on a {self.target.kind}")
        if self.kind is not RelationKind.STAY and self.period.end is not None:
            raise RefusedEntry(f"only a stay has an end; a {self.kind} is undone by a restore")


@dataclass(frozen=True, slots=True)
class Record:
    """All statements held at one recorded instant that bear on one key.

    `actors` are provisions of other keys that make a relation on this key; they decide no headline here.
    """

    provisions: tuple[Provision, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    findings: tuple[Finding, ...] = ()
    positions: tuple[Position, ...] = ()
    relations: tuple[Relation, ...] = ()
    actors: tuple[Provision, ...] = ()


class Content(NamedTuple):
    """What a status row says, apart from when. Two days with equal content stand in one row.

    `binding` is the headline that the provisions with direct force in subordinate units decide by themselves.
    """

    status: Status
    schedule: str = ""
    min_age: int | None = None
    threshold: str = ""
    components: frozenset[Component] = frozenset()
    badges: tuple[str, ...] = ()
    carve_outs: tuple[str, ...] = ()
    food_law_position: FoodLaw = FoodLaw.NOT_ADDRESSED
    contested: str = ""
    binding: Status | None = None
    inputs: frozenset[Ref] = frozenset()

    @property
    def terms(self) -> tuple[object, ...]:
        """The conditions beside the headline; a difference is of significance `terms`."""
        return (
            self.schedule,
            self.min_age,
            self.threshold,
            self.components,
            self.badges,
            self.carve_outs,
            self.food_law_position,
            self.contested,
        )

    def describe(self, *, beside: bool = True) -> str:
        """The conditions in words, for a reader; empty where there are none.

        `beside`: also what stands beside the headline and never sets it: badges, food law and the contested mark.
        """
        parts = [f"{self.min_age}+"] if self.min_age is not None else []
        parts += [word.replace("_", " ") for word in sorted(self.components) if word is not Component.AGE]
        parts += [self.schedule, self.threshold, *(self.badges if beside else ()), *self.carve_outs]
        if beside and self.food_law_position is not FoodLaw.NOT_ADDRESSED:
            parts.append(f"food law: {self.food_law_position.replace('_', ' ')}")
        parts += ["contested"] if beside and self.contested else []
        return ", ".join(filter(None, parts))


class StatusPeriod(NamedTuple):
    """A maximal period with one content."""

    period: Period
    content: Content
    date_basis: DateBasis = DateBasis.IN_FORCE
    opened_by: OpenedBy = OpenedBy.ORIGIN


UNKNOWN = Content(Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The periods of one key, in order, without gap or overlap, from the open past to the open future.

    `stays` names from which day on which statements are stayed; a timeline read back from the store need not know.
    """

    periods: tuple[StatusPeriod, ...] = field(default=(StatusPeriod(Period(), UNKNOWN),))
    stays: tuple[tuple[date, frozenset[Ref]], ...] = field(default=(), compare=False)

    def at(self, day: date) -> StatusPeriod:
        """The period that covers `day`."""
        return next(row for row in self.periods if row.period.covers(day))

    def stayed(self, day: date) -> frozenset[Ref]:
        """The statements that are stayed on `day`."""
        return next((refs for start, refs in reversed(self.stays) if start <= day), frozenset())

    def uncertain(self, day: date) -> bool:
        """Whether the answer about `day` hangs on a day that is not known (DESIGN §3)."""
        period = self.at(day).period
        if _in_doubt(period.start, period.start_latest, day):
            return True
        return any(_in_doubt(row.period.end, row.period.end_latest, day) for row in self.periods)


def _in_doubt(first: date | None, last: date | None, day: date) -> bool:
    return first is not None and last is not None and first <= day < last

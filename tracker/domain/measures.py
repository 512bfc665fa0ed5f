"""A measure is a fold over what its tellers state of it, as known at an instant (DESIGN §5): pure, the same for every reader.

Official sources stand before aggregators. Each field follows the newest statement, by capture, that states it. A step stays once it was
stated, but where the newest version of a document that gives the whole history no longer has it: then the publisher took it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import takewhile
from typing import Any

from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.vocabulary import Stage

ORDER = {stage: rank for rank, stage in enumerate(Stage)}
NEVER_LAW = frozenset({"resolution"})
"""Kinds of measure that cannot become law: simple and concurrent resolutions."""

_OLDEST = date(1776, 1, 1)
_FURTHEST = timedelta(days=3 * 365)
"""How far after its capture the day of a step may lie: the sessions of two years, and what they set for the year after."""
_FURTHEST_EFFECT = timedelta(days=30 * 365)


Identity = tuple[str, str, str]
"""Jurisdiction, session and identifier of a measure."""


def identity(measure: Any) -> Identity:
    """What tells a measure, or its row, apart."""
    return measure.jurisdiction, measure.session, measure.identifier


class Standing(IntEnum):
    """How far a teller is believed over others."""

    RESEARCH = 0
    AGGREGATOR = 1
    OFFICIAL = 2


@dataclass(frozen=True, slots=True)
class MeasureStatement:
    """What one document states of a measure, or the research does.

    `document` tells documents apart; None: the statement stands for itself. `whole`: the document gives the whole history of the
    measure, so that its newest version takes back what an older one stated.
    """

    measure: Measure
    standing: Standing
    captured_at: datetime
    document: int | None = None
    whole: bool = False
    capture: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a measure, with the statement that gives it."""

    action: MeasureAction
    by: MeasureStatement


@dataclass(frozen=True, slots=True)
class Folded:
    """The measure as its tellers state it together, and its steps, in the order in which they were stated."""

    measure: Measure
    steps: tuple[Step, ...]


def fold(statements: Sequence[MeasureStatement], today: date) -> Folded:
    """The measure that `statements`, in the order in which they were recorded, give on `today`. At least one is needed."""
    speaking = _speaking(statements)
    # By the day of capture, and of one day as they were asked for: the record of a paper before the paper.
    ranked = sorted(statements, key=lambda one: (-one.standing, -one.captured_at.toordinal()))
    newest = [one.measure for one in ranked]
    steps = _steps(statements, speaking)
    stage, since = _stage(_deciding(steps, speaking), newest[0].kind, today)
    measure = replace(
        newest[0],
        **{name: _stated(newest, name) for name in ("title", "kind", "effect_as_enacted", "official_url", "source")},
        # What a measure set out to do is what was stated first.
        direction_as_introduced=_stated((one.measure for one in statements), "direction_as_introduced"),
        effective_on=next((day for one in ranked if (day := effective_day(one.measure.effective_on, one.captured_at))), None),
        substances=tuple(sorted({name for one in speaking for name in one.measure.substances})),
        stage=stage,
        stage_on=since,
        actions=tuple(step.action for step in steps),
    )
    return Folded(measure, steps)


def possible(day: date | None, captured_at: datetime, furthest: timedelta = _FURTHEST) -> bool:
    """Whether a day can be what it says: neither of another age nor far ahead of its capture. An unknown day can."""
    return day is None or _OLDEST <= day <= captured_at.date() + furthest


def effective_day(day: date | None, captured_at: datetime) -> date | None:
    """A stated day of effect, or None where it is none, such as 9999-12-31."""
    return day if possible(day, captured_at, _FURTHEST_EFFECT) else None


def _speaking(statements: Sequence[MeasureStatement]) -> list[MeasureStatement]:
    """The newest statement of each document, by capture, in the order of recording; statements without a document all speak."""
    newest: dict[Any, MeasureStatement] = {}
    for place, one in enumerate(statements):
        name = place if one.document is None else (one.document,)
        if name not in newest or newest[name].captured_at <= one.captured_at:
            newest[name] = one
    return list(newest.values())


def _steps(statements: Sequence[MeasureStatement], speaking: Sequence[MeasureStatement]) -> tuple[Step, ...]:
    """Every step that nobody took back, once; without a stage only where no teller gives it one."""
    stated = [one for one in statements if not one.whole or one in speaking]
    steps = [Step(_dated(action, one.captured_at), one) for one in stated for action in _actions(one.measure)]
    staged = {(step.action.on, step.action.text) for step in steps if step.action.stage}
    named: dict[tuple[date | None, str, Stage | None], Step] = {}
    for step in steps:
        action = step.action
        if action.stage or (action.on, action.text) not in staged:
            named.setdefault((action.on, action.text, action.stage), step)
    return tuple(named.values())


def _actions(measure: Measure) -> tuple[MeasureAction, ...]:
    """The steps that are stated, and that to the stage that is stated without one."""
    if measure.stage is None or any(action.stage is measure.stage for action in measure.actions):
        return measure.actions
    return (*measure.actions, MeasureAction(measure.stage_on, measure.title, measure.stage, measure.stage_on))


def _dated(action: MeasureAction, captured_at: datetime) -> MeasureAction:
    """A step under its day; one dated on an impossible day has none, and says so."""
    if possible(action.on, captured_at):
        return action
    return replace(action, on=None, on_latest=None, text=f"{action.text} (dated {action.on}, which cannot be)")


def _deciding(steps: Iterable[Step], speaking: Iterable[MeasureStatement]) -> list[Step]:
    """The steps that decide the stage: those of the best teller that gives any, and what the research knew before its whole history."""
    staged = [step for step in steps if step.action.stage]
    told = [step.by.standing for step in staged if step.by.standing is not Standing.RESEARCH]
    best = max(told, default=Standing.RESEARCH)
    histories = [one.captured_at for one in speaking if one.whole and one.standing is best and best is not Standing.RESEARCH]
    overtaken = max(histories, default=None)
    return [
        step
        for step in staged
        if step.by.standing is best
        or (step.by.standing is Standing.RESEARCH and (overtaken is None or step.by.captured_at > overtaken))
    ]


def _stage(steps: Sequence[Step], kind: str, today: date) -> tuple[Stage | None, date | None]:
    """The stage on `today`, and the first day of the unbroken run of steps that give it. A step without a day counts by its order."""
    dated = sorted((_place(step, kind) for step in steps if step.action.on and step.action.on <= today), reverse=True)
    undated = max((_capped(step, kind) for step in steps if step.action.on is None), key=ORDER.__getitem__, default=None)
    if not dated:
        return undated, None
    stage = dated[0][2]
    if undated and ORDER[undated] > ORDER[stage]:
        return undated, None
    return stage, list(takewhile(lambda place: place[2] is stage, dated))[-1][0]


def _place(step: Step, kind: str) -> tuple[date, int, Stage]:
    assert step.action.on is not None
    stage = _capped(step, kind)
    return step.action.on, ORDER[stage], stage


def _capped(step: Step, kind: str) -> Stage:
    """The stage of a step. What can never become law is adopted at most."""
    assert step.action.stage is not None
    beyond = kind in NEVER_LAW and step.action.stage in (Stage.TO_EXECUTIVE, Stage.ENACTED)
    return Stage.PASSED_BOTH_CHAMBERS if beyond else step.action.stage


def _stated(measures: Iterable[Measure], name: str) -> str:
    """The first of `measures` that states a field, in its words; empty where none does."""
    return next((stated for one in measures if (stated := getattr(one, name))), "")

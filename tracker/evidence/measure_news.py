"""Changes that move no status: steps of measures, what a publisher took back, and what became of sources and documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select

from tracker.domain.entries import Measure
from tracker.domain.measures import ORDER
from tracker.domain.vocabulary import ChangeKind, Level, Significance, Stage
from tracker.evidence.measure_items import CASES
from tracker.store.integrity import sealing
from tracker.store.mapping import rows
from tracker.store.mapping.rows import Values
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

_KINDS = {
    **dict.fromkeys((Stage.PREFILED, Stage.INTRODUCED), ChangeKind.MEASURE_INTRODUCED),
    Stage.ENACTED: ChangeKind.MEASURE_ENACTED,
    **dict.fromkeys((Stage.VETOED, Stage.FAILED, Stage.WITHDRAWN), ChangeKind.MEASURE_FAILED),
    **dict.fromkeys((Stage.PROPOSED_RULE, Stage.NOTICE_OF_INTENT), ChangeKind.RULE_PROPOSED),
    **dict.fromkeys((Stage.FINAL_RULE, Stage.EMERGENCY_RULE, Stage.TEMPORARY_ORDER), ChangeKind.RULE_FINALISED),
    Stage.RULE_WITHDRAWN: ChangeKind.RULE_WITHDRAWN,
}
_BOUNDARY: Values = (
    dict.fromkeys(rows.BOUNDARY)
    | dict.fromkeys(("before", "after", "before_terms", "after_terms"), "")
    | {"significance": Significance.NONE.value}
)


def tell_step(writer: Writer, number: int, measure: Measure) -> None:
    """The first stage of a measure that we record."""
    _tell(writer, number, measure, "", _kind(writer, measure), measure.stage_on)


def tell_move(writer: Writer, stored: Any, measure: Measure, taken_back: bool, today: date) -> None:
    """What moved from the `stored` row of a measure to what it is now, if that is news.

    `taken_back`: the publisher withdrew a step or its day, so that what moves is a correction and no progress.
    """
    if measure.stage and measure.stage.value != stored.stage:
        back = stored.stage and (taken_back or _earlier(measure, stored))
        if back:
            _correct(writer, stored, measure, today)
        else:
            _tell(writer, stored.id, measure, stored.stage, _kind(writer, measure), measure.stage_on)
        return
    terms = _corrected_days(stored, measure, taken_back)
    if measure.stage and terms:
        _correct(writer, stored, measure, today, terms)


def _earlier(measure: Measure, stored: Any) -> bool:
    """Whether a measure is at an earlier stage, since an earlier day, than was stored."""
    assert measure.stage is not None
    if measure.stage_on is None or stored.stage_on is None:
        return ORDER[measure.stage] < ORDER[Stage(stored.stage)]
    return bool((measure.stage_on, ORDER[measure.stage]) < (stored.stage_on, ORDER[Stage(stored.stage)]))


def _corrected_days(stored: Any, measure: Measure, taken_back: bool) -> Values:
    """The days of stage and effect that are other days now, in words."""
    days = [("since", stored.stage_on, measure.stage_on)] if taken_back else []
    days += [("effective", stored.effective_on, measure.effective_on)]
    moved = [(name, old, new) for name, old, new in days if old and new and old != new]
    if not moved:
        return {}
    return {
        "before_terms": ", ".join(f"{name} {old}" for name, old, _ in moved),
        "after_terms": ", ".join(f"{name} {new}" for name, _, new in moved),
    }


def _kind(writer: Writer, measure: Measure) -> ChangeKind:
    assert measure.stage is not None
    level = writer.connection.scalar(select(t.jurisdiction.c.level).where(t.jurisdiction.c.code == measure.jurisdiction))
    if level in (Level.COUNTY, Level.PLACE):  # a city's news has one kind, whatever its council calls the step
        return ChangeKind.LOCAL_ACTION
    return _KINDS.get(measure.stage) or (ChangeKind.CASE_ADVANCED if measure.stage in CASES else ChangeKind.MEASURE_ADVANCED)


def _correct(writer: Writer, stored: Any, measure: Measure, today: date, terms: Values | None = None) -> None:
    """A correction is news of the day on which we learn it, whichever day it corrects."""
    _tell(writer, stored.id, measure, stored.stage, ChangeKind.MEASURE_CORRECTED, today, terms)


def _tell(
    writer: Writer, number: int, measure: Measure, before: str, kind: ChangeKind, day: date | None, terms: Values | None = None
) -> None:
    assert measure.stage is not None
    boundary = {"kind": kind.value, "day": day, "day_latest": day, "before": before, "after": measure.stage.value}
    store_change(writer, {"jurisdiction": measure.jurisdiction, "measure": number}, boundary | (terms or {}))


def store_change(writer: Writer, about: Values, boundary: Values) -> None:
    """A change that moves no status: one row and its one boundary. `about` names jurisdiction, measure or source."""
    number = (writer.connection.scalar(select(t.change.c.id).order_by(t.change.c.id.desc()).limit(1)) or 0) + 1
    boundary_number = (
        writer.connection.scalar(select(t.change_boundary.c.id).order_by(t.change_boundary.c.id.desc()).limit(1)) or 0
    ) + 1
    change = dict.fromkeys(rows.CHANGE) | {"recorded_at": writer.now, "cause": ""} | about
    filled = _BOUNDARY | boundary
    sealing.add(writer, t.change, [change | {"id": number, "digest": rows.change_digest(change, [filled])}])
    writer.connection.execute(insert(t.change_boundary).values(**filled, id=boundary_number, change=number))

"""Brings what documents state of bills, rule makings and cases into one measure each, whoever tells it.

Identity is (jurisdiction, session, identifier in normal form). What each document states is kept, and the measure is a fold over it
(`tracker.domain.measures`): where it moves, a change tells it. Where two tellers differ, what the other says goes to the ledger of claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.domain.entries import Measure
from tracker.domain.measures import Folded, Identity, MeasureStatement, Step, fold, identity
from tracker.domain.proposals import Version
from tracker.evidence import measure_news
from tracker.history import measures as history
from tracker.store.integrity import sealing
from tracker.store.mapping import measures as mapping
from tracker.store.mapping import rows
from tracker.store.mapping.rows import Values
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

_FOLDED = ("title", "kind", "direction_as_introduced", "effect_as_enacted", "stage_on", "effective_on", "official_url", "source")


def load_baseline(writer: Writer, measures: Iterable[Measure]) -> int:
    """The researched measures, where they are not held yet; they are never news. Returns how many were new."""
    known = history.identities(writer.connection)
    new = {named: measure for measure in measures if (named := identity(measure)) not in known}
    numbers = _insert(writer, list(new.values()))
    steps = [
        _step(numbers[named], action, measure.source, None, writer.now)
        for named, measure in new.items()
        for action in dict.fromkeys(measure.actions)
    ]
    sealing.add(writer, t.measure_action, steps)
    return len(new)


def merge_measure(writer: Writer, measure: Measure, version: Version | None, *, today: date, whole: bool = False) -> int:
    """Write what a document's version states of a measure; returns the measure's row number.

    Without a version a person tells it. `whole`: the document gives the whole history of its measure. `today` is the civil day.
    """
    table = t.measure
    named = (
        table.c.jurisdiction == measure.jurisdiction,
        table.c.session == measure.session,
        table.c.identifier == measure.identifier,
    )
    stored = writer.connection.execute(select(table).where(*named)).first()
    number = _insert(writer, [replace(measure, stage=None, stage_on=None)])[identity(measure)] if stored is None else stored.id
    if stored is not None and not history.statements(writer.connection, number):
        _state(writer, number, history.researched(writer.connection, stored), stored.first_recorded_at)
    _state(writer, number, _statement(writer, measure, version, whole), writer.now)
    statements = history.statements(writer.connection, number)
    folded = fold(statements, today)
    _refresh(writer, number, stored, folded, today)
    _conflicts(writer, folded.measure, statements, today)
    return int(number)


def _refresh(writer: Writer, number: int, stored: Any, folded: Folded, today: date) -> None:
    """Bring row and steps of a measure to what its tellers state now, and tell what moved."""
    measure = folded.measure
    taken_back = _steps(writer, number, folded.steps)
    values = {name: getattr(measure, name) for name in _FOLDED} | {
        "stage": measure.stage.value if measure.stage else "",
        "substances": rows.join(measure.substances),
    }
    if stored is None or any(getattr(stored, name) != value for name, value in values.items()):
        sealing.alter(writer, t.measure, t.measure.c.id == number, values)
    if stored is not None:
        measure_news.tell_move(writer, stored, measure, taken_back, today)
    elif measure.stage:
        measure_news.tell_step(writer, number, measure)


def _state(writer: Writer, number: int, statement: MeasureStatement, recorded_at: datetime) -> None:
    """Keep what a document states, where its sighting before does not state the same."""
    says = mapping.write(statement.measure)
    if history.states_already(writer.connection, number, statement, says):
        return
    values: Values = {
        "measure": number,
        "document": statement.document,
        "capture": statement.capture,
        "source": statement.measure.source,
        "captured_at": statement.captured_at,
        "whole": statement.whole,
        "says": says,
        "recorded_at": recorded_at,
    }
    sealing.add(writer, t.measure_statement, [values])


def _statement(writer: Writer, measure: Measure, version: Version | None, whole: bool) -> MeasureStatement:
    standing = history.standing(writer.connection, measure.source)
    if version is None:
        return MeasureStatement(measure, standing, writer.now)
    return MeasureStatement(measure, standing, version.observed_at, version.document, whole, version.capture)


def _insert(writer: Writer, measures: Sequence[Measure]) -> dict[Identity, int]:
    """Write new measures; returns their row numbers."""
    for measure in measures:
        _session(writer, measure)
    made = sealing.add(writer, t.measure, [_values(measure, writer.now) for measure in measures])
    return {identity(row): row.id for row in made}


def _values(measure: Measure, now: datetime) -> Values:
    values: Values = {name: getattr(measure, name) for name in ("jurisdiction", "session", "identifier", *_FOLDED)}
    return values | {
        "stage": measure.stage.value if measure.stage else "",
        "substances": rows.join(measure.substances),
        "first_recorded_at": now,
    }


def _session(writer: Writer, measure: Measure) -> None:
    """A session that the codebook does not know is kept as the source spells it."""
    table = t.session
    named = (table.c.jurisdiction == measure.jurisdiction, table.c.identifier == measure.session)
    if measure.session and writer.connection.scalar(select(table.c.id).where(*named)) is None:
        values = {"jurisdiction": measure.jurisdiction, "identifier": measure.session, "name": measure.session}
        sealing.add(writer, table, [values])


def _steps(writer: Writer, number: int, steps: Sequence[Step]) -> bool:
    """Write the steps that are new, and close those that were taken back; returns whether any was."""
    table = t.measure_action
    open_rows = writer.connection.execute(select(table).where(table.c.measure == number, table.c.recorded_to.is_(None))).all()
    wanted = {(step.action.on, step.action.text, step.action.stage or ""): step for step in steps}
    held = {(row.acted_on, row.action, row.stage): row for row in open_rows}
    gone = [row.id for name, row in held.items() if name not in wanted]
    if gone:
        sealing.alter(writer, table, table.c.id.in_(gone), {"recorded_to": writer.now})
    new = [
        _step(number, step.action, step.by.measure.source, step.by.capture, writer.now)
        for name, step in wanted.items()
        if name not in held
    ]
    sealing.add(writer, table, new)
    return any((row.acted_on, row.action) not in {name[:2] for name in wanted} for row in open_rows if row.stage)


def _step(number: int, action: Any, source: str, capture: int | None, now: datetime) -> Values:
    return {
        "measure": number,
        "acted_on": action.on,
        "acted_on_latest": action.on_latest or action.on,
        "stage": action.stage.value if action.stage else "",
        "action": action.text,
        "source": source,
        "capture": capture,
        "recorded_at": now,
    }


def _conflicts(writer: Writer, measure: Measure, statements: Sequence[MeasureStatement], today: date) -> None:
    """What lesser tellers say of the stage otherwise, in the ledger of claims."""
    best = max(one.standing for one in statements)
    for standing in {one.standing for one in statements} - {best}:
        theirs = [one for one in statements if one.standing is standing]
        stage = fold(theirs, today).measure.stage
        if stage and stage is not measure.stage:
            _claim(writer, measure, stage.value, theirs[-1].measure.source or "baseline")


def _claim(writer: Writer, measure: Measure, stage: str, by: str) -> None:
    note = f"{measure.session} {measure.identifier} is at the stage {stage}"
    table = t.claim
    named = (table.c.jurisdiction == measure.jurisdiction, table.c.claimant == by, table.c.note == note)
    if writer.connection.scalar(select(table.c.id).where(*named)) is None:
        values = {"jurisdiction": measure.jurisdiction, "claimant": by, "note": note, "status": stage, "recorded_at": writer.now}
        sealing.add(writer, table, [values])

"""Measures as known at an instant, and what was recorded of measures, sources and documents that is no change of a status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.measures import Identity, MeasureStatement, Standing, fold, identity
from tracker.domain.vocabulary import ChangeKind, Stage
from tracker.history import evidence
from tracker.store.mapping import measures as mapping
from tracker.store.mapping import statements as keyed
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t

_OF_SOURCES = (ChangeKind.DOCUMENT_AMENDED, ChangeKind.SOURCE_LOST, ChangeKind.SOURCE_RESTORED)


@dataclass(frozen=True, slots=True)
class MeasureState:
    """A measure by its row, with its stage as known at an instant and the day on which it came to it."""

    row: Any
    stage: Stage | None
    since: date | None


@dataclass(frozen=True, slots=True)
class News:
    """What was recorded of a measure, a source or a document: the row of its boundary, and whom it is about.

    `capture` is the archived response that told the new stage of a measure.
    """

    id: str
    kind: ChangeKind
    recorded_at: datetime
    jurisdiction: str | None
    boundary: Any
    measure: Any | None
    source: Any | None
    capture: Any | None

    @property
    def of_source(self) -> bool:
        """Whether it tells of a source or document, and not of a measure."""
        return self.kind in _OF_SOURCES


def stage(connection: Connection, jurisdiction: str, session: str, identifier: str) -> str:
    """The stage to which a measure has come; empty where none is known, or no such measure."""
    table = t.measure.c
    named = (table.jurisdiction == jurisdiction, table.session == session, table.identifier == identifier)
    return connection.scalar(select(table.stage).where(*named)) or ""


def identities(connection: Connection) -> set[Identity]:
    """What tells every measure of the record apart."""
    table = t.measure.c
    return {identity(row) for row in connection.execute(select(table.jurisdiction, table.session, table.identifier))}


def states(connection: Connection, known: datetime, day: date) -> list[MeasureState]:
    """Every measure that was known at `known`, as its tellers stated it then, with its stage on `day`."""
    table = t.measure
    stated: dict[int, list[MeasureStatement]] = defaultdict(list)
    for row in _statement_rows(connection, t.measure_statement.c.recorded_at <= known):
        stated[row.measure].append(_read(row))
    researched = _last_steps(connection, known)
    recorded = connection.execute(select(table).where(table.c.first_recorded_at <= known).order_by(table.c.id)).all()
    return [
        _folded(row, stated[row.id], day)
        if row.id in stated
        else MeasureState(row, *researched.get(row.id, (Stage(row.stage) if row.stage else None, row.stage_on)))
        for row in recorded
    ]


def _folded(row: Any, stated: Sequence[MeasureStatement], day: date) -> MeasureState:
    measure = fold(stated, day).measure
    known = {one.name: getattr(measure, one.name) for one in fields(Measure)}
    words = {"stage": measure.stage.value if measure.stage else "", "substances": ",".join(measure.substances)}
    return MeasureState(SimpleNamespace(**row._asdict() | known | words), measure.stage, measure.stage_on)


def _last_steps(connection: Connection, known: datetime) -> dict[int, tuple[Stage | None, date | None]]:
    """The stage of each measure that has steps, by those recorded until `known`."""
    action = t.measure_action
    newest: dict[int, tuple[Stage | None, date | None]] = {}
    steps = select(action).where(action.c.stage != "").order_by(action.c.acted_on, action.c.id)
    for row in connection.execute(steps).all():
        newest.setdefault(row.measure, (None, None))  # a measure with later steps alone had no stage yet
        if row.recorded_at <= known:
            newest[row.measure] = Stage(row.stage), row.acted_on
    return newest


def statements(connection: Connection, number: int) -> list[MeasureStatement]:
    """What is stated of one measure, in the order of recording; empty where only the research knows it."""
    return [_read(row) for row in _statement_rows(connection, t.measure_statement.c.measure == number)]


def states_already(connection: Connection, number: int, statement: MeasureStatement, says: str) -> bool:
    """Whether the sighting of the document before, or for a statement without a document any, states the same."""
    table = t.measure_statement
    same = (table.c.measure == number, table.c.source == statement.measure.source, table.c.document == statement.document)
    rows = connection.execute(select(table).where(*same).order_by(table.c.captured_at, table.c.id)).all()
    if statement.document is None:
        return any(row.says == says for row in rows)
    before = [row for row in rows if row.captured_at <= statement.captured_at]
    return bool(before) and before[-1].says == says


def standing(connection: Connection, source: str) -> Standing:
    """How far a teller is believed: sources by what they are, all others as research."""
    official = connection.scalar(select(e.source.c.official).where(e.source.c.key == source))
    return Standing.RESEARCH if official is None else Standing.OFFICIAL if official else Standing.AGGREGATOR


def researched(connection: Connection, row: Any) -> MeasureStatement:
    """What a row of `measure` says with its steps, as a statement of its own."""
    table = t.measure_action
    query = select(table).where(table.c.measure == row.id, table.c.recorded_to.is_(None)).order_by(table.c.id)
    actions = [
        MeasureAction(step.acted_on, step.action, Stage(step.stage) if step.stage else None, step.acted_on_latest)
        for step in connection.execute(query)
    ]
    stage = Stage(row.stage) if row.stage else None
    kept = {one.name: row._mapping[one.name] for one in fields(Measure) if one.name in row._mapping}
    substances = tuple(name for name in row.substances.split(",") if name)
    measure = Measure(**kept | {"stage": stage, "substances": substances, "actions": tuple(actions)})
    return MeasureStatement(measure, standing(connection, row.source), row.first_recorded_at)


def _statement_rows(connection: Connection, which: Any) -> Sequence[Any]:
    table, source = t.measure_statement, e.source
    query = select(table, source.c.official).outerjoin(source, source.c.key == table.c.source).where(which)
    return connection.execute(query.order_by(table.c.id)).all()


def _read(row: Any) -> MeasureStatement:
    known = Standing.RESEARCH if row.official is None else Standing.OFFICIAL if row.official else Standing.AGGREGATOR
    return MeasureStatement(mapping.read(row.says), known, row.captured_at, row.document, row.whole, row.capture)


def news(connection: Connection, since: datetime, until: datetime) -> list[News]:
    """What was recorded in `[since, until)` beside the changes of status."""
    change, boundary = t.change.c, t.change_boundary
    query = (
        select(boundary, *(change[name] for name in ("recorded_at", "digest", "jurisdiction", "measure", "source")))
        .join(t.change, change.id == boundary.c.change)
        .where(change.belief.is_(None), change.recorded_at >= since, change.recorded_at < until)
    )
    rows = connection.execute(query).all()
    measures = _by(connection, t.measure.c.id, (row.measure for row in rows))
    sources = _by(connection, e.source.c.key, (row.source for row in rows))
    captures = _stage_captures(connection, since, until)
    return [
        News(
            id=row.digest[:20],
            kind=ChangeKind(row.kind),
            recorded_at=row.recorded_at,
            jurisdiction=row.jurisdiction,
            boundary=row,
            measure=measures.get(row.measure),
            source=sources.get(row.source),
            capture=captures.get((row.measure, row.after)),
        )
        for row in rows
    ]


def _by(connection: Connection, column: Any, values: Iterable[Any]) -> dict[Any, Any]:
    """The rows of a column's table that have one of `values` in it, by that value."""
    by_value: dict[Any, Any] = {}
    for chunk in keyed.chunks(set(values) - {None}):
        query = select(column.table).where(column.in_(chunk))
        by_value |= {getattr(row, column.name): row for row in connection.execute(query)}
    return by_value


def _stage_captures(connection: Connection, since: datetime, until: datetime) -> dict[tuple[int, str], Any]:
    """The archived responses that told a stage of a measure in `[since, until)`."""
    action = t.measure_action
    recorded = (action.c.recorded_at >= since) & (action.c.recorded_at < until)
    staged = select(action).where(action.c.capture.is_not(None), action.c.stage != "", recorded).order_by(action.c.id)
    rows = connection.execute(staged).all()
    archived = evidence.captures(connection, {row.capture for row in rows})
    return {(row.measure, row.stage): archived[row.capture] for row in rows}

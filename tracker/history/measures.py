"""Measures as known at an instant, and what was recorded of measures, sources and documents that is no change of a status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.vocabulary import ChangeKind, Stage
from tracker.history import evidence
from tracker.store.mapping import statements
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


def states(connection: Connection, known: datetime) -> list[MeasureState]:
    """Every measure that was known at `known`, with its stage as known then."""
    table, action = t.measure, t.measure_action
    newest: dict[int, tuple[Stage | None, date | None]] = {}
    steps = select(action).where(action.c.stage != "").order_by(action.c.acted_on, action.c.id)
    for row in connection.execute(steps).all():
        newest.setdefault(row.measure, (None, None))  # a measure with later steps alone had no stage yet
        if row.recorded_at <= known:
            newest[row.measure] = Stage(row.stage), row.acted_on
    recorded = connection.execute(select(table).where(table.c.first_recorded_at <= known).order_by(table.c.id)).all()
    own = {row.id: (Stage(row.stage) if row.stage else None, row.stage_on) for row in recorded}
    return [MeasureState(row, *newest.get(row.id, own[row.id])) for row in recorded]


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
    for chunk in statements.chunks(set(values) - {None}):
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

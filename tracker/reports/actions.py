"""What measures and sources did in the period: steps of bills, rule makings and cases, and changes without legal effect.

A step is news only if its own day lies within 30 days of our record of it; older ones are counted and not listed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tracker.domain.dates import civil_day
from tracker.domain.vocabulary import ChangeKind, Stage
from tracker.reports import evidence
from tracker.reports.items import Reader
from tracker.reports.model import Capture, SourceNote, Step, Term
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t

FRESH = 30
_SOURCES = (ChangeKind.DOCUMENT_AMENDED, ChangeKind.SOURCE_LOST, ChangeKind.SOURCE_RESTORED)


def steps(reader: Reader) -> tuple[tuple[Step, ...], int]:
    """The steps of the period that are news, and how many older ones were recorded beside them."""
    captured = _captured(reader)
    found = [_step(reader, row, captured) for row in _rows(reader) if row.kind not in _SOURCES]
    news = [step for step in found if step.days_old is not None and abs(step.days_old) <= FRESH]
    ordered = sorted(news, key=lambda step: (step.place.name, step.measure, step.day or step.recorded_at.date(), step.id))
    return tuple(ordered), len(found) - len(news)


def source_notes(reader: Reader) -> tuple[SourceNote, ...]:
    """Documents that differ, sources that were lost and found again."""
    found = [_note(reader, row) for row in _rows(reader) if row.kind in _SOURCES]
    return tuple(sorted(found, key=lambda note: (note.kind.code, note.name, note.recorded_at, note.id)))


def _rows(reader: Reader) -> list[Any]:
    """The changes of the period that are not of a status."""
    change, boundary, measure, source = t.change, t.change_boundary, t.measure, e.source
    query = (
        select(
            *(boundary.c[name] for name in ("kind", "day", "day_latest", "before", "after", "after_terms")),
            *(change.c[name] for name in ("recorded_at", "digest", "jurisdiction")),
            *(measure.c[name].label(f"measure_{name}") for name in ("id", "jurisdiction", "session", "identifier", "title")),
            *(measure.c[name] for name in ("substances", "official_url", "source")),
            *(source.c[name].label(f"source_{name}") for name in ("key", "name", "url", "jurisdiction")),
        )
        .join(change, change.c.id == boundary.c.change)
        .outerjoin(measure, measure.c.id == change.c.measure)
        .outerjoin(source, source.c.key == change.c.source)
        .where(change.c.belief.is_(None), change.c.recorded_at >= reader.window.since, change.c.recorded_at < reader.window.until)
    )
    return list(reader.connection.execute(query).all())


def _step(reader: Reader, row: Any, captured: dict[tuple[int, str], Capture]) -> Step:
    terms = reader.terms
    recorded = civil_day(row.recorded_at, reader.window.zone)
    return Step(
        id=row.digest[:20],
        kind=terms.term(ChangeKind(row.kind)),
        place=terms.place(row.measure_jurisdiction or row.jurisdiction),
        measure=f"{row.measure_identifier} ({row.measure_session})" if row.measure_session else row.measure_identifier or "",
        title=row.measure_title or "",
        substances=tuple(terms.substance(code).label for code in sorted((row.substances or "").split(",")) if code),
        before=_stage(reader, row.before),
        after=_stage(reader, row.after) or Term("", "not told"),
        day=row.day,
        latest=row.day_latest,
        days_old=(recorded - row.day).days if row.day else None,
        recorded_at=row.recorded_at,
        **terms.shown(row.official_url or "")._asdict(),
        source=row.source or "",
        capture=captured.get((row.measure_id, row.after)),
    )


def _stage(reader: Reader, word: str) -> Term | None:
    return reader.terms.term(Stage(word)) if word else None


def _captured(reader: Reader) -> dict[tuple[int, str], Capture]:
    """The archived response behind each stage of a measure."""
    action = t.measure_action
    query = select(action).where(
        action.c.capture.is_not(None),
        action.c.stage != "",
        action.c.recorded_at >= reader.window.since,
        action.c.recorded_at < reader.window.until,
    )
    found = reader.connection.execute(query.order_by(action.c.id)).all()
    held = evidence.captures(reader.connection, {row.capture for row in found})
    return {(row.measure, row.stage): held[row.capture] for row in found}


def _note(reader: Reader, row: Any) -> SourceNote:
    place = row.jurisdiction or row.source_jurisdiction
    return SourceNote(
        id=row.digest[:20],
        kind=reader.terms.term(ChangeKind(row.kind)),
        place=reader.terms.place(place) if place else None,
        source=row.source_key or "",
        name=row.source_name or "",
        url=row.source_url or "",
        day=row.day,
        recorded_at=row.recorded_at,
        before=row.before,
        after=row.after,
        detail=row.after_terms,
    )

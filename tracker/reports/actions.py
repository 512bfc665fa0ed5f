"""What measures and sources did in the period: steps of bills, rule makings and cases, and changes without legal effect.

A step is news only if its own day lies within 30 days of our record of it; older ones are counted and not listed.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from tracker.domain.dates import civil_day
from tracker.domain.vocabulary import Stage
from tracker.history.measures import News
from tracker.history.period import PeriodRecord
from tracker.history.words import Labels, Term
from tracker.reports import evidence
from tracker.reports.model import SourceNote, Step

FRESH = 30


def steps(record: PeriodRecord, labels: Labels) -> tuple[tuple[Step, ...], int]:
    """The steps of the period that are news, and how many older ones were recorded beside them."""
    entries = [_step(one, labels, record.window.zone) for one in record.news if not one.of_source]
    fresh = [step for step in entries if step.days_old is not None and abs(step.days_old) <= FRESH]
    ordered = sorted(fresh, key=lambda step: (step.place.name, step.measure, step.day or step.recorded_at.date(), step.id))
    return tuple(ordered), len(entries) - len(fresh)


def source_notes(record: PeriodRecord, labels: Labels) -> tuple[SourceNote, ...]:
    """Documents that differ, sources that were lost and found again."""
    entries = [_note(one, labels) for one in record.news if one.of_source]
    return tuple(sorted(entries, key=lambda note: (note.kind.code, note.name, note.recorded_at, note.id)))


def _step(one: News, labels: Labels, zone: ZoneInfo) -> Step:
    measure, moved = one.measure, one.boundary
    link = labels.publishers_link(measure.official_url if measure else "")
    return Step(
        id=one.id,
        kind=labels.term(one.kind),
        place=labels.place(measure.jurisdiction if measure else one.jurisdiction or ""),
        measure=_name(measure),
        title=measure.title if measure else "",
        substances=tuple(
            labels.substance(code).label for code in sorted(measure.substances.split(",") if measure else ()) if code
        ),
        before=_stage(labels, moved.before),
        after=_stage(labels, moved.after) or Term("", "not told"),
        day=moved.day,
        latest=moved.day_latest,
        days_old=(civil_day(one.recorded_at, zone) - moved.day).days if moved.day else None,
        recorded_at=one.recorded_at,
        **link._asdict(),
        source=measure.source if measure else "",
        detail=f"{moved.before_terms} → {moved.after_terms}" if moved.after_terms else "",
        capture=evidence.capture(one.capture),
    )


def _name(measure: Any | None) -> str:
    """Identifier and session of a measure."""
    if measure is None:
        return ""
    return f"{measure.identifier} ({measure.session})" if measure.session else str(measure.identifier)


def _stage(labels: Labels, word: str) -> Term | None:
    return labels.term(Stage(word)) if word else None


def _note(one: News, labels: Labels) -> SourceNote:
    source, place = one.source, one.jurisdiction or (one.source.jurisdiction if one.source else None)
    return SourceNote(
        id=one.id,
        kind=labels.term(one.kind),
        place=labels.place(place) if place else None,
        source=source.key if source else "",
        name=source.name if source else "",
        url=source.url if source else "",
        day=one.boundary.day,
        recorded_at=one.recorded_at,
        before=one.boundary.before,
        after=one.boundary.after,
        detail=one.boundary.after_terms,
    )

"""What a document states of its measure. Stages come from the source's own table or from the coder, never from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crawler.contract.items import DocumentItem, DocumentKind
from tracker.codebook import Codebook, NotInCodebook, UnknownIdentifier, is_resolution, normal_measure
from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.vocabulary import Stage

CASES = frozenset(list(Stage)[list(Stage).index(Stage.FILED) :])
_RULES = (
    *(Stage.PROPOSED_RULE, Stage.FINAL_RULE, Stage.EMERGENCY_RULE, Stage.NOTICE_OF_INTENT, Stage.TEMPORARY_ORDER),
    Stage.RULE_WITHDRAWN,
)
RULE_SESSION = "rules"
"""The session of rule makings, which belong to none."""


def measure_of(item: DocumentItem, codebook: Codebook, substances: Sequence[str]) -> Measure | None:
    """What a document states of its measure; None where it is of none."""
    identity = _identity(item, codebook)
    if identity is None:
        return None
    session, identifier = identity
    actions = tuple(
        MeasureAction(date.fromisoformat(act.on), act.text, act.stage, date.fromisoformat(act.on)) for act in item.actions
    )
    if item.stage and not any(act.stage is item.stage for act in actions):
        on = _own_day(item)
        actions = (*actions, MeasureAction(on, item.title, item.stage, on))
    in_force = item.dates.get("in_force")
    return Measure(
        item.jurisdiction,
        session,
        identifier,
        title=item.title,
        kind=_kind(item, identifier),
        substances=tuple(substances),
        effective_on=date.fromisoformat(in_force) if in_force else None,
        official_url=item.official_url,
        source=item.source,
        actions=actions,
    )


def gives_whole_history(item: DocumentItem) -> bool:
    """Whether what a document no longer says was taken back: a status page, and what is the only paper of its measure."""
    return item.kind is DocumentKind.STATUS_PAGE or item.stage in _RULES


def with_reading(measure: Measure, direction: str | None, effective_on: date | None) -> Measure:
    """A measure with what the coder read in its text: direction and effective day, where the source itself gives none."""
    return replace(
        measure,
        direction_as_introduced=measure.direction_as_introduced or direction or "",
        effective_on=measure.effective_on or effective_on,
    )


def _identity(item: DocumentItem, codebook: Codebook) -> tuple[str, str] | None:
    if item.stage in _RULES:
        return RULE_SESSION, _normal(item.jurisdiction, item.instrument or item.identifier)
    if not item.measure or not item.session:
        return None
    try:
        session = codebook.session(item.jurisdiction, item.session).identifier
    except NotInCodebook:
        session = item.session
    return session, _normal(item.jurisdiction, item.measure)


def _normal(jurisdiction: str, text: str) -> str:
    try:
        return normal_measure(jurisdiction, text)
    except UnknownIdentifier:
        return text


def _kind(item: DocumentItem, identifier: str) -> str:
    if item.stage in _RULES:
        return "rule"
    if item.stage in CASES:
        return "case"
    return "resolution" if is_resolution(item.jurisdiction, identifier) else "bill"


def _own_day(item: DocumentItem) -> date | None:
    day = next(
        (item.dates[key] for key in ("last_action", "enacted", "made", "published", "introduced") if key in item.dates), None
    )
    return date.fromisoformat(day) if day else None

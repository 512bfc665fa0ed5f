"""Brings what documents say of bills, rule makings and cases into one measure each, whoever tells it.

Identity is (jurisdiction, session, identifier in normal form). The official source wins; where two tellers differ, what the other
says goes to the ledger of claims. Steps are added, never edited; each new stage is a change of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from crawler.contract.items import DocumentItem
from tracker.codebook import Codebook, NotInCodebook, UnknownIdentifier, normal_measure
from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.vocabulary import ChangeKind, Level, Significance, Stage
from tracker.store.integrity import sealing
from tracker.store.mapping import rows
from tracker.store.mapping.rows import Values
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

_ORDER = {stage: rank for rank, stage in enumerate(Stage)}
_KINDS = {
    **dict.fromkeys((Stage.PREFILED, Stage.INTRODUCED), ChangeKind.MEASURE_INTRODUCED),
    Stage.ENACTED: ChangeKind.MEASURE_ENACTED,
    **dict.fromkeys((Stage.VETOED, Stage.FAILED, Stage.WITHDRAWN), ChangeKind.MEASURE_FAILED),
    **dict.fromkeys((Stage.PROPOSED_RULE, Stage.NOTICE_OF_INTENT), ChangeKind.RULE_PROPOSED),
    **dict.fromkeys((Stage.FINAL_RULE, Stage.EMERGENCY_RULE, Stage.TEMPORARY_ORDER), ChangeKind.RULE_FINALISED),
    Stage.RULE_WITHDRAWN: ChangeKind.RULE_WITHDRAWN,
}
_CASES = frozenset(list(Stage)[list(Stage).index(Stage.FILED) :])
_RULES = (
    Stage.PROPOSED_RULE,
    Stage.FINAL_RULE,
    Stage.EMERGENCY_RULE,
    Stage.NOTICE_OF_INTENT,
    Stage.TEMPORARY_ORDER,
    Stage.RULE_WITHDRAWN,
)

_BOUNDARY: Values = (
    dict.fromkeys(rows.BOUNDARY)
    | dict.fromkeys(("before", "after", "before_terms", "after_terms"), "")
    | {"significance": Significance.NONE.value}
)


def load_baseline(writer: Writer, measures: Iterable[Measure]) -> int:
    """The researched measures, where they are not held yet; they are never news. Returns how many were new."""
    known = {
        tuple(row)
        for row in writer.connection.execute(select(t.measure.c.jurisdiction, t.measure.c.session, t.measure.c.identifier))
    }
    new = {named: measure for measure in measures if (named := _named(measure)) not in known}
    numbers = _insert(writer, list(new.values()))
    steps = [step for named, measure in new.items() for step in _steps(numbers[named], measure, None, writer.now)]
    sealing.add(writer, t.measure_action, steps)
    return len(new)


def measure_of(item: DocumentItem, codebook: Codebook, substances: Sequence[str]) -> Measure | None:
    """What a document says of its measure; None where it is of none. Stages come from the source's own table, never from here."""
    identity = _identity(item, codebook)
    if identity is None:
        return None
    session, identifier = identity
    actions = tuple(
        MeasureAction(date.fromisoformat(act.on), act.text, act.stage, date.fromisoformat(act.on)) for act in item.actions
    )
    on = _own_day(item)
    if item.stage and not any(act.stage is item.stage for act in actions):
        actions = (*actions, MeasureAction(on, item.title, item.stage, on))
    last = max(_staged(actions), key=lambda act: (act.on or date.min, _ORDER[act.stage or Stage.PREFILED]), default=None)
    in_force = item.dates.get("in_force")
    return Measure(
        item.jurisdiction,
        session,
        identifier,
        title=item.title,
        kind="rule" if item.stage in _RULES else "case" if item.stage in _CASES else "bill",
        substances=tuple(substances),
        stage=last.stage if last else None,
        stage_on=last.on if last else None,
        effective_on=date.fromisoformat(in_force) if in_force else None,
        official_url=item.official_url,
        source=item.source,
        actions=actions,
    )


def _identity(item: DocumentItem, codebook: Codebook) -> tuple[str, str] | None:
    if item.stage in _RULES:
        named = item.instrument or item.identifier
        return "rules", _normal(item.jurisdiction, named)
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


def _own_day(item: DocumentItem) -> date | None:
    day = next(
        (item.dates[key] for key in ("last_action", "enacted", "made", "published", "introduced") if key in item.dates), None
    )
    return date.fromisoformat(day) if day else None


def _staged(actions: Iterable[MeasureAction]) -> list[MeasureAction]:
    return [act for act in actions if act.stage is not None]


def merge_measure(writer: Writer, measure: Measure, capture: int | None) -> int:
    """Write what a source told of a measure; returns its row number."""
    table = t.measure
    named = (
        table.c.jurisdiction == measure.jurisdiction,
        table.c.session == measure.session,
        table.c.identifier == measure.identifier,
    )
    row = writer.connection.execute(select(table).where(*named)).first()
    if row is None:
        (number,) = _insert(writer, [measure]).values()
        _actions(writer, number, measure, capture)
        if measure.stage:
            _change(writer, number, measure, "")
        return number
    _actions(writer, row.id, measure, capture)
    _merge(writer, row, measure)
    return int(row.id)


def _merge(writer: Writer, stored: Any, measure: Measure) -> None:
    official = {row.key: row.official for row in writer.connection.execute(select(e.source.c.key, e.source.c.official))}
    ours, theirs = official.get(stored.source, False), official.get(measure.source, False)
    named = {name for name in [*stored.substances.split(","), *measure.substances] if name}
    news: Values = {"substances": rows.join(named)} if rows.join(named) != stored.substances else {}
    if theirs and not ours:  # the publisher's own words take the place of an aggregator's
        news |= {"title": measure.title, "official_url": measure.official_url, "source": measure.source}
    # What is known of a measure is filled in, never overwritten: two tellers would else undo each other at each crawl.
    if measure.effective_on and not stored.effective_on:
        news["effective_on"] = measure.effective_on
    if measure.direction_as_introduced and not stored.direction_as_introduced:
        news["direction_as_introduced"] = measure.direction_as_introduced
    if measure.stage and measure.stage.value != stored.stage:
        wins = theirs and not ours and stored.source in official  # research is no rival teller: there the later stage stands
        moves = wins or (theirs >= ours and _later(measure, stored))
        if moves:
            news |= {"stage": measure.stage.value, "stage_on": measure.stage_on}
            _change(writer, stored.id, measure, stored.stage)
        if ours != theirs and stored.stage:
            stage, by = (stored.stage, stored.source or "baseline") if moves else (measure.stage.value, measure.source)
            _conflict(writer, measure, stage, by)
    if news:
        sealing.alter(writer, t.measure, t.measure.c.id == stored.id, news)


def _later(measure: Measure, row: Any) -> bool:
    """Whether what is told comes after what is held, in days and then in the order of stages; without both days, in that order."""
    assert measure.stage is not None
    if not row.stage:
        return True
    if row.stage_on is None or measure.stage_on is None:
        return _ORDER[measure.stage] > _ORDER[Stage(row.stage)]
    return bool((measure.stage_on, _ORDER[measure.stage]) > (row.stage_on, _ORDER[Stage(row.stage)]))


def _insert(writer: Writer, measures: Sequence[Measure]) -> dict[tuple[str, str, str], int]:
    """Write new measures; returns their row numbers."""
    for measure in measures:
        _session(writer, measure)
    made = sealing.add(writer, t.measure, [_values(measure, writer.now) for measure in measures])
    return {_named(row): row.id for row in made}


def _named(measure: Any) -> tuple[str, str, str]:
    """What tells a measure, or its row, apart."""
    return measure.jurisdiction, measure.session, measure.identifier


def _values(measure: Measure, now: datetime) -> Values:
    names = (
        *("jurisdiction", "session", "identifier", "title", "kind", "direction_as_introduced", "effect_as_enacted"),
        *("stage_on", "effective_on", "official_url", "source"),
    )
    values: Values = {name: getattr(measure, name) for name in names}
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


def _actions(writer: Writer, number: int, measure: Measure, capture: int | None) -> None:
    table = t.measure_action
    known = {(row.acted_on, row.action) for row in writer.connection.execute(select(table).where(table.c.measure == number))}
    steps = _steps(number, measure, capture, writer.now)
    sealing.add(writer, table, [step for step in steps if (step["acted_on"], step["action"]) not in known])


def _steps(number: int, measure: Measure, capture: int | None, now: datetime) -> list[Values]:
    return [
        {
            "measure": number,
            "acted_on": act.on,
            "acted_on_latest": act.on_latest or act.on,
            "stage": act.stage.value if act.stage else "",
            "action": act.text,
            "source": measure.source,
            "capture": capture,
            "recorded_at": now,
        }
        for act in dict.fromkeys(measure.actions)
    ]


def _change(writer: Writer, number: int, measure: Measure, before: str) -> None:
    assert measure.stage is not None
    kind = _KINDS.get(measure.stage) or (ChangeKind.CASE_ADVANCED if measure.stage in _CASES else ChangeKind.MEASURE_ADVANCED)
    level = writer.connection.scalar(select(t.jurisdiction.c.level).where(t.jurisdiction.c.code == measure.jurisdiction))
    if level in (Level.COUNTY, Level.PLACE):  # a city's news has one kind, whatever its council calls the step
        kind = ChangeKind.LOCAL_ACTION
    store_change(
        writer,
        {"jurisdiction": measure.jurisdiction, "measure": number},
        {
            "kind": kind.value,
            "day": measure.stage_on,
            "day_latest": measure.stage_on,
            "before": before,
            "after": measure.stage.value,
        },
    )


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


def _conflict(writer: Writer, measure: Measure, stage: str, by: str) -> None:
    """What the other teller says, in the ledger of claims."""
    note = f"{measure.session} {measure.identifier} is at the stage {stage}"
    table = t.claim
    named = (table.c.jurisdiction == measure.jurisdiction, table.c.claimant == by, table.c.note == note)
    if writer.connection.scalar(select(table.c.id).where(*named)) is None:
        values = {"jurisdiction": measure.jurisdiction, "claimant": by, "note": note, "status": stage, "recorded_at": writer.now}
        sealing.add(writer, table, [values])


def with_reading(measure: Measure, direction: str | None, effective_on: date | None) -> Measure:
    """A measure with what the coder read in its text: direction and effective day, where the source itself gives none."""
    return replace(
        measure,
        direction_as_introduced=measure.direction_as_introduced or direction or "",
        effective_on=measure.effective_on or effective_on,
    )

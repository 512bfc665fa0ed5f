"""What lies ahead of the cut-off: rules on hold, what could change a status within 30 days, and the calendar of 90 days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from crawler.contract.items import EventKind
from maps.civil import civil
from tracker.domain import timeline
from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import ChangeKind, RelationKind, Significance, Stage
from tracker.reports import evidence
from tracker.reports.items import Reader
from tracker.reports.model import Coming, Item, Stay, Term
from tracker.reports.terms import Terms
from tracker.store.mapping import statements
from tracker.store.schema import tables as t

SOON, SEASON = 30, 90
_YEAR = timedelta(days=365)

_NEAR = (Stage.PASSED_BOTH_CHAMBERS, Stage.TO_EXECUTIVE, Stage.NOTICE_OF_INTENT, Stage.FINAL_RULE)
"""Stages from which one act, without a further vote or comment period, may change a status."""

_EVENTS = {
    EventKind.HEARING: "Hearing",
    EventKind.COMMENT_DEADLINE: "Comments close",
    EventKind.SIGNATURE_DEADLINE: "Must be signed by",
    EventKind.SESSION_START: "Session begins",
    EventKind.SESSION_END: "Session ends",
    EventKind.TAKES_EFFECT: "Takes effect",
    EventKind.EXPIRES: "Expires",
}
_MEASURE_EFFECT = Term("measure_takes_effect", "Measure takes effect")
_NEAR_STAGE = "one step away"


def stays(reader: Reader) -> tuple[Stay, ...]:
    """The rules that are on hold on the day of the cut-off."""
    table = t.relation
    query = select(table).where(table.c.kind == RelationKind.STAY, statements.as_known(table, reader.window.last_seen))
    found = [stay for row in reader.connection.execute(query).all() if (stay := _stay(reader, row))]
    return tuple(sorted(found, key=lambda stay: (stay.place.name, stay.substance.code, stay.day or date.min)))


def _stay(reader: Reader, row: Any) -> Stay | None:
    target = Ref("provision", row.target_provision) if row.target_provision else Ref("assertion", row.target_assertion)
    key = _key_of(reader.connection, target)
    held = statements.load(reader.connection, [key], reader.window.last_seen)
    by = Ref("relation", row.id)
    if row.id not in timeline.acting(held.records[key], reader.window.day) or target not in held.rows:
        return None
    (on,) = evidence.described(reader.connection, reader.terms, held.rows, [target])
    (act,) = evidence.described(reader.connection, reader.terms, held.rows, [by])
    terms = reader.terms
    return Stay(terms.place(key.jurisdiction), terms.substance(key.substance), row.valid_from, row.valid_to, on, act)


def _key_of(connection: Connection, target: Ref) -> Key:
    if target.kind == "assertion":
        row = connection.execute(select(t.assertion).where(t.assertion.c.id == target.id)).one()
    else:
        version = t.provision_version
        query = select(t.provision).join(version, version.c.provision == t.provision.c.id).where(version.c.id == target.id)
        row = connection.execute(query).one()
    return Key(row.jurisdiction, row.substance)


def could_change(reader: Reader, boundaries: Sequence[Item]) -> tuple[Coming, ...]:
    """Law that comes or ends within 30 days and moves a headline, dated steps of measures, and measures one step away."""
    law = [
        _of_item(it) for it in boundaries if it.significance.code == Significance.STATUS and it.kind.code != ChangeKind.CHECK_DUE
    ]
    dated = [(measure, step) for measure, step in _events(reader, measures_only=True) if _within(reader, step.day, SOON)]
    soon = [step for step in [*law, *_effective(reader, boundaries)] if _within(reader, step.day, SOON)]
    return in_order([*soon, *(step for _, step in dated), *_near(reader, {measure for measure, _ in dated})])


def calendar(reader: Reader, boundaries: Sequence[Item]) -> tuple[Coming, ...]:
    """Everything dated within 90 days of the cut-off."""
    events = [step for _, step in _events(reader, measures_only=False)]
    dated = [*map(_of_item, boundaries), *events, *_effective(reader, boundaries), *_sessions(reader)]
    return in_order(step for step in dated if _within(reader, step.day, SEASON))


def in_order(found: Iterable[Coming]) -> tuple[Coming, ...]:
    """By day, those without a day last."""
    return tuple(sorted(found, key=lambda step: (step.day or date.max, step.kind.code, step.place.name, step.title)))


def _within(reader: Reader, day: date | None, number: int) -> bool:
    """Whether `day` lies in the `number` days after the cut-off; one in doubt counts from its first possible day."""
    return day is not None and reader.window.day < day <= reader.window.day + timedelta(days=number)


def _of_item(it: Item) -> Coming:
    links = [(link.url, link.type) for said in it.evidence for link in said.links]
    url, kind = links[0] if links else ("", "")
    title = f"{it.before.label} → {it.after.label}"
    return Coming(it.kind, it.place, it.substance, title, it.day, it.latest, it.days_to_go, url, kind, "", not it.verified)


def _coming(reader: Reader, kind: Term, row: Any, title: str, day: date | None, url: str) -> Coming:
    terms: Terms = reader.terms
    ahead = (day - reader.window.day).days if day else None
    link = terms.shown(url)
    place = terms.place(row.jurisdiction)
    return Coming(kind, place, None, title, day, day, ahead, link.url, link.link_type, row.source, unlinked=link.unlinked)


def _events(reader: Reader, *, measures_only: bool) -> list[tuple[int | None, Coming]]:
    """The announcements after the cut-off, each with the number of its measure."""
    event, measure = t.event, t.measure
    query = (
        select(event, measure.c.identifier, measure.c.title.label("measure_title"))
        .outerjoin(measure, measure.c.id == event.c.measure)
        .where(event.c.recorded_at <= reader.window.last_seen, event.c.happens_on > reader.window.day)
    )
    if measures_only:
        query = query.where(event.c.measure.is_not(None))
    return [(row.measure, _event(reader, row)) for row in reader.connection.execute(query).all()]


def _event(reader: Reader, row: Any) -> Coming:
    kind = EventKind(row.kind)
    named = f"{row.identifier}: {row.title}" if row.identifier and row.identifier not in row.title else row.title
    return _coming(reader, Term(kind.value, _EVENTS[kind]), row, named, row.happens_on, row.url)


def _effective(reader: Reader, boundaries: Sequence[Item]) -> list[Coming]:
    """Enacted measures with a stated day, where nothing is coded for their place and day yet."""
    coded = {(it.place.code, it.day) for it in boundaries}
    return [
        _coming(reader, _MEASURE_EFFECT, row, f"{row.identifier}: {row.title}", row.effective_on, row.official_url)
        for row, stage, _ in measures(reader)
        if stage is Stage.ENACTED and row.effective_on and (row.jurisdiction, row.effective_on) not in coded
    ]


def _near(reader: Reader, told: Collection[int | None]) -> list[Coming]:
    """Measures one step away, moved within the year, whose session has not ended; but for those already `told`."""
    ended = _ended_sessions(reader)
    found = []
    for row, stage, on in measures(reader):
        alive = on is not None and reader.window.day - _YEAR <= on and (row.jurisdiction, row.session) not in ended
        done = row.effect_as_enacted or (row.effective_on and row.effective_on <= reader.window.day)
        if row.id not in told and on and alive and stage in _NEAR and not done:
            title = f"{row.identifier}: {row.title} (at this stage since {civil(on)})"
            label = f"{reader.terms.codebook.label(stage).label}, {_NEAR_STAGE}"
            found.append(_coming(reader, Term(stage.value, label), row, title, None, row.official_url))
    return found


def measures(reader: Reader) -> list[tuple[Any, Stage | None, date | None]]:
    """Every measure known at the cut-off, with its stage and the day on which it came to it, as known then."""
    table, action = t.measure, t.measure_action
    seen = reader.window.last_seen
    last: dict[int, tuple[Stage, date | None]] = {}
    staged: set[int] = set()
    steps = select(action).where(action.c.stage != "").order_by(action.c.acted_on, action.c.id)
    for row in reader.connection.execute(steps).all():
        staged.add(row.measure)
        if row.recorded_at <= seen:
            last[row.measure] = Stage(row.stage), row.acted_on
    known = select(table).where(table.c.first_recorded_at <= seen).order_by(table.c.id)
    found: list[tuple[Any, Stage | None, date | None]] = []
    for row in reader.connection.execute(known).all():
        own = (Stage(row.stage) if row.stage else None, row.stage_on)
        stage, on = last.get(row.id, (None, None)) if row.id in staged else own
        found.append((row, stage, on))
    return found


def _ended_sessions(reader: Reader) -> set[tuple[str, str]]:
    table = t.session
    query = select(table.c.jurisdiction, table.c.identifier).where(table.c.ends_on <= reader.window.day)
    return {(row.jurisdiction, row.identifier) for row in reader.connection.execute(query)}


def _sessions(reader: Reader) -> list[Coming]:
    found = []
    for row in reader.connection.execute(select(t.session)).all():
        for kind, day in ((EventKind.SESSION_START, row.starts_on), (EventKind.SESSION_END, row.ends_on)):
            if day is not None:
                place = reader.terms.place(row.jurisdiction)
                ahead = (day - reader.window.day).days
                found.append(Coming(Term(kind.value, _EVENTS[kind]), place, None, row.name, day, day, ahead, "", "", ""))
    return found

"""From a change of the record, stored or derived, to an item of the edition, with the evidence of the statements that make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from tracker.domain.changes import COUNTED
from tracker.domain.periods import KnowledgeWindow
from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import Cause, ChangeKind, Confidence, Significance, Status
from tracker.history import changes, status
from tracker.history.changes import Change
from tracker.reports import evidence
from tracker.reports.model import Evidence, Item, Term
from tracker.reports.terms import GROUPS, Terms
from tracker.store.mapping import statements

_EXPIRES = "Expires by its own terms"


@dataclass(frozen=True)
class Reader:
    """What is needed to read one edition: the connection, the names, and what may be known."""

    connection: Connection
    terms: Terms
    window: KnowledgeWindow


@dataclass(frozen=True, slots=True)
class Moves:
    """The changes of a period by what they are; `first` and `confirmed` are never news."""

    law: tuple[Item, ...]
    enacted: tuple[Change, ...]
    corrections: tuple[Item, ...]
    method: tuple[Item, ...]
    check_due: tuple[Item, ...]
    first: tuple[Change, ...]
    confirmed: int


def moves(reader: Reader) -> Moves:
    """Every change of status in the period: stored in it, derived from its days, or learnt of it up to the cut-off."""
    window, connection = reader.window, reader.connection
    stored = changes.stored(connection, window.since, window.until)
    derived = changes.derived(connection, window.period.start, window.period.end, window.last_seen, window.zone)
    found = [*stored, *derived, *_learnt_since(reader)]
    first = changes.stored(connection, window.loaded_since, window.loaded_until) if window.retrospective else stored
    return Moves(
        law=_items(reader, found, COUNTED),
        enacted=tuple(change for change in stored if change.kind is ChangeKind.ENACTED_FOR_LATER),
        corrections=_items(reader, found, (ChangeKind.CORRECTED,)),
        method=_items(reader, found, (ChangeKind.METHOD_CHANGED,)),
        check_due=in_order(item(reader, change) for change in found if change.kind is ChangeKind.CHECK_DUE),
        first=tuple(change for change in first if change.kind is ChangeKind.FIRST_RECORDED),
        confirmed=sum(change.kind is ChangeKind.CONFIRMED for change in first),
    )


def _learnt_since(reader: Reader) -> list[Change]:
    """What the law did in the period and was learnt only after it, where the cut-off lies later."""
    period, window = reader.window.period, reader.window
    if window.last_seen < window.until or (window.retrospective and not window.chosen):
        return []
    later = changes.stored(reader.connection, window.until, window.last_seen + timedelta(microseconds=1))
    return [
        change
        for change in later
        if change.cause == Cause.LAW
        and change.kind in COUNTED
        and change.day is not None
        and change.latest is not None
        and period.start <= change.day <= change.latest < period.end
    ]


def _items(reader: Reader, found: Sequence[Change], kinds: Sequence[ChangeKind]) -> tuple[Item, ...]:
    """The items of `kinds` that move something."""
    moving = [change for change in found if change.kind in kinds and change.significance is not Significance.NONE]
    return in_order(item(reader, change) for change in moving)


def in_order(items: Any) -> tuple[Item, ...]:
    """Items by weight, group, day and place: the same order on every database."""
    weights, groups = [weight.value for weight in Significance], list(GROUPS)
    return tuple(
        sorted(
            items,
            key=lambda it: (
                weights.index(it.significance.code),
                groups.index(it.place.group),
                it.day or date.min,
                it.place.name,
                it.substance.code,
                it.kind.code,
                it.id,
            ),
        )
    )


def coming(reader: Reader) -> tuple[Item, ...]:
    """Every boundary of the record that lies ahead of the cut-off, nearest first."""
    found = changes.coming(reader.connection, reader.window.day, reader.window.last_seen)
    items = [_to_come(item(reader, change)) for change in found]
    return tuple(sorted(items, key=lambda it: (it.latest or date.min, it.place.name, it.substance.code, it.id)))


def _to_come(it: Item) -> Item:
    """An end that lies ahead expires; it has not expired."""
    return replace(it, kind=Term(it.kind.code, _EXPIRES)) if it.kind.code == ChangeKind.EXPIRED else it


def item(reader: Reader, change: Change) -> Item:
    """The change as the edition shows it."""
    window, terms = reader.window, reader.terms
    known = window.last_seen if change.retrospective or change.recorded_at > window.last_seen else change.known
    before, after = _rows(reader.connection, change, known)
    told = _told(reader, change, before, after, known)
    decided = after if after.status != Status.UNKNOWN or before is None else before
    overtaken = _overtaken(reader, change)
    return Item(
        id=change.id,
        kind=terms.term(change.kind),
        significance=terms.term(change.significance),
        cause=change.cause,
        place=terms.place(change.key.jurisdiction),
        substance=terms.substance(change.key.substance),
        before=terms.said(change.before, change.before_terms),
        after=terms.said(change.after, change.after_terms),
        day=change.day,
        latest=change.latest,
        until=after.valid_to,
        until_latest=after.valid_to_latest,
        date_basis=after.date_basis,
        days_to_go=(change.day - window.day).days if change.day and change.day > window.day else None,
        found_late=change.found_late,
        recorded_at=_shown(change, window),
        derived=change.derived,
        retrospective=change.retrospective,
        overtaken=overtaken,
        new=False,
        counted=change.kind in COUNTED and change.significance is Significance.STATUS and not overtaken,
        confidence=terms.term(Confidence(decided.confidence)),
        verified=bool(told) and all(said.verified for said in told),
        contested=after.contested,
        evidence=told,
    )


def _shown(change: Change, window: KnowledgeWindow) -> datetime:
    """The instant since which we say so: of a derived change that of its row, not of the day that comes."""
    return change.row.recorded_from if change.derived else change.recorded_at


def _rows(connection: Connection, change: Change, known: datetime) -> tuple[Any, Any]:
    """The status rows before (None at the open past) and after the boundary, in the record that shows it."""
    line = status.timeline(connection, change.key, known)
    before = next((row for row in line if change.day is not None and row.valid_to == change.day), None)
    return before, change.row


def _told(reader: Reader, change: Change, before: Any, after: Any, known: datetime) -> tuple[Evidence, ...]:
    """The statements that come with the boundary and what acts on them; where none come, those that go."""
    new = evidence.inputs(reader.connection, after)
    old = evidence.inputs(reader.connection, before) if before is not None else frozenset()
    held = statements.load(reader.connection, [change.key], known).rows
    acting = {ref for ref, row in held.items() if ref.kind == "relation" and _acts(row, change, old ^ new)}
    return evidence.described(reader.connection, reader.terms, held, ((new - old) | acting) or (old - new) or new)


def _acts(relation: Any, change: Change, moved: frozenset[Ref]) -> bool:
    """Whether a relation of its own (one that no provision makes) moves a statement at the boundary."""
    target = (
        Ref("provision", relation.target_provision) if relation.target_provision else Ref("assertion", relation.target_assertion)
    )
    undoes = relation.target_relation is not None
    on_day = change.day in (relation.valid_from, relation.valid_to)
    return relation.actor_provision is None and on_day and (undoes or target in moved)


def _overtaken(reader: Reader, change: Change) -> bool:
    """Whether the record at the cut-off says another headline about the day than this change did."""
    now = status.of_key(reader.connection, change.key, change.day or date.min, reader.window.last_seen)
    return now.status != change.after


def called_off(reader: Reader, enacted: Sequence[Change], pending: Sequence[Item]) -> list[Item]:
    """What was enacted in the period so that a step to come will not be taken: the record has no boundary there any more."""
    gone = [item(reader, change) for change in enacted if not any(_takes(it, change) for it in pending)]
    return [it for it in gone if it.days_to_go is not None and not it.overtaken]


def _takes(step: Item, change: Change) -> bool:
    """Whether a step to come is the one that the change tells of, or is taken still, on a day that lay within its doubt."""
    if (step.place.code, step.substance.code) != change.key or step.day is None or change.day is None:
        return False
    narrowed = change.day < step.day <= (change.latest or change.day) and step.after.status == change.before
    return step.day == change.day or narrowed


def with_news(pending: Sequence[Item], enacted: Sequence[Change], terms: Terms) -> tuple[Item, ...]:
    """What lies ahead by law, called enacted for later; `new` where it was first said in the period."""
    fresh = {(change.key, change.day) for change in enacted}
    kind = terms.term(ChangeKind.ENACTED_FOR_LATER)
    return tuple(replace(it, kind=kind, new=(Key(it.place.code, it.substance.code), it.day) in fresh) for it in pending)

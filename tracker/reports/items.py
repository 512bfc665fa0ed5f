"""From a change of the record, stored or derived, to an item of the edition, with the evidence of the statements that make it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.domain.changes import COUNTED
from tracker.domain.periods import KnowledgeWindow
from tracker.domain.records import Key
from tracker.domain.vocabulary import ChangeKind, Confidence, Significance, Status
from tracker.history.changes import Change
from tracker.history.evidence import Grounds
from tracker.history.period import PeriodRecord
from tracker.history.words import GROUPS, Labels, Term
from tracker.reports import evidence
from tracker.reports.model import Item

_EXPIRES = "Expires by its own terms"


@dataclass(frozen=True, slots=True)
class Moves:
    """The changes of a period by what they are; `first` and `confirmed` are never news."""

    law: tuple[Item, ...]
    enacted: tuple[Grounds, ...]
    corrections: tuple[Item, ...]
    method: tuple[Item, ...]
    check_due: tuple[Item, ...]
    first: tuple[Change, ...]
    confirmed: int


def moves(record: PeriodRecord, labels: Labels) -> Moves:
    """Every change of status in the period: stored in it, derived from its days, or learnt of it up to the cut-off."""
    window = record.window

    def items(*kinds: ChangeKind) -> tuple[Item, ...]:
        """The items of `kinds` that move something."""
        moving = (one for one in record.moves if one.change.kind in kinds and one.change.significance is not Significance.NONE)
        return in_order(item(one, window, labels) for one in moving)

    due = (one for one in record.moves if one.change.kind is ChangeKind.CHECK_DUE)
    return Moves(
        law=items(*COUNTED),
        enacted=tuple(one for one in record.stored if one.change.kind is ChangeKind.ENACTED_FOR_LATER),
        corrections=items(ChangeKind.CORRECTED),
        method=items(ChangeKind.METHOD_CHANGED),
        check_due=in_order(item(one, window, labels) for one in due),
        first=tuple(change for change in record.loaded if change.kind is ChangeKind.FIRST_RECORDED),
        confirmed=sum(change.kind is ChangeKind.CONFIRMED for change in record.loaded),
    )


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
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


def coming(record: PeriodRecord, labels: Labels) -> tuple[Item, ...]:
    """Every boundary of the record that lies ahead of the cut-off, nearest first."""
    items = [_to_come(item(one, record.window, labels)) for one in record.coming]
    return tuple(sorted(items, key=lambda it: (it.latest or date.min, it.place.name, it.substance.code, it.id)))


def _to_come(it: Item) -> Item:
    """An end that lies ahead expires; it has not expired."""
    return replace(it, kind=Term(it.kind.code, _EXPIRES)) if it.kind.code == ChangeKind.EXPIRED else it


def item(one: Grounds, window: KnowledgeWindow, labels: Labels) -> Item:
    """A change with its grounds, as the edition shows it."""
    change, before, after = one.change, one.before, one.change.row
    statements = evidence.in_order(one.statements, labels)
    decided = after if after.status != Status.UNKNOWN or before is None else before
    return Item(
        id=change.id,
        kind=labels.term(change.kind),
        significance=labels.term(change.significance),
        cause=change.cause,
        place=labels.place(change.key.jurisdiction),
        substance=labels.substance(change.key.substance),
        before=labels.headline(change.before, change.before_terms),
        after=labels.headline(change.after, change.after_terms),
        day=change.day,
        latest=change.latest,
        until=after.valid_to,
        until_latest=after.valid_to_latest,
        date_basis=after.date_basis,
        days_to_go=(change.day - window.day).days if change.day and change.day > window.day else None,
        found_late=change.found_late,
        recorded_at=_in_record_since(change),
        derived=change.derived,
        retrospective=change.retrospective,
        overtaken=one.overtaken,
        new=False,
        counted=change.kind in COUNTED and change.significance is Significance.STATUS and not one.overtaken,
        confidence=labels.term(Confidence(decided.confidence)),
        verified=bool(statements) and all(statement.verified for statement in statements),
        contested=after.contested,
        evidence=statements,
    )


def _in_record_since(change: Change) -> datetime:
    """The instant since which we say so: of a derived change that of its row, not of the day that comes."""
    since: datetime = change.row.recorded_from if change.derived else change.recorded_at
    return since


def called_off(enacted: Sequence[Grounds], pending: Sequence[Item], window: KnowledgeWindow, labels: Labels) -> list[Item]:
    """What was enacted in the period so that a step to come will not be taken: the record has no boundary there any more."""
    # Matched by key and day, not by id: what replaces a step to come has another row, and so another id.
    gone = (one for one in enacted if not any(_takes(it, one.change) for it in pending))
    return [it for one in gone if (it := item(one, window, labels)).days_to_go is not None and not it.overtaken]


def _takes(step: Item, change: Change) -> bool:
    """Whether a step to come is the one that the change tells of, or is taken still, on a day that lay within its doubt."""
    if (step.place.code, step.substance.code) != change.key or step.day is None or change.day is None:
        return False
    narrowed = change.day < step.day <= (change.latest or change.day) and step.after.status == change.before
    return step.day == change.day or narrowed


def with_news(pending: Sequence[Item], enacted: Sequence[Grounds], labels: Labels) -> tuple[Item, ...]:
    """What lies ahead by law, called enacted for later; `new` where it was first said in the period."""
    fresh = {(one.change.key, one.change.day) for one in enacted}
    kind = labels.term(ChangeKind.ENACTED_FOR_LATER)
    return tuple(replace(it, kind=kind, new=(Key(it.place.code, it.substance.code), it.day) in fresh) for it in pending)

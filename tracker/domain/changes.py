"""Where two records of one key differ, and what that difference is called (DESIGN §7). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from tracker.domain.records import Content, StatusPeriod, Timeline
from tracker.domain.vocabulary import Cause, ChangeKind, OpenedBy, Significance, Status

COUNTED = (
    ChangeKind.TOOK_EFFECT,
    ChangeKind.EXPIRED,
    ChangeKind.STAYED,
    ChangeKind.STAY_LIFTED,
    ChangeKind.RETROACTIVE,
)
"""Kinds that the change map and the bottom line count where their significance is `status`."""

_LEARNT_LATE = {*COUNTED, ChangeKind.CHECK_DUE} - {ChangeKind.RETROACTIVE}
_BY_CAUSE = {Cause.RECORD: ChangeKind.CORRECTED, Cause.METHOD: ChangeKind.METHOD_CHANGED}
_BY_STAY = {OpenedBy.STAY: ChangeKind.STAYED, OpenedBy.STAY_LIFTED: ChangeKind.STAY_LIFTED}
_OF_THE_NEW_RECORD = (ChangeKind.ENACTED_FOR_LATER, ChangeKind.TOOK_EFFECT, ChangeKind.EXPIRED, ChangeKind.CHECK_DUE)
"""Kinds whose `before` is what the new record says of the day before."""
_BY_END = {OpenedBy.OWN_END: ChangeKind.EXPIRED, OpenedBy.CHECK: ChangeKind.CHECK_DUE}
_ON_ITS_DAY = _BY_END | _BY_STAY


class Boundary(NamedTuple):
    """One day on which a differing period begins. `day` None is the open past; `latest` is the last possible day."""

    day: date | None
    latest: date | None
    kind: ChangeKind
    significance: Significance
    before: Content
    after: Content
    found_late: int | None = None


@dataclass(slots=True)
class Segment:
    """A stretch on which the records differ. `latest` is the last possible day on which it begins."""

    start: date | None
    latest: date | None
    old: StatusPeriod
    new: StatusPeriod
    opened_by: OpenedBy

    @property
    def stepped(self) -> bool:
        """Whether the new record takes a step there, which is derived on its day."""
        return self.new.period.start == self.start

    def comes_after(self, today: date) -> bool:
        """Whether it has not begun; one in doubt has come when its last possible day has come."""
        return self.latest is not None and self.latest > today


def significance(before: Content, after: Content) -> Significance:
    """How much differs: the headline, other conditions, only the instrument, or nothing."""
    if before.status is not after.status:
        return Significance.STATUS
    if before.terms != after.terms:
        return Significance.TERMS
    return Significance.BASIS if before.inputs != after.inputs else Significance.NONE


def differences(old: Timeline, new: Timeline) -> list[Segment]:
    """The stretches on which the records differ, in order, each to the next day on which either record steps."""
    segments = []
    # A merge of two ordered lists: both cover all days, so that there is always one period of each that holds `start`.
    before, after = list(reversed(old.periods)), list(reversed(new.periods))
    was, row = before.pop(), after.pop()
    start = None
    while True:
        if was.content != row.content:
            steps = row.period.start == start
            opened_by = row.opened_by if steps else _unmade(start, was, row, old, new)
            segments.append(Segment(start, (row if steps else was).period.start_latest, was, row, opened_by))
        if not before and not after:
            return segments
        start = min(line[-1].period.start or date.min for line in (before, after) if line)
        was = before.pop() if before and before[-1].period.start == start else was
        row = after.pop() if after and after[-1].period.start == start else row


def boundaries(differing: Sequence[Segment], new: Timeline, cause: Cause, today: date, made_on: date | None) -> list[Boundary]:
    """The boundaries to store when a record becomes `new`, which is `differing` from it.

    `today` is the civil day of the transaction; `made_on` the day on which the instrument or ruling was made, where known.
    Where the law is the cause, a future end by own terms is not among them, and a stay or its end that the new record takes on a
    day to come is announced as `enacted_for_later`: both are derived when their day comes.
    """
    quiet = cause is Cause.RESEARCH and not any(_moves(part) for part in differing)
    named = []
    for part in differing:
        kind = _kind(part, cause, quiet, today, made_on)
        if kind is not None:
            named.append(_boundary(part, new, kind, today))
    return named


def default_cause(differing: Iterable[Segment], today: date, made_on: date | None, first_recorded: date | None) -> Cause:
    """The cause of an acceptance that nobody set (DESIGN §3, `belief`); `first_recorded` is the civil day, None if never."""
    moving = [part for part in differing if _moves(part)]
    if not moving:
        return Cause.RESEARCH
    # What was made after we first wrote about the key is news; what is older we had only not looked at.
    newer = made_on is not None and first_recorded is not None and made_on > first_recorded
    if newer or all(part.comes_after(today) for part in moving):
        return Cause.LAW
    return Cause.RESEARCH if all(part.old.content.status is Status.UNKNOWN for part in moving) else Cause.RECORD


def derived(before: StatusPeriod, row: StatusPeriod) -> Boundary:
    """The change that a boundary of the record itself makes on its day, with nothing written."""
    kind = _ON_ITS_DAY.get(row.opened_by, ChangeKind.TOOK_EFFECT)
    weight = Significance.NONE if kind is ChangeKind.CHECK_DUE else significance(before.content, row.content)
    return Boundary(row.period.start, row.period.start_latest, kind, weight, before.content, row.content)


def steps(timeline: Timeline) -> Iterator[tuple[StatusPeriod, StatusPeriod]]:
    """Each period after the first, with the one before it."""
    return pairwise(timeline.periods)


def _called_off(part: Segment, kind: ChangeKind) -> bool:
    """Whether a law that was to take effect on that day no longer will: then what was to be is what stands before."""
    stepped = part.old.period.start == part.start and part.old.opened_by is OpenedBy.LAW
    return kind is ChangeKind.ENACTED_FOR_LATER and stepped and not part.stepped


def _unmade(start: date | None, was: StatusPeriod, row: StatusPeriod, old: Timeline, new: Timeline) -> OpenedBy:
    """What unmakes a step that the old record takes on `start` and the new one does not."""
    if start is None:
        return OpenedBy.LAW
    earlier = old.at(_day_before(start)).content
    if (was.content.inputs - earlier.inputs) & new.stayed(start):
        return OpenedBy.STAY
    if was.opened_by is OpenedBy.STAY and row.content == earlier:
        return OpenedBy.STAY_LIFTED
    return OpenedBy.LAW


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _moves(part: Segment) -> bool:
    """Whether headline, age, limit or component moves."""
    old, new = part.old.content, part.new.content
    return (old.status, old.min_age, old.threshold, old.components) != (
        new.status,
        new.min_age,
        new.threshold,
        new.components,
    )


def _kind(part: Segment, cause: Cause, quiet: bool, today: date, made_on: date | None) -> ChangeKind | None:
    if cause is Cause.RESEARCH:
        return ChangeKind.CONFIRMED if quiet else ChangeKind.FIRST_RECORDED
    if cause is not Cause.LAW:
        return _BY_CAUSE[cause]
    coming = part.comes_after(today)
    # A stay that the new record takes on a day to come is announced like any other law; `derived` names it when it comes.
    if part.opened_by in _BY_STAY and not (coming and part.stepped):
        return _BY_STAY[part.opened_by]
    if made_on is not None and not coming and (part.latest is None or part.latest < made_on):
        return ChangeKind.RETROACTIVE
    if part.opened_by in _BY_END:  # an end that the text itself sets is no news before its day
        return None if coming else _BY_END[part.opened_by]
    return ChangeKind.ENACTED_FOR_LATER if coming else ChangeKind.TOOK_EFFECT


def _boundary(part: Segment, new: Timeline, kind: ChangeKind, today: date) -> Boundary:
    before = part.old.content
    if part.start is not None and kind in _OF_THE_NEW_RECORD and not _called_off(part, kind):
        before = new.at(_day_before(part.start)).content
    after = part.new.content
    weight = Significance.NONE if kind in (ChangeKind.CONFIRMED, ChangeKind.CHECK_DUE) else significance(before, after)
    # Below zero the day has not come: then nothing was learnt late.
    late = (today - part.start).days if part.start is not None and kind in _LEARNT_LATE else -1
    return Boundary(part.start, part.latest, kind, weight, before, after, late if late >= 0 else None)

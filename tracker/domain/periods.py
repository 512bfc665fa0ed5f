"""Calendar periods, and what may be known of one: the instant K of an edition (DESIGN §8). Pure.

An ended period is reported as known at its end. Where the record began later, K is the instant of the first belief and the edition is
retrospective. A period that is still open is reported as known now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.domain.dates import civil_day, instant_text, midnight
from tracker.errors import Refused

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_SPELT = re.compile(r"(\d{4})(?:-W(\d{2})|-(\d{2}))?")


class BadPeriod(Refused):
    """A period that cannot be reported; the message names it and shows a good one."""


class BadRange(Refused):
    """A range that cannot be cut into periods; the message names it and the remedy."""


class BadCutOff(Refused):
    """An instant K at which the period cannot be known; the message says why."""


class Unit(StrEnum):
    """How long a calendar period is; a week begins on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """The civil days `[start, end)`. `name` is that of the whole period, also where a range cuts it: `2026-W47`, `2026-Q3`."""

    unit: Unit
    name: str
    start: date
    end: date

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - _DAY

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def read(text: str) -> CalendarPeriod:
    """The week, month or year that `2026-W47`, `2026-11` or `2026` names. Raises BadPeriod."""
    match = _SPELT.fullmatch(text.strip())
    try:
        if not match:
            raise ValueError
        year, week, month = match[1], match[2], match[3]
        if week:
            return holding(Unit.WEEK, date.fromisocalendar(int(year), int(week), 1))
        return holding(Unit.MONTH if month else Unit.YEAR, date(int(year), int(month or 1), 1))
    except (ValueError, OverflowError):
        raise BadPeriod(f"{text!r} is not a period; write a week as 2026-W47, a month as 2026-11 or a year as 2026") from None


def last_week(now: datetime, zone: ZoneInfo) -> CalendarPeriod:
    """The last week that has ended at `now`."""
    return holding(Unit.WEEK, civil_day(now, zone) - timedelta(days=7))


def holding(unit: Unit, day: date) -> CalendarPeriod:
    """The period of the calendar that holds `day`."""
    start = _first_day(unit, day)
    return CalendarPeriod(unit, _name(unit, start), start, _following(unit, start))


def between(unit: Unit, first: date, last: date) -> list[CalendarPeriod]:
    """The periods from `first` to `last`, both days included, cut at both ends. Raises BadRange."""
    if last < first:
        raise BadRange(f"the range ends on {last}, before it begins on {first}", "range_backwards")
    if last.year == date.max.year:
        raise BadRange(f"the range ends on {last}, in the last year that a calendar holds", "range_too_late")
    return list(_cut(unit, first, last + _DAY))


def _cut(unit: Unit, start: date, end: date) -> Iterator[CalendarPeriod]:
    while start < end:
        following = min(_following(unit, start), end)
        yield CalendarPeriod(unit, _name(unit, start), start, following)
        start = following


def _first_day(unit: Unit, day: date) -> date:
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Unit.YEAR:
            return day.replace(month=1, day=1)


def _following(unit: Unit, day: date) -> date:
    """The first day of the period after the one that holds `day`."""
    if unit in (Unit.DAY, Unit.WEEK):
        return _first_day(unit, day) + timedelta(days=1 if unit is Unit.DAY else 7)
    first, months = _first_day(unit, day), {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit]
    number = first.month - 1 + months
    return first.replace(year=first.year + number // 12, month=number % 12 + 1)


def _name(unit: Unit, day: date) -> str:
    match unit:
        case Unit.DAY:
            return day.isoformat()
        case Unit.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case Unit.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case Unit.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Unit.YEAR:
            return f"{day.year:04}"


@dataclass(frozen=True, slots=True)
class KnowledgeWindow:
    """A period with what is known of it.

    `known` is K as shown, `last_seen` the last instant whose knowledge counts (the period is half-open, so K itself does not where it
    is the period's end). Stored changes count from `since` up to `until`, first recordings from `loaded_since` up to `loaded_until`.
    `day` is the civil day of the cut-off.
    """

    period: CalendarPeriod
    known: datetime
    last_seen: datetime
    since: datetime
    until: datetime
    loaded_since: datetime
    loaded_until: datetime
    day: date
    zone: ZoneInfo
    open: bool
    retrospective: bool
    first: bool
    chosen: bool

    @property
    def name(self) -> str:
        """The edition's name; one of a period still open is a draft, one with a chosen K carries it."""
        base = f"{self.period.unit}-{self.period.name}"
        if self.chosen:
            return f"{base}-known-{self.known:%Y%m%dT%H%M%S}Z"
        return f"{base}-draft" if self.open else base

    @property
    def draft(self) -> bool:
        """Whether more will be known of the period under the same name."""
        return self.open and not self.chosen


def window(
    period: CalendarPeriod, first_belief: datetime, now: datetime, zone: ZoneInfo, known: datetime | None = None
) -> KnowledgeWindow:
    """What may be known of `period` at `now`. Raises BadPeriod for one that has not begun, BadCutOff for an impossible `known`."""
    since, end = midnight(period.start, zone), midnight(period.end, zone)
    if now <= since:
        latest = holding(period.unit, civil_day(now, zone)).name
        raise BadPeriod(f"{period.name} has not begun; the latest that can be reported is {latest}")
    retrospective = first_belief >= end
    at = known or (first_belief if retrospective else min(end, now))
    if known is not None:
        _check(known, since, first_belief, now)
    # What was written at the very instant of the end belongs to the period that then begins.
    last_seen = at - _TICK if at == end and not retrospective else at
    return KnowledgeWindow(
        period=period,
        known=at,
        last_seen=last_seen,
        since=since,
        until=min(end, last_seen + _TICK),
        loaded_since=first_belief if retrospective else since,
        loaded_until=last_seen + _TICK if retrospective else min(end, last_seen + _TICK),
        day=civil_day(last_seen, zone),
        zone=zone,
        open=end > now,
        retrospective=retrospective,
        first=since <= first_belief <= last_seen,
        chosen=known is not None,
    )


def _check(known: datetime, since: datetime, first_belief: datetime, now: datetime) -> None:
    if known > now:
        raise BadCutOff(f"the record cannot be asked as known at {instant_text(known)}: that is to come", "known_to_come")
    if known < first_belief:
        raise BadCutOff(f"nothing was known at {instant_text(known)}: the record begins at {instant_text(first_belief)}")
    if known <= since:
        raise BadCutOff(f"{instant_text(known)} lies before the period begins", "known_too_early")

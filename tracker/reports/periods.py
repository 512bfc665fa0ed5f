"""Which days an edition covers and what it may know: periods from text, and the instant K (DESIGN §8). Pure.

An ended period is reported as known at its end. Where the record began later, K is the instant of the first belief and the edition is
retrospective. A period that is still open is reported as known now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from maps.civil import MONTHS, civil
from tracker.domain.dates import civil_day, midnight
from tracker.store.schema.columns import instant_text

_TICK = timedelta(microseconds=1)
_SPELT = re.compile(r"(\d{4})(?:-W(\d{2})|-(\d{2}))?")


class BadPeriod(ValueError):
    """A period that cannot be reported; the message names it and shows a good one."""


class BadCutOff(ValueError):
    """An instant K at which the period cannot be known; the message says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """The civil days `[start, end)` of a week, month or year. `name` is its text form, such as `2026-W47`."""

    kind: str
    name: str
    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def words(self) -> str:
        """The period as a reader says it."""
        if self.kind == "year":
            return self.name
        if self.kind == "month":
            return f"{MONTHS[self.start.month - 1]} {self.start.year}"
        return f"week {self.name[-2:]} of {self.name[:4]} ({civil(self.start)} to {civil(self.last)})"


@dataclass(frozen=True, slots=True)
class Cut:
    """A period with what is known of it.

    `known` is K as shown, `seen` the last instant whose knowledge counts (the period is half-open, so K itself does not where it is
    the period's end). Stored changes count from `since` up to `until`, first recordings from `loaded_since` up to `loaded_until`. `day`
    is the civil day of the cut-off.
    """

    span: Span
    known: datetime
    seen: datetime
    since: datetime
    until: datetime
    loaded_since: datetime
    loaded_until: datetime
    day: date
    zone: ZoneInfo
    open: bool
    retrospective: bool
    first: bool
    given: bool

    @property
    def name(self) -> str:
        """The edition's name; one of a period still open is a draft, one with a chosen K carries it."""
        base = f"{self.span.kind}-{self.span.name}"
        if self.given:
            return f"{base}-known-{self.known:%Y%m%dT%H%M%S}Z"
        return f"{base}-draft" if self.open else base


def read_span(text: str) -> Span:
    """The period that `2026-W47`, `2026-11` or `2026` names. Raises BadPeriod."""
    found = _SPELT.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, week, month = found[1], found[2], found[3]
        if week:
            start = date.fromisocalendar(int(year), int(week), 1)
            return Span("week", f"{year}-W{week}", start, start + timedelta(days=7))
        if month:
            start = date(int(year), int(month), 1)
            return Span("month", f"{year}-{month}", start, (start + timedelta(days=31)).replace(day=1))
        return Span("year", year, date(int(year), 1, 1), date(int(year) + 1, 1, 1))
    except (ValueError, OverflowError):
        raise BadPeriod(f"{text!r} is no period; write a week as 2026-W47, a month as 2026-11 or a year as 2026") from None


def last_week(now: datetime, zone: ZoneInfo) -> Span:
    """The last week that has ended at `now`."""
    year, week, _ = (civil_day(now, zone) - timedelta(days=7)).isocalendar()
    return read_span(f"{year}-W{week:02d}")


def cut(span: Span, first_belief: datetime, now: datetime, zone: ZoneInfo, known: datetime | None = None) -> Cut:
    """What may be known of `span` at `now`. Raises BadPeriod for one that has not begun, BadCutOff for an impossible `known`."""
    since, end = midnight(span.start, zone), midnight(span.end, zone)
    if now <= since:
        raise BadPeriod(f"{span.name} has not begun; the latest that can be reported is {_now_in(span, now, zone)}")
    is_open = end > now
    retrospective = first_belief >= end
    at = known or (first_belief if retrospective else min(end, now))
    if known is not None:
        _check(known, since, first_belief, now)
    seen = at - _TICK if at == end and not retrospective else at
    return Cut(
        span=span,
        known=at,
        seen=seen,
        since=since,
        until=min(end, seen + _TICK),
        loaded_since=first_belief if retrospective else since,
        loaded_until=seen + _TICK if retrospective else min(end, seen + _TICK),
        day=civil_day(seen, zone),
        zone=zone,
        open=is_open,
        retrospective=retrospective,
        first=since <= first_belief <= seen,
        given=known is not None,
    )


def _check(known: datetime, since: datetime, first_belief: datetime, now: datetime) -> None:
    if known > now:
        raise BadCutOff(f"the record cannot be asked as known at {instant_text(known)}: that is to come; leave --known away")
    if known < first_belief:
        raise BadCutOff(f"nothing was known at {instant_text(known)}: the record begins at {instant_text(first_belief)}")
    if known <= since:
        raise BadCutOff(f"{instant_text(known)} lies before the period begins; give a later --known")


def _now_in(span: Span, now: datetime, zone: ZoneInfo) -> str:
    today = civil_day(now, zone)
    year, week, _ = today.isocalendar()
    return {"week": f"{year}-W{week:02d}", "month": f"{today:%Y-%m}", "year": f"{today:%Y}"}[span.kind]

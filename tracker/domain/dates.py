"""Civil dates of law, with their doubt, and the instants of our own clock.

A law's day may be known only to the month or year. Such a date is kept as its first and last possible day (DESIGN §3).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.errors import Refused

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class BadDate(Refused):
    """A date, instant or zone that cannot be read; the message names it and shows a good one."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A day known to lie between `first` and `last`, both included; equal where the day is known."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Doubt:
        """Read `2026`, `2026-07` or `2026-07-01`."""
        match = _PARTIAL.fullmatch(text.strip())
        if not match:
            raise BadDate(f"{text!r} is no date; write 2026-07-01, 2026-07 or 2026")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        try:
            if day is not None and month is not None:
                return cls(date(year, month, day), date(year, month, day))
            if month is not None:
                return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
            return cls(date(year, 1, 1), date(year, 12, 31))
        except ValueError:
            raise BadDate(f"{text!r} is not in the calendar; write 2026-07-01, 2026-07 or 2026") from None


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open civil period `[start, end)` in valid time; None is open. `*_latest` is the last possible day of each end."""

    start: date | None = None
    end: date | None = None
    start_latest: date | None = None
    end_latest: date | None = None

    def __post_init__(self) -> None:
        if self.start is self.end is self.start_latest is self.end_latest is None:
            return
        if self.start_latest is None:
            object.__setattr__(self, "start_latest", self.start)
        if self.end_latest is None:
            object.__setattr__(self, "end_latest", self.end)
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise BadDate(f"a period must end after it starts: {self.start} to {self.end}")
        for first, last in ((self.start, self.start_latest), (self.end, self.end_latest)):
            if last is not None and (first is None or last < first):
                raise BadDate(f"the last possible day {last} lies before the first possible day {first}")

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period, painted from its first possible day."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    @classmethod
    def parse(cls, start: str, end: str = "", start_latest: str = "") -> Period:
        """A period from dates of any precision; an empty text is an open end."""
        first = Doubt.parse(start) if start else None
        last = Doubt.parse(end) if end else None
        latest = Doubt.parse(start_latest).last if start_latest else (first.last if first else None)
        return cls(first.first if first else None, last.first if last else None, latest, last.last if last else None)


def parse_day(text: str) -> date:
    """One civil day, `2026-07-01`."""
    doubt = Doubt.parse(text)
    if doubt.first != doubt.last:
        raise BadDate(f"{text!r} is not one day; write it as 2026-07-01")
    return doubt.first


def parse_instant(text: str) -> datetime:
    """An aware instant in UTC from ISO 8601; a bare day means its first instant in UTC."""
    try:
        if _PARTIAL.fullmatch(text.strip()):
            return datetime.combine(parse_day(text), time(), UTC)
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadDate(f"{text!r} is no instant; write 2026-11-25T12:00:00Z") from None
    if instant.tzinfo is None:
        raise BadDate(f"{text!r} has no time zone; write 2026-11-25T12:00:00Z")
    return instant.astimezone(UTC)


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        raise BadDate(f"{name!r} is no IANA time zone; an example is America/New_York") from None


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """The instant (UTC) at which `day` begins in `tz`."""
    return datetime.combine(day, time(), tz).astimezone(UTC)


def civil_day(instant: datetime, tz: ZoneInfo) -> date:
    """The civil day of an aware instant in `tz`."""
    return instant.astimezone(tz).date()


def instant_text(instant: datetime) -> str:
    """The one text form of an instant: UTC, microseconds, `Z`."""
    return _utc_text(instant.astimezone(UTC))


@lru_cache(maxsize=1_000)
def _utc_text(instant: datetime) -> str:  # most rows of a transaction share their instants
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

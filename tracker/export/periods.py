"""The periods of a panel: calendar days, months, quarters or years between two days, cut at both ends of the range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.export.choices import Step

_DAY = timedelta(days=1)


class BadRange(ValueError):
    """A range that no panel can be made of; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open `[start, end)`. `name` is that of the whole calendar period, also where the range cuts it: `2026-Q3`."""

    name: str
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - _DAY


def spans(step: Step, first: date, last: date) -> list[Span]:
    """The periods from `first` to `last`, both days included."""
    if last < first:
        raise BadRange(f"the range ends on {last}, before it begins on {first}; give --from and --to the other way round")
    if last == date.max:
        raise BadRange(f"the range ends on {last}, the last day that a calendar holds; give an earlier --to")
    return list(_spans(step, first, last + _DAY))


def _spans(step: Step, start: date, end: date) -> Iterator[Span]:
    while start < end:
        following = min(_next(step, start), end)
        yield Span(_name(step, start), start, following)
        start = following


def _next(step: Step, day: date) -> date:
    if step is Step.DAY:
        return day + _DAY
    if step is Step.YEAR:
        return date(day.year + 1, 1, 1)
    months = 1 if step is Step.MONTH else 3
    number = (day.month - 1) // months * months + months
    return date(day.year + number // 12, number % 12 + 1, 1)


def _name(step: Step, day: date) -> str:
    match step:
        case Step.DAY:
            return day.isoformat()
        case Step.MONTH:
            return f"{day:%Y-%m}"
        case Step.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Step.YEAR:
            return f"{day.year:04}"

"""A panel of the record for longitudinal work: one row a jurisdiction, substance and period, as known at an instant.

Shares are days in force over the days of the period and sum to 1. Everything else that has no `first` or `share` in its name is about the
last day of the period. Doubt about a day is a share of its own, never an answer. States with DC and territories have a `unit_group` each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from tracker.domain.periods import BadRange, CalendarPeriod
from tracker.domain.vocabulary import Component, FoodLaw, Level, MissingReason, Status
from tracker.history.places import Place
from tracker.history.status import timelines
from tracker.history.words import group_of
from tracker.store.schema.view_columns import Column, Kind

MOST = 5_000_000
"""Rows of the largest panel that is made."""

_RESTRICTED = (Status.REGULATED, Status.AGE_RESTRICTED)


def _text(name: str, meaning: str, example: str) -> Column:
    return Column(name, Kind.TEXT, meaning, example)


def _share(name: str, meaning: str) -> Column:
    return Column(name, Kind.NUMBER, meaning, "0.5")


def _flag(name: str, meaning: str) -> Column:
    return Column(name, Kind.INTEGER, f"{meaning}; missing where nothing is known", "1")


UNIT: tuple[Column, ...] = (
    _text("jurisdiction", "code of the jurisdiction", "US-TN"),
    _text("jurisdiction_name", "name in English", "Tennessee"),
    _text("level", "country, subdivision, county, place, tribal or international", "subdivision"),
    _text(
        "unit_group",
        "us_states (50 states and DC), us_territories (5), countries, subdivisions, local …; never mix two",
        "us_states",
    ),
)
PERIOD: tuple[Column, ...] = (
    _text("period", "calendar period", "2026-07"),
    Column("period_start", Kind.DAY, "first day, cut at the range", "2026-07-01"),
    Column("period_end", Kind.DAY, "last day, cut at the range", "2026-07-31"),
    Column("days", Kind.INTEGER, "days of the period that lie in the range", "31", "days"),
)
ANSWERS: tuple[Column, ...] = (
    _text("status_first", "status on the first day", "regulated"),
    _text("status_last", "status on the last day", "banned"),
    Column("changes", Kind.INTEGER, "days of the period on which the status became another", "1"),
    Column("changed_on", Kind.DAY, "first of these days: the day of effect; its first possible day", "2026-07-01"),
    Column("changed_on_latest", Kind.DAY, "last possible day of changed_on", "2026-07-01"),
    *(_share(f"share_{status}", f"share of the period's days with status {status}") for status in Status),
    _share("share_uncertain", "share of days on which the answer hangs on a day that is not known"),
    _share("share_contested", "share of days on which the answer is contested"),
    Column("min_age", Kind.INTEGER, "minimum age", "21", "years"),
    _text("min_age_missing", "why min_age is missing", "not_applicable"),
    _text("schedule", "schedule or list", "Schedule I"),
    _text("threshold", "limits, in words", "{concentrate} 2 % of alkaloids"),
    _text("threshold_missing", "why threshold is missing", "not_found"),
    *(_flag(f"component_{part}", f"1 where the law asks for: {part.replace('_', ' ')}") for part in Component),
    _text("components_missing", "why the components are missing", "not_researched"),
    _text("food_law_position", "position of general food and medicine law", "not_addressed"),
    _flag("contested", "1 where the answer is contested"),
    _flag("verified", "1 rests on reviewed coded law, 0 researched and not verified"),
    _text("confidence", "high, medium or low", "medium"),
    _text("missing_reason", "why there is no status of law: not_researched, not_found, contested, not_applicable", "not_found"),
    _text("instrument", "act that decides", "US-TN Acts 2026 ch. 800"),
    _text("citation", "citation", "T.C.A. 39-17-452"),
)
SUBSTANCE = _text("substance", "substance", "{product}")
COLUMNS: tuple[Column, ...] = (*UNIT, SUBSTANCE, *PERIOD, *ANSWERS)


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the panel: the values of `UNIT`, the substance, those of `PERIOD` and those of `ANSWERS`."""

    unit: tuple[str, ...]
    substance: str
    period: tuple[str | int, ...]
    answers: tuple[Any, ...]

    @property
    def row(self) -> tuple[Any, ...]:
        return (*self.unit, self.substance, *self.period, *self.answers)


def period_of(period: CalendarPeriod) -> tuple[str | int, ...]:
    """The values of `PERIOD`."""
    return period.name, period.start.isoformat(), period.last.isoformat(), period.days


def check_size(units: int, substances: int, periods: int) -> None:
    """Refuse a panel that nobody could open; raises BadRange with the remedy."""
    if (rows := units * substances * periods) > MOST:
        raise BadRange(
            f"{periods} periods of {units} jurisdictions and {substances} substances are {rows:,} rows, more than {MOST:,}",
            "panel_too_large",
        )


def cells(
    connection: Connection,
    places: Mapping[str, Place],
    substances: Sequence[str],
    periods: Sequence[CalendarPeriod],
    known: datetime,
) -> Iterator[list[Cell]]:
    """For each jurisdiction and period the cells of `substances`, by code and time; one jurisdiction is held at a time."""
    timed = [(period, period_of(period)) for period in periods]
    for code in sorted(places):
        place = places[code]
        unit = (code, place.name, place.level.value, group_of(place))
        lines = timelines(connection, code, known)
        for period, values in timed:
            yield [Cell(unit, word, values, answers(place, lines.get(word, ()), period)) for word in substances]


def answers(place: Place, line: Sequence[Any], period: CalendarPeriod) -> tuple[Any, ...]:
    """The answers about one key and period; `line` holds its status rows in order, without overlap."""
    if not line:
        return _nothing(place)
    first, last = _at(line, period.start), _at(line, period.last)
    changed = [
        row
        for before, row in pairwise(line)
        if row.valid_from is not None and period.start <= row.valid_from < period.end and before.status != row.status
    ]
    return (
        _status(first),
        _status(last),
        len(changed),
        changed[0].valid_from.isoformat() if changed else None,
        changed[0].valid_from_latest.isoformat() if changed else None,
        *_shares(line, period),
        *_terms(place, last),
    )


@cache
def _nothing(place: Place) -> tuple[Any, ...]:
    """The answers where nothing was ever recorded."""
    shares = (float(status is Status.UNKNOWN) for status in Status)
    return (Status.UNKNOWN.value, Status.UNKNOWN.value, 0, None, None, *shares, 0.0, 0.0, *_terms(place, None))


def _at(line: Sequence[Any], day: date) -> Any | None:
    return next((row for row in line if (row.valid_from or date.min) <= day < (row.valid_to or date.max)), None)


def _status(row: Any | None) -> str:
    return Status.UNKNOWN.value if row is None else str(row.status)


def _shares(line: Sequence[Any], period: CalendarPeriod) -> Iterator[float]:
    days = dict.fromkeys(Status, 0)
    contested = 0
    for row in line:
        overlap = _overlap(period, row.valid_from, row.valid_to)
        days[Status(row.status)] += overlap
        contested += overlap if row.contested else 0
    # Days without a row are unknown, as everywhere; so the shares of a period always add up to one.
    days[Status.UNKNOWN] += period.days - sum(days.values())
    yield from (number / period.days for number in days.values())
    yield _doubtful(line, period) / period.days
    yield contested / period.days


def _overlap(period: CalendarPeriod, start: date | None, end: date | None) -> int:
    return max(0, (min(end or date.max, period.end) - max(start or date.min, period.start)).days)


def _doubtful(line: Sequence[Any], period: CalendarPeriod) -> int:
    """The days of `period` that are uncertain: before a row's start is sure, or before the end of an earlier row is."""
    doubts = []
    for row in line:
        if row.valid_from is not None:
            doubts.append((row.valid_from, min(row.valid_from_latest, row.valid_to or date.max)))
        if row.valid_to is not None:
            doubts.append((row.valid_to, row.valid_to_latest))
    count, reached = 0, period.start  # a day in doubt on two grounds counts once
    for start, end in sorted(doubts):
        start, end = max(start, reached), min(end, period.end)
        if start < end:
            count += (end - start).days
            reached = end
    return count


def _terms(place: Place, row: Any | None) -> tuple[Any, ...]:
    """What the status row of the last day says beside its headline."""
    reason = missing_reason(place, row)
    if row is None:
        nothing = (None,) * len(Component)
        absent = FoodLaw.NOT_ADDRESSED.value
        return (None, reason, "", "", reason, *nothing, reason, absent, None, None, "", reason, "", "")
    known = row.status != Status.UNKNOWN
    parts = set(row.components.split(","))
    flags = (int(part.value in parts) if known else None for part in Component)
    return (
        row.min_age,
        "" if row.min_age is not None else _term_missing(row, reason),
        row.schedule,
        row.threshold,
        "" if row.threshold else _term_missing(row, reason),
        *flags,
        "" if known else reason,
        row.food_law_position,
        int(bool(row.contested)),
        int(row.verified) if known else None,
        row.confidence if known else "",
        reason,
        row.instrument or "",
        row.citation,
    )


def missing_reason(place: Place, row: Any | None) -> str:
    """Why there is no status of law; empty where there is one."""
    status = Status.UNKNOWN if row is None else Status(row.status)
    if status not in (Status.UNKNOWN, Status.NO_SPECIFIC_LAW):
        return ""
    if place.level is Level.INTERNATIONAL:
        return MissingReason.NOT_APPLICABLE.value
    if row is not None and row.contested:
        return MissingReason.CONTESTED.value
    return (MissingReason.NOT_FOUND if status is Status.NO_SPECIFIC_LAW else MissingReason.NOT_RESEARCHED).value


def _term_missing(row: Any, reason: str) -> str:
    """Why a term is missing where there is a status: coded law sets none, a summary names none, or none could apply."""
    if reason:
        return reason
    if row.status in _RESTRICTED and not row.verified:
        return MissingReason.NOT_FOUND.value
    return MissingReason.NOT_APPLICABLE.value

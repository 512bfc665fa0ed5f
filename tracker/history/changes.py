"""What changed: what a belief stored, and what the days brought, or will bring, with nothing written (DESIGN §7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, literal, or_, select

from tracker.domain import changes as boundaries
from tracker.domain.dates import midnight
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, ChangeKind, OpenedBy, Significance
from tracker.history import beliefs
from tracker.store.mapping import statements, status_rows
from tracker.store.schema import tables as t

QUIET = (ChangeKind.FIRST_RECORDED, ChangeKind.CONFIRMED, ChangeKind.CHECK_DUE)
"""Kinds that are never news."""

_INSTANT = timedelta(microseconds=1)
_LAW = literal(
    Cause.LAW.value, literal_execute=True
)  # said in the statement, or SQLite would not see that an index is of law alone


@dataclass(frozen=True, slots=True)
class Change:
    """One boundary, stored or derived. `id` is the same for every reader; `row` is the status row after it.

    `day` None is the open past; `latest` is its last possible day. `recorded_at` of a derived change is the instant at which it
    counts as come.
    """

    id: str
    key: Key
    kind: ChangeKind
    significance: Significance
    cause: str
    recorded_at: datetime
    day: date | None
    latest: date | None
    before: str
    after: str
    before_terms: str
    after_terms: str
    found_late: int | None
    row: Any
    derived: bool = False
    retrospective: bool = False

    @property
    def known(self) -> datetime:
        """The instant whose knowledge shows it; a derived change stands in the record as it was when its day began."""
        return self.recorded_at - _INSTANT if self.derived else self.recorded_at


def stored(connection: Connection, since: datetime, until: datetime) -> list[Change]:
    """The changes of status recorded in `[since, until)`, in order of recording and key."""
    change, boundary, row = t.change.c, t.change_boundary, t.status_version
    query = (
        select(boundary, change.recorded_at, change.cause, change.jurisdiction, change.substance, change.digest)
        .join(t.change, change.id == boundary.c.change)
        .where(change.belief.is_not(None), change.recorded_at >= since, change.recorded_at < until)
    )
    items = connection.execute(query).all()
    rows: dict[int, Any] = {}
    for chunk in statements.chunks({item.status_version for item in items}):
        rows |= {version.id: version for version in connection.execute(select(row).where(row.c.id.in_(chunk)))}
    return _in_order(_of_row(item, rows[item.status_version]) for item in items)


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """By recording, key and day: here and not in SQL, where collation and the place of NULL differ between databases."""
    return sorted(changes, key=lambda change: (change.recorded_at, change.key, change.day or date.min))


def _of_row(item: Any, row: Any) -> Change:
    return Change(
        id=f"{item.digest[:20]}:{item.day.isoformat() if item.day else 'open'}",
        key=Key(item.jurisdiction, item.substance),
        kind=ChangeKind(item.kind),
        significance=Significance(item.significance),
        cause=item.cause,
        recorded_at=item.recorded_at,
        day=item.day,
        latest=item.day_latest,
        before=item.before,
        after=item.after,
        before_terms=item.before_terms,
        after_terms=item.after_terms,
        found_late=item.found_late,
        row=row,
    )


def derived(connection: Connection, start: date, end: date, known: datetime, zone: ZoneInfo) -> list[Change]:
    """The changes that the days of `[start, end)` bring with nothing written (DESIGN §7).

    A boundary is taken from the record as it stands when 00:00 of its last possible day comes: what is written at that very instant
    is stored. One that came before the first belief, or with it, is taken as known at `known` and marked retrospective, but where a
    belief of cause law told its day. One in doubt belongs only to a period that holds its whole interval. None comes after `known`.
    """
    first = beliefs.first(connection)
    if first is None:
        return []
    table = t.status_version
    until = min(midnight(end, zone), known + _INSTANT)
    comes = and_(table.c.comes_at >= midnight(start, zone), table.c.comes_at < until, table.c.valid_from >= start)
    then = and_(
        table.c.recorded_from < table.c.comes_at, or_(table.c.recorded_to.is_(None), table.c.recorded_to >= table.c.comes_at)
    )
    in_retrospect = and_(table.c.comes_at <= first, statements.as_known(table, known), ~_stored_by_law(known))
    query = select(table).where(
        comes, table.c.opened_by != OpenedBy.ORIGIN, or_(and_(table.c.comes_at > first, then), in_retrospect)
    )
    by_instant: dict[tuple[datetime, bool], list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        by_instant[(known, True) if row.comes_at <= first else (row.comes_at - _INSTANT, False)].append(row)
    return _by_day(change for moment, rows in by_instant.items() for change in _derived(connection, rows, *moment))


def between(connection: Connection, start: date, end: date, known: datetime, zone: ZoneInfo) -> list[Change]:
    """What was recorded on the days of `[start, end)` in `zone`, and what these days brought by themselves, as known at `known`."""
    last = min(midnight(end, zone), known + _INSTANT)
    recorded = stored(connection, midnight(start, zone), last)
    return _in_order([*recorded, *derived(connection, start, end, known, zone)])


def _stored_by_law(known: datetime) -> ColumnElement[bool]:
    """Whether a belief of cause law, up to `known`, stored a change at the first day of a status row."""
    row, change, boundary = t.status_version.c, t.change.c, t.change_boundary.c
    of_key = and_(change.jurisdiction == row.jurisdiction, change.substance == row.substance, boundary.day == row.valid_from)
    boundaries_of_law = select(boundary.id).join(t.change, change.id == boundary.change)
    return boundaries_of_law.where(of_key, change.cause == _LAW, change.recorded_at <= known).exists()


def coming(connection: Connection, day: date, known: datetime) -> list[Change]:
    """The boundaries after `day` in the record as held at `known`: what the days ahead bring with nothing written."""
    table = t.status_version
    query = select(table).where(
        table.c.valid_from_latest > day, table.c.opened_by != OpenedBy.ORIGIN, statements.as_known(table, known)
    )
    return _by_day(_derived(connection, connection.execute(query).all(), known, False))


def _by_day(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.day or date.min, change.key))


def _derived(connection: Connection, rows: Sequence[Any], known: datetime, retrospective: bool) -> Iterator[Change]:
    """The changes at the first days of `rows`, as known at `known`."""
    lines = status_rows.load(connection, {Key(row.jurisdiction, row.substance) for row in rows}, known)
    for row in rows:
        yield _at_start(row, lines[Key(row.jurisdiction, row.substance)], retrospective)


def _at_start(row: Any, line: status_rows.Stored, retrospective: bool) -> Change:
    key = Key(row.jurisdiction, row.substance)
    after = next(period for period, (number, _) in zip(line.timeline.periods, line.rows, strict=True) if number == row.id)
    before = next(period for period in line.timeline.periods if period.period.end == row.valid_from)
    boundary = boundaries.derived(before, after)
    return Change(
        id=f"{row.digest[:20]}:{boundary.kind}",
        key=key,
        kind=boundary.kind,
        significance=boundary.significance,
        cause="",
        recorded_at=row.comes_at,
        day=row.valid_from,
        latest=row.valid_from_latest,
        before=before.content.status,
        after=after.content.status,
        before_terms=before.content.describe(),
        after_terms=after.content.describe(),
        found_late=None,
        row=row,
        derived=True,
        retrospective=retrospective,
    )

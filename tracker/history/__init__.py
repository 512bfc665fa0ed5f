"""Reads the record by (day, instant): what we say, or said, about a day, and what changed. Writes nothing.

`known` None asks for what we hold now; an instant asks for what we held then. The same question with an instant always has the
same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Connection, Date, Select, and_, bindparam, func, or_, select

from tracker.domain import changes, rules, timeline
from tracker.domain.dates import midnight
from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import Cause, ChangeKind, Level, OpenedBy, Significance, Status
from tracker.store.mapping import statements, status_rows
from tracker.store.schema import tables as t
from tracker.store.schema.evidence_tables import capture as capture_table
from tracker.store.session import uncollected

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction as the record knows it."""

    code: str
    name: str
    level: Level
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about one key and day. `row` is the row of `status_version`, None where nothing was ever recorded.

    `uncertain` is true where the answer hangs on a day that is not known.
    """

    key: Key
    day: date
    status: Status
    uncertain: bool
    row: Any | None

    def get(self, column: str, default: Any = "") -> Any:
        """A column of the status row, or `default` where there is none."""
        return default if self.row is None else getattr(self.row, column)


@dataclass(frozen=True, slots=True)
class Effective:
    """A region's own status, and what binds it from above."""

    own: Answer
    binding: Status | None
    binding_from: str | None

    @property
    def status(self) -> Status:
        return rules.effective(self.own.status, self.binding)


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


@dataclass(frozen=True, slots=True)
class Explanation:
    """The chain from an answer to its evidence. `standing` are the rows of the statements from which it follows;
    `acting` the relations that act on the day on any statement of the key; `claims` what others say."""

    answer: Answer
    known: datetime | None
    standing: Mapping[Ref, Any]
    fallen: Mapping[Ref, Any]
    acting: Sequence[Any]
    captures: Mapping[int, Any]
    claims: Sequence[Any]
    belief: Any | None
    readings: Sequence[Any]


def places(connection: Connection) -> dict[str, Place]:
    """Every jurisdiction, by code."""
    found = sorted(connection.execute(select(t.jurisdiction)), key=lambda row: str(row.code))
    return {row.code: Place(row.code, row.name, Level(row.level), row.kind, row.parent) for row in found}


def first_belief(connection: Connection) -> datetime | None:
    """The instant of the first belief; None in an empty record."""
    return connection.execute(select(func.min(t.belief.c.recorded_at))).scalar()


def covers(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The status rows whose valid period covers `day`."""
    table = t.status_version.c
    return and_(
        or_(table.valid_from.is_(None), table.valid_from <= day),
        or_(table.valid_to.is_(None), table.valid_to > day),
    )


def status(connection: Connection, key: Key, day: date, known: datetime | None = None) -> Answer:
    """The status of one key on `day`, as held at `known`."""
    asked = {"jurisdiction": key.jurisdiction, "substance": key.substance, "day": day, "known": known}
    return _answer(key, day, connection.execute(_of_key_on_day(known is None), asked).all())


@cache
def _of_key_on_day(now: bool) -> Select[Any]:
    """The statement of `status`, made once."""
    table, day = t.status_version, bindparam("day", type_=Date)
    return select(table).where(
        table.c.jurisdiction == bindparam("jurisdiction"),
        table.c.substance == bindparam("substance"),
        statements.as_known(table, statements.then(now)),
        or_(covers(day), and_(table.c.valid_to <= day, table.c.valid_to_latest > day)),
    )


@uncollected()
def statuses(connection: Connection, day: date, known: datetime | None = None, substance: str | None = None) -> dict[Key, Answer]:
    """The status of every recorded key on `day`, as held at `known`; keys without a row are absent and mean `unknown`."""
    table = t.status_version
    query = select(table).where(
        statements.as_known(table, known), or_(covers(day), and_(table.c.valid_to <= day, table.c.valid_to_latest > day))
    )
    if substance is not None:
        query = query.where(table.c.substance == substance)
    grouped: dict[Key, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        grouped[Key(row.jurisdiction, row.substance)].append(row)
    return {key: _answer(key, day, found) for key, found in sorted(grouped.items())}


def _answer(key: Key, day: date, found: Sequence[Any]) -> Answer:
    row = next((row for row in found if _covers(row, day)), None)
    in_doubt = row is not None and row.valid_from is not None and row.valid_from <= day < row.valid_from_latest
    left = any(other.valid_to is not None and other.valid_to <= day < other.valid_to_latest for other in found)
    return Answer(key, day, Status(row.status) if row is not None else Status.UNKNOWN, in_doubt or left, row)


def _covers(row: Any, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to)


def timeline_of(connection: Connection, key: Key, known: datetime | None = None) -> Sequence[Any]:
    """The status rows of one key in order of valid time, as held at `known`."""
    table = t.status_version
    query = select(table).where(
        table.c.jurisdiction == key.jurisdiction, table.c.substance == key.substance, statements.as_known(table, known)
    )
    return sorted(connection.execute(query).all(), key=lambda row: row.valid_from or date.min)


def effective(
    connection: Connection, where: Mapping[str, Place], key: Key, day: date, known: datetime | None = None
) -> Effective:
    """The own status of a key and the strongest status that binds it from above."""
    own = status(connection, key, day, known)
    place = where[key.jurisdiction]
    strongest: tuple[Status, str] | None = None
    above = place.parent
    while above:
        parent = where[above]
        if rules.binds(parent.level, parent.code, place.level, place.code):
            word = status(connection, Key(above, key.substance), day, known).get("binding_status")
            if word and (strongest is None or Status(word).rank < strongest[0].rank):
                strongest = Status(word), above
        above = parent.parent
    return Effective(own, strongest[0] if strongest else None, strongest[1] if strongest else None)


def local_known(where: Mapping[str, Place], answers: Mapping[Key, Answer], substance: str) -> dict[str, int]:
    """For every region the number of counties and places below it known to have a rule of their own ("at least n known")."""
    counts: dict[str, int] = defaultdict(int)
    for key, answer in answers.items():
        place = where[key.jurisdiction]
        if key.substance != substance or place.level not in (Level.COUNTY, Level.PLACE):
            continue
        if answer.status in (Status.UNKNOWN, Status.NO_SPECIFIC_LAW):
            continue
        above = place.parent
        while above:
            counts[above] += 1
            above = where[above].parent
    return dict(counts)


def stored_changes(connection: Connection, since: datetime, until: datetime) -> list[Change]:
    """The changes of status recorded in `[since, until)`, in order of recording and key."""
    change, boundary, row = t.change.c, t.change_boundary, t.status_version
    query = (
        select(boundary, change.recorded_at, change.cause, change.jurisdiction, change.substance, change.digest)
        .join(t.change, change.id == boundary.c.change)
        .where(change.belief.is_not(None), change.recorded_at >= since, change.recorded_at < until)
    )
    found = connection.execute(query).all()
    rows: dict[int, Any] = {}
    for chunk in statements.chunks({item.status_version for item in found}):
        rows |= {held.id: held for held in connection.execute(select(row).where(row.c.id.in_(chunk)))}
    return _in_order(_stored(item, rows[item.status_version]) for item in found)


def _in_order(found: Iterable[Change]) -> list[Change]:
    """By recording, key and day: here and not in SQL, where collation and the place of NULL differ between databases."""
    return sorted(found, key=lambda row: (row.recorded_at, row.key, row.day or date.min))


def _stored(item: Any, row: Any) -> Change:
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


def derived_changes(connection: Connection, start: date, end: date, known: datetime, zone: ZoneInfo) -> list[Change]:
    """The changes that the days of `[start, end)` bring with nothing written (DESIGN §7).

    A boundary is taken from the record as it stands when 00:00 of its last possible day comes: what is written at that very instant
    is stored. One that came before the first belief, or with it, is taken as known at `known` and marked retrospective, but where a
    belief of cause law told its day. One in doubt belongs only to a period that holds its whole interval. None comes after `known`.
    """
    first = first_belief(connection)
    if first is None:
        return []
    table = t.status_version
    until = min(midnight(end, zone), known + _INSTANT)
    coming = and_(table.c.comes_at >= midnight(start, zone), table.c.comes_at < until, table.c.valid_from >= start)
    then = and_(
        table.c.recorded_from < table.c.comes_at, or_(table.c.recorded_to.is_(None), table.c.recorded_to >= table.c.comes_at)
    )
    in_retrospect = and_(table.c.comes_at <= first, statements.as_known(table, known), ~_told_by_law(known))
    query = select(table).where(
        coming, table.c.opened_by != OpenedBy.ORIGIN, or_(and_(table.c.comes_at > first, then), in_retrospect)
    )
    by_instant: dict[tuple[datetime, bool], list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        by_instant[(known, True) if row.comes_at <= first else (row.comes_at - _INSTANT, False)].append(row)
    return _by_day(change for asked, rows in by_instant.items() for change in _derived(connection, rows, *asked))


def _told_by_law(known: datetime) -> ColumnElement[bool]:
    """Whether a belief of cause law, up to `known`, stored a change at the first day of a status row."""
    row, change, boundary = t.status_version.c, t.change.c, t.change_boundary.c
    of_key = and_(change.jurisdiction == row.jurisdiction, change.substance == row.substance, boundary.day == row.valid_from)
    told = select(boundary.id).join(t.change, change.id == boundary.change)
    return told.where(of_key, change.cause == Cause.LAW, change.recorded_at <= known).exists()


def coming_changes(connection: Connection, day: date, known: datetime) -> list[Change]:
    """The boundaries after `day` in the record as held at `known`: what the days ahead bring with nothing written."""
    table = t.status_version
    query = select(table).where(
        table.c.valid_from_latest > day, table.c.opened_by != OpenedBy.ORIGIN, statements.as_known(table, known)
    )
    return _by_day(_derived(connection, connection.execute(query).all(), known, False))


def _by_day(found: Iterable[Change]) -> list[Change]:
    return sorted(found, key=lambda row: (row.day or date.min, row.key))


def _derived(connection: Connection, rows: Sequence[Any], known: datetime, retrospective: bool) -> Iterator[Change]:
    """The changes at the first days of `rows`, as known at `known`."""
    lines = status_rows.load(connection, {Key(row.jurisdiction, row.substance) for row in rows}, known)
    for row in rows:
        yield _at_start(row, lines[Key(row.jurisdiction, row.substance)], retrospective)


def _at_start(row: Any, stored: status_rows.Stored, retrospective: bool) -> Change:
    key = Key(row.jurisdiction, row.substance)
    after = next(period for period, (number, _) in zip(stored.timeline.periods, stored.rows, strict=True) if number == row.id)
    before = next(period for period in stored.timeline.periods if period.period.end == row.valid_from)
    boundary = changes.derived(before, after)
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


def explain(connection: Connection, key: Key, day: date, known: datetime | None = None) -> Explanation:
    """The chain from the answer about `day` to the statements, captures and people behind it."""
    answer = status(connection, key, day, known)
    held = statements.load(connection, [key], known)
    inputs = _inputs(connection, answer)
    acting = timeline.acting(held.records[key], day)
    on_key = {ref: row for ref, row in held.rows.items() if ref.kind != "relation" and _of_key(row, key)}
    captures = {row.capture for row in held.rows.values() if row.capture is not None}
    capture = select(capture_table).where(capture_table.c.id.in_(captures))
    claim = select(t.claim).where(t.claim.c.jurisdiction == key.jurisdiction, t.claim.c.substance == key.substance)
    if known is not None:
        claim = claim.where(t.claim.c.recorded_at <= known)
    belief = select(t.belief).where(t.belief.c.id == answer.get("belief", None))
    return Explanation(
        answer=answer,
        known=known,
        standing={ref: held.rows[ref] for ref in sorted(inputs) if ref in held.rows},
        fallen={ref: row for ref, row in sorted(on_key.items()) if ref not in inputs and _covers(row, day)},
        acting=[row for ref, row in sorted(held.rows.items()) if ref.kind == "relation" and ref.id in acting],
        captures={row.id: row for row in connection.execute(capture)},
        claims=connection.execute(claim.order_by(t.claim.c.id)).all(),
        belief=connection.execute(belief).first(),
        readings=_readings(connection, inputs),
    )


def _of_key(row: Any, key: Key) -> bool:
    return (row.jurisdiction, row.substance) == tuple(key)


def _inputs(connection: Connection, answer: Answer) -> set[Ref]:
    if answer.row is None:
        return set()
    link = t.status_input
    found = connection.execute(select(link).where(link.c.status_version == answer.row.id))
    return {Ref(row.kind, row.ref) for row in found}


def _readings(connection: Connection, inputs: set[Ref]) -> Sequence[Any]:
    """The rival readings of the statements in `inputs`."""
    columns = {"assertion": t.reading.c.assertion, "provision": t.reading.c.provision_version, "finding": t.reading.c.finding}
    named = [columns[ref.kind] == ref.id for ref in inputs if ref.kind in columns]
    return connection.execute(select(t.reading).where(or_(*named)).order_by(t.reading.c.id)).all() if named else []

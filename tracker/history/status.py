"""The status of keys on a day: what we say about it, or said at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Connection, Date, Select, and_, bindparam, func, or_, select

from tracker.domain.records import Key
from tracker.domain.vocabulary import Status
from tracker.store.mapping import statements
from tracker.store.schema import tables as t
from tracker.store.session import uncollected


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


def covers(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The status rows whose valid period covers `day`."""
    table = t.status_version.c
    return and_(
        or_(table.valid_from.is_(None), table.valid_from <= day),
        or_(table.valid_to.is_(None), table.valid_to > day),
    )


def of_key(connection: Connection, key: Key, day: date, known: datetime | None = None) -> Answer:
    """The status of one key on `day`, as held at `known`."""
    values = {"jurisdiction": key.jurisdiction, "substance": key.substance, "day": day, "known": known}
    return answer(key, day, connection.execute(_of_key_on_day(known is None), values).all())


@cache
def _of_key_on_day(now: bool) -> Select[Any]:
    """The statement of `of_key`, made once."""
    table, day = t.status_version, bindparam("day", type_=Date)
    return select(table).where(
        table.c.jurisdiction == bindparam("jurisdiction"),
        table.c.substance == bindparam("substance"),
        statements.as_known(table, statements.then(now)),
        or_(covers(day), and_(table.c.valid_to <= day, table.c.valid_to_latest > day)),
    )


@uncollected()
def on_day(connection: Connection, day: date, known: datetime | None = None, substance: str | None = None) -> dict[Key, Answer]:
    """The status of every recorded key on `day`, as held at `known`; keys without a row are absent and mean `unknown`."""
    table = t.status_version
    # A row that has ended is read too while its end is in doubt: it makes the answer of the next one uncertain.
    query = select(table).where(
        statements.as_known(table, known), or_(covers(day), and_(table.c.valid_to <= day, table.c.valid_to_latest > day))
    )
    if substance is not None:
        query = query.where(table.c.substance == substance)
    grouped: dict[Key, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        grouped[Key(row.jurisdiction, row.substance)].append(row)
    return {key: answer(key, day, rows) for key, rows in sorted(grouped.items())}


class Since(NamedTuple):
    """First and last possible day on which a headline began; None: not known."""

    first: date | None
    latest: date | None


def headlines_since(
    connection: Connection, answers: Iterable[Answer], known: datetime | None = None, jurisdiction: str | None = None
) -> dict[Key, Since]:
    """Since when each answer's headline holds without a break, whatever its terms, as held at `known`; of one `jurisdiction`, or of all.

    Answers without a row are absent.
    """
    table = t.status_version.c
    query = select(table.jurisdiction, table.substance, table.status, table.valid_from, table.valid_from_latest, table.valid_to)
    query = query.where(statements.as_known(t.status_version, known))
    if jurisdiction is not None:
        query = query.where(table.jurisdiction == jurisdiction)
    held: dict[Key, list[Any]] = defaultdict(list)
    for row in sorted(connection.execute(query), key=lambda row: row.valid_from or date.min):
        held[Key(row.jurisdiction, row.substance)].append(row)
    return {one.key: _since(one.row, held[one.key]) for one in answers if one.row is not None}


def _since(row: Any, rows: Sequence[Any]) -> Since:
    """Where the run begins to which `row` belongs; `rows` of its key are in order of valid time."""
    begin = rows[0]
    for before, after in pairwise(rows):
        if row.valid_from is None or after.valid_from > row.valid_from:
            break
        if before.status != after.status or before.valid_to != after.valid_from:
            begin = after
    return Since(begin.valid_from, begin.valid_from_latest)


def answer(key: Key, day: date, rows: Sequence[Any]) -> Answer:
    """What status rows of one key say about `day`; those that end in doubt on it are among them."""
    row = next((row for row in rows if covers_day(row, day)), None)
    in_doubt = row is not None and row.valid_from is not None and row.valid_from <= day < row.valid_from_latest
    left = any(other.valid_to is not None and other.valid_to <= day < other.valid_to_latest for other in rows)
    return Answer(key, day, Status(row.status) if row is not None else Status.UNKNOWN, in_doubt or left, row)


def covers_day(row: Any, day: date) -> bool:
    """Whether the valid period of a row covers `day`."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to)


def versions(connection: Connection, jurisdiction: str, known: datetime | None = None, *, every: bool = False) -> Sequence[Any]:
    """The status rows of a jurisdiction with cause and actor of the belief that wrote each: those held at `known`, or `every` one."""
    table = t.status_version
    query = select(table, t.belief.c.cause, t.belief.c.actor).join(t.belief, t.belief.c.id == table.c.belief)
    if not every:
        query = query.where(statements.as_known(table, known))
    return connection.execute(query.where(table.c.jurisdiction == jurisdiction)).all()


def count(connection: Connection) -> int:
    """How many status rows the record holds, of all that were ever written."""
    return connection.execute(select(func.count()).select_from(t.status_version)).scalar_one()


def timeline(connection: Connection, key: Key, known: datetime | None = None) -> Sequence[Any]:
    """The status rows of one key in order of valid time, as held at `known`."""
    table = t.status_version
    query = select(table).where(
        table.c.jurisdiction == key.jurisdiction, table.c.substance == key.substance, statements.as_known(table, known)
    )
    return sorted(connection.execute(query).all(), key=lambda row: row.valid_from or date.min)


def timelines(connection: Connection, jurisdiction: str, known: datetime | None = None) -> dict[str, Sequence[Any]]:
    """The status rows of a jurisdiction by substance, each in order of valid time, as held at `known`."""
    table = t.status_version
    query = select(table).where(table.c.jurisdiction == jurisdiction, statements.as_known(table, known))
    ordered = sorted(connection.execute(query).all(), key=lambda row: (row.substance, row.valid_from or date.min))
    return {substance: tuple(rows) for substance, rows in groupby(ordered, key=lambda row: row.substance)}

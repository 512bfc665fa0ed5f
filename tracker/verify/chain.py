"""The chain of beliefs: the seal of each, and the instants and numbers of the rows that it opened and closed."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select, union_all

from tracker.ledger import belief_seal
from tracker.store.integrity import soundness
from tracker.store.mapping import statements
from tracker.store.schema import tables as t
from tracker.store.streams import Hanging, in_order, streamed
from tracker.verify.problem import Problem

BITEMPORAL = {**statements.TABLES, "status": t.status_version}
_OPENED = (*BITEMPORAL.values(), t.change)
_CLOSING = ("recorded_from", "belief"), ("recorded_to", "belief_closed")


def chain(connection: Connection) -> tuple[int, list[Problem]]:
    """How many beliefs there are, and what is wrong with them and with the clocks of their rows."""
    problems: list[Problem] = []
    for table in _OPENED:
        problems += _out_of_number(connection, table)
    for table in BITEMPORAL.values():
        problems += [*_unlike_their_beliefs(connection, table), *_held_twice(connection, table)]
    count = connection.execute(select(func.count()).select_from(t.belief)).scalar_one()
    return count, problems + list(_broken(connection))


def _out_of_number(connection: Connection, table: Table) -> Iterator[Problem]:
    """Rows of a belief behind rows of a later one: beliefs number their rows as they come."""
    latest = 0
    query = select(table.c.id, table.c.belief).where(table.c.belief.is_not(None)).order_by(table.c.id)
    for row in streamed(connection, query):
        if row.belief < latest:
            detail = f"it says that belief {row.belief} recorded it, but its number is of belief {latest} or later"
            yield Problem("row", f"{table.name} {row.id}", detail)
        latest = max(latest, row.belief)


def _unlike_their_beliefs(connection: Connection, table: Table) -> Iterator[Problem]:
    """Rows whose clocks are not those of the beliefs that opened and closed them."""
    for instant, belief in _CLOSING:
        its_own = t.belief.alias()
        query = (
            select(table.c.id, table.c[belief].label("named"))
            .outerjoin(its_own, its_own.c.id == table.c[belief])
            .where(table.c.belief.is_not(None), table.c[instant].is_distinct_from(its_own.c.recorded_at))
        )
        for row in streamed(connection, query.order_by(table.c.id)):
            yield Problem("row", f"{table.name} {row.id}", f"{instant} is not the instant of its belief {row.named}")


def _held_twice(connection: Connection, table: Table) -> Iterator[Problem]:
    first = func.min(table.c.id).over(partition_by=table.c.digest).label("first")
    held = select(table.c.id, first).where(table.c.recorded_to.is_(None)).subquery()
    for row in streamed(connection, select(held).where(held.c.id != held.c.first).order_by(held.c.id)):
        detail = f"it says what row {row.first} says: nothing is held twice"
        yield Problem("row", f"{table.name} {row.id}", detail)


def _broken(connection: Connection) -> Iterator[Problem]:
    """Beliefs that do not fit their seal, the seal before, or the rows that they opened and closed."""
    opened = _digests(connection, [(table, "belief") for table in _OPENED])
    closed = _digests(connection, [(table, "belief_closed") for table in BITEMPORAL.values()])
    before = ""
    for row in streamed(connection, select(t.belief).order_by(t.belief.c.id)):
        said = {name: value for name, value in row._asdict().items() if name not in ("id", "seal")}
        digests = ((one.digest for one in found.of(row.id)) for found in (opened, closed))
        if belief_seal(said, before, *digests) != row.seal:
            told = "; ".join(_numbers(connection, row.id))
            detail = f"its seal does not fit it, the seal before it, or the rows that it opened ({told}) and closed"
            yield Problem("belief", f"belief {row.id} of {row.recorded_at.isoformat()}", detail)
        before = row.seal


def _digests(connection: Connection, ways: list[tuple[Table, str]]) -> Hanging:
    """The digests of the rows that each belief opened or closed, in order."""
    found = union_all(*(_by_belief(table, way) for table, way in ways)).subquery()
    query = select(found).order_by(found.c.belief, in_order(connection, found.c.digest))
    return Hanging(streamed(connection, query), attrgetter("belief"))


def _by_belief(table: Table, way: str) -> Select[Any]:
    return select(table.c[way].label("belief"), table.c.digest).where(table.c[way].is_not(None))


def _numbers(connection: Connection, belief: int) -> Iterator[str]:
    """The rows that a belief opened, by table."""
    for table in _OPENED:
        if found := soundness.spans(connection.scalars(select(table.c.id).where(table.c.belief == belief))):
            yield f"{table.name} {found}"

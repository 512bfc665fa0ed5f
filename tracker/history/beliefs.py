"""When the record was written, and by which rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, union_all

from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t


def first(connection: Connection) -> datetime | None:
    """The instant of the first belief; None in an empty record."""
    instant: datetime | None = connection.scalar(select(func.min(t.belief.c.recorded_at)))
    return instant


def last(connection: Connection) -> datetime | None:
    """The instant of the last belief; None in an empty record."""
    instant: datetime | None = connection.scalar(select(func.max(t.belief.c.recorded_at)))
    return instant


def last_write(connection: Connection) -> datetime | None:
    """The latest instant that any belief, run, edition or deed bears; None in an empty record."""
    written = union_all(select(func.max(t.belief.c.recorded_at).label("at")), select(func.max(e.root.c.recorded_at))).subquery()
    instant: datetime | None = connection.scalar(select(func.max(written.c.at)))
    return instant


def ahead(connection: Connection, now: datetime) -> Sequence[Any]:
    """What lies ahead of `now`: kind, name and `recorded_at` of runs, beliefs, editions and deeds, the first one first."""
    table = e.root.c
    query = select(table.kind, table.name, table.recorded_at).where(table.recorded_at > now)
    return connection.execute(query.order_by(table.recorded_at, table.id)).all()


def last_rules(connection: Connection) -> str | None:
    """The version of the status rules under which the record was last written; None in an empty record."""
    return connection.scalar(select(t.belief.c.rule_version).order_by(t.belief.c.id.desc()).limit(1))


def newest(connection: Connection, known: datetime) -> Row[Any] | None:
    """The row of the newest belief that was written up to `known`."""
    table = t.belief
    return connection.execute(
        select(table).where(table.c.recorded_at <= known).order_by(table.c.recorded_at.desc()).limit(1)
    ).first()

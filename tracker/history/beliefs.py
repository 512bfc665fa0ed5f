"""When the record was written, and by which rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from tracker.store.schema import tables as t


def first(connection: Connection) -> datetime | None:
    """The instant of the first belief; None in an empty record."""
    instant: datetime | None = connection.scalar(select(func.min(t.belief.c.recorded_at)))
    return instant


def last(connection: Connection) -> datetime | None:
    """The instant of the last belief; None in an empty record."""
    instant: datetime | None = connection.scalar(select(func.max(t.belief.c.recorded_at)))
    return instant


def last_rules(connection: Connection) -> str | None:
    """The version of the status rules under which the record was last written; None in an empty record."""
    return connection.scalar(select(t.belief.c.rule_version).order_by(t.belief.c.id.desc()).limit(1))


def newest(connection: Connection, known: datetime) -> Row[Any] | None:
    """The row of the newest belief that was written up to `known`."""
    table = t.belief
    return connection.execute(
        select(table).where(table.c.recorded_at <= known).order_by(table.c.recorded_at.desc()).limit(1)
    ).first()

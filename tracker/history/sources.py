"""Reads what the record tells of sources: whether one worked before, and what was told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from crawler.contract.report import Verdict
from tracker.domain.vocabulary import ChangeKind
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t

_STATES = (ChangeKind.SOURCE_LOST.value, ChangeKind.SOURCE_RESTORED.value)


def place(connection: Connection, source: str) -> str | None:
    """The jurisdiction whose law a source tells."""
    return connection.scalar(select(e.source.c.jurisdiction).where(e.source.c.key == source))


def healthy_before(connection: Connection, source: str, number: int) -> bool:
    """Whether a live run of a source before the given one was healthy."""
    table = e.crawl_run
    live = (table.c.source == source) & (table.c.mode == "live") & (table.c.verdict == Verdict.HEALTHY.value)
    return connection.scalar(select(table.c.id).where(live, table.c.id < number).limit(1)) is not None


def told_lost(connection: Connection, source: str) -> bool:
    """Whether the last that was told of a source is that it was lost."""
    change, boundary = t.change, t.change_boundary
    query = select(boundary.c.kind).join(change, change.c.id == boundary.c.change)
    states = query.where(change.c.source == source, boundary.c.kind.in_(_STATES)).order_by(change.c.id.desc())
    return connection.scalar(states.limit(1)) == ChangeKind.SOURCE_LOST.value


def told(connection: Connection, source: str, boundary: Mapping[str, Any]) -> bool:
    """Whether a source's change with just these words is stored."""
    change, table = t.change, t.change_boundary
    query = select(table.c.id).join(change, change.c.id == table.c.change).where(change.c.source == source)
    same = (table.c[name] == value for name, value in boundary.items())
    return connection.scalar(query.where(*same).limit(1)) is not None

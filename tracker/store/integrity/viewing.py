"""Whether a record has the views of this program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from tracker.store.schema import views

_STANDING = re.compile("date\\('([^']+Z)'\\)")
_MAY_MAKE_TEMPORARY = text("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
_ON_POSTGRES = text("SELECT viewname::text, definition FROM pg_views WHERE schemaname = current_schema()")
_TEMPORARY = text(
    "SELECT c.relname::text, pg_get_viewdef(c.oid) FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = pg_my_temp_schema()"
)


def differing(connection: Connection) -> list[str]:
    """The names of views that are missing, or are not what this program would make. Nothing is changed.

    Where views cannot be compared (see `comparable`) only missing ones are named.
    """
    held = _held(connection)
    if not comparable(connection):
        return [name for name in views.VIEWS if name not in held]
    made = _made(connection, clock(connection))
    return [name for name in views.VIEWS if held.get(name) != made[name]]


def comparable(connection: Connection) -> bool:
    """Whether views can be compared: on PostgreSQL that takes the right to make temporary ones."""
    return connection.dialect.name == "sqlite" or bool(connection.scalar(_MAY_MAKE_TEMPORARY))


def clock(connection: Connection) -> datetime | None:
    """The instant at which the clock of a snapshot's views stands; None in a record, where it goes."""
    if connection.dialect.name != "sqlite":
        return None
    match = _STANDING.search(_held(connection).get("upcoming", ""))
    return datetime.fromisoformat(match[1]) if match else None


def _held(connection: Connection) -> dict[str, str]:
    """The definitions of the record's views, as the database writes them."""
    if connection.dialect.name == "sqlite":
        return {name: sql.partition(" AS ")[2] for name, sql in connection.exec_driver_sql(_ON_SQLITE)}
    return _rows(connection.execute(_ON_POSTGRES))


def _made(connection: Connection, at: datetime | None) -> dict[str, str]:
    """Those of the views that this program makes, in the same writing."""
    if connection.dialect.name == "sqlite":
        return views.queries(connection, at)
    # PostgreSQL words a view anew: only one that it made itself can be compared, and a temporary one is in nobody's way
    with connection.begin_nested() as undone:
        views.create(connection, temporary=True)
        made = _rows(connection.execute(_TEMPORARY))
        undone.rollback()
    return made


def _rows(pairs: Iterable[Sequence[Any]]) -> dict[str, str]:
    return {row[0]: row[1] for row in pairs}

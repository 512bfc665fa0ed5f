"""Whether a record has the views of this program, and the views that analysts built on what the record holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from tracker.store.schema import views

_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
_ON_POSTGRES = text("SELECT viewname::text, definition FROM pg_views WHERE schemaname = current_schema()")
_TEMPORARY = text(
    "SELECT c.relname::text, pg_get_viewdef(c.oid) FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = pg_my_temp_schema()"
)

_BESIDE = """SELECT tbl_name, type, sql FROM sqlite_master
    WHERE type = 'view' OR type = 'trigger' AND tbl_name IN (SELECT name FROM sqlite_master WHERE type = 'view')
    ORDER BY type DESC, rowid"""

_BUILT_ON = text(
    """SELECT DISTINCT v.oid::regclass::text FROM pg_depend d
        JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_class v ON v.oid = r.ev_class
        JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
    WHERE t.relnamespace = current_schema()::regnamespace AND v.oid <> t.oid
        AND NOT (v.relnamespace = current_schema()::regnamespace AND v.relname = ANY(:ours)) ORDER BY 1"""
)


def differing(connection: Connection) -> list[str]:
    """The names of views that are missing, or are not what this program would make. Nothing is changed."""
    held, made = _views(connection)
    return [name for name in views.VIEWS if held.get(name) != made[name]]


def _views(connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
    """The definitions of the record's views and of those that this program makes, as the database writes them."""
    if connection.dialect.name == "sqlite":
        held = _rows(connection.exec_driver_sql(_ON_SQLITE))
        return {name: sql.partition(" AS ")[2] for name, sql in held.items()}, views.queries(connection)
    held = _rows(connection.execute(_ON_POSTGRES))
    # PostgreSQL words a view anew: only one that it made itself can be compared, and a temporary one is in nobody's way
    with connection.begin_nested() as undone:
        views.create(connection, temporary=True)
        made = _rows(connection.execute(_TEMPORARY))
        undone.rollback()
    return held, made


def _rows(found: Iterable[Sequence[Any]]) -> dict[str, str]:
    return {row[0]: row[1] for row in found}


@contextmanager
def aside(connection: Connection) -> Iterator[None]:
    """Meanwhile SQLite holds no view of others, which it would not let a table be renamed under; they come back as they were.

    PostgreSQL keeps them: there they have owners and rights.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    theirs = [row for row in connection.exec_driver_sql(_BESIDE) if row[0] not in views.VIEWS]
    for view in (view for view, kind, _ in theirs if kind == "view"):
        quoted = view.replace('"', '""')
        connection.exec_driver_sql(f'DROP VIEW "{quoted}"')
    yield
    for _, _, sql in theirs:
        connection.exec_driver_sql(sql)


def of_others(connection: Connection) -> list[str]:
    """On PostgreSQL, the views that are not this program's and are built on a table or view of the record."""
    if connection.dialect.name == "sqlite":
        return []
    return list(connection.scalars(_BUILT_ON, {"ours": list(views.VIEWS)}))

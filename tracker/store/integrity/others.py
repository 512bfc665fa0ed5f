"""The views that analysts built on what a record holds: set aside where a change of schema needs it, and put back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text

from tracker.store.schema import views

_ON_SQLITE = """SELECT tbl_name, type, sql FROM sqlite_master
    WHERE type = 'view' OR type = 'trigger' AND tbl_name IN (SELECT name FROM sqlite_master WHERE type = 'view')
    ORDER BY type DESC, rowid"""

_BUILT_ON = """WITH RECURSIVE rule AS (
        SELECT DISTINCT r.ev_class AS view, d.refobjid AS on_what FROM pg_depend d
            JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
        WHERE d.refclassid = 'pg_class'::regclass AND r.ev_class <> d.refobjid),
    built(view, steps) AS (
        SELECT rule.view, 1 FROM rule JOIN pg_class t ON t.oid = rule.on_what WHERE t.relnamespace = current_schema()::regnamespace
        UNION SELECT rule.view, b.steps + 1 FROM built b JOIN rule ON rule.on_what = b.view),
    theirs AS (
        SELECT v.oid, format('%I.%I', n.nspname, v.relname) AS name, v.relkind, v.relowner, v.relacl, v.reloptions, max(b.steps) AS steps
        FROM built b JOIN pg_class v ON v.oid = b.view JOIN pg_namespace n ON n.oid = v.relnamespace
        WHERE NOT (n.nspname = current_schema() AND v.relname = ANY(:ours)) GROUP BY v.oid, n.nspname)
"""

_NAMED = text(f"{_BUILT_ON} SELECT oid::regclass::text FROM theirs ORDER BY 1")

_GRANT = """format('GRANT %s ON %s TO %s%s', a.privilege_type, name,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"""
_RIGHTS_ON_OURS = text(
    f"""SELECT name, {_GRANT} AS sql FROM (SELECT relname::text AS name, relowner, relacl FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:ours)) v, aclexplode(relacl) a
    WHERE a.grantee <> relowner ORDER BY 1, 2"""
)

# what makes a view again, in order: the view, its owner, who may use it, what it is for, its triggers
_PUT_BACK = text(
    f"""{_BUILT_ON}, made AS (
    SELECT steps, oid, 1 AS place, name, format('CREATE VIEW %s%s AS %s', name, ' WITH (' || array_to_string(reloptions, ', ') || ')',
        pg_get_viewdef(oid)) AS sql FROM theirs WHERE relkind = 'v' AND reloptions IS NOT NULL
    UNION ALL SELECT steps, oid, 1, name, format('CREATE VIEW %s AS %s', name, pg_get_viewdef(oid))
        FROM theirs WHERE relkind = 'v' AND reloptions IS NULL
    UNION ALL SELECT steps, oid, 2, name, format('ALTER VIEW %s OWNER TO %I', name, pg_get_userbyid(relowner))
        FROM theirs WHERE relkind = 'v' AND pg_get_userbyid(relowner) <> current_user
    UNION ALL SELECT steps, t.oid, 3, name, {_GRANT} FROM theirs t, aclexplode(t.relacl) a WHERE relkind = 'v' AND a.grantee <> t.relowner
    UNION ALL SELECT steps, oid, 4, name, format('COMMENT ON VIEW %s IS %L', name, obj_description(oid, 'pg_class'))
        FROM theirs WHERE relkind = 'v' AND obj_description(oid, 'pg_class') IS NOT NULL
    UNION ALL SELECT steps, t.oid, 5, name, pg_get_triggerdef(g.oid)
        FROM theirs t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE relkind = 'v' AND NOT g.tgisinternal)
    SELECT place, name, sql FROM made ORDER BY steps, oid, place, sql"""
)

_OURS = {"ours": list(views.VIEWS)}


def built_on_the_record(connection: Connection) -> list[str]:
    """On PostgreSQL, the views that are not this program's and are built on a table or view of the record."""
    if connection.dialect.name == "sqlite":
        return []
    return list(connection.scalars(_NAMED, _OURS))


@contextmanager
def keeping_rights(connection: Connection) -> Iterator[None]:
    """Whoever may read a view of ours may read it when it was made anew."""
    if connection.dialect.name == "sqlite":
        yield
        return
    granted = connection.execute(_RIGHTS_ON_OURS, _OURS).all()
    yield
    there = inspect(connection).get_view_names()
    for sql in (row.sql for row in granted if row.name in there):
        connection.exec_driver_sql(sql.replace("%", "%%"))


@contextmanager
def aside(connection: Connection) -> Iterator[None]:
    """Meanwhile no view of others is built on the record; they come back as they were, on PostgreSQL with owners and rights.

    What cannot be made again (because a column that it uses is gone) fails with the database's own error. Materialised views stay.
    """
    back = list((_take_from_sqlite if connection.dialect.name == "sqlite" else _take_from_postgres)(connection))
    yield
    for sql in back:
        connection.exec_driver_sql(sql)


def _take_from_sqlite(connection: Connection) -> Iterator[str]:
    theirs = [row for row in connection.exec_driver_sql(_ON_SQLITE) if row[0] not in views.VIEWS]
    for view in (view for view, kind, _ in theirs if kind == "view"):
        quoted = view.replace('"', '""')
        connection.exec_driver_sql(f'DROP VIEW "{quoted}"')
    yield from (sql for _, _, sql in theirs)


def _take_from_postgres(connection: Connection) -> Iterator[str]:
    theirs = connection.execute(_PUT_BACK, _OURS).all()
    for name in reversed([row.name for row in theirs if row.place == 1]):
        connection.exec_driver_sql(f"DROP VIEW {name}".replace("%", "%%"))
    yield from (row.sql.replace("%", "%%") for row in theirs)

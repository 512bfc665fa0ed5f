"""What a schema refuses by itself: its checks, keys, exclusions and triggers, and how they differ from those of a fresh record.

A comparison of columns and indexes does not see them. Nothing is mended here, and what others added is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, inspect, text

from tracker.store.integrity import scratch

_TRIGGERS = text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")

_POSTGRES = text(
    """SELECT CASE c.contype WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' WHEN 'f' THEN 'foreign key' WHEN 'u' THEN 'unique key'
            ELSE 'primary key' END, t.relname, c.conname, pg_get_constraintdef(c.oid, true)
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        WHERE c.connamespace = current_schema()::regnamespace AND c.contype IN ('c', 'x', 'f', 'u', 'p')
    UNION ALL SELECT 'trigger', t.relname, g.tgname,
            pg_get_triggerdef(g.oid, true) || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' (switched ' || g.tgenabled::text || ')' END
        FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
        WHERE t.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal
    UNION ALL SELECT 'function', '', p.proname, p.prosrc || coalesce(' ' || array_to_string(p.proconfig, ' '), '')
        FROM pg_proc p JOIN pg_trigger g ON g.tgfoid = p.oid JOIN pg_class t ON t.oid = g.tgrelid
        WHERE t.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal"""
)


class Guard(NamedTuple):
    """One thing that refuses; `table` is empty for a function of triggers."""

    kind: str
    table: str
    name: str

    def __str__(self) -> str:
        return f"the {self.kind} {self.name}" + (f" of the table {self.table}" if self.table else "")


def differences(connection: Connection, migrate: Callable[[Connection, str | None], None]) -> Iterator[str]:
    """Each guard that is missing or was altered, in words. `migrate` brings an empty schema (named on PostgreSQL) to this program's."""
    held = guards(connection)
    with scratch.beside(connection) as fresh:
        migrate(fresh, scratch.schema_of(fresh))
        wanted = guards(fresh)
    for guard, definition in sorted(wanted.items()):
        if guard not in held:
            yield f"{guard} is missing ({definition})"
        elif held[guard] != definition:
            yield f"{guard} was altered (it is {held[guard]}, and should be {definition})"


def guards(connection: Connection) -> Mapping[Guard, str]:
    """Every guard of the current schema, with its definition."""
    if connection.dialect.name == "postgresql":
        rows = [tuple(row) for row in connection.execute(_POSTGRES)]
    else:
        seen = inspect(connection)
        rows = [("trigger", *row) for row in connection.execute(_TRIGGERS)]
        for table in seen.get_table_names():
            rows += [("check", table, one["name"], one["sqltext"]) for one in seen.get_check_constraints(table)]
    return {Guard(kind, table, name): " ".join(definition.split()) for kind, table, name, definition in rows}

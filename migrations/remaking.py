"""Gives a table of SQLite another definition, which it takes only with a table made anew. Frozen with revision 0008."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

_HELD = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'table' DESC, name"
_REFERRING = """SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' AND f."table" = ? AND m.name <> f."table" ORDER BY m.name, 2"""


def make_anew(connection: Connection, table: str, changed: Callable[[str], str]) -> None:
    """Make `table` by its changed statement, with its rows, indexes and triggers.

    Keys that refer to it are checked at the commit. Rows that do are found by indexes of the moment.
    """
    run = connection.exec_driver_sql
    run("PRAGMA defer_foreign_keys = ON")
    (made, *more) = run(_HELD, (table,)).scalars().all()
    referring = run(_REFERRING, (table,)).all()
    for place, (name, key) in enumerate(referring):
        run(f'CREATE INDEX moment_{place} ON "{name}" ({key})')
    run(f"CREATE TEMP TABLE moment AS SELECT * FROM {table}")
    run(f"DROP TABLE {table}")
    run(changed(made))
    run(f"INSERT INTO {table} SELECT * FROM temp.moment")
    run("DROP TABLE temp.moment")
    for sql in more:
        run(sql)
    for place, _ in enumerate(referring):
        run(f"DROP INDEX moment_{place}")


def replacing(table: str, old: str, new: str) -> Callable[[str], str]:
    """Puts `new` in place of `old` in the statement of `table`. Raises ValueError where it is not there."""

    def changed(made: str) -> str:
        if old not in made:
            raise ValueError(f"the table {table} lacks {old!r}: it was altered by something else than this program")
        return made.replace(old, new)

    return changed

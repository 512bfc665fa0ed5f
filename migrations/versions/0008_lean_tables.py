"""lean tables

Revision 0008, after 0007. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

SQLite keeps a table whose key is made of words twice: the rows by a number that nobody knows, and the words in an index. Tables of short
rows are kept by their words alone. Nothing changes for who reads or writes them, and nothing at all on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable

from alembic import op
from sqlalchemy import Connection

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    *("jurisdiction", "substance", "source", "instrument", "instrument_alias", "status_input", "observation"),
    *("lease", "job_run"),
)
LEAN = " WITHOUT ROWID"
REFERRING = """SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' AND f."table" = ? AND m.name <> f."table" ORDER BY m.name, 2"""


def upgrade() -> None:
    _make_anew(lambda sql: sql + LEAN)


def downgrade() -> None:
    _make_anew(lambda sql: sql.removesuffix(LEAN))


def _make_anew(changed: Callable[[str], str]) -> None:
    """Make the tables of SQLite with another definition. Keys that refer to them are checked at the commit."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in TABLES:
            _with_rows(connection, table, changed)


def _with_rows(connection: Connection, table: str, changed: Callable[[str], str]) -> None:
    """Rows that refer to the table are found by indexes of the moment."""
    run = connection.exec_driver_sql
    held = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'table' DESC, name"
    (made, *more) = run(held, (table,)).scalars().all()
    referring = run(REFERRING, (table,)).all()
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

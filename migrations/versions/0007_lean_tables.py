"""lean tables

Revision 0007, after 0006. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

SQLite keeps a table whose key is made of words twice: the rows by a number that nobody knows, and the words in an index. Tables of short
rows are kept by their words alone. Nothing changes for who reads or writes them, and nothing at all on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    *("jurisdiction", "substance", "source", "instrument", "instrument_alias", "status_input", "observation"),
    *("lease", "job_run"),
)
LEAN = " WITHOUT ROWID"


def upgrade() -> None:
    _rebuild(lambda sql: sql + LEAN)


def downgrade() -> None:
    _rebuild(lambda sql: sql.removesuffix(LEAN))


def _rebuild(remade: Callable[[str], str]) -> None:
    """Make the tables anew with their rows, indexes and triggers. Foreign keys must not be heeded meanwhile."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    held = "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'table' DESC, name"
    for table in TABLES:
        (_, made), *more = connection.exec_driver_sql(held, (table,)).all()
        connection.exec_driver_sql(f"CREATE TEMP TABLE carried AS SELECT * FROM {table}")
        connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql(remade(made))
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM carried")
        connection.exec_driver_sql("DROP TABLE carried")
        for _, sql in more:
            connection.exec_driver_sql(sql)

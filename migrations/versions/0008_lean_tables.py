"""lean tables

Revision 0008, after 0007. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

SQLite keeps a table whose key is made of words twice: the rows by a number that nobody knows, and the words in an index. Tables of short
rows are kept by their words alone. Nothing changes for who reads or writes them, and nothing at all on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable

from alembic import op

from migrations.remaking import make_anew

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    *("jurisdiction", "substance", "source", "instrument", "instrument_alias", "status_input", "observation"),
    *("lease", "job_run"),
)
LEAN = " WITHOUT ROWID"


def upgrade() -> None:
    _make_anew(lambda sql: sql + LEAN)


def downgrade() -> None:
    _make_anew(lambda sql: sql.removesuffix(LEAN))


def _make_anew(changed: Callable[[str], str]) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for table in TABLES:
            make_anew(connection, table, changed)

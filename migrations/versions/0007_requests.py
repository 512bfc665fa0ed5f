"""requests

Revision 0007, after 0006. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

Captures and fetches are told apart by the body of their request, too; two more outcomes. A seal leaves the new column out where it is
empty, so that rows sealed before still say the same. SQLite changes a constraint only by making the table anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BODY = "sha256 of the request's body without keys; empty where there was none"
KEY = "uq_capture_method_url_captured_at_payload_digest"
WIDER_KEY = "uq_capture_method_url_request_digest_captured_at_payload_digest"
COLUMNS = "method, url, captured_at, payload_digest"
WIDER_COLUMNS = "method, url, request_digest, captured_at, payload_digest"
KNOWN = (
    *("ok", "not_modified", "empty", "blocked", "soft_error", "gone", "layout_changed", "failed", "skipped_no_key"),
    *("robots_denied", "not_in_archive", "no_network"),
)
MORE = (
    *("ok", "not_modified", "empty", "blocked", "soft_error", "gone", "layout_changed", "parser_error", "failed"),
    *("skipped_no_key", "robots_denied", "rate_limited", "not_in_archive", "no_network"),
)


def upgrade() -> None:
    for table in ("capture", "fetch"):
        op.add_column(table, sa.Column("request_digest", sa.Text(), server_default="", nullable=False, comment=BODY))
    _unique((KEY, COLUMNS), (WIDER_KEY, WIDER_COLUMNS))
    _outcomes(KNOWN, MORE)


def downgrade() -> None:
    op.execute("""UPDATE "fetch" SET outcome = 'layout_changed' WHERE outcome = 'parser_error'""")
    op.execute("""UPDATE "fetch" SET outcome = 'failed' WHERE outcome = 'rate_limited'""")
    _outcomes(MORE, KNOWN)
    _unique((WIDER_KEY, WIDER_COLUMNS), (KEY, COLUMNS))
    for table in ("capture", "fetch"):
        op.drop_column(table, "request_digest")


def _unique(old: tuple[str, str], new: tuple[str, str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_anew("capture", *(f"CONSTRAINT {name} UNIQUE ({columns})" for name, columns in (old, new)))
        return
    op.execute(f"ALTER TABLE capture DROP CONSTRAINT {old[0]}")
    op.execute(f"ALTER TABLE capture ADD CONSTRAINT {new[0]} UNIQUE ({new[1]})")


def _outcomes(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    before, after = ("CHECK (" + " OR ".join(f"outcome = '{word}'" for word in words) + ")" for words in (old, new))
    if op.get_bind().dialect.name == "sqlite":
        _make_anew("fetch", before, after)
        return
    op.execute('ALTER TABLE "fetch" DROP CONSTRAINT ck_fetch_outcome_known')
    op.execute(f'ALTER TABLE "fetch" ADD CONSTRAINT ck_fetch_outcome_known {after}')


def _make_anew(table: str, old: str, new: str) -> None:
    """Make a table with other words in its definition. Keys that refer to it are checked at the commit, by indexes of the moment."""
    connection = op.get_bind()
    parts = connection.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL"), {"name": table}
    ).all()
    (made,) = (row.sql for row in parts if row.type == "table")
    if old not in made:
        raise ValueError(f"the table {table} lacks {old!r}: it was altered by something else than this program")
    referring = connection.execute(
        sa.text(
            'SELECT m.name, f."from" AS key FROM sqlite_master m, pragma_foreign_key_list(m.name) f '
            "WHERE m.type = 'table' AND f.\"table\" = :name ORDER BY m.name"
        ),
        {"name": table},
    ).all()
    for row in referring:
        op.execute(f"CREATE INDEX moment_{row.name} ON {row.name} ({row.key})")
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMP TABLE moment AS SELECT * FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(made.replace(old, new))
    op.execute(f"INSERT INTO {table} SELECT * FROM temp.moment")
    op.execute("DROP TABLE temp.moment")
    for row in parts:
        if row.type != "table":
            op.execute(row.sql)
    for row in referring:
        op.execute(f"DROP INDEX moment_{row.name}")

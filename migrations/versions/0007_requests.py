"""requests

Revision 0007, after 0006. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

Captures and fetches are told apart by the body of their request, too; two more outcomes. A seal leaves the new column out where it is
empty, so that rows sealed before still say the same. SQLite changes a constraint only by making the table anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.remaking import make_anew, replacing

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
        made = replacing("capture", *(f"CONSTRAINT {name} UNIQUE ({columns})" for name, columns in (old, new)))
        make_anew(op.get_bind(), "capture", made)
        return
    op.execute(f"ALTER TABLE capture DROP CONSTRAINT {old[0]}")
    op.execute(f"ALTER TABLE capture ADD CONSTRAINT {new[0]} UNIQUE ({new[1]})")


def _outcomes(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    before, after = ("CHECK (" + " OR ".join(f"outcome = '{word}'" for word in words) + ")" for words in (old, new))
    if op.get_bind().dialect.name == "sqlite":
        make_anew(op.get_bind(), "fetch", replacing("fetch", before, after))
        return
    op.execute('ALTER TABLE "fetch" DROP CONSTRAINT ck_fetch_outcome_known')
    op.execute(f'ALTER TABLE "fetch" ADD CONSTRAINT ck_fetch_outcome_known {after}')

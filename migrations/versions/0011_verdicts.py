"""verdicts

Revision 0011, after 0010. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

What the columns of a run say of themselves: there are verdicts `partial` and `skipped`, and whatever a run did not observe stands among its
reasons. SQLite keeps no words about columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = {
    "verdict": "healthy, held, failed or no_network",
    "reason": "why, where it is not healthy",
    "seen": "answers that were ok or not modified",
}
AFTER = {
    "verdict": "healthy, partial, held, failed, skipped or no_network",
    "reason": "why, and what was not observed",
    "seen": "answers that say what was asked",
}


def upgrade() -> None:
    _comment(BEFORE, AFTER)


def downgrade() -> None:
    _comment(AFTER, BEFORE)


def _comment(before: dict[str, str], after: dict[str, str]) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, words in after.items():
        kind = sa.Integer() if name == "seen" else sa.Text()
        op.alter_column("crawl_run", name, existing_type=kind, comment=words, existing_comment=before[name])

"""lean indexes

Revision 0003, after 0002. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

The beliefs of changes are found by the unique key that they lead, and only boundaries that come have an instant to be found by.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COMES = sa.text("comes_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_change_belief", "change")
    op.drop_index("ix_status_version_comes_at", "status_version")
    op.create_index("ix_status_version_comes_at", "status_version", ["comes_at"], sqlite_where=COMES, postgresql_where=COMES)


def downgrade() -> None:
    op.drop_index("ix_status_version_comes_at", "status_version")
    op.create_index("ix_status_version_comes_at", "status_version", ["comes_at"])
    op.create_index("ix_change_belief", "change", ["belief"])

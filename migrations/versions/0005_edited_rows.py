"""edited rows

Revision 0005, after 0004. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

An entry of `row_seal` may tell of a row that something else than this program changed; entries are found by their row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EDITED = "nothing was written: so the row was found, changed by something else than this program"


def upgrade() -> None:
    op.add_column("row_seal", sa.Column("edited", sa.Boolean(), server_default="0", nullable=False, comment=EDITED))
    op.create_index("ix_row_seal_row", "row_seal", ["sealed_table", "sealed_key"])


def downgrade() -> None:
    op.drop_index("ix_row_seal_row", "row_seal")
    op.drop_column("row_seal", "edited")

"""hashed exclusion

Revision 0004, after 0003. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

The exclusion of overlapping periods on PostgreSQL is led by a number made of the key: its index compares numbers several times as fast
as words. It refuses what it refused before: the words are compared as well, so two keys of one number do not meet.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = "jurisdiction WITH =, substance WITH ="
PERIOD = "daterange(valid_from, valid_to) WITH &&"
NUMBER = "hashtextextended(jurisdiction || ' ' || substance, 0) WITH ="


def upgrade() -> None:
    _exclude(f"{NUMBER}, {PERIOD}, {WORDS}")


def downgrade() -> None:
    _exclude(f"{WORDS}, {PERIOD}")


def _exclude(said: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE status_version DROP CONSTRAINT ex_status_version_overlap")
        op.execute(
            f"ALTER TABLE status_version ADD CONSTRAINT ex_status_version_overlap EXCLUDE USING gist ({said}) "
            "WHERE (recorded_to IS NULL)"
        )

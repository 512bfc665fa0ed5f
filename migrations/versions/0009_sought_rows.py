"""sought rows

Revision 0009, after 0008. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

Rows that are sought are found by index: what is held of a key and of all, days that came by themselves, what law told of a key, what was told of
a source, what lies in a place, where a document version was seen, and captures by their payload, which leads their key now. The versions of a document are
found by their key.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.remaking import make_anew, replacing

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("recorded_to IS NULL")
CAME = sa.text("recorded_from < comes_at AND (recorded_to IS NULL OR recorded_to >= comes_at)")
OF_LAW = sa.text("cause = 'law'")
OF_SOURCE = sa.text("source IS NOT NULL")
BY_ADDRESS = ("method", "url", "request_digest", "captured_at", "payload_digest")
BY_PAYLOAD = ("payload_digest", "url", "captured_at", "method", "request_digest")


def upgrade() -> None:
    op.drop_index("ix_document_version_document", "document_version")
    op.create_index("ix_jurisdiction_parent", "jurisdiction", ["parent"])
    op.create_index("ix_observation_document_version", "observation", ["document_version"])
    op.drop_index("ix_status_version_key", "status_version")
    op.create_index(
        "ix_status_version_key",
        "status_version",
        ["jurisdiction", "substance", "recorded_to"],
        postgresql_ops={"jurisdiction": "text_pattern_ops"},
    )
    op.create_index("ix_status_version_open", "status_version", ["valid_from_latest"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_status_version_came", "status_version", ["comes_at"], sqlite_where=CAME, postgresql_where=CAME)
    op.create_index("ix_change_of_law", "change", ["jurisdiction", "substance"], sqlite_where=OF_LAW, postgresql_where=OF_LAW)
    op.create_index("ix_change_source", "change", ["source"], sqlite_where=OF_SOURCE, postgresql_where=OF_SOURCE)
    _unique(BY_ADDRESS, BY_PAYLOAD)


def downgrade() -> None:
    _unique(BY_PAYLOAD, BY_ADDRESS)
    op.drop_index("ix_change_source", "change")
    op.drop_index("ix_change_of_law", "change")
    op.drop_index("ix_status_version_came", "status_version")
    op.drop_index("ix_status_version_open", "status_version")
    op.drop_index("ix_status_version_key", "status_version")
    op.create_index("ix_status_version_key", "status_version", ["jurisdiction", "substance", "recorded_from"])
    op.drop_index("ix_observation_document_version", "observation")
    op.drop_index("ix_jurisdiction_parent", "jurisdiction")
    op.create_index("ix_document_version_document", "document_version", ["document"])


def _unique(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    before, after = (f"uq_capture_{'_'.join(columns)}" for columns in (old, new))
    made = f"CONSTRAINT {after} UNIQUE ({', '.join(new)})"
    if op.get_bind().dialect.name == "sqlite":
        was = f"CONSTRAINT {before} UNIQUE ({', '.join(old)})"
        make_anew(op.get_bind(), "capture", replacing("capture", was, made))
        return
    op.execute(f"ALTER TABLE capture DROP CONSTRAINT {before}")
    op.execute(f"ALTER TABLE capture ADD {made}")

"""seals of rows

Revision 0002, after 0001. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

Every row that no belief seals gets an entry here and now; its instant of recording is unknown to the seal and left NULL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
KEYS = {
    "jurisdiction": "code",
    "substance": "code",
    "session": "jurisdiction identifier",
    "source": "key",
    "instrument": "key",
    "instrument_alias": "instrument alias",
    "measure": "jurisdiction session identifier",
    "measure_action": "id",
    "event": "jurisdiction kind happens_on title",
    "change": "id",
    "claim": "jurisdiction substance claimant status note",
    "reading": "id",
    "report_edition": "name",
    "crawl_run": "id",
    "capture": "method url captured_at payload_digest",
    "document": "source identifier language kind",
    "document_version": "document content_digest",
    "review": "provision_key quote_digest",
}
"""The tables that are sealed, and what tells their rows apart."""
DIGESTED = ("body", "item")


def upgrade() -> None:
    made = op.create_table(
        "row_seal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column(
            "recorded_at",
            INSTANT,
            nullable=True,
            comment="when the row was written; NULL: sealed by an upgrade, after it was written",
        ),
        sa.Column("sealed_table", sa.Text(), server_default="", nullable=False, comment="table of the row"),
        sa.Column(
            "sealed_key",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="what tells the row apart in its table, joined by |",
        ),
        sa.Column("digest", sa.Text(), server_default="", nullable=False, comment="SHA-256 of what the row then said"),
        sa.Column("seal", sa.Text(), server_default="", nullable=False, comment="SHA-256 over this entry and the seal before it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_seal")),
        comment="Every writing of a row that no belief seals; of a row that may change the last entry counts",
    )
    entries = list(_entries(op.get_bind()))
    if entries:
        op.bulk_insert(made, entries)
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("row_seal")


def _entries(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    number, seal = 0, ""
    for name, key in KEYS.items():
        for row in _rows(connection, name):
            parts = ["" if row[part] is None else str(row[part]) for part in key.split()]
            said = {"sealed_table": name, "sealed_key": "|".join(parts), "digest": _digest([name, sorted(row), _values(row)])}
            number, seal = number + 1, _digest([seal, None, *said.values()])
            yield {"id": number, "recorded_at": None, "seal": seal} | said


def _rows(connection: sa.Connection, name: str) -> list[dict[str, Any]]:
    """The rows of a table in the order of its key, as plain values that are the same from either database."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    query = sa.select(*(column for column in table.columns if name != "document_version" or column.name not in DIGESTED))
    if name == "change":
        query = query.where(table.c.belief.is_(None))
    found = [{column: _plain(value) for column, value in row._mapping.items()} for row in connection.execute(query)]
    return sorted(found, key=lambda row: [row[column.name] for column in table.primary_key])


def _values(row: dict[str, Any]) -> list[Any]:
    return [row[name] for name in sorted(row)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    return value.isoformat() if isinstance(value, date) else value


def _digest(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def _guards(dialect: str) -> Iterator[str]:
    """The table only grows. The function is that of revision 0001, and the triggers go with the table."""
    if dialect == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'row_seal only grows: what was recorded is never edited'); END"
        yield f"CREATE TRIGGER tr_row_seal_fixed BEFORE UPDATE ON row_seal {refuse}"
        yield f"CREATE TRIGGER tr_row_seal_kept BEFORE DELETE ON row_seal {refuse}"
        return
    yield "CREATE TRIGGER tr_row_seal_fixed BEFORE UPDATE ON row_seal FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
    yield "CREATE TRIGGER tr_row_seal_kept BEFORE DELETE ON row_seal FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
    yield "CREATE TRIGGER tr_row_seal_kept_whole BEFORE TRUNCATE ON row_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit()"

"""measure statements

Revision 0010, after 0009. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

What each document states of its measure is kept, so that a measure is a fold over it; a step that its publisher took back is closed; and
there is a kind of change for what was taken back. A seal leaves the new column out where it is empty, so that rows sealed before still say
the same. SQLite changes a constraint only by making the table anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.remaking import make_anew, replacing

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = (
    *("enacted_for_later", "took_effect", "expired", "retroactive", "stayed", "stay_lifted", "corrected", "method_changed"),
    *("first_recorded", "confirmed", "check_due", "measure_introduced", "measure_advanced", "measure_enacted", "measure_failed"),
    *("rule_proposed", "rule_finalised", "rule_withdrawn", "case_advanced", "local_action", "document_amended", "source_lost"),
    "source_restored",
)
MORE = tuple(word for kind in KINDS for word in ((kind, "measure_corrected") if kind == "measure_introduced" else (kind,)))
STATEMENT = "What each document states of its measure, version by version: the measure is a fold over them"
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column(
        "measure_action",
        sa.Column("recorded_to", INSTANT, nullable=True, comment="when its publisher had taken it back; NULL: it stands"),
    )
    _comment("Steps of a measure, closed and never edited")
    _create_statements()
    _guard()
    _kinds(KINDS, MORE)


def downgrade() -> None:
    _unguarded(
        "change_boundary", "fixed", "UPDATE change_boundary SET kind = 'measure_advanced' WHERE kind = 'measure_corrected'"
    )
    _kinds(MORE, KINDS)
    op.drop_table("measure_statement")
    _unguarded("measure_action", "kept", "DELETE FROM measure_action WHERE recorded_to IS NOT NULL")
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON measure_action"
    op.execute(f"DROP TRIGGER IF EXISTS tr_measure_action_recorded_to_once{on}")
    op.drop_column("measure_action", "recorded_to")
    _comment("Steps of a measure, never edited")


def _create_statements() -> None:
    op.create_table(
        "measure_statement",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("measure", sa.Integer(), nullable=False, comment="the measure"),
        sa.Column("document", sa.Integer(), comment="the document that states it; NULL: a person or the research"),
        sa.Column("capture", sa.Integer(), comment="archived response that says so"),
        _text("source", "who states it"),
        sa.Column("captured_at", INSTANT, nullable=False, comment="when it was captured; orders what is stated"),
        sa.Column("whole", sa.Boolean(), nullable=False, comment="the document gives the whole history of the measure"),
        _text("says", "JSON object of what is stated of the measure, steps included"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="when we recorded it"),
        sa.ForeignKeyConstraint(["measure"], ["measure.id"], name=op.f("fk_measure_statement_measure")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_measure_statement_document")),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_measure_statement_capture")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_statement")),
        comment=STATEMENT,
    )
    op.create_index(op.f("ix_measure_statement_measure"), "measure_statement", ["measure"])


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)


def _guard() -> None:
    """Statements only grow, and a step is closed once."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    triggers = [
        ("tr_measure_statement_fixed", "UPDATE ON measure_statement", ""),
        ("tr_measure_statement_kept", "DELETE ON measure_statement", ""),
        ("tr_measure_action_recorded_to_once", "UPDATE OF recorded_to ON measure_action", "OLD.recorded_to IS NOT NULL"),
    ]
    for name, event, when in triggers:
        if sqlite:
            table = event.split()[-1]
            act = f"BEGIN SELECT RAISE(ABORT, '{table} only grows: what was recorded is never edited'); END"
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} {f'WHEN {when} ' if when else ''}{act}")
        else:
            act = f"FOR EACH ROW {f'WHEN ({when}) ' if when else ''}EXECUTE FUNCTION refuse_edit()"
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} {act}")
    if not sqlite:
        whole = "BEFORE TRUNCATE ON measure_statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit()"
        op.execute(f"CREATE TRIGGER tr_measure_statement_kept_whole {whole}")


def _unguarded(table: str, guard: str, sql: str) -> None:
    """Take back what an older schema has no place for, while the guard of the table looks away."""
    connection, name = op.get_bind(), f"tr_{table}_{guard}"
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        op.execute(sql)
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
        return
    made = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
    op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute(sql)
    if made:  # somebody may have taken the guard away
        op.execute(made)


def _kinds(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    before, after = ("CHECK (" + " OR ".join(f"kind = '{word}'" for word in words) + ")" for words in (old, new))
    if op.get_bind().dialect.name == "sqlite":
        make_anew(op.get_bind(), "change_boundary", replacing("change_boundary", before, after))
        return
    op.execute("ALTER TABLE change_boundary DROP CONSTRAINT ck_change_boundary_kind_known")
    op.execute(f"ALTER TABLE change_boundary ADD CONSTRAINT ck_change_boundary_kind_known {after}")


def _comment(text: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("measure_action", text)

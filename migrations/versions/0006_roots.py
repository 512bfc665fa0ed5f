"""roots

Revision 0006, after 0005. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.

One row of `root` for what was written in one go takes the place of an entry of `row_seal` for each row. The old chain must hold; its last
seal and the digests that counted go into the first root, so that whatever was named before is named after. A row that something else
changed before it was written anew stays named: the second root keeps what it was then found to say. Runs get their stage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from migrations import seals
from migrations.seals import Digests, Row

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
WORDED = ("jurisdiction", "substance", "source", "instrument", "instrument_alias")
NUMBERED = {*seals.KEYS, "belief"} - set(WORDED)
EDITED = "nothing was written: so the row was found, changed by something else than this program"
STAGE = "how far we have come with it: crawled, taken_in, followed_up"
STAGES = "stage = 'crawled' OR stage = 'taken_in' OR stage = 'followed_up'"


def upgrade() -> None:
    connection = op.get_bind()
    entries = seals.entries(connection, "row_seal")
    seals.refuse_broken(entries)
    made = _create_root()
    if carried := list(_roots(connection, entries)):
        op.bulk_insert(made, carried)
    op.drop_table("row_seal")
    for statement in _guards("root", connection.dialect.name):
        op.execute(statement)
    _add_stage()


def downgrade() -> None:
    connection = op.get_bind()
    roots = seals.entries(connection, "root")
    seals.refuse_broken_roots(roots)
    entries = list(_entries(connection, roots))
    made = _create_row_seal()
    if entries:
        op.bulk_insert(made, entries)
    for statement in _guards("row_seal", connection.dialect.name):
        op.execute(statement)
    op.drop_table("root")
    op.drop_column("crawl_run", "stage")


def _roots(connection: sa.Connection, entries: list[Row]) -> Iterator[Row]:
    """The last link of the old chain, and what the upgrade itself seals: the beliefs, and rows that are marked as edited."""
    counted, found, now = _counted(connection, entries)
    now["belief"] = {key: seals.short(digest) for _, key, digest in seals.rows(connection, "belief")}
    number, before = 0, ""
    if entries:
        said = (f"{len(entries)} entries of row_seal, the last with the seal {entries[-1]['seal']}", counted, Digests())
        number, before = 1, (first := _root(1, "", *said))["seal"]
        yield first
    if any(now.values()):
        yield _root(number + 1, before, "beliefs and edited rows", now, found)


def _root(number: int, before: str, name: str, digests: Digests, found: Digests) -> Row:
    packed = (seals.pack(digests, NUMBERED), seals.pack(found, NUMBERED))
    said = {"id": number, "kind": "deed", "name": name, "recorded_at": None, "digests": packed[0], "digests_before": packed[1]}
    return said | {"seal": seals.root_seal(before, said)}


def _counted(connection: sa.Connection, entries: list[Row]) -> tuple[Digests, Digests, Digests]:
    """What counts for each row before it was found edited; what edited rows were found to say, and what counts for them now."""
    keys = {name: {words: key for words, key, _ in seals.rows(connection, name)} for name in seals.KEYS}
    counted, found, now = (defaultdict[str, dict[str, str]](dict) for _ in range(3))
    for entry in entries:
        name = entry["sealed_table"]
        key = keys.get(name, {}).get(entry["sealed_key"], entry["sealed_key"])
        digest = seals.short(entry["digest"])
        if key in found[name]:
            now[name][key] = digest
        elif entry["edited"]:
            found[name][key] = now[name][key] = digest
        else:
            counted[name][key] = digest
    return counted, found, now


def _entries(connection: sa.Connection, roots: list[Row]) -> Iterator[Row]:
    """An entry for each row as its last root told it, behind one of what it was found to say where something else had edited it."""
    last, edited = _last(roots)
    there = {(name, key): (words, full) for name in seals.KEYS for words, key, full in seals.rows(connection, name)}
    number, before = 0, ""
    for (name, key), digest in last.items():
        words, full = there.get((name, key), (key, ""))
        told = [(True, seals.long(edited[name, key]))] if (name, key) in edited else []
        for marked, said in [*told, (False, full if seals.short(full) == digest else seals.long(digest))]:
            entry = {"recorded_at": None, "sealed_table": name, "sealed_key": words, "digest": said, "edited": marked}
            number, before = number + 1, seals.entry_seal(before, entry)
            yield entry | {"id": number, "seal": before}


def _last(roots: list[Row]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """What counts for each row but beliefs, and what those that something else edited were found to say."""
    last: dict[tuple[str, str], str] = {}
    edited: dict[tuple[str, str], str] = {}
    for root in roots:
        for name, key, digest in seals.unpack(root["digests_before"]):
            if last.get((name, key)) != digest:
                edited.setdefault((name, key), digest)
        last |= {(name, key): digest for name, key, digest in seals.unpack(root["digests"]) if name in seals.KEYS}
    return last, edited


def _create_root() -> sa.Table:
    return op.create_table(
        "root",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        _text("kind", "run, belief, edition or deed: what wrote the rows"),
        _text("name", "number of the run or belief, name of the edition; of a deed the tables that it wrote in"),
        sa.Column(
            "recorded_at",
            INSTANT,
            nullable=True,
            comment="when the rows were written; NULL: sealed by an upgrade, after they were written",
        ),
        _text(
            "digests",
            "JSON object: table to primary key to digest of what the row then said; of numbers in a row the digests stand one behind the other",
        ),
        _text("digests_before", "the same of rows that were there, before they were written anew"),
        _text("seal", "SHA-256 over this root and the seal before it"),
        sa.CheckConstraint(
            "kind = 'run' OR kind = 'belief' OR kind = 'edition' OR kind = 'deed'", name=op.f("ck_root_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root")),
        comment="What was written in one go, sealed as one and chained; of a row that may change the last root that names it counts",
    )


def _create_row_seal() -> sa.Table:
    """The table as revisions 0002 and 0005 make it."""
    made = op.create_table(
        "row_seal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column(
            "recorded_at",
            INSTANT,
            nullable=True,
            comment="when the row was written; NULL: sealed by an upgrade, after it was written",
        ),
        _text("sealed_table", "table of the row"),
        _text("sealed_key", "what tells the row apart in its table, joined by |"),
        _text("digest", "SHA-256 of what the row then said"),
        _text("seal", "SHA-256 over this entry and the seal before it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_seal")),
        comment="Every writing of a row that no belief seals; of a row that may change the last entry counts",
    )
    op.add_column("row_seal", sa.Column("edited", sa.Boolean(), server_default="0", nullable=False, comment=EDITED))
    op.create_index("ix_row_seal_row", "row_seal", ["sealed_table", "sealed_key"])
    made.append_column(sa.Column("edited", sa.Boolean()))
    return made


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)


def _add_stage() -> None:
    op.execute(
        f"ALTER TABLE crawl_run ADD COLUMN stage TEXT DEFAULT 'taken_in' NOT NULL CONSTRAINT ck_crawl_run_stage_known CHECK ({STAGES})"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN crawl_run.stage IS '{STAGE}'")
    op.execute("UPDATE crawl_run SET stage = 'followed_up' WHERE verdict = 'healthy' OR accepted_at IS NOT NULL")


def _guards(table: str, dialect: str) -> Iterator[str]:
    """The table only grows. The function is that of revision 0001, and the triggers go with the table."""
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} only grows: what was recorded is never edited'); END"
        yield f"CREATE TRIGGER tr_{table}_fixed BEFORE UPDATE ON {table} {refuse}"
        yield f"CREATE TRIGGER tr_{table}_kept BEFORE DELETE ON {table} {refuse}"
        return
    refuse = "EXECUTE FUNCTION refuse_edit()"
    yield f"CREATE TRIGGER tr_{table}_fixed BEFORE UPDATE ON {table} FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER tr_{table}_kept BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER tr_{table}_kept_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"

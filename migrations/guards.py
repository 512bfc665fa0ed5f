"""What the schema itself refuses: overlapping valid periods of one key, and edits of what was once recorded.

Frozen with revision 0001: a later revision brings its own.

Overlap on SQLite is refused by a trigger that looks at all rows of the key; there is only ever one writer. On PostgreSQL an exclusion
constraint holds the rows that are held now, against any number of writers, and a trigger looks at the closed ones. An exclusion over
all rows would say no more and cost each closing a new entry in its index: a row that is held can only be closed, once, which makes its
recorded period shorter and nothing overlap that did not before; so only a row that comes in can, and that is looked at by both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

APPEND_ONLY = {
    "status_version": ("recorded_to", "belief_closed"),
    "provision": (),
    "provision_version": ("recorded_to", "belief_closed"),
    "assertion": ("recorded_to", "belief_closed"),
    "finding": ("recorded_to", "belief_closed"),
    "position": ("recorded_to", "belief_closed"),
    "relation": ("recorded_to", "belief_closed"),
    "provision_limit": (),
    "status_input": (),
    "belief": (),
    "change": (),
    "change_boundary": (),
    "reading": (),
    "document_version": (),
    "measure_action": (),
}
"""Tables that only grow, with the columns that may be set once."""


def statements(dialect: str, columns: dict[str, Sequence[str]]) -> Iterator[str]:
    """The SQL that installs the guards; `columns` names the columns of each append-only table."""
    yield from _no_overlap(dialect)
    for table, closing in APPEND_ONLY.items():
        fixed = [name for name in columns[table] if name not in closing]
        yield from (_sqlite_append_only if dialect == "sqlite" else _postgres_append_only)(table, fixed, closing)


def removals(dialect: str) -> Iterator[str]:
    """The SQL that takes away what `statements` added and the tables do not carry with them."""
    if dialect == "postgresql":
        yield "DROP FUNCTION IF EXISTS refuse_edit() CASCADE"
        yield "DROP FUNCTION IF EXISTS refuse_overlap() CASCADE"


def _no_overlap(dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield "CREATE EXTENSION IF NOT EXISTS btree_gist"
        yield (
            "ALTER TABLE status_version ADD CONSTRAINT ex_status_version_overlap EXCLUDE USING gist "
            "(jurisdiction WITH =, substance WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (recorded_to IS NULL)"
        )
        yield (
            "CREATE FUNCTION refuse_overlap() RETURNS trigger LANGUAGE plpgsql "
            "SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN "  # by key, however many rows there are
            "IF EXISTS (SELECT 1 FROM come n JOIN status_version o ON o.jurisdiction = n.jurisdiction AND o.substance = n.substance "
            "AND o.id <> n.id AND daterange(o.valid_from, o.valid_to) && daterange(n.valid_from, n.valid_to) "
            "AND tstzrange(o.recorded_from, o.recorded_to) && tstzrange(n.recorded_from, n.recorded_to)) THEN "
            "RAISE EXCEPTION 'ex_status_version_overlap: valid periods of one key overlap' USING ERRCODE = 'exclusion_violation'; "
            "END IF; RETURN NULL; END $$"
        )
        yield (
            "CREATE TRIGGER tr_status_version_overlap AFTER INSERT ON status_version REFERENCING NEW TABLE AS come "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_overlap()"
        )
        return
    overlap = (
        "SELECT 1 FROM status_version o WHERE o.jurisdiction = NEW.jurisdiction AND o.substance = NEW.substance AND o.id <> NEW.id "
        "AND (o.recorded_to IS NULL OR o.recorded_to > NEW.recorded_from) "
        "AND (NEW.recorded_to IS NULL OR NEW.recorded_to > o.recorded_from) "
        "AND (o.valid_to IS NULL OR NEW.valid_from IS NULL OR o.valid_to > NEW.valid_from) "
        "AND (NEW.valid_to IS NULL OR o.valid_from IS NULL OR NEW.valid_to > o.valid_from)"
    )
    yield (
        f"CREATE TRIGGER tr_status_version_overlap AFTER INSERT ON status_version WHEN EXISTS ({overlap}) "
        "BEGIN SELECT RAISE(ABORT, 'ex_status_version_overlap: valid periods of one key overlap'); END"
    )


def _sqlite_append_only(table: str, fixed: Sequence[str], closing: Sequence[str]) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} only grows: what was recorded is never edited'); END"
    quoted = ", ".join(f'"{name}"' for name in fixed)
    yield f'CREATE TRIGGER tr_{table}_fixed BEFORE UPDATE OF {quoted} ON "{table}" {refuse}'
    yield f'CREATE TRIGGER tr_{table}_kept BEFORE DELETE ON "{table}" {refuse}'
    for name in closing:
        unset = f"OLD.{name} IS NOT NULL"
        yield f'CREATE TRIGGER tr_{table}_{name}_once BEFORE UPDATE OF {name} ON "{table}" WHEN {unset} {refuse}'


def _postgres_append_only(table: str, fixed: Sequence[str], closing: Sequence[str]) -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% only grows: what was recorded is never edited', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$"
    )
    act = "FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
    quoted = ", ".join(f'"{name}"' for name in fixed)
    yield f'CREATE TRIGGER tr_{table}_fixed BEFORE UPDATE OF {quoted} ON "{table}" {act}'
    yield f'CREATE TRIGGER tr_{table}_kept BEFORE DELETE ON "{table}" {act}'
    yield f'CREATE TRIGGER tr_{table}_kept_whole BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit()'
    for name in closing:
        unset = f"OLD.{name} IS NOT NULL"
        event_sql = f'BEFORE UPDATE OF {name} ON "{table}" FOR EACH ROW WHEN ({unset}) EXECUTE FUNCTION refuse_edit()'
        yield f"CREATE TRIGGER tr_{table}_{name}_once {event_sql}"

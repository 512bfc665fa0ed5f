"""A guard of the schema that is missing or was altered is named, on both databases; what others added is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.databases import Database, upgraded
from tracker.cli.remedies import in_words
from tracker.store.admin import migrate
from tracker.store.session import locked

SQLITE = [
    (("cause = 'method'", "cause = 'whim'"), r"the check ck_belief_cause_known of the table belief was altered \(it is .*'whim'"),
    (
        ("ck_belief_cause_known", "ck_belief_any"),
        r"the check ck_belief_cause_known of the table belief is missing \(cause = 'law'",
    ),
    (
        "DROP TRIGGER tr_finding_kept",
        r"the trigger tr_finding_kept of the table finding is missing \(CREATE TRIGGER tr_finding_kept BEFORE DELETE",
    ),
    ("DROP TRIGGER tr_status_version_overlap", r"the trigger tr_status_version_overlap of the table status_version is missing"),
]
POSTGRES = [
    (
        "ALTER TABLE belief DROP CONSTRAINT ck_belief_cause_known",
        "the check ck_belief_cause_known of the table belief is missing",
    ),
    (
        "ALTER TABLE belief DROP CONSTRAINT ck_belief_cause_known, ADD CONSTRAINT ck_belief_cause_known CHECK (cause <> 'whim')",
        r"the check ck_belief_cause_known of the table belief was altered \(it is CHECK \(cause <> 'whim'.* should be CHECK",
    ),
    (
        "DROP TRIGGER tr_finding_kept ON finding",
        r"the trigger tr_finding_kept of the table finding is missing \(CREATE TRIGGER tr_finding_kept BEFORE DELETE",
    ),
    ("ALTER TABLE finding DISABLE TRIGGER tr_finding_kept", r"the trigger tr_finding_kept .* was altered \(.* \(switched D\)"),
    (
        "CREATE OR REPLACE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "the function refuse_edit was altered",
    ),
    (
        "ALTER TABLE status_version DROP CONSTRAINT ex_status_version_overlap",
        r"the exclusion ex_status_version_overlap of the table status_version is missing \(EXCLUDE USING gist",
    ),
]


def spoilt(engine: Engine, told: str) -> None:
    with pytest.raises(migrate.SchemaDiffers, match=told) as raised:
        migrate.check(engine)
    assert "kratom-tracker db copy SOURCE TARGET" in in_words(raised.value)


@pytest.fixture
def on_sqlite(sqlite: Database, tmp_path: Path) -> Iterator[Engine]:
    with sqlite.copy(upgraded, tmp_path / "data") as record:
        engine = record.open().engine
        yield engine
        engine.dispose()


@pytest.fixture
def on_postgres(postgresql: Database, tmp_path: Path) -> Iterator[Engine]:
    with postgresql.copy(upgraded, tmp_path / "data") as record:
        engine = record.open().engine
        yield engine
        engine.dispose()


@pytest.mark.parametrize(("spoil", "told"), SQLITE)
def test_what_is_gone_from_sqlite_is_named(on_sqlite: Engine, spoil: str | tuple[str, str], told: str) -> None:
    with locked(on_sqlite) as connection:
        if isinstance(spoil, str):
            connection.execute(text(spoil))
        else:  # SQLite alters no check: whoever does it writes to its catalogue
            made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'belief'")).scalar_one()
            assert spoil[0] in made
            connection.execute(text("PRAGMA writable_schema = ON"))
            altered = text("UPDATE sqlite_master SET sql = :sql WHERE name = 'belief'")
            connection.execute(altered, {"sql": made.replace(*spoil)})
    on_sqlite.dispose()
    spoilt(on_sqlite, told)


@pytest.mark.parametrize(("spoil", "told"), POSTGRES)
def test_what_is_gone_from_postgresql_is_named(on_postgres: Engine, spoil: str, told: str) -> None:
    with locked(on_postgres) as connection:
        connection.execute(text(spoil))
    spoilt(on_postgres, told)


def test_the_comparison_leaves_no_trace_and_allows_more(engine: Engine) -> None:
    trigger = {
        "sqlite": "CREATE TRIGGER theirs AFTER INSERT ON claim BEGIN SELECT 1; END",
        "postgresql": "ALTER TABLE claim ADD CONSTRAINT theirs CHECK (id > 0)",
    }
    with locked(engine) as connection:
        connection.execute(text(trigger[engine.dialect.name]))
    before = schemas(engine)
    for _ in range(2):
        migrate.check(engine)
    assert schemas(engine) == before
    assert migrate.current(engine) == migrate.head()


def schemas(engine: Engine) -> list[str]:
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as connection:
        return sorted(connection.scalars(text("SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'")))

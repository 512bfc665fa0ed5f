"""A record of schema 0005, where each row had an entry in one chain, goes up to roots: what was tampered with is named before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from migrations import seals
from tests.databases import Database
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.replays import CHALLENGE, FINLAND, LIST_URL, answer, replayed, rows, warc
from tracker.pipeline.accept import accept_run
from tracker.store.admin import migrate
from tracker.store.integrity import roots
from tracker.store.session import BadDatabase, connect, locked, reading
from tracker.verify import verify
from tracker.workspace import Workspace

EDITS = "UPDATE jurisdiction SET name = 'Suomi' WHERE code = 'FI'"


def _old(data: Path, database_url: str) -> Workspace:
    """A record of schema 0005 with a belief, and a healthy, an accepted and a held run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", replays.NOW)
        made = replays.empty(data, database_url)
        (told,) = replayed(made, warc(data / "finland", *FINLAND), "fi_finlex")
        assert told.run is not None
        accept_run(made, told.run, "A. Reader")
        for day in (1, 2):
            replayed(made, warc(data / "blocked", answer(LIST_URL, CHALLENGE, f"2026-01-0{day}T00:00:00+00:00")), "fi_finlex")
    with locked(made.engine) as connection:
        connection.execute(text("UPDATE crawl_run SET accepted_by = 'A. Reader', accepted_at = finished_at WHERE id = 2"))
    migrate.downgrade(made.engine, "0001")
    migrate.upgrade(made.engine, "0005")
    return made


@pytest.fixture
def old(clock: Clock, database: Database, tmp_path: Path) -> Iterator[Workspace]:
    """Such a record on each database."""
    with database.copy(_old, tmp_path / "data") as record:
        made = Workspace(record.settings, connect(record.settings.database))
        yield made
        made.engine.dispose()


def tamper(engine: Engine, *changes: str) -> None:
    """Change rows as somebody does who has the database file: without the guards."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for change in changes:
            connection.execute(text(change))


def seal(connection: Connection, table: str, key: str, *, edited: bool = False) -> None:
    """Write an entry of `row_seal` for a row as it is, as the program of schema 0005 did."""
    digest = next(full for words, _, full in seals.rows(connection, table) if words == key)
    *_, last = seals.entries(connection, "row_seal")
    entry = {"recorded_at": None, "sealed_table": table, "sealed_key": key, "digest": digest, "edited": edited}
    connection.execute(
        seals.reflected(connection, "row_seal").insert(),
        entry | {"id": last["id"] + 1, "seal": seals.entry_seal(last["seal"], entry)},
    )


def problems(record: Workspace) -> dict[str, str]:
    """What is named after the upgrade, and why."""
    migrate.upgrade(record.engine)
    return {problem.what: problem.detail for problem in verify(record).problems}


def test_a_sound_record_stays_sound_and_the_chain_goes_on(old: Workspace) -> None:
    ((last,),) = rows(old.engine, "SELECT seal FROM row_seal ORDER BY id DESC LIMIT 1")
    assert problems(old) == {}
    ((kind, name),) = rows(old.engine, "SELECT kind, name FROM root WHERE id = 1")
    assert kind == "deed"
    assert name.endswith(f"the last with the seal {last}")
    assert rows(old.engine, "SELECT id, stage FROM crawl_run ORDER BY id") == [
        (1, "followed_up"),
        (2, "followed_up"),
        (3, "taken_in"),
    ]


def test_who_rewrites_the_first_link_breaks_the_chain(old: Workspace) -> None:
    migrate.upgrade(old.engine)
    tamper(old.engine, "UPDATE root SET name = replace(name, 'the last with', 'which ends with') WHERE id = 1")
    ((which, _),) = differences(old.engine)
    assert which.startswith("root 1, deed ")


def differences(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return list(roots.differences(connection))


def test_what_was_tampered_with_before_is_named_after(old: Workspace) -> None:
    """A row that was edited, one that was put in, one that is gone."""
    known = "INSERT INTO claim (jurisdiction, claimant, recorded_at) SELECT 'FI', 'A list', min(started_at) FROM crawl_run"
    tamper(old.engine, EDITS, known, "DELETE FROM session WHERE id = 1")
    found = problems(old)
    (gone,) = found.keys() - {"jurisdiction FI", "claim 1, FI A list"}
    assert found["jurisdiction FI"] == "what it says does not give its last seal, root 1"
    assert gone.startswith("session ")
    assert found[gone] == "it is gone; root 1 sealed it"


def test_a_row_that_was_marked_stays_marked(old: Workspace) -> None:
    """Something else edited it, and the program wrote it anew."""
    with locked(old.engine) as connection:
        connection.execute(text(EDITS))
        seal(connection, "jurisdiction", "FI", edited=True)
        connection.execute(text("UPDATE jurisdiction SET name = 'Finland' WHERE code = 'FI'"))
        seal(connection, "jurisdiction", "FI")
    named = {"jurisdiction FI": "something else than this program had changed it before root 2 wrote it anew"}
    assert problems(old) == named
    migrate.downgrade(old.engine, "0005")
    assert rows(old.engine, "SELECT sealed_key FROM row_seal WHERE edited = :yes", yes=True) == [("FI",)]
    assert problems(old) == named


def test_what_is_named_stays_named_down_and_up(old: Workspace) -> None:
    migrate.upgrade(old.engine)
    tamper(old.engine, EDITS, "DELETE FROM session WHERE id = 1")
    before = {which for which, _ in differences(old.engine)}
    assert before == {"jurisdiction FI", "session 1"}
    migrate.downgrade(old.engine, "0005")
    assert problems(old).keys() == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE row_seal SET digest = 'mended' WHERE sealed_table = 'jurisdiction' AND sealed_key = 'FI'", "jurisdiction FI"),
        ("DELETE FROM row_seal WHERE id = 2", "row_seal 3, "),
        ("UPDATE row_seal SET seal = 'mended' WHERE id = 2", "row_seal 2, "),
    ],
)
def test_a_broken_chain_is_refused_and_nothing_changed(old: Workspace, change: str, named: str) -> None:
    tamper(old.engine, change)
    before = digest(old.engine)
    with pytest.raises(BadDatabase, match=f"the seals of this record do not hold: .*{named}.*; nothing was changed"):
        migrate.upgrade(old.engine)
    assert migrate.current(old.engine) == "0005"
    assert digest(old.engine) == before


def digest(engine: Engine) -> str:
    every = [rows(engine, f"SELECT * FROM {table} ORDER BY 1") for table in ("row_seal", "jurisdiction", "crawl_run")]
    return hashlib.sha256(repr(every).encode()).hexdigest()


def test_a_broken_chain_of_roots_does_not_go_down(old: Workspace) -> None:
    migrate.upgrade(old.engine)
    tamper(old.engine, "UPDATE root SET digests = '' WHERE id = 1")
    with pytest.raises(BadDatabase, match=r"root 1, deed .* does not fit its seal"):
        migrate.downgrade(old.engine, "0005")
    assert migrate.current(old.engine) == migrate.head()


def test_tables_taken_apart_keep_rows_keys_and_guards(old: Workspace) -> None:
    """SQLite makes some tables anew on the way, and gives back what the old schema took."""
    migrate.upgrade(old.engine)
    before = replays.dump(old.engine)
    migrate.downgrade(old.engine, "0007")
    migrate.upgrade(old.engine)
    assert replays.dump(old.engine) == before
    assert verify(old).problems == ()
    with pytest.raises(IntegrityError), old.engine.begin() as connection:
        connection.execute(text("INSERT INTO instrument_alias (instrument, alias) VALUES ('nowhere', 'an act')"))
    with pytest.raises(IntegrityError, match="only grows"), old.engine.begin() as connection:
        connection.execute(text("DELETE FROM status_input"))
    if old.engine.dialect.name == "sqlite":
        assert rows(old.engine, "PRAGMA freelist_count") == [(0,)]


def test_the_end_of_the_old_chain_is_missed_by_its_rows(old: Workspace) -> None:
    ((last, table),) = rows(old.engine, "SELECT id, sealed_table FROM row_seal ORDER BY id DESC LIMIT 1")
    tamper(old.engine, f"DELETE FROM row_seal WHERE id = {last}")
    ((which, why),) = problems(old).items()
    assert which.startswith(f"{table} ")
    assert why == "nothing sealed it: this program did not write it"

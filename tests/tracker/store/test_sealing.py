"""Seals of rows: written with every row, chained, carried over by a copy and made by the upgrade for a record that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from crawler import registry
from crawler.contract.items import CaptureRef, EventItem, EventKind
from crawler.contract.report import report
from tests.databases import Database
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.replays import FINLAND, fetched, replayed, warc
from tests.tracker.store.test_migrations import catalogue
from tracker import ledger
from tracker.domain.entries import Instrument, Measure, MeasureAction
from tracker.domain.vocabulary import Stage
from tracker.evidence import measures, runs
from tracker.ledger import Batch
from tracker.store.admin import migrate
from tracker.store.admin.copy import copy
from tracker.store.integrity import sealing, soundness
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.schema.evidence_tables import row_seal
from tracker.store.session import connect, reading, writing
from tracker.verify import examine
from tracker.workspace import Workspace

THEN = datetime(2026, 11, 25, 12, tzinfo=UTC)
Blank = Callable[[str], Engine]


@pytest.fixture
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Blank]:
    """Makes engines on databases that hold nothing, by their kind."""
    with ExitStack() as stack:

        def make(kind: str) -> Engine:
            database: Database = request.getfixturevalue(kind)
            engine = connect(stack.enter_context(database.empty(tmp_path)).settings.database)
            stack.callback(engine.dispose)
            return engine

        yield make


@pytest.fixture
def on_sqlite(clock: Clock, sqlite: Database, tmp_path: Path) -> Iterator[Workspace]:
    """A record with its codebook, on SQLite alone."""
    with sqlite.copy(replays.empty, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()


@pytest.fixture
def finland(empty: Workspace, tmp_path: Path) -> Workspace:
    """A record with a replayed run, on each database."""
    replayed(empty, warc(tmp_path / "theirs", *FINLAND), "fi_finlex")
    return empty


def entries(connection: Connection) -> list[Any]:
    return list(connection.execute(select(row_seal).order_by(row_seal.c.id)))


def last(engine: Engine) -> dict[tuple[str, str], str]:
    """The digest that counts for each row."""
    with reading(engine) as connection:
        return {(row.sealed_table, row.sealed_key): row.digest for row in entries(connection)}


def differences(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return list(sealing.differences(connection))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_revision_leaves_no_trace(blank: Blank, kind: str) -> None:
    engine = blank(kind)
    migrate.upgrade(engine, "0001")
    before = catalogue(engine)
    migrate.upgrade(engine, "0002")
    migrate.downgrade(engine, "0001")
    assert catalogue(engine) == before


def test_an_upgrade_seals_the_rows_that_are_there(finland: Workspace) -> None:
    """The digests are those that the program would have written."""
    sealed = last(finland.engine)
    migrate.downgrade(finland.engine, "0001")
    migrate.upgrade(finland.engine)
    assert last(finland.engine) == sealed
    with reading(finland.engine) as connection:
        assert {row.recorded_at for row in entries(connection)} == {None}
        assert examine(connection, finland.settings.archive).problems == ()
    with writing(finland.engine) as connection:
        sealing.add(connection, t.claim, [{"jurisdiction": "FI", "claimant": "A list", "recorded_at": THEN}], THEN)
    assert differences(finland.engine) == [], "the chain goes on"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_is_under_the_same_seals(finland: Workspace, blank: Blank, kind: str) -> None:
    target = blank(kind)
    copy(finland.engine, target)
    with reading(target) as connection:
        assert examine(connection, finland.settings.archive).problems == ()


def test_of_a_row_that_may_change_the_last_entry_counts(empty: Workspace) -> None:
    with writing(empty.engine) as connection:
        before = len(entries(connection))
        finland = t.jurisdiction.c.code == "FI"
        sealing.alter(connection, t.jurisdiction, finland, {"name": "Suomi"}, THEN)
        sealing.alter(connection, t.jurisdiction, finland, {"name": "Finland"}, THEN)
        first, second = entries(connection)[before:]
    assert (first.sealed_table, first.sealed_key, first.recorded_at) == ("jurisdiction", "FI", THEN)
    assert first.digest != second.digest
    assert differences(empty.engine) == []
    with writing(empty.engine) as connection:
        connection.execute(update(t.jurisdiction).where(finland).values(name="Suomi"))
    assert differences(empty.engine) == [
        ("jurisdiction FI", f"what it says does not give its last seal, row_seal {second.id}")
    ], "what an earlier entry says no longer counts"


def test_a_later_writing_does_not_hide_an_edit(empty: Workspace) -> None:
    finland, sweden = (t.jurisdiction.c.code == code for code in ("FI", "SE"))
    with writing(empty.engine) as connection:
        before = len(entries(connection))
        connection.execute(update(t.jurisdiction).where(finland).values(name="Suomi"))
        sealing.alter(connection, t.jurisdiction, finland, {"kind": "republic"}, THEN)
        sealing.alter(connection, t.jurisdiction, finland, {"name": "Finland", "kind": "country"}, THEN)
        sealing.alter(connection, t.jurisdiction, sweden, {"kind": "monarchy"}, THEN)
        found, *written = entries(connection)[before:]
        assert (found.sealed_key, found.edited) == ("FI", True)
        assert [(row.sealed_key, row.edited) for row in written] == [("FI", False), ("FI", False), ("SE", False)]
        told = list(sealing.differences(connection))
    edit = f"something else than this program had changed it before it was written anew; row_seal {found.id} is of what it said"
    assert told == [("jurisdiction FI", edit)]


def test_who_calls_an_edit_a_writing_breaks_the_chain(empty: Workspace) -> None:
    with writing(empty.engine) as connection:
        connection.execute(update(t.jurisdiction).where(t.jurisdiction.c.code == "FI").values(name="Suomi"))
        sealing.alter(connection, t.jurisdiction, t.jurisdiction.c.code == "FI", {"name": "Finland"}, THEN)
        _unguarded(connection)
        connection.execute(update(row_seal).where(row_seal.c.edited).values(edited=False))
        ((which, why),) = sealing.differences(connection)
    assert which.endswith("jurisdiction FI")
    assert why == "it does not fit its seal or the seal before it"


def test_nothing_is_sealed_where_nothing_is_written(empty: Workspace) -> None:
    with writing(empty.engine) as connection:
        before = entries(connection)
        assert sealing.add(connection, t.claim, [], THEN) == []
        sealing.alter(connection, t.claim, t.claim.c.id == 4711, {"status": "banned"}, THEN)
        assert entries(connection) == before


def test_entries_only_grow(empty: Workspace) -> None:
    changes = [f"UPDATE row_seal SET {column.name} = {column.name}" for column in row_seal.columns]
    changes += ["DELETE FROM row_seal", *(["TRUNCATE row_seal"] if empty.engine.dialect.name == "postgresql" else [])]
    for change in changes:
        with pytest.raises(DBAPIError, match="row_seal only grows"), writing(empty.engine) as connection:
            connection.execute(text(change))


def test_who_mends_an_entry_must_mend_every_entry_after_it(empty: Workspace) -> None:
    """A renamed jurisdiction with an entry that fits it: the chain shows it."""
    with writing(empty.engine) as connection:
        held = connection.execute(select(t.jurisdiction).where(t.jurisdiction.c.code == "FI")).one()._asdict()
        entry = next(row for row in entries(connection) if (row.sealed_table, row.sealed_key) == ("jurisdiction", "FI"))
        before = next(row for row in entries(connection) if row.id == entry.id - 1)
        mended = entry._asdict() | {"digest": sealing.digest("jurisdiction", held | {"name": "Suomi"})}
        mended["seal"] = sealing.chained(before.seal, mended)
        _unguarded(connection)
        connection.execute(update(t.jurisdiction).where(t.jurisdiction.c.code == "FI").values(name="Suomi"))
        connection.execute(update(row_seal).where(row_seal.c.id == entry.id).values(**mended))
        ((which, why),) = sealing.differences(connection)
    assert which.startswith(f"row_seal {entry.id + 1}, jurisdiction ")
    assert why == "it does not fit its seal or the seal before it"


def _unguarded(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for trigger in ("tr_row_seal_fixed", "tr_row_seal_kept"):
        connection.execute(text(f"DROP TRIGGER {trigger}"))


def test_keys_that_point_nowhere_are_told_once(empty: Workspace) -> None:
    with empty.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with connection.begin() as transaction:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for number in (5, 6):
                connection.execute(insert(t.reading).values(id=number, assertion=9, says="", recorded_at=THEN))
            found = list(soundness.dangling(connection))
            transaction.rollback()
        connection.invalidate()
    assert found == [("reading 5", "its assertion points to assertion 9, which is not there, and so does that of 1 rows more")]


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("starts_on", "soon", "day"),
        ("starts_on", "2026-02-30", "day"),
        ("ends_on", 2026, "day"),
        ("name", b"x", "text"),
    ],
)
def test_a_malformed_value_is_named_before_anybody_reads_it(on_sqlite: Workspace, column: str, value: object, kind: str) -> None:
    with writing(on_sqlite.engine) as connection:
        number = connection.scalar(select(t.session.c.id).limit(1))
        connection.exec_driver_sql(f"UPDATE session SET {column} = ? WHERE id = ?", (value, number))
        (problem,) = examine(connection, on_sqlite.settings.archive).problems
    assert (problem.kind, problem.what) == ("row", f"session {number}")
    assert f"which is no {kind}" in problem.detail


def test_numbers_are_given_without_a_gap(empty: Workspace) -> None:
    with writing(empty.engine) as connection:
        for number, instant in ((1, THEN), (2, THEN.replace(hour=13)), (6, THEN.replace(hour=14)), (8, THEN.replace(hour=15))):
            connection.execute(insert(t.belief).values(id=number, recorded_at=instant, cause="law"))
        told = [which for which, _ in soundness.gaps(connection)]
    assert told == ["belief 3-5", "belief 7"]


def test_whatever_is_told_of_a_measure_is_sealed(empty: Workspace) -> None:
    """A bill of which two tell differently: the official one wins, and what the other says is a claim."""
    with writing(empty.engine) as connection:
        sealing.add(connection, e.source, [{"key": "a list", "jurisdiction": "US", "official": False}], THEN)
        for source, stage, day in (
            ("a list", Stage.ENACTED, date(2026, 4, 10)),
            ("us_congress", Stage.INTRODUCED, date(2026, 1, 6)),
        ):
            step = MeasureAction(day, stage.value, stage)
            told = Measure("US", "119", "HR 1", title=source, stage=stage, stage_on=day, source=source, actions=(step,))
            measures.take(connection, told, None, THEN)
        assert connection.scalar(select(t.measure.c.stage)) == "introduced"
        assert connection.scalar(select(t.claim.c.status)) == "enacted"
        assert list(sealing.differences(connection)) == []
        assert list(soundness.dangling(connection)) == []


def test_instruments_are_sealed_by_the_ledger(empty: Workspace) -> None:
    with writing(empty.engine) as connection:
        before = len(entries(connection))
        for title in ("", "", "An act", "Another title"):
            act = Instrument("FI 1/2026", "FI", title=title, aliases=("Act 1",))
            ledger.write(connection, Batch(instruments=[act]), policy=empty.policy, now=THEN, actor="a test")
        written = [(row.sealed_table, row.sealed_key) for row in entries(connection)[before:]]
        assert written == [("instrument", "FI 1/2026"), ("instrument_alias", "FI 1/2026|Act 1"), ("instrument", "FI 1/2026")]
        assert list(sealing.differences(connection)) == []


def test_an_announced_event_is_sealed(finland: Workspace) -> None:
    with writing(finland.engine) as connection:
        seen = connection.execute(select(e.capture)).first()
        assert seen is not None
        ref = CaptureRef(seen.method, seen.url, seen.captured_at.isoformat(), seen.payload_digest)
        about: dict[str, Any] = {"source": "fi_finlex", "jurisdiction": "FI", "kind": EventKind.HEARING, "on": "2026-12-01"}
        event = EventItem(**about, title="A hearing", official_url="https://example.org/", captures=(ref,))
        fetch = fetched("fi_finlex", seen.url, seen.captured_at.isoformat(), seen.warc_file)
        fetch = replace(fetch, capture=ref, warc_offset=seen.warc_offset)
        told = report(registry.sources()["fi_finlex"], [fetch], started_at=replays.NOW, finished_at=replays.NOW, replay=True)
        runs.take_in(connection, told, "replay", "another input", [fetch], [event])
        assert connection.scalar(select(t.event.c.title)) == "A hearing"
        assert examine(connection, finland.settings.archive).problems == ()

"""Roots seal what is written in one go; they are chained, carried over by a copy, and made by the upgrade for a record that has none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence, Instrument, Measure, MeasureAction
from tracker.domain.records import Finding, Key
from tracker.domain.vocabulary import RootKind, Stage
from tracker.evidence import measures, runs
from tracker.ledger import Batch
from tracker.store.admin import migrate
from tracker.store.admin.copy import copy
from tracker.store.integrity import roots, sealing, soundness
from tracker.store.mapping.rows import told
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import connect, locked, reading, writing
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


def held(connection: Connection) -> list[Any]:
    return list(connection.execute(select(e.root).order_by(e.root.c.id)))


def last(engine: Engine) -> dict[tuple[str, str], str]:
    """The digest that counts for each row."""
    with reading(engine) as connection:
        every = [roots.unpack(row.digests) for row in held(connection)]
    return {(name, key): digest for found in every for name, lines in found.items() for key, digest in lines.items()}


def differences(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return list(roots.differences(connection))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("before", "after"), [("0001", "0002"), ("0005", "0006"), ("0007", "0008")])
def test_the_revisions_leave_no_trace(blank: Blank, kind: str, before: str, after: str) -> None:
    engine = blank(kind)
    migrate.upgrade(engine, before)
    made = catalogue(engine)
    migrate.upgrade(engine, after)
    migrate.downgrade(engine, before)
    assert catalogue(engine) == made


def test_an_upgrade_seals_the_rows_that_are_there(finland: Workspace) -> None:
    """The digests are those that the program would have written."""
    sealed = last(finland.engine)
    migrate.downgrade(finland.engine, "0001")
    migrate.upgrade(finland.engine)
    assert last(finland.engine) == sealed
    with reading(finland.engine) as connection:
        assert {row.recorded_at for row in held(connection)} == {None}
        assert examine(connection, finland.settings.archive).problems == ()
    with writing(finland.engine, THEN) as writer:
        sealing.add(writer, t.claim, [{"jurisdiction": "FI", "claimant": "A list", "recorded_at": THEN}])
    assert differences(finland.engine) == [], "the chain goes on"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_is_under_the_same_seals(finland: Workspace, blank: Blank, kind: str) -> None:
    target = blank(kind)
    copy(finland.engine, target)
    with reading(target) as connection:
        assert examine(connection, finland.settings.archive).problems == ()


def test_a_root_tells_what_wrote_its_rows(finland: Workspace) -> None:
    with reading(finland.engine) as connection:
        told = {(row.kind, row.name): set(roots.unpack(row.digests)) for row in held(connection)}
    assert told["deed", "codebook"] == {"jurisdiction", "substance", "session", "source"}
    assert told["run", "1"] == {"crawl_run", "capture", "document", "document_version"}
    assert ("deed", "review") in told


def test_roots_stand_in_the_order_of_writing(empty: Workspace) -> None:
    """What is written after another root was begun and ended does not go back behind it."""

    def claim(number: int) -> None:
        sealing.add(writer, t.claim, [{"jurisdiction": "FI", "claimant": str(number), "recorded_at": THEN}])

    def answer(number: int) -> None:
        sealing.alter(writer, t.claim, t.claim.c.claimant == str(number), {"status": f"{number}"})

    with writing(empty.engine, THEN) as writer:
        before = len(held(writer.connection))
        claim(1)
        with sealing.root(writer, RootKind.EDITION, "a"):
            answer(1)
            claim(2)
        answer(2)
        answer(1)
    with reading(empty.engine) as connection:
        made = held(connection)[before:]
    assert [(row.kind, row.name) for row in made] == [("deed", "claim"), ("edition", "a"), ("deed", "claim")]
    assert [[*json.loads(row.digests_before or '{"claim": {}}')["claim"]] for row in made] == [[], ["1"], ["1-2"]]
    assert differences(empty.engine) == []


def test_what_is_rolled_back_is_not_sealed(empty: Workspace) -> None:
    with reading(empty.engine) as connection:
        before = held(connection)
    with writing(empty.engine, THEN) as writer:
        sealing.add(writer, t.claim, [{"jurisdiction": "FI", "claimant": "A list", "recorded_at": THEN}])
        writer.connection.rollback()
    with reading(empty.engine) as connection:
        assert held(connection) == before
    assert differences(empty.engine) == []


def rename(engine: Engine, code: str, **values: Any) -> int:
    """Alter a jurisdiction as the program does; returns the number of the root that seals it."""
    with writing(engine, THEN) as writer:
        sealing.alter(writer, t.jurisdiction, t.jurisdiction.c.code == code, values)
    with reading(engine) as connection:
        return int(held(connection)[-1].id)


def edit(engine: Engine, code: str, **values: Any) -> None:
    """Change a jurisdiction as something else than the program does."""
    with engine.begin() as connection:
        connection.execute(update(t.jurisdiction).where(t.jurisdiction.c.code == code).values(**values))


def test_of_a_row_that_may_change_the_last_root_counts(empty: Workspace) -> None:
    first = rename(empty.engine, "FI", name="Suomi")
    second = rename(empty.engine, "FI", name="Finland")
    assert second == first + 1
    assert differences(empty.engine) == []
    edit(empty.engine, "FI", name="Suomi")
    assert differences(empty.engine) == [("jurisdiction FI", f"what it says does not give its last seal, root {second}")], (
        "what an earlier root says no longer counts"
    )


def test_a_later_writing_does_not_hide_an_edit(empty: Workspace) -> None:
    edit(empty.engine, "FI", name="Suomi")
    renamed = rename(empty.engine, "FI", kind="republic")
    rename(empty.engine, "FI", name="Finland", kind="country")
    rename(empty.engine, "SE", kind="monarchy")
    named = ("jurisdiction FI", f"something else than this program had changed it before root {renamed} wrote it anew")
    assert differences(empty.engine) == [named]
    for revision in ("0005", "0001", "head"):
        (migrate.upgrade if revision == "head" else migrate.downgrade)(empty.engine, revision)
    assert differences(empty.engine) == [], "a record that goes back to before there were seals is sealed as it is"


def test_who_hides_an_edit_breaks_the_chain(empty: Workspace) -> None:
    edit(empty.engine, "FI", name="Suomi")
    renamed = rename(empty.engine, "FI", name="Finland")
    with locked(empty.engine) as connection:
        _unguarded(connection)
        connection.execute(update(e.root).where(e.root.c.id == renamed).values(digests_before=""))
    assert differences(empty.engine) == [(f"root {renamed}, deed jurisdiction", "it does not fit its seal or the seal before it")]


def test_nothing_is_sealed_where_nothing_is_written(empty: Workspace) -> None:
    with writing(empty.engine, THEN) as writer:
        before = held(writer.connection)
        assert sealing.add(writer, t.claim, []) == []
        sealing.alter(writer, t.claim, t.claim.c.id == 4711, {"status": "banned"})
    with reading(empty.engine) as connection:
        assert held(connection) == before


def test_roots_only_grow(empty: Workspace) -> None:
    changes = [f"UPDATE root SET {column.name} = {column.name}" for column in e.root.columns]
    changes += ["DELETE FROM root", *(["TRUNCATE root"] if empty.engine.dialect.name == "postgresql" else [])]
    for change in changes:
        with pytest.raises(DBAPIError, match="root only grows"), locked(empty.engine) as connection:
            connection.execute(text(change))


def test_who_mends_a_root_must_mend_every_root_after_it(empty: Workspace) -> None:
    """A renamed jurisdiction with a root that fits it: the chain shows it."""
    with reading(empty.engine) as connection:
        row = connection.execute(select(t.jurisdiction).where(t.jurisdiction.c.code == "FI")).one()._asdict()
        first = held(connection)[0]
    said = roots.unpack(first.digests)
    said["jurisdiction"]["FI"] = roots.digest("jurisdiction", row | {"name": "Suomi"})
    mended = first._asdict() | {"digests": roots.pack(said)}
    mended["seal"] = roots.chained("", mended)
    after = rename(empty.engine, "SE", kind="monarchy")
    edit(empty.engine, "FI", name="Suomi")
    with locked(empty.engine) as connection:
        _unguarded(connection)
        connection.execute(update(e.root).where(e.root.c.id == first.id).values(**mended))
    ((which, why),) = differences(empty.engine)
    assert which.startswith(f"root {after}, ")
    assert why == "it does not fit its seal or the seal before it"


def _unguarded(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for trigger in ("tr_root_fixed", "tr_root_kept"):
        connection.execute(text(f"DROP TRIGGER {trigger}"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
        st.lists,
        max_leaves=20,
    )
)
def test_the_bytes_under_a_seal_are_those_of_json(value: Any) -> None:
    """As every seal so far was made."""
    assert told(value) == json.dumps(value, separators=(",", ":")).encode()


def test_days_and_instants_are_told_alike_by_both_databases() -> None:
    told_so = ["2026-11-25", "2026-11-25T12:00:00.000000Z", "a\u007f\u00e4\U0001f33f"]
    assert told([THEN.date(), THEN, told_so[2]]) == json.dumps(told_so, separators=(",", ":")).encode()


def test_what_a_root_keeps_comes_back() -> None:
    digests = {
        "measure": {str(number): f"{number:022}" for number in (1, 2, 3, 7, 10, 11)},
        "jurisdiction": {"US-AL": "a", "1-2": "b"},
    }
    assert roots.unpack(roots.pack(digests)) == digests
    assert [*json.loads(roots.pack(digests))["measure"]] == ["1-3", "7", "10-11"]
    assert roots.pack({}) == ""
    assert roots.unpack("") == {}


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
    with locked(on_sqlite.engine) as connection:
        number = connection.scalar(select(t.session.c.id).limit(1))
        connection.exec_driver_sql(f"UPDATE session SET {column} = ? WHERE id = ?", (value, number))
        (problem,) = examine(connection, on_sqlite.settings.archive).problems
    assert (problem.kind, problem.what) == ("row", f"session {number}")
    assert f"which is no {kind}" in problem.detail


def test_numbers_are_given_without_a_gap(empty: Workspace) -> None:
    with locked(empty.engine) as connection:
        for number, instant in ((1, THEN), (2, THEN.replace(hour=13)), (6, THEN.replace(hour=14)), (8, THEN.replace(hour=15))):
            connection.execute(insert(t.belief).values(id=number, recorded_at=instant, cause="law"))
        told = [which for which, _ in soundness.gaps(connection)]
    assert told == ["belief 3-5", "belief 7"]


def test_whatever_is_told_of_a_measure_is_sealed(empty: Workspace) -> None:
    """A bill of which two tell differently: the official one wins, and what the other says is a claim."""
    with writing(empty.engine, THEN) as writer:
        sealing.add(writer, e.source, [{"key": "a list", "jurisdiction": "US", "official": False}])
        for source, stage, day in (
            ("a list", Stage.ENACTED, date(2026, 4, 10)),
            ("us_congress", Stage.INTRODUCED, date(2026, 1, 6)),
        ):
            step = MeasureAction(day, stage.value, stage)
            told = Measure("US", "119", "HR 1", title=source, stage=stage, stage_on=day, source=source, actions=(step,))
            measures.merge_measure(writer, told, None, today=date(2026, 11, 28))
        assert writer.connection.scalar(select(t.measure.c.stage)) == "introduced"
        assert writer.connection.scalar(select(t.claim.c.status)) == "enacted"
        assert list(soundness.dangling(writer.connection)) == []
    assert differences(empty.engine) == []


def test_instruments_are_sealed_by_the_ledger(empty: Workspace) -> None:
    with reading(empty.engine) as connection:
        before = len(held(connection))
    for title in ("", "", "An act", "Another title"):
        act = Instrument("FI 1/2026", "FI", title=title, aliases=("Act 1",))
        with writing(empty.engine, THEN) as writer:
            ledger.write(writer, Batch(instruments=[act]), policy=empty.policy)
    with reading(empty.engine) as connection:
        written = [roots.unpack(row.digests) for row in held(connection)[before:]]
    assert [{name: [*lines] for name, lines in found.items()} for found in written] == [
        {"instrument": ["FI 1/2026"], "instrument_alias": ["FI 1/2026|Act 1"]},
        {"instrument": ["FI 1/2026"]},
    ]
    assert differences(empty.engine) == []


def test_a_belief_is_a_root_with_the_instruments_that_it_brings(empty: Workspace) -> None:
    act, key = Instrument("FI 1/2026", "FI"), Key("FI", "kratom")
    finding = Entry(Finding("more", key, Period(date(2026, 1, 1))), Evidence(looked_in="code", origin="review"))
    with writing(empty.engine, THEN) as writer:
        ledger.write(writer, Batch([finding], [act]), policy=empty.policy)
    with reading(empty.engine) as connection:
        made = held(connection)[-1]
    assert (made.kind, made.name, made.recorded_at) == ("belief", "1", THEN)
    assert roots.unpack(made.digests).keys() == {"instrument", "belief"}
    assert differences(empty.engine) == []


def test_an_announced_event_is_sealed(finland: Workspace) -> None:
    with writing(finland.engine, THEN) as writer:
        seen = writer.connection.execute(select(e.capture)).first()
        assert seen is not None
        ref = CaptureRef(seen.method, seen.url, seen.captured_at.isoformat(), seen.payload_digest)
        about: dict[str, Any] = {"source": "fi_finlex", "jurisdiction": "FI", "kind": EventKind.HEARING, "on": "2026-12-01"}
        event = EventItem(**about, title="A hearing", official_url="https://example.org/", captures=(ref,))
        fetch = fetched("fi_finlex", seen.url, seen.captured_at.isoformat(), seen.warc_file)
        fetch = replace(fetch, capture=ref, warc_offset=seen.warc_offset)
        run_report = report(
            registry.sources()["fi_finlex"], [fetch], started_at=replays.NOW, finished_at=replays.NOW, replay=True
        )
        runs.take_in(writer, run_report, "replay", "another input", [fetch], [event])
        assert writer.connection.scalar(select(t.event.c.title)) == "A hearing"
    with reading(finland.engine) as connection:
        assert examine(connection, finland.settings.archive).problems == ()

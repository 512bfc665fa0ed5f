"""A whole record moved from SQLite to PostgreSQL, as a user does it, and back: nothing lost, nothing renumbered, and it goes on."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, update

from crawler.archive.folder import Archive
from tests import postgres
from tests.crawler import casefolder
from tests.refusals import refused
from tracker import ledger, workspace
from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence
from tracker.domain.records import Finding, Key
from tracker.evidence import runs
from tracker.history import status
from tracker.pipeline.replay import replay
from tracker.settings import Settings
from tracker.store.admin import migrate
from tracker.store.admin.copy import Copied, copy
from tracker.store.mapping.rows import plain
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.schema.columns import metadata
from tracker.store.session import BadDatabase, connect, locked, reading, sqlite_url, writing
from tracker.verify import verify
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CASES = ("fi_finlex/gazette_2016_166_fi", "fi_finlex/gazette_2024_550_sv")

Empty = Callable[[str], Engine]


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Empty]:
    """Makes engines on databases that hold nothing yet."""
    with ExitStack() as stack:

        def make(kind: str) -> Engine:
            if kind == "sqlite":
                url = sqlite_url(tmp_path / f"{len(list(tmp_path.iterdir()))}.db")
            else:
                url = stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))
            engine = connect(url)
            stack.callback(engine.dispose)
            return engine

        yield make


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record on SQLite with the baseline and a replayed run; never written to again."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", NOW.isoformat())
        made = workspace.prepared(Settings(data=folder))
        (run,) = replay(made, [archive(folder / "found")], ["fi_finlex"], print)
    assert (run.verdict, run.documents) == ("healthy", 2)
    made.engine.dispose()
    return folder


@pytest.fixture
def record(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("TRACKER_NOW", NOW.isoformat())
    shutil.copytree(filled, tmp_path / "data")
    engine = connect(sqlite_url(tmp_path / "data" / "tracker.db"))
    yield Workspace(Settings(data=tmp_path / "data"), engine)
    engine.dispose()


def archive(folder: Path) -> Path:
    writer = Archive(folder).writer()
    for case in CASES:
        _, seen = casefolder.load(casefolder.CASES / case)
        writer.write(seen.method, seen.url, [], seen.status, list(seen.headers.items()), seen.body, seen.captured_at)
    writer.close()
    return writer.path


def moved(told: list[Copied]) -> dict[str, tuple[int, str]]:
    return {one.table: (one.rows, one.digest) for one in told}


def test_a_record_moves_to_postgresql_and_back_without_loss(record: Workspace, empty: Empty) -> None:
    shared, back = empty("postgresql"), empty("sqlite")
    there = moved(copy(record.engine, shared))
    assert moved(copy(shared, back)) == there
    assert there.keys() == metadata.tables.keys()
    for table in ("status_version", "status_input", "jurisdiction", "document_version", "observation", "belief"):
        with reading(record.engine) as connection:
            assert 0 < there[table][0] == connection.scalar(select(func.count()).select_from(metadata.tables[table]))
    day = date(2026, 11, 25)
    with reading(record.engine) as mine, reading(shared) as theirs:
        answers, copies = status.on_day(mine, day), status.on_day(theirs, day)
        assert answers.keys() == copies.keys()
        assert [answers[key].row for key in answers] == [copies[key].row for key in answers]


def test_the_copy_goes_on_as_the_record_would_have(record: Workspace, empty: Empty) -> None:
    shared = empty("postgresql")
    copy(record.engine, shared)
    beliefs = []
    for engine in (record.engine, shared):
        with writing(engine, NOW, "tester") as writer:
            connection = writer.connection
            held = connection.execute(select(t.finding).where(t.finding.c.recorded_to.is_(None)).order_by(t.finding.c.id)).first()
            assert held is not None
            finding = Finding("more", Key(held.jurisdiction, held.substance), Period(date(2030, 1, 1)))
            batch = ledger.Batch([Entry(finding, Evidence(looked_in="code", origin="review"))])
            ledger.write(writer, batch, policy=record.policy)
            beliefs.append(connection.execute(select(t.belief).order_by(t.belief.c.id.desc())).first())
    assert beliefs[0] == beliefs[1], "the same seal over the same chain of seals"
    copied = replace(record, engine=shared)
    (again,) = replay(copied, sorted((record.settings.data / "found").rglob("*.gz")), ["fi_finlex"], print)
    assert again.known, "what was replayed before is known to the copy"


def test_seals_hold_and_new_rows_are_numbered_on(record: Workspace, empty: Empty) -> None:
    shared = empty("postgresql")
    copy(record.engine, shared)
    with locked(shared) as connection:
        (run,) = connection.execute(select(e.crawl_run)).all()
        assert run.seal == runs.run_seal(connection, run.id) != ""
        for table in (table for table in metadata.sorted_tables if table.autoincrement_column is not None):
            (column,) = table.primary_key
            highest = connection.scalar(select(func.max(column)))
            name = connection.dialect.identifier_preparer.format_table(table)
            assert connection.scalar(select(func.nextval(func.pg_get_serial_sequence(name, "id")))) == (highest or 0) + 1


def digests(engine: Engine) -> dict[str, tuple[int, str]]:
    """Rows and digest of every table, read here and not by the copier."""
    found = {}
    with reading(engine) as connection:
        for name, table in metadata.tables.items():
            lines = sorted(repr([plain(value) for value in row]) for row in connection.execute(select(table)))
            found[name] = len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


def test_the_copy_holds_the_same_rows_and_verifies(record: Workspace, empty: Empty) -> None:
    shared = empty("postgresql")
    told = copy(record.engine, shared)
    mine, theirs = digests(record.engine), digests(shared)
    assert theirs == mine
    assert {one.table: one.rows for one in told} == {name: count for name, (count, _) in mine.items()}
    before, after = verify(record), verify(replace(record, engine=shared))
    assert after.problems == before.problems == ()
    assert after == before
    assert min(after.captures, after.beliefs, after.runs) > 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_target_that_holds_anything_is_refused_and_left(record: Workspace, empty: Empty, kind: str) -> None:
    target = empty(kind)
    migrate.upgrade(target)
    with locked(target) as connection:
        connection.execute(insert(t.substance).values(code="x", name="X", definition="", rank=1))
    with pytest.raises(BadDatabase, match=r"already holds rows \(table substance\)"):
        copy(record.engine, target)
    with reading(target) as connection:
        assert connection.scalar(select(func.count()).select_from(t.jurisdiction)) == 0


def test_other_schemas_and_missing_records_are_refused(record: Workspace, empty: Empty, tmp_path: Path) -> None:
    with refused(BadDatabase, match=r"schema none.*db upgrade"):
        copy(empty("postgresql"), empty("sqlite"))
    missing = tmp_path / "missing.db"
    with pytest.raises(BadDatabase, match="no record at"):
        copy(connect(sqlite_url(missing)), empty("sqlite"))
    assert not missing.exists()
    older = empty("sqlite")
    migrate.upgrade(older)
    with older.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(BadDatabase, match="schema 0000"):
        copy(record.engine, older)


def test_what_postgresql_cannot_keep_is_named_and_nothing_is_kept(record: Workspace, empty: Empty) -> None:
    with locked(record.engine) as connection:
        connection.execute(update(e.capture).values(content_type="text\x00html"))
    shared = empty("postgresql")
    with pytest.raises(BadDatabase, match=r"table capture .*NUL"):
        copy(record.engine, shared)
    with reading(shared) as connection:
        assert connection.scalar(select(func.count()).select_from(t.substance)) == 0

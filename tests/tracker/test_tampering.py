"""Whoever edits a cell, deletes a row or puts one in past the guards of the database is found, and the row is named, in every table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    insert,
    select,
    text,
    update,
)

from tests import postgres
from tests.tracker.replays import CHALLENGE, FINLAND, LIST_URL, NOW, answer, replayed, rows, warc
from tests.tracker.review.test_review import NOTICE, ORDER
from tracker import codebook, settings
from tracker.codebook.baseline import ORIGIN
from tracker.domain.entries import Statement
from tracker.domain.records import Relation
from tracker.evidence import loading, measures
from tracker.pipeline.accept import accept_run
from tracker.reports import editions
from tracker.review import by_hand, decide
from tracker.store.admin import migrate
from tracker.store.integrity import roots, sealing
from tracker.store.mapping.rows import digest
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.schema.columns import UtcDateTime, metadata
from tracker.store.session import connect, reading, sqlite_url, writing
from tracker.verify import Problem, examine, verify
from tracker.workspace import Workspace

CODED = (
    {"what": "case", "jurisdiction": "US-TN", "identifier": "24-1", "title": "Doe", "substances": "kratom"}
    | {"stage": "filed", "stage_on": "2026-11-01", "url": "https://example.org/"},
    {"what": "provision", "jurisdiction": "US-TN", "substance": "kratom", "conduct": "sell", "effect": "conditional"}
    | {"from": "2026-07-01", "min_age": "21", "components": "age", "limits": "7-oh>2 % of_alkaloids unlawful_to_sell"}
    | {"instrument": "Acts 2026 ch. 500", "made_on": "2026-04-16", "quote": "no person shall sell", "label": "cap"},
)
UNSEALED = {"lease", "job_run", "fetch_memory"}
"""What a machine keeps for its own work."""
MEANINGLESS = {("fetch", "id"), ("crawl_run", "stage")}
"""A number that says nothing and that nothing else names, and how far a machine has come."""
TABLES = [table for name, table in sorted(metadata.tables.items()) if name not in UNSEALED]
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)

Values = dict[str, Any]
Places = Callable[[], str]


def fill(made: Workspace, folder: Path) -> None:
    """Some of the baseline, replays, an accepted and a held run, decisions of each sort, a coding, events and frozen editions."""
    base, now = codebook.baseline(), settings.now()
    some = tuple(entry for entry in base.entries if _place(entry.statement) in ("US", "US-TN", "CA", "DE"))
    with writing(made.engine, now, ORIGIN) as writer:
        loading.load_codebook(writer, made.codebook)
        loading.load_baseline(writer, replace(base, entries=some), made.policy)
        loading.load_claims(writer, base.claims[:5])
        measures.load_baseline(writer, base.measures[:8])
    (told,) = replayed(made, warc(folder / "finland", *FINLAND), "fi_finlex")
    assert told.run is not None
    accept_run(made, told.run, "A. Reader")
    replayed(made, warc(folder / "register", NOTICE, ORDER), "us_federal_register")
    numbers = [number for (number,) in rows(made.engine, "SELECT id FROM review WHERE provision_key LIKE '%mgm-16|%'")]
    decide.accept(made, numbers, "A. Reader", replaces=True, from_day=date(2026, 11, 1))
    (left, *_) = rows(made.engine, "SELECT id FROM review WHERE state = 'open'")
    decide.reject(made, left[0], "A. Reader", "it is of another substance")
    blocked = [answer(LIST_URL, CHALLENGE, f"2026-01-0{day}T00:00:00+00:00") for day in (1, 2)]
    replayed(made, warc(folder / "blocked", *blocked), "fi_finlex")
    with writing(made.engine, now, "B. Reader") as writer:
        coded = by_hand.read_rows(CODED, made.codebook, "B. Reader")
        by_hand.write(writer, coded, policy=made.policy, cause=None, note="")
        known = {"jurisdiction": "US-TN", "kind": "hearing", "title": "Hearing", "recorded_at": now}
        sealing.add(writer, t.event, [known | {"happens_on": date(2026, 12, day)} for day in (1, 11)])
    for week in ("2026-W46", "2026-W47"):
        editions.publish(made, week, now=now)


def _place(said: Statement) -> str:
    assert not isinstance(said, Relation)
    return said.key.jurisdiction


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Gives addresses of databases that hold nothing yet."""
    with ExitStack() as stack:

        def place() -> str:
            if request.param == "sqlite":
                return sqlite_url(tmp_path_factory.mktemp("place") / "tracker.db")
            return stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))

        yield place


@pytest.fixture(scope="module")
def full(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A record with rows in every sealed table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", NOW)
        given = settings.load(data=tmp_path_factory.mktemp("full"), database_url=places())
        made = Workspace(given, connect(given.database))
        migrate.upgrade(made.engine)
        fill(made, tmp_path_factory.mktemp("found"))
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def unguarded(full: Workspace) -> Iterator[Connection]:
    """A transaction without the guards of the database, which is undone in the end."""
    with full.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("PRAGMA ignore_check_constraints=ON")
        with connection.begin() as transaction:
            _take_guards_away(connection)
            yield connection
            transaction.rollback()
        connection.invalidate()


def _take_guards_away(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    connection.execute(text("SET LOCAL session_replication_role = replica"))  # neither triggers nor foreign keys
    query = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'x') AND conrelid > 0"
    for table, name in connection.execute(text(query)).all():
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


def after(full: Workspace, connection: Connection, *changes: Any) -> tuple[Problem, ...]:
    """What is found after `changes`, each of which moves one row; they are undone."""
    with connection.begin_nested() as savepoint:
        for change in changes:
            done = connection.execute(change)
            assert done.rowcount == 1 or change.is_insert
        found = examine(connection, full.settings.archive).problems
        savepoint.rollback()
    return found


def is_named(found: tuple[Problem, ...], table: Table, row: Mapping[str, Any]) -> bool:
    names = (name_of(table, row), by_key(table, row))
    return any(re.match(rf"{re.escape(name)}(?!\w)", problem.what) for problem in found for name in names)


def by_key(table: Table, row: Mapping[str, Any]) -> str:
    return f"{table.name} {' '.join(str(row[column.name]) for column in table.primary_key)}"


def name_of(table: Table, row: Mapping[str, Any]) -> str:
    """The name under which a row of `table`, or what it hangs on, is told."""
    match table.name:
        case "fetch" | "observation":
            return f"run {row['run']} of"
        case "provision":  # each of this record has one version, which bears the same number
            return f"provision_version {row['id']}"
        case "status_input":
            return f"status_version {row['status_version']}"
        case "provision_limit":
            return f"provision_version {row['provision_version']}"
        case "change_boundary":
            return f"change {row['change']}"
        case _:
            return by_key(table, row)


def held(connection: Connection, table: Table) -> list[Values]:
    result = connection.execute(select(table).order_by(*table.primary_key))
    return [dict(row._mapping) for row in result]


def same(table: Table, row: Mapping[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


def another(column: Column[Any], value: Any) -> Any:
    """Another value that a column of this kind can hold."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Integer):
        return (value or 0) + 1_000
    if isinstance(column.type, Text):
        return f"{value or ''}~"
    if value is None:
        return date(2020, 1, 1) if not isinstance(column.type, UtcDateTime) else settings.now()
    return value + timedelta(days=1)


def test_a_sound_record_has_no_problem(full: Workspace) -> None:
    verdict = verify(full)
    assert verdict.problems == ()
    assert (verdict.captures, verdict.beliefs, verdict.runs) == (8, 4, 3)
    with reading(full.engine) as connection:
        assert [table.name for table in TABLES if connection.execute(select(table)).first() is None] == []


@each_table
def test_every_edited_or_emptied_cell_is_named(full: Workspace, unguarded: Connection, table: Table) -> None:
    for edits in rounds(table, held(unguarded, table)):
        changes = [update(table).where(same(table, row)).values({column.name: value}) for column, row, value in edits]
        later = after(full, unguarded, *changes)
        for column, row, value in edits:
            assert is_named(later, table, row), (column.name, value, row, later)


def rounds(table: Table, there: list[Values]) -> Iterator[list[tuple[Column[Any], Values, Any]]]:
    """Every column edited once and, where it may be, emptied once: each in a row of its own, in as few rounds as there are rows for."""
    known = [column for column in table.columns if (table.name, column.name) not in MEANINGLESS]
    pending = [(column, False) for column in known]
    pending += [(column, True) for column in known if column.nullable and any(row[column.name] is not None for row in there)]
    while pending:
        free, later, edits = list(there), [], []
        for column, empties in pending:
            row = next((row for row in free if not empties or row[column.name] is not None), None)
            if row is None:
                later.append((column, empties))
                continue
            free.remove(row)
            edits.append((column, row, None if empties else another(column, row[column.name])))
        yield edits
        pending = later


@each_table
def test_a_deleted_row_is_named(full: Workspace, unguarded: Connection, table: Table) -> None:
    there = held(unguarded, table)
    for row in (there[len(there) // 2], there[-1]):
        later = after(full, unguarded, delete(table).where(same(table, row)))
        assert is_named(later, table, row) or (row is there[-1] and tells_of_the_last(later, table, row)), (row, later)


def tells_of_the_last(found: tuple[Problem, ...], table: Table, row: Mapping[str, Any]) -> bool:
    """The last number leaves no gap: its rows miss a belief, a belief misses its row, and a row misses its root."""
    if table.name == "root":
        ((name, lines),) = roots.unpack(row["digests"]).items()
        named = {f"{name} {number}" for number in lines}
        return named == {problem.what.partition(",")[0] for problem in found if problem.detail.startswith("nothing sealed it")}
    if table.name == "belief":
        return any(problem.detail == f"its belief points to belief {row['id']}, which is not there" for problem in found)
    return any(problem.what.startswith(f"belief {row['belief']} of") for problem in found)


@each_table
def test_a_row_that_was_put_in_is_named(full: Workspace, unguarded: Connection, table: Table) -> None:
    """A copy of a row under another identity."""
    there = held(unguarded, table)
    copied = there[0] | {name: another(table.c[name], there[0][name]) for name in identity(table)}
    if "id" in copied:
        copied["id"] = there[-1]["id"] + 1
    later = after(full, unguarded, insert(table).values(**copied))
    assert is_named(later, table, copied), (copied, later)


def identity(table: Table) -> list[str]:
    """The columns that tell the rows of a table apart, but for the number."""
    if table.name in ("change", "provision"):
        return ["jurisdiction"]
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    names = (unique[0] if unique else table.primary_key).columns.keys()
    return [name for name in names if name != "id"]


def test_a_capture_of_the_same_bytes_is_another_capture(full: Workspace, unguarded: Connection) -> None:
    newest = select(e.capture.c.id).where(e.capture.c.url == LIST_URL).order_by(e.capture.c.id.desc()).limit(2)
    first, second = unguarded.scalars(newest)
    later = after(full, unguarded, update(e.fetch).where(e.fetch.c.capture == first).values(capture=second))
    assert [problem.what for problem in later] == ["run 3 of fi_finlex"]


def test_a_forged_statement_is_found(full: Workspace, unguarded: Connection) -> None:
    """With a digest that fits it: the belief that is said to have recorded it does not know it, and its number tells it apart."""
    *_, row = held(unguarded, t.finding)
    forged = row | {"id": row["id"] + 1, "contested": "somebody else says so"}
    forged["digest"] = digest("finding", forged)
    (problem,) = after(full, unguarded, insert(t.finding).values(**forged))
    assert problem.what.startswith("belief 1 of")
    assert f"finding 1-{forged['id']}" in problem.detail


def test_a_statement_that_lost_its_capture_is_named(full: Workspace, unguarded: Connection) -> None:
    """Which document a quote stands in is no part of the digest of what it says."""
    row = next(row for row in held(unguarded, t.provision_version) if row["origin"] == "review")
    nowhere = {"capture": None, "document_version": None}
    later = after(full, unguarded, update(t.provision_version).where(t.provision_version.c.id == row["id"]).values(**nowhere))
    assert [problem.what for problem in later] == [f"provision_version {row['id']}, US mgm-16"]

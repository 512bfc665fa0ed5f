"""What is sought in a large record is found by index. Plans of a small one say so: SQLite plans without numbers, and PostgreSQL is told
to read a whole table only where there is no other way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event, text

from tests.benchmarks import asof, newest
from tests.databases import Database, upgraded
from tracker.domain.records import Key
from tracker.history import changes, sources, status
from tracker.store.schema import views
from tracker.store.session import reading
from tracker.workspace import Workspace

LARGE = (
    *("status_version", "status_input", "change_boundary", "change", "document_version", "document", "observation"),
    *("capture", "fetch"),
)
AS_OF = """SELECT jurisdiction, status FROM status_history WHERE {place} AND substance = 'x'
    AND (valid_from IS NULL OR valid_from <= '2026-01-01') AND (valid_to IS NULL OR valid_to > '2026-01-01')
    AND recorded_from <= '2026-01-01T00:00:00.000000Z' AND (recorded_to IS NULL OR recorded_to > '2026-01-01T00:00:00.000000Z')"""
SOUGHT = {
    "who saw a document version": "SELECT run, capture FROM observation WHERE document_version = 7",
    "a payload": "SELECT id FROM capture WHERE payload_digest = 'sha256:9f86'",
    "the versions of a document": "SELECT id FROM document_version WHERE document = 7",
    "a key": "SELECT status FROM status_current WHERE jurisdiction = 'J000001' AND substance = 's1'",
    "as of, in a place": AS_OF.format(place="parent = 'US'"),
    "held, from a day on": "SELECT id FROM status_version WHERE recorded_to IS NULL AND valid_from_latest > '2026-01-01'",
    "what stands": "SELECT standing FROM provision_current WHERE jurisdiction = 'J000001'",
    "what is ahead": "SELECT * FROM upcoming",
}
NEWEST = "SELECT * FROM change_log ORDER BY recorded_at DESC LIMIT 50"
DAY, NOW = date(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC)
ASKED: dict[str, Callable[[Connection], object]] = {
    "the status of a key": lambda connection: status.of_key(connection, Key("J000001", "s1"), DAY, NOW),
    "what changed in a period": lambda connection: changes.between(connection, DAY, date(2026, 2, 1), NOW, ZoneInfo("UTC")),
    "whether a source was told as lost": lambda connection: sources.told_lost(connection, "x"),
}


def _grown(data: Path, database_url: str) -> Workspace:
    """A record of three places, ten substances and ten beliefs about each key."""
    made = upgraded(data, database_url)
    asof.prepare(made.engine)
    newest.grow(made.engine, 0, 3 * asof.PER_PLACE)
    return made


@pytest.fixture
def connection(database: Database, tmp_path: Path) -> Iterator[Connection]:
    with database.copy(_grown, tmp_path / "data") as record:
        made = record.open()
        with reading(made.engine) as found:
            if found.dialect.name == "postgresql":
                found.execute(text("SET LOCAL enable_seqscan = off"))
            yield found
        made.engine.dispose()


def whole(connection: Connection, query: str, values: Any = ()) -> set[str]:
    """The large tables of which a query reads every row, be it by an index."""
    if connection.dialect.name == "postgresql":
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", values).scalar_one()
        return {_large(step.get("Index Name") or step["Relation Name"]) for step in _steps(plan[0]["Plan"]) if _reads_all(step)}
    steps = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    aliases = re.findall(r"(?:FROM|JOIN) \"?(\w+)\"? (?:AS )?(\w+)", _in_full(connection, query))
    named = {alias: table for table, alias in aliases}
    read = [step.split()[1] for step in steps if step.startswith("SCAN ")]
    return {table for table in (named.get(name, name) for name in read) if table in LARGE}


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)


def _reads_all(step: dict[str, Any]) -> bool:
    named = step.get("Index Name") or step.get("Relation Name")
    return (
        "Scan" in step["Node Type"] and bool(named) and "Index Cond" not in step and "Plans" not in step and bool(_large(named))
    )


def _large(name: str) -> str:
    """The large table that has this name, or an index of this name."""
    return next((table for table in LARGE if name == table or re.match(f"[a-z]+_{table}(_|$)", name)), "")


def _in_full(connection: Connection, query: str) -> str:
    """A query and the views that it reads."""
    seen = views.queries(connection)
    return query + "".join(_in_full(connection, seen[name]) for name in re.findall(r"FROM (\w+)", query) if name in seen)


@pytest.mark.parametrize("sought", SOUGHT)
def test_what_is_sought_is_found_by_index(connection: Connection, sought: str) -> None:
    assert whole(connection, SOUGHT[sought]) == set()


def test_a_whole_table_is_told(connection: Connection) -> None:
    assert whole(connection, "SELECT count(*) FROM status_version WHERE citation = 'x'") == {"status_version"}


@pytest.mark.parametrize("asked", ASKED)
def test_what_the_program_asks_is_found_by_index(connection: Connection, asked: str) -> None:
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    ASKED[asked](connection)
    event.remove(connection, "before_cursor_execute", note)
    assert said
    assert {statement: whole(connection, statement, values) for statement, values in said} == {one: set() for one, _ in said}


def test_the_newest_changes_are_read_in_order_and_no_more(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        steps = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {NEWEST}")]
        assert [step for step in steps if step.startswith("SCAN")] == ["SCAN c USING INDEX ix_change_recorded_at"]
        assert [step for step in steps if "TEMP B-TREE" in step] == []
        return
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {NEWEST}").scalar_one()
    steps = list(_steps(plan[0]["Plan"]))
    assert {step["Node Type"] for step in steps} & {"Seq Scan", "Sort", "Incremental Sort"} <= {"Seq Scan"}
    (merged,) = [step for step in steps if step["Node Type"] == "Merge Append"]
    in_order = ["ix_change_recorded_at", "ix_status_version_came", "ix_status_version_comes_at"]
    assert [step["Index Name"] for step in merged["Plans"]] == in_order
    assert whole(connection, NEWEST) == {"change"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_as_of_by_the_beginning_of_a_code_is_found_by_index(connection: Connection) -> None:
    query = AS_OF.format(place="jurisdiction LIKE 'J000001%%'")
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}").scalar_one()
    (sought,) = [step for step in _steps(plan[0]["Plan"]) if step.get("Index Name") == "ix_status_version_key"]
    assert "~>=~ 'J000001'" in sought["Index Cond"]

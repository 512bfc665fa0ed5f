"""Analysts' SQL on both databases: it answers, streams, stops in time, and can only read."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from tracker.history import sql_reader
from tracker.store.schema import tables as t
from tracker.store.session import BadDatabase

WRITES = (
    "DELETE FROM substance",
    "INSERT INTO substance (code, name, definition, rank) VALUES ('b', 'b', '', 2)",
    "UPDATE substance SET name = 'c'",
    "DROP TABLE substance",
    "DROP VIEW status_current",
    "CREATE TABLE other (x INTEGER)",
    "CREATE TEMP TABLE other (x INTEGER)",
    "WITH gone AS (DELETE FROM substance RETURNING code) SELECT * FROM gone",
    "SELECT 1; DELETE FROM substance",
    "COMMIT",
    "BEGIN",
    "VACUUM",
)
SQLITE_WRITES = (
    "ATTACH 'other.db' AS other",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA writable_schema = 1",
    "PRAGMA query_only = 0",
    "SELECT load_extension('other')",
    "VACUUM INTO 'other.db'",
    "EXPLAIN DELETE FROM substance",
    "REINDEX",
)
POSTGRESQL_WRITES = (
    "SET TRANSACTION READ WRITE",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT nextval('session_id_seq')",
    "COPY substance TO STDOUT",
    "DO $$ BEGIN DELETE FROM substance; END $$",
    "SELECT * FROM substance FOR UPDATE",
)
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {} FROM n"


@pytest.fixture
def url(engine: Engine, database_url: str) -> str:
    with engine.begin() as connection:
        connection.execute(insert(t.substance).values(code="a", name="A", definition="", rank=1))
    return database_url


def asked(url: str, sql: str, seconds: float = 30) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    with sql_reader.ask(url, sql, seconds) as answer:
        return answer.columns, list(answer.rows)


def test_it_answers_with_columns_and_rows(url: str) -> None:
    assert asked(url, "SELECT code, rank FROM substance;") == (("code", "rank"), [("a", 1)])
    assert asked(url, "SELECT code FROM status_current WHERE 1 = 0".replace("code", "jurisdiction")) == (("jurisdiction",), [])


def test_it_answers_alike_on_both_databases(url: str, engine: Engine) -> None:
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    belief = {"id": 1, "recorded_at": at, "cause": "law", "actor": "somebody"}
    place = {"code": "US-UT", "name": "Utah", "level": "subdivision", "kind": "state"}
    act = {"key": "act", "jurisdiction": "US-UT", "consolidated": True, "made_on": date(2026, 5, 6)}
    with engine.begin() as connection:
        for table, values in ((t.belief, belief), (t.jurisdiction, place), (t.instrument, act)):
            connection.execute(insert(table).values(**values))
    said = asked(
        url,
        "SELECT recorded_at, consolidated, made_on, url, sum(rank) * 1.5 FROM belief, instrument, substance GROUP BY 1, 2, 3, 4",
    )
    assert said[1] == [("2026-11-25T12:00:00.000000Z", 1, "2026-05-06", "", 1.5)]
    assert type(said[1][0][1]) is int


def test_a_percent_sign_is_a_percent_sign(url: str) -> None:
    assert asked(url, "SELECT code FROM substance WHERE name LIKE 'A%'")[1] == [("a",)]


def test_it_can_only_read(url: str, engine: Engine, tmp_path: Path) -> None:
    own = {"sqlite": SQLITE_WRITES, "postgresql": POSTGRESQL_WRITES}[engine.dialect.name]
    with sql_reader.Worker(url) as worker:
        for sql in (*WRITES, *own):
            with pytest.raises(sql_reader.BadQuery):
                list(worker.ask(sql, (), 30).rows)
            _untouched(engine)
    assert not (tmp_path / "other.db").exists()


def refusal(url: str, sql: str, seconds: float = 30) -> Exception | None:
    """What is raised where a statement is refused."""
    try:
        asked(url, sql, seconds)
    except (sql_reader.BadQuery, sql_reader.TooSlow) as error:
        return error
    return None


def _untouched(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(select(t.substance.c.code, t.substance.c.name)).all() == [("a", "A")]
        assert connection.scalar(select(func.count()).select_from(t.belief)) == 0


def test_what_cannot_be_read_is_told(url: str) -> None:
    for sql in ("SELEC", "SELECT nothing FROM nowhere", "", "   ", "-- nothing"):
        assert isinstance(refusal(url, sql), sql_reader.BadQuery), sql


def test_it_stops_in_time_while_it_counts_and_while_it_hands_out(url: str) -> None:
    for what in ("count(*)", "x"):
        with pytest.raises(sql_reader.TooSlow, match=r"0\.3 seconds"):
            asked(url, ENDLESS.format(what), 0.3)


SLOW = {
    "sqlite": ["SELECT instr(printf('%.*c', 40000000, 'a'), printf('%.*c', 20000000, 'a') || 'b')"],
    "postgresql": [
        "SELECT pg_sleep(100)",
        "SELECT CASE x WHEN 1 THEN set_config('statement_timeout', '0', true) WHEN 20 THEN pg_sleep(100)::text END"
        " FROM generate_series(1, 30) AS x",
        "SELECT query_to_xml('SELECT set_config(''statement_timeout'', ''0'', false), pg_sleep(100)', true, true, '')",
    ],
}


def test_it_stops_in_time_inside_one_function_and_where_the_limit_is_lifted(url: str, engine: Engine) -> None:
    for sql in SLOW[engine.dialect.name]:
        began = time.monotonic()
        assert isinstance(refusal(url, sql, 1), sql_reader.TooSlow), sql
        assert time.monotonic() - began < 60
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            left = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(100)%'"
            assert connection.exec_driver_sql(left.replace("%", "%%")).scalar() == 1  # this question itself


LARGE = {
    "sqlite": ["SELECT length(randomblob(2000000000))", f"SELECT {', '.join(['zeroblob(40000000)'] * 20)}"],
    "postgresql": [f"SELECT {', '.join(['repeat(code, 100000000)'] * 3)} FROM substance"],
}


def test_it_stops_where_it_takes_too_much_memory(url: str, engine: Engine) -> None:
    for sql in LARGE[engine.dialect.name]:
        with pytest.raises((sql_reader.TooLarge, sql_reader.BadQuery), match=r"memory|too big"):
            asked(url, sql, 60)


def test_a_process_that_was_ended_is_started_again(url: str, engine: Engine) -> None:
    with sql_reader.Worker(url) as worker:
        with pytest.raises(sql_reader.TooSlow):
            list(worker.ask(SLOW[engine.dialect.name][0], (), 0.5).rows)
        for _ in range(2):
            assert list(worker.ask("SELECT code FROM substance", (), 30).rows) == [("a",)]


def test_a_record_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """On SQLite alone, where to connect is to make a file."""
    with pytest.raises(BadDatabase, match="no record"):
        asked(f"sqlite:///{tmp_path}/absent.db", "SELECT 1")
    assert list(tmp_path.iterdir()) == []

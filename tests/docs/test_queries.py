"""The page of queries is true, and its queries answer alike on both databases, also on a record that changed its mind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from tracker import ledger
from tracker.codebook import CodebookError, sample_queries
from tracker.codebook.sample_queries import Query
from tracker.domain.dates import Period, zone
from tracker.domain.entries import Entry, Instrument
from tracker.domain.records import Finding, Key, Provision
from tracker.domain.vocabulary import Basis, Cause, Conduct, Confidence, Effect, LinkType
from tracker.export import query_page
from tracker.ledger import Batch, Policy
from tracker.store.schema import tables as t
from tracker.store.session import locked, writing
from tracker.workspace import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
KANSAS = Key("US-KS", "kratom")
POLICY = Policy(zone("America/New_York"), "test", lambda url: LinkType.OFFICIAL, lambda links, official: Confidence.MEDIUM)
BY_NAME = {query.name: query for query in sample_queries.load()}

Ask = Callable[[str], list[dict[str, Any]]]


def test_the_page_is_what_the_shipped_record_answers(shipped: Workspace) -> None:
    assert PAGE.read_text("utf-8") == query_page.markdown(shipped.settings.database), (
        "run: python -m tracker.export.query_page on a record made at 2026-11-25T12:00:00Z, and read what changed"
    )


def test_both_databases_give_the_same_rows(shipped_sqlite: Workspace, shipped_postgresql: Workspace) -> None:
    for asked in sample_queries.load():
        mine = query_page.answer(shipped_sqlite.settings.database, asked)
        theirs = query_page.answer(shipped_postgresql.settings.database, asked)
        assert mine == theirs, asked.name


def belief(engine: Engine, instant: datetime, statement: Finding | Provision, *acts: Instrument, cause: Cause) -> None:
    with writing(engine, instant, "test") as writer:
        assert ledger.write(writer, Batch([Entry(statement)], acts), policy=POLICY, cause=cause)


@pytest.fixture
def ask(engine: Engine, database_url: str) -> Ask:
    """A record that said on 7 June that Kansas has no law, and was corrected on 22 November (golden case 5, constructed)."""
    with locked(engine) as connection:
        for code, name, level, parent in (("US", "United States", "country", None), ("US-KS", "Kansas", "subdivision", "US")):
            connection.execute(insert(t.jurisdiction).values(code=code, name=name, level=level, kind="state", parent=parent))
        connection.execute(insert(t.substance).values(code="kratom", name="leaf", rank=1))
    belief(engine, datetime(2026, 6, 7, tzinfo=UTC), Finding("F", KANSAS, Period()), cause=Cause.RESEARCH)
    ban = Provision(
        "P",
        KANSAS,
        Conduct.POSSESS,
        Effect.PROHIBITED,
        Period(date(2026, 7, 1)),
        basis=Basis.CONTROLLED_SUBSTANCE_SCHEDULE,
        instrument="HB 2365",
    )
    act = Instrument("HB 2365", "US-KS", made_on=date(2026, 4, 10), in_force_on=date(2026, 7, 1))
    belief(engine, datetime(2026, 11, 22, 9, tzinfo=UTC), ban, act, cause=Cause.RECORD)

    def asked(name: str, **values: str) -> list[dict[str, Any]]:
        query = BY_NAME[name]
        changed = Query(query.name, query.title, query.text, {**query.parameters, **values}, query.sql, query.postgresql)
        columns, rows = query_page.answer(database_url, changed)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    return asked


def test_two_clocks_give_what_we_said_and_what_we_say(ask: Ask) -> None:
    then = ask("as_of", day="2026-07-15", known="2026-06-08T00:00:00.000000Z")
    now = ask("as_of", day="2026-07-15", known="2026-11-23T00:00:00.000000Z")
    assert [row["status"] for row in then + now] == ["no_specific_law", "banned"]
    (moved,) = ask("said_then", day="2026-07-15", then="2026-06-08T00:00:00.000000Z", now="2026-11-23T00:00:00.000000Z")
    assert (moved["said_then"], moved["say_now"], moved["cause"]) == ("no_specific_law", "banned", "record")
    assert ask("said_then", day="2026-06-30", then="2026-06-08T00:00:00.000000Z", now="2026-11-23T00:00:00.000000Z") == []


def test_corrections_name_the_day_and_both_answers(ask: Ask) -> None:
    (found,) = ask("corrections")
    assert (found["takes_effect_on"], found["before"], found["after"]) == ("2026-07-01", "no_specific_law", "banned")


def test_one_history_keeps_what_no_longer_counts(ask: Ask) -> None:
    rows = ask("one_history", jurisdiction="US-KS")
    assert [(row["status"], row["valid_to"], row["recorded_to"] is None) for row in rows] == [
        ("no_specific_law", None, False),
        ("no_specific_law", "2026-07-01", True),
        ("banned", None, True),
    ]


def test_days_between_enactment_and_effect_are_counted(ask: Ask) -> None:
    assert [(row["name"], row["days"]) for row in ask("enactment_to_effect")] == [("HB 2365", 82)]


def test_a_corrected_row_is_counted_once(ask: Ask) -> None:
    counted = ask("counts", day="2026-07-15", known="2026-11-23T00:00:00.000000Z")
    assert counted == [{"unit_group": "states and DC", "status": "banned", "jurisdictions": 1}]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("-- name: a\nSELECT 1;\n", "has no title"),
        ("-- name: a\n-- title: A\n-- :day = 1\nSELECT 1;\n", "names \\['day'\\] in its head and uses \\[\\]"),
        ("-- name: a\n-- title: A\n-- colour: red\nSELECT 1;\n", "cannot be read: -- colour: red"),
        ("-- name: a\n-- title: A\nSELECT 1;\n-- name: a\n-- title: A\nSELECT 1;\n", "two queries have one name"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(source: str, told: str) -> None:
    with pytest.raises(CodebookError, match=told):
        sample_queries.parse(source)


def test_a_cast_and_a_time_are_no_parameters() -> None:
    (query,) = sample_queries.parse("-- name: a\n-- title: A\n-- :day = 2026-07-01\nSELECT :day, '12:00:00', 'x'::text;\n")
    assert query.on("sqlite") == "SELECT '2026-07-01', '12:00:00', 'x'::text"

"""The schema accepts a status row if and only if it overlaps none of its key in both clocks, whoever writes it, open or closed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tracker.store.bulk import add_all
from tracker.store.schema import tables as t
from tracker.store.session import locked

START = datetime(2020, 1, 1, tzinfo=UTC)
FIRST = date(2020, 1, 1)
SPAN = 8
Cell = tuple[int, int]


def prepare(connection: Connection) -> None:
    connection.execute(insert(t.substance).values(code="s", name="", definition="", rank=0))
    connection.execute(insert(t.jurisdiction).values(code="J", name="J", level="country", kind="country"))
    connection.execute(insert(t.belief).values(id=1, recorded_at=START, cause="law"))


def row(number: int, valid: Cell, recorded: Cell) -> dict[str, Any]:
    """A row that is valid and recorded from the first to the second of each; SPAN is an open end, 0 of valid time an open start."""
    start = FIRST + timedelta(days=valid[0]) if valid[0] else None
    end = FIRST + timedelta(days=valid[1]) if valid[1] < SPAN else None
    closed = recorded[1] < SPAN
    return {
        "id": number,
        "jurisdiction": "J",
        "substance": "s",
        "status": "banned",
        "food_law_position": "not_addressed",
        "date_basis": "in_force",
        "opened_by": "law",
        "confidence": "low",
        "valid_from": start,
        "valid_from_latest": start,
        "valid_to": end,
        "valid_to_latest": end,
        "recorded_from": START + timedelta(hours=recorded[0]),
        "recorded_to": START + timedelta(hours=recorded[1]) if closed else None,
        "belief": 1,
        "belief_closed": 1 if closed else None,
    }


def span(dice: random.Random) -> Cell:
    low, high = sorted(dice.sample(range(SPAN + 1), 2))
    return low, high


def cells(valid: Cell, recorded: Cell) -> set[Cell]:
    return {(day, hour) for day in range(*valid) for hour in range(*recorded)}


@pytest.mark.parametrize("seed", range(3))
def test_a_row_is_refused_if_and_only_if_it_overlaps(engine: Engine, seed: int) -> None:
    dice = random.Random(seed)
    taken: set[Cell] = set()
    refused = 0
    with locked(engine) as connection:
        prepare(connection)
        for number in range(80):
            valid, recorded = span(dice), span(dice)
            if overlaps := bool(taken & cells(valid, recorded)):
                with pytest.raises(DBAPIError, match="ex_status_version_overlap"), connection.begin_nested():
                    add_all(connection, t.status_version, [row(number, valid, recorded)])
            else:
                add_all(connection, t.status_version, [row(number, valid, recorded)])
                taken |= cells(valid, recorded)
            refused += overlaps
    assert 10 < refused < 78


def test_two_rows_of_one_statement_are_held_against_each_other(engine: Engine) -> None:
    with locked(engine) as connection:
        prepare(connection)
        for closed in (4, SPAN):
            both = [row(1, (1, 5), (0, closed)), row(2, (4, 6), (2, closed))]
            with pytest.raises(DBAPIError, match="ex_status_version_overlap"), connection.begin_nested():
                add_all(connection, t.status_version, both)


def test_a_closed_row_leaves_room_from_its_end_on(engine: Engine) -> None:
    with locked(engine) as connection:
        prepare(connection)
        add_all(connection, t.status_version, [row(1, (1, 5), (0, SPAN))])
        closing = update(t.status_version).values(recorded_to=START + timedelta(hours=4), belief_closed=1)
        connection.execute(closing)
        with pytest.raises(DBAPIError, match="ex_status_version_overlap"), connection.begin_nested():
            add_all(connection, t.status_version, [row(2, (1, 5), (3, SPAN))])
        add_all(connection, t.status_version, [row(3, (1, 5), (4, SPAN))])


def test_keys_that_share_a_number_do_not_meet(engine: Engine) -> None:
    """The index that refuses on PostgreSQL numbers a key by its words, one after the other."""
    with locked(engine) as connection:
        prepare(connection)
        for code in ("a", "a b"):
            connection.execute(insert(t.jurisdiction).values(code=code, name=code, level="country", kind="country"))
        for code in ("c", "b c"):
            connection.execute(insert(t.substance).values(code=code, name="", definition="", rank=0))
        same = [("a", "b c"), ("a b", "c")]
        both = [
            row(number, (0, SPAN), (0, SPAN)) | {"jurisdiction": place, "substance": what}
            for number, (place, what) in enumerate(same)
        ]
        add_all(connection, t.status_version, both)
        for again in both:
            with pytest.raises(DBAPIError, match="ex_status_version_overlap"), connection.begin_nested():
                add_all(connection, t.status_version, [again | {"id": 9}])


def test_only_what_the_database_writes_by_itself_is_left_to_it(engine: Engine) -> None:
    with locked(engine) as connection:
        prepare(connection)
        whole = row(1, (1, 5), (0, SPAN)) | {"schedule": "", "min_age": None, "verified": True}
        add_all(connection, t.status_version, [whole])
        found = connection.execute(select(*(t.status_version.c[name] for name in whole))).one()
        assert found._mapping == whole
        for missing in ("verified", "schedule"):  # never NULL, whatever their defaults are
            with pytest.raises(IntegrityError), connection.begin_nested():
                add_all(connection, t.status_version, [row(2, (5, 6), (0, SPAN)) | {missing: None}])

"""The worked cases of golden.md through the ledger in SQL, on both databases: answers, stored and derived changes, and the views."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, func, select, text

from tests.tracker.domain.golden import CASES, Case, Expected
from tests.tracker.domain.memory import ZONE
from tests.tracker.ledger.sql import SqlLedger, prepare
from tracker.domain.records import Key, Relation
from tracker.domain.vocabulary import ChangeKind, Status
from tracker.history import beliefs, changes, effective, status
from tracker.history.changes import Change
from tracker.history.places import all_places
from tracker.store.mapping import status_rows
from tracker.store.schema.columns import UtcDateTime

FAR = datetime(2100, 1, 1, tzinfo=UTC)
NEVER, ALWAYS = datetime(1, 1, 2, tzinfo=UTC), (date(1900, 1, 1), date(2090, 1, 1))


def keys_of(case: Case) -> set[Key]:
    said = [entry.statement for write in case.transactions for entry in write.entries]
    return {row.key for row in said if not isinstance(row, Relation)} | {asked.key for asked in case.questions}


def tell(connection: Connection, case: Case) -> None:
    prepare(connection, keys_of(case))
    ledger = SqlLedger(connection)
    for write in case.transactions:
        assert ledger.write(write.instant, [entry.statement for entry in write.entries], write.cause, made_on=write.made_on)


def expected(change: Change, known: datetime | None = None) -> Expected:
    return Expected(
        change.key,
        change.day,
        change.kind,
        Status(change.before),
        Status(change.after),
        change.significance,
        change.found_late,
        change.latest,
        known,
    )


def in_order(rows: Iterable[Expected]) -> list[str]:
    return sorted(map(str, rows))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_worked_case(connection: Connection, case: Case) -> None:
    tell(connection, case)
    questions(connection, case)
    stored_changes(connection, case)
    derived_changes(connection, case)
    the_change_log(connection, case)


def questions(told: Connection, case: Case) -> None:
    where = all_places(told)
    for asked in case.questions:
        answer = status.of_key(told, asked.key, asked.day, asked.known)
        assert (answer.status, answer.uncertain) == (asked.status, asked.uncertain), asked
        all_of_it = status.on_day(told, asked.day, asked.known)
        assert all_of_it.get(asked.key, answer) == answer
        if asked.shows:
            content = status_rows.read(answer.row, frozenset()).content
            assert {name: getattr(content, name) for name in asked.shows} == asked.shows, asked
        if asked.effective:
            assert effective.of_key(where, all_of_it, asked.key, asked.day).status is asked.effective, asked


def stored_changes(told: Connection, case: Case) -> None:
    named = {row.known for row in case.stored}
    found = [expected(row, row.recorded_at) for row in changes.stored(told, NEVER, FAR)]
    assert in_order(row for row in found if row.known in named) == in_order(case.stored)
    assert {row.kind for row in found if row.known not in named} <= {ChangeKind.FIRST_RECORDED, ChangeKind.CONFIRMED}
    assert {row.known for row in found} <= {row.instant for row in case.transactions}


def derived_changes(told: Connection, case: Case) -> None:
    derived = changes.derived(told, *ALWAYS, FAR, ZONE)
    assert in_order(expected(row) for row in derived if not row.retrospective) == in_order(case.derived)
    first = beliefs.first(told)
    assert first is not None
    assert all(row.retrospective is (row.recorded_at < first) for row in derived)
    edition = changes.derived(told, *ALWAYS, case.edition or FAR, ZONE)
    for key in {row.key for row in case.retrospective}:
        of_key = [expected(row) for row in edition if row.key == key and row.retrospective]
        assert in_order(of_key) == in_order(row for row in case.retrospective if row.key == key)


def the_change_log(told: Connection, case: Case) -> None:
    """The view says what history says, in what we hold, of all that has come by the server's clock."""
    now = told.execute(select(func.current_timestamp(type_=UtcDateTime))).scalar_one()
    held = max(now, case.transactions[-1].instant)
    stored = changes.stored(told, NEVER, FAR)
    derived = [row for row in changes.derived(told, *ALWAYS, held, ZONE) if row.recorded_at <= now]
    log = told.execute(text("SELECT * FROM change_log")).all()
    assert sorted(map(in_the_log, [*stored, *derived])) == sorted(
        (
            *(row.id, row.kind, row.cause, row.significance, row.jurisdiction, row.substance, row.before, row.after),
            *(str(row.takes_effect_on), str(row.takes_effect_latest), str(row.found_late)),
            *(bool(row.derived), bool(row.retrospective)),
        )
        for row in log
    )


def in_the_log(change: Change) -> tuple[object, ...]:
    return (
        *(change.id, change.kind, change.cause, change.significance, *change.key, change.before, change.after),
        *(str(change.day), str(change.latest), str(change.found_late), change.derived, change.retrospective),
    )

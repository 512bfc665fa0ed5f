"""The worked cases of golden.md, asked of the pure domain through a ledger in memory (see golden.py for what is elsewhere)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest

from tests.tracker.domain.build import provision
from tests.tracker.domain.golden import CASES, PLACES, Case, Expected
from tests.tracker.domain.memory import MemoryLedger
from tracker.domain.changes import Boundary
from tracker.domain.records import Key, RefusedEntry
from tracker.domain.vocabulary import ChangeKind

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def told(key: Key, boundary: Boundary, known: datetime | None = None) -> Expected:
    return Expected(
        key,
        boundary.day,
        boundary.kind,
        boundary.before.status,
        boundary.after.status,
        boundary.significance,
        boundary.found_late,
        boundary.latest,
        known,
    )


def in_order(rows: Iterable[Expected]) -> list[str]:
    return sorted(map(str, rows))


@each_case
def test_questions(case: Case) -> None:
    ledger = MemoryLedger(case.transactions)
    for asked in case.questions:
        line = ledger.timeline(asked.key, asked.known)
        content = line.at(asked.day).content
        assert (content.status, line.uncertain(asked.day)) == (asked.status, asked.uncertain), asked
        assert {name: getattr(content, name) for name in asked.shows} == asked.shows, asked
        if asked.effective:
            assert ledger.effective(asked.key, asked.known, asked.day, PLACES) is asked.effective, asked


@each_case
def test_answers_stay(case: Case) -> None:
    now = MemoryLedger(case.transactions)
    for number, write in enumerate(case.transactions, start=1):
        then = MemoryLedger(case.transactions[:number])
        for key in now.keys:
            assert then.timeline(key, write.instant) == now.timeline(key, write.instant)


@each_case
def test_stored_changes(case: Case) -> None:
    named = {row.known for row in case.stored}
    found = [told(key, boundary, instant) for instant, key, boundary in MemoryLedger(case.transactions).stored()]
    assert in_order(row for row in found if row.known in named) == in_order(case.stored)
    assert {row.kind for row in found if row.known not in named} <= {ChangeKind.FIRST_RECORDED, ChangeKind.CONFIRMED}


@each_case
def test_derived_changes(case: Case) -> None:
    ledger = MemoryLedger(case.transactions)
    found = [told(key, row) for key in ledger.keys for row in ledger.derived(key)]
    assert in_order(found) == in_order(case.derived)


@each_case
def test_retrospective_changes(case: Case) -> None:
    ledger = MemoryLedger(case.transactions)
    for key in {row.key for row in case.retrospective}:
        found = [told(key, row) for row in ledger.derived(key, case.edition)]
        assert in_order(found) == in_order(row for row in case.retrospective if row.key == key)


def test_a_temporary_order_without_an_end_is_refused() -> None:
    with pytest.raises(RefusedEntry, match="give the day on which it expires"):
        provision("P", "possess prohibited", "2026-08-28", basis="emergency_order")


def test_prohibited_for_the_young_alone_is_refused() -> None:
    with pytest.raises(RefusedEntry, match="code an age limit as conditional"):
        provision("P", "possess prohibited", "2021-07-01", age=21)

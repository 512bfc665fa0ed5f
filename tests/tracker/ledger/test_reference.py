"""Random histories through the ledger in SQL, on both databases, compared with the slow reading of DESIGN at every past instant.

`EXAMPLES` in the environment sets how many histories each database is told (default 40).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, Phase, event, given, reject, settings
from sqlalchemy import Connection, Engine, select, text

from tests.tracker.domain import reference
from tests.tracker.domain.memory import ZONE
from tests.tracker.domain.random_records import WINDOW
from tests.tracker.ledger.conftest import undone
from tests.tracker.ledger.histories import KEYS, State, Written, cause_of, histories
from tests.tracker.ledger.sql import SqlLedger, prepare, seals_hold
from tracker.domain import changes as boundaries
from tracker.domain import periods, timeline
from tracker.domain.dates import civil_day, midnight
from tracker.domain.records import Content, Key, Timeline
from tracker.domain.timeline import CircularRelations
from tracker.domain.vocabulary import Cause, ChangeKind
from tracker.history import changes, status
from tracker.history.changes import Change
from tracker.store.mapping import statements, status_rows
from tracker.store.schema import tables as t

NEVER, FAR = datetime(1, 1, 2, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
Told = tuple[object, ...]


@given(states=histories())
@settings(
    max_examples=int(os.environ.get("EXAMPLES", "40")),
    deadline=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if "NOSHRINK" not in os.environ or phase is not Phase.shrink],
)
def test_the_record_says_what_the_definition_says(record: Engine, states: list[State]) -> None:
    if any(circular(state) for state in states):
        reject()
    event(f"{len(states)} beliefs, {len(states[-1].held) // 4 * 4} statements or more")
    with undone(record) as connection:
        written = list(told(connection, states))
        answers_at_every_instant(connection, written)
        rebuilt_rows(connection, written)
        folded_changes(connection, written)
        stored = stored_changes(connection, written)
        derived = derived_changes(connection, written)
        assert stored | derived == {row.id for row in connection.execute(text("SELECT id FROM change_log"))}
        told_once(connection, written)
        seals_hold(connection)


def circular(state: State) -> bool:
    try:
        for key in KEYS:
            timeline.build(state.record(key))
    except CircularRelations:
        return True
    return False


def told(connection: Connection, states: Sequence[State]) -> Iterator[Written]:
    """Write the steps that say something new."""
    prepare(connection, KEYS)
    ledger = SqlLedger(connection)
    for state in states:
        step = state.step
        more = {"made_on": step.made_on, "revise": step.revise, "withdraw": step.withdraw}
        if found := ledger.write(step.instant, step.add, step.cause, **more):
            assert found.recorded_at == step.instant
            yield Written(state, {str(label): ref for label, ref in ledger.refs.items()})


def answers_at_every_instant(connection: Connection, written: Sequence[Written]) -> None:
    """What was said at an instant is what follows from what was held then, whatever was written later."""
    for now in written:
        known = now.state.step.instant
        stored = status_rows.load(connection, KEYS, known)
        for key in KEYS:
            record, line = now.records[key], now.lines[key]
            found = stored[key].timeline if key in stored else Timeline()
            for day in WINDOW:
                assert found.at(day).content == reference.content(record, day), (key, day, known)
                assert found.uncertain(day) is line.uncertain(day), (key, day, known)
        for day in WINDOW[:: len(WINDOW) // 2]:
            answers = status.on_day(connection, day, known)
            for key in KEYS:
                asked = status.of_key(connection, key, day, known)
                assert answers.get(key, asked) == asked
                assert (asked.status, asked.uncertain) == (now.lines[key].at(day).content.status, now.lines[key].uncertain(day))


def rebuilt_rows(connection: Connection, written: Sequence[Written]) -> None:
    """Worked out anew from the statements in the tables, the rows are those that lie there."""
    for known in (*(now.state.step.instant for now in written), None):
        held, stored = statements.load(connection, KEYS, known), status_rows.load(connection, KEYS, known)
        for key in KEYS:
            if key in stored:
                assert timeline.build(held.records[key]).periods == stored[key].timeline.periods


def folded_changes(connection: Connection, written: Sequence[Written]) -> None:
    """The rows that a change closes and opens lead from each state to the next."""
    folded: dict[Key, set[int]] = {key: set() for key in KEYS}
    for row in connection.execute(select(t.change).order_by(t.change.c.recorded_at, t.change.c.id)).all():
        rows = folded[Key(row.jurisdiction, row.substance)]
        closes = {int(number) for number in statements.words(row.closes)}
        assert closes <= rows
        rows -= closes
        rows |= {int(number) for number in statements.words(row.opens)}
        assert rows == _row_numbers(connection, Key(row.jurisdiction, row.substance), row.recorded_at)
    for key, rows in folded.items():
        assert rows == _row_numbers(connection, key, None)


def _row_numbers(connection: Connection, key: Key, known: datetime | None) -> set[int]:
    return {row.id for row in status.timeline(connection, key, known)}


def stored_changes(connection: Connection, written: Sequence[Written]) -> set[str]:
    """Each belief stored the boundaries between the record before and after it, with its cause."""
    stored = changes.stored(connection, NEVER, FAR)
    first: dict[Key, date] = {}
    old = dict.fromkeys(KEYS, Timeline())
    for now in written:
        known = now.state.step.instant
        today = civil_day(known, ZONE)
        cause = cause_of(old, now, today, first)
        for key in KEYS:
            expected = boundaries.boundaries(
                boundaries.differences(old[key], now.lines[key]), now.lines[key], cause, today, now.made_on(key)
            )
            told = [row for row in stored if (row.recorded_at, row.key) == (known, key)]
            assert [_told(row) for row in told] == [_of_boundary(row) for row in expected]
            assert {row.cause for row in told} <= {cause}
            old[key] = now.lines[key]
            if status.timeline(connection, key, known):
                first.setdefault(key, today)
    return {row.id for row in stored}


def _told(row: Change) -> Told:
    terms = (row.before_terms, row.after_terms)
    return (row.day, row.latest, row.kind, row.significance, row.before, row.after, *terms, row.found_late)


def _of_boundary(row: boundaries.Boundary) -> Told:
    terms = (row.before.describe(), row.after.describe())
    return (row.day, row.latest, row.kind, row.significance, row.before.status, row.after.status, *terms, row.found_late)


def derived_changes(connection: Connection, written: Sequence[Written]) -> set[str]:
    """A day brings the change that the record foresaw when its 00:00 came; days before the record, what we hold but for what law told."""
    derived = changes.derived(connection, date(2020, 1, 1), date(2030, 1, 1), FAR, ZONE)
    stored = changes.stored(connection, NEVER, FAR)
    for key in KEYS:
        told_by_law = {row.day for row in stored if (row.key, row.cause) == (key, Cause.LAW)}
        expected = []
        for day in WINDOW:
            comes = midnight(day, ZONE)
            known = [now for now in written if now.state.step.instant < comes]
            line = (known or written)[-1].lines[key] if written else Timeline()
            expected += [
                (*_of_boundary(boundaries.derived(before, row)), not known)
                for before, row in boundaries.steps(line)
                if row.period.start_latest == day and (known or row.period.start not in told_by_law)
            ]
        told = [(*_told(row), row.retrospective) for row in derived if row.key == key and row.latest in WINDOW]
        assert sorted(map(str, told)) == sorted(map(str, expected))
    return {row.id for row in derived}


EFFECTIVE = {*boundaries.COUNTED, ChangeKind.CHECK_DUE}


def told_once(connection: Connection, written: Sequence[Written]) -> None:
    """Over all weeks each boundary is told as effective once, and anew only where it, or the doubt about its day, was made another since.

    That none is lost follows from `stored_changes` and `derived_changes`: what a belief moves of days that have come is stored, and what
    the record foresees when a day comes is derived.
    """
    tellings: dict[tuple[Key, date | None], list[tuple[datetime, Change]]] = defaultdict(list)
    for change, known in weekly(connection, written):
        tellings[change.key, change.day].append((known, change))
    for (key, day), found in tellings.items():
        said: tuple[Content, date | None] | None = None
        for known, change in sorted(found, key=lambda pair: pair[0]):
            now = content_at(written, known, key, day), change.latest
            assert change.kind not in EFFECTIVE or now != said, (key, day, change.kind, known)
            said = now if change.kind in EFFECTIVE else None


def weekly(connection: Connection, written: Sequence[Written]) -> Iterator[tuple[Change, datetime]]:
    """What the editions of all weeks tell of days that have come, and as known when."""
    if not written:
        return
    for year, week in sorted({day.isocalendar()[:2] for day in WINDOW}):
        period = periods.read(f"{year}-W{week:02}")
        window = periods.window(period, written[0].state.step.instant, FAR, ZONE)
        for change in changes.stored(connection, window.since, window.until):
            if change.kind in EFFECTIVE or change.latest is None or midnight(change.latest, ZONE) <= change.recorded_at:
                yield change, change.recorded_at
        for change in changes.derived(connection, period.start, period.end, window.last_seen, ZONE):
            yield change, window.last_seen if change.retrospective else change.known


def content_at(written: Sequence[Written], known: datetime, key: Key, day: date | None) -> Content:
    """What was held at `known` about a day."""
    held = next((now.lines[key] for now in reversed(written) if now.state.step.instant <= known), Timeline())
    return held.at(day or date.min).content

"""A ledger in memory, for tests of the pure domain: belief transactions in, answers and changes out. It stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from tracker.domain import changes, rules, timeline
from tracker.domain.changes import Boundary
from tracker.domain.dates import civil_day, midnight, zone
from tracker.domain.entries import Entry, Statement
from tracker.domain.records import Assertion, Finding, Key, Position, Provision, Record, Ref, Relation, Timeline
from tracker.domain.vocabulary import Cause, Level, Status

ZONE = zone("America/New_York")
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Transaction:
    """One belief write. `cause` None asks for the default; `made_on` is the day the instrument or ruling was made."""

    instant: datetime
    entries: tuple[Entry, ...]
    cause: Cause | None = None
    made_on: date | None = None


class MemoryLedger:
    """Answers as known at an instant, stored changes by transaction, derived changes by day."""

    def __init__(self, transactions: Sequence[Transaction]) -> None:
        assert all(one.instant < two.instant for one, two in pairwise(transactions))
        self.transactions = transactions
        self.keys = sorted({key for write in transactions for entry in write.entries if (key := _key(entry.statement))})

    def as_known(self, known: datetime) -> list[Statement]:
        return [entry.statement for write in self.transactions if write.instant <= known for entry in write.entries]

    def timeline(self, key: Key, known: datetime) -> Timeline:
        return timeline.build(record_of(key, self.as_known(known)))

    def effective(self, key: Key, known: datetime, day: date, places: dict[str, tuple[Level, str]]) -> Status:
        """The key's own status and what its ancestors' binding provisions add."""
        own = self.timeline(key, known).at(day).content.status
        level, parent = places[key.jurisdiction]
        while parent:
            above, grandparent = places[parent]
            if rules.binds(above, parent, level, key.jurisdiction):
                binding = self.timeline(Key(parent, key.substance), known).at(day).content.binding
                own = rules.effective(own, binding)
            parent = grandparent
        return own

    def stored(self) -> Iterator[tuple[datetime, Key, Boundary]]:
        """The boundaries that each transaction stores, by key."""
        return ((instant, key, boundary) for instant, key, _, boundary in self._stored())

    def _stored(self) -> Iterator[tuple[datetime, Key, Cause, Boundary]]:
        for number, write in enumerate(self.transactions):
            before = [entry.statement for past in self.transactions[:number] for entry in past.entries]
            after = [*before, *(entry.statement for entry in write.entries)]
            today = civil_day(write.instant, ZONE)
            for key in self.keys:
                old, new = timeline.build(record_of(key, before)), timeline.build(record_of(key, after))
                cause = write.cause or changes.default_cause(
                    changes.differences(old, new), today, write.made_on, self._first_recorded(key, number)
                )
                for boundary in changes.boundaries(changes.differences(old, new), new, cause, today, write.made_on):
                    yield write.instant, key, cause, boundary

    def derived(self, key: Key, retrospective: datetime | None = None) -> list[Boundary]:
        """The changes that follow from the record: of each day after the first belief, as the record stands when its 00:00 comes.

        With `retrospective` instead those of the days before, as known at that instant, but for the days that law has told.
        """
        first = self.transactions[0].instant
        lines = {write.instant: self.timeline(key, write.instant) for write in self.transactions}
        last_days = {row.period.start_latest for line in lines.values() for row in line.periods if row.period.start_latest}
        found = []
        for last in sorted(last_days):
            begins = midnight(last, ZONE)
            if (begins <= first) is not (retrospective is not None):
                continue
            line = self.timeline(key, retrospective or begins - TICK)
            found += [changes.derived(before, row) for before, row in changes.steps(line) if row.period.start_latest == last]
        told = self._told_by_law(key, retrospective) if retrospective else set()
        return [row for row in found if row.day not in told]

    def _told_by_law(self, key: Key, known: datetime) -> set[date | None]:
        return {row.day for instant, of, cause, row in self._stored() if of == key and instant <= known and cause is Cause.LAW}

    def _first_recorded(self, key: Key, number: int) -> date | None:
        for write in self.transactions[:number]:
            if any(_key(entry.statement) == key for entry in write.entries):
                return civil_day(write.instant, ZONE)
        return None


def _key(statement: Statement) -> Key | None:
    return None if isinstance(statement, Relation) else statement.key


def record_of(key: Key, statements: Iterable[Statement]) -> Record:
    """What bears on `key`: its own statements, the relations that reach them, and the provisions that make those."""
    held = list(statements)
    own = [row for row in held if not isinstance(row, Relation) and row.key == key]
    provisions = {row.id: row for row in held if isinstance(row, Provision)}
    reached = {_ref(row) for row in own}
    while True:
        relations = [row for row in held if isinstance(row, Relation) and row.target in reached]
        more = {_ref(row) for row in relations} | {row.actor for row in relations if row.actor}
        if more <= reached:
            break
        reached |= more
    return Record(
        provisions=tuple(row for row in own if isinstance(row, Provision)),
        assertions=tuple(row for row in own if isinstance(row, Assertion)),
        findings=tuple(row for row in own if isinstance(row, Finding)),
        positions=tuple(row for row in own if isinstance(row, Position)),
        relations=tuple(relations),
        actors=tuple(row for row in provisions.values() if _ref(row) in reached and row.key != key),
    )


def _ref(statement: Statement) -> Ref:
    return Ref(type(statement).__name__.lower(), statement.id)

"""How the sources fare: their live runs as known at an instant, whether each of them works (DESIGN §5), and what was told of it.

Whether one works is worked out here alone; the view `coverage` is the twin in SQL.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from crawler.contract.verdicts import Verdict
from tracker.domain.vocabulary import ChangeKind
from tracker.history.runs import stopped
from tracker.store.schema import tables as t
from tracker.store.schema.evidence_tables import crawl_run, source

_STATES = (ChangeKind.SOURCE_LOST.value, ChangeKind.SOURCE_RESTORED.value)
_FRESH = timedelta(days=7)
_WHOLE_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A live run that has ended. `accepted`: a person vouched for it, and this was known at the instant that is asked about."""

    number: int
    started_at: datetime
    finished_at: datetime
    verdict: str
    reason: str
    outcomes: Mapping[str, int]
    accepted: bool

    @property
    def silent(self) -> bool:
        """Whether it says nothing about the source: it met no network, or something on this machine stopped it."""
        return not self.accepted and (self.verdict == Verdict.NO_NETWORK or stopped(self))

    @property
    def ok(self) -> bool:
        """Whether all of it is believed."""
        return self.accepted or self.verdict == Verdict.HEALTHY

    @property
    def usable(self) -> bool:
        """Whether what it read is believed, be it all of it or a part."""
        return self.ok or self.verdict == Verdict.PARTIAL


@dataclass(frozen=True, slots=True)
class SourceRuns:
    """A source that is crawled, by its row of `source`, with its live runs that had ended at `known`, oldest first."""

    row: Any
    known: datetime
    runs: tuple[LiveRun, ...]

    @property
    def answered(self) -> tuple[LiveRun, ...]:
        """The runs that say something about the source."""
        return tuple(run for run in self.runs if not run.silent)

    @property
    def last_ok_at(self) -> datetime | None:
        """The end of the newest healthy or accepted run."""
        return next((run.finished_at for run in reversed(self.runs) if run.ok), None)

    @property
    def works(self) -> bool:
        """Whether its newest run is healthy, accepted or partial, within seven days or its cadence if that is longer, and the last
        healthy or accepted one within thirty days (DESIGN §5)."""
        newest, ok = next(reversed(self.answered), None), self.last_ok_at
        if newest is None or ok is None or not newest.usable:
            return False
        return self.known - newest.finished_at <= max(_FRESH, self._cadence) and self.known - ok <= _WHOLE_WITHIN

    @property
    def overdue(self) -> bool:
        """Whether its cadence has passed since the last healthy or accepted run."""
        ok = self.last_ok_at
        return ok is None or self.known - ok > self._cadence

    @property
    def _cadence(self) -> timedelta:
        return timedelta(hours=self.row.cadence_hours or 0)


def crawled(connection: Connection, known: datetime) -> list[SourceRuns]:
    """The sources that a spider asks, by key."""
    rows = connection.execute(select(source).where(source.c.crawled)).all()
    runs = _live_runs(connection, known)
    return [SourceRuns(row, known, tuple(runs[row.key])) for row in sorted(rows, key=lambda row: str(row.key))]


def of_key(connection: Connection, key: str, known: datetime) -> SourceRuns:
    """One source, whether or not a spider asks it today."""
    row = connection.execute(select(source).where(source.c.key == key)).one()
    return SourceRuns(row, known, tuple(_live_runs(connection, known, crawl_run.c.source == key)[key]))


def _live_runs(connection: Connection, known: datetime, *which: ColumnElement[bool]) -> dict[str, list[LiveRun]]:
    """By source, oldest first."""
    runs: dict[str, list[LiveRun]] = defaultdict(list)
    query = select(crawl_run).where(crawl_run.c.mode == "live", crawl_run.c.finished_at <= known, *which)
    # In the order in which they ended: several processes crawl, and a number tells only which was taken in first.
    for row in sorted(connection.execute(query).all(), key=lambda row: (row.finished_at, row.id)):
        runs[row.source].append(_live_run(row, known))
    return runs


def _live_run(row: Any, known: datetime) -> LiveRun:
    return LiveRun(
        number=row.id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        verdict=row.verdict,
        reason=row.reason,
        outcomes=json.loads(row.outcomes or "{}"),
        accepted=row.accepted_at is not None and row.accepted_at <= known,
    )


def catalogued(connection: Connection) -> Sequence[Any]:
    """The rows of the official sources that no spider asks yet, by jurisdiction and key."""
    rows = connection.execute(select(source).where(~source.c.crawled)).all()
    return sorted(rows, key=lambda row: (row.jurisdiction, row.key))


def told_lost(connection: Connection, key: str) -> bool:
    """Whether the last that was told of a source is that it was lost."""
    change, boundary = t.change, t.change_boundary
    query = select(boundary.c.kind).join(change, change.c.id == boundary.c.change)
    states = query.where(change.c.source == key, boundary.c.kind.in_(_STATES)).order_by(change.c.id.desc())
    return connection.scalar(states.limit(1)) == ChangeKind.SOURCE_LOST.value


def told(connection: Connection, key: str, boundary: Mapping[str, Any]) -> bool:
    """Whether a source's change with just these words is stored."""
    change, table = t.change, t.change_boundary
    query = select(table.c.id).join(change, change.c.id == table.c.change).where(change.c.source == key)
    same = (table.c[name] == value for name, value in boundary.items())
    return connection.scalar(query.where(*same).limit(1)) is not None

"""All that the record says of one calendar period, read once: what moved in it, what lies ahead of it, and how things stood.

What a report, a page or a notice of a period is made from; nothing is judged or put in words here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from tracker.domain.changes import COUNTED
from tracker.domain.periods import KnowledgeWindow
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, ChangeKind
from tracker.errors import Refused
from tracker.history import beliefs, calendar, changes, evidence, measures, sources, status
from tracker.history.calendar import Stay
from tracker.history.changes import Change
from tracker.history.evidence import DayOrInterval, Grounds
from tracker.history.measures import MeasureState, News
from tracker.history.places import Place, all_places
from tracker.history.sources import SourceRuns
from tracker.history.status import Answer

_INSTANT = timedelta(microseconds=1)
_NO_NEWS = (ChangeKind.FIRST_RECORDED, ChangeKind.CONFIRMED)


class EmptyRecord(Refused):
    """A record without any belief: there is nothing to report; the message says how to fill it."""


@dataclass(frozen=True, slots=True)
class DayRecord:
    """What is said about one day, by key; `positions` says since when a position of general food law is held."""

    day: date
    answers: Mapping[Key, Answer]
    positions: Mapping[Key, DayOrInterval]


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A period in the record as known in its window.

    `stored` was recorded in it, `derived` came with its days, `learnt` belongs to it and was recorded later, `coming` lies ahead of the
    cut-off; of these, `moves` are the changes that may be news, with their grounds. `loaded` was recorded while the record was filled.
    """

    window: KnowledgeWindow
    began: datetime
    belief: Any
    places: Mapping[str, Place]
    loaded: Sequence[Change]
    researched: Mapping[str, int]
    stored: Sequence[Grounds]
    derived: Sequence[Grounds]
    learnt: Sequence[Grounds]
    coming: Sequence[Grounds]
    stays: Sequence[Stay]
    measures: Sequence[MeasureState]
    news: Sequence[News]
    events: Sequence[Any]
    sessions: Sequence[Any]
    sources: Sequence[SourceRuns]
    new_versions: Mapping[str, int]
    before: DayRecord
    after: DayRecord

    @property
    def moves(self) -> tuple[Grounds, ...]:
        """What moved in the period: stored, derived and learnt."""
        return (*self.stored, *self.derived, *self.learnt)


def began(connection: Connection) -> datetime:
    """The instant of the first belief. Raises EmptyRecord."""
    instant = beliefs.first(connection)
    if instant is None:
        raise EmptyRecord("the record holds nothing yet, so there is nothing to report", "empty_record")
    return instant


def of_day(connection: Connection, day: date, known: datetime) -> DayRecord:
    """What is said about `day`, as held at `known`."""
    return DayRecord(day, status.on_day(connection, day, known), evidence.positions(connection, day, known))


def read(connection: Connection, window: KnowledgeWindow) -> PeriodRecord:
    """All of it, as known in `window`. Raises EmptyRecord."""
    known, period = window.last_seen, window.period
    stored = changes.stored(connection, window.since, window.until)
    derived = changes.derived(connection, period.start, period.end, known, window.zone)
    coming = changes.coming(connection, window.day, known)
    # First recordings are counted and never shown: a baseline has thousands, and none needs its evidence here.
    grounds = _grounds(connection, known, stored, derived, _learnt(connection, window), coming)
    loaded = changes.stored(connection, window.loaded_since, window.loaded_until) if window.retrospective else stored
    return PeriodRecord(
        window=window,
        began=began(connection),
        belief=beliefs.newest(connection, known),
        places=all_places(connection),
        loaded=[change for change in loaded if change.kind in _NO_NEWS],
        researched=evidence.research_counts(connection, window.loaded_since, window.loaded_until),
        stored=grounds[0],
        derived=grounds[1],
        learnt=grounds[2],
        coming=grounds[3],
        stays=calendar.stays(connection, window.day, known),
        measures=measures.states(connection, known, window.day),
        news=measures.news(connection, window.since, window.until),
        events=calendar.events(connection, window.day, known),
        sessions=calendar.sessions(connection),
        sources=sources.crawled(connection, known),
        new_versions=evidence.new_versions(connection, window.since, window.until),
        before=of_day(connection, period.start - timedelta(days=1), known),
        after=of_day(connection, min(period.last, window.day), known),
    )


def _grounds(connection: Connection, known: datetime, *groups: Sequence[Change]) -> list[list[Grounds]]:
    """The grounds of the changes of each group that may be news, all read at once."""
    kept = [[change for change in group if change.kind not in _NO_NEWS] for group in groups]
    in_order = iter(evidence.grounds(connection, [change for group in kept for change in group], known))
    return [[next(in_order) for _ in group] for group in kept]


def _learnt(connection: Connection, window: KnowledgeWindow) -> list[Change]:
    """What the law did in the period and was learnt only after it, where the cut-off lies later."""
    # In retrospect all of it is derived from the record as known at the cut-off; to add it again would tell it twice.
    if window.last_seen < window.until or (window.retrospective and not window.chosen):
        return []
    later = changes.stored(connection, window.until, window.last_seen + _INSTANT)
    return [change for change in later if change.cause == Cause.LAW and change.kind in COUNTED and _within(change, window)]


def _within(change: Change, window: KnowledgeWindow) -> bool:
    """Whether the day of a change, with its doubt, lies in the period."""
    start, end = window.period.start, window.period.end
    return change.day is not None and change.latest is not None and start <= change.day <= change.latest < end

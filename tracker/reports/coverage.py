"""Which sources were asked in the period, with what end, and which jurisdictions are watched by a working official source.

"No change" may be said of these alone. Whether a source works is worked out in `tracker.history.sources`. A run without any network
says nothing about a source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from crawler.contract.characters import shortened
from tracker.history.period import PeriodRecord
from tracker.history.sources import LiveRun, SourceRuns
from tracker.history.words import GROUPS, Labels, group_of
from tracker.reports.model import Coverage, Item, Share, SourceState

_REASON = 300  # characters of what a run did not observe that an edition shows
WATCHED_GROUPS = ("us_states", "us_territories", "countries")


def coverage(record: PeriodRecord, labels: Labels, check_due: tuple[Item, ...]) -> Coverage:
    """The coverage of the period, as known at the cut-off."""
    sources = [_source(source, record, labels) for source in record.sources]
    ordered = tuple(sorted(sources, key=lambda source: (source.place.name, source.key)))
    states = Counter(source.state for source in ordered)
    oldest = min((source for source in ordered if source.last_ok_at), key=lambda s: (s.last_ok_at, s.key), default=None)
    # An aggregator may tell of a place, but only its own official source can say that nothing changed there.
    watched = {source.place.code for source in ordered if source.working and source.official}
    return Coverage(
        sources=ordered,
        checked=len(ordered) - states["not_checked"],
        unchanged=states["unchanged"],
        changed=states["changed"],
        unreachable=states["unreachable"],
        not_checked=states["not_checked"],
        oldest_good_check=oldest.last_ok_at if oldest else None,
        oldest_good_source=oldest.key if oldest else "",
        watched=shares(labels, watched, WATCHED_GROUPS),
        watched_codes=tuple(sorted(watched)),
        check_due=check_due,
    )


def shares(labels: Labels, codes: Collection[str], groups: Collection[str]) -> tuple[Share, ...]:
    """How many of each group are among `codes`."""
    whole = Counter(group_of(place) for place in labels.places.values())
    part = Counter(group_of(labels.places[code]) for code in codes)
    return tuple(Share(group, GROUPS[group], part[group], whole[group]) for group in groups)


def _source(source: SourceRuns, record: PeriodRecord, labels: Labels) -> SourceState:
    row, answered = source.row, source.answered
    inside = [run for run in answered if run.finished_at >= record.window.since]
    outcomes: Counter[str] = Counter()
    for run in inside:
        outcomes.update(run.outcomes)
    versions = record.new_versions.get(row.key, 0)
    return SourceState(
        key=row.key,
        name=row.name,
        publisher=row.publisher,
        place=labels.place(row.jurisdiction),
        official=row.official,
        cadence_hours=row.cadence_hours,
        last_run_at=answered[-1].finished_at if answered else None,
        last_ok_at=source.last_ok_at,
        verdict=answered[-1].verdict if answered else "never run",
        reason=shortened(answered[-1].reason, _REASON) if answered else "",
        outcomes=dict(sorted(outcomes.items())),
        new_versions=versions,
        state=_state(inside, versions),
        working=source.works,
    )


def _state(inside: Sequence[LiveRun], versions: int) -> str:
    if not inside:
        return "not_checked"
    if not inside[-1].usable:
        return "unreachable"
    return "changed" if versions else "unchanged"

"""Which sources were asked in the period, with what end, and which jurisdictions are watched by a working official source.

"No change" may be said of these alone. A source works where its last live run is healthy (or was accepted by a person) and it was
checked within seven days of the cut-off, or within its own cadence where that is longer. A run without any network says nothing
about a source.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from crawler.contract.report import Verdict
from tracker.reports.items import Reader
from tracker.reports.model import Coverage, Item, Share, SourceSeen
from tracker.reports.terms import GROUPS, Terms, group_of
from tracker.store.schema import evidence_tables as e

WATCHED_GROUPS = ("us_states", "us_territories", "countries")
_LEAST = timedelta(days=7)


def coverage(reader: Reader, check_due: tuple[Item, ...]) -> Coverage:
    """The coverage of the period, as known at the cut-off."""
    window = reader.window
    versions = _new_versions(reader)
    runs = _runs(reader.connection, window.last_seen)
    found = [
        _seen(reader.terms, row, runs.get(row.key, []), versions.get(row.key, 0), window.since, window.last_seen)
        for row in _sources(reader.connection)
    ]
    ordered = tuple(sorted(found, key=lambda source: (source.place.name, source.key)))
    states = Counter(source.state for source in ordered)
    oldest = min((source for source in ordered if source.last_ok_at), key=lambda s: (s.last_ok_at, s.key), default=None)
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
        watched=shares(reader.terms, watched, WATCHED_GROUPS),
        watched_codes=tuple(sorted(watched)),
        check_due=check_due,
    )


def shares(terms: Terms, codes: Collection[str], groups: Collection[str]) -> tuple[Share, ...]:
    """How many of each group are among `codes`."""
    whole = Counter(group_of(place) for place in terms.places.values())
    part = Counter(group_of(terms.places[code]) for code in codes)
    return tuple(Share(group, GROUPS[group], part[group], whole[group]) for group in groups)


def stale(connection: Connection, terms: Terms, seen: datetime) -> set[str]:
    """Jurisdictions whose official source worked once and does not at `seen`, so that they were not checked recently."""
    runs = _runs(connection, seen)
    working: set[str] = set()
    fallen: set[str] = set()
    for row in _sources(connection):
        if row.official and row.jurisdiction in terms.places:
            ok = _last_ok(runs.get(row.key, []))
            if _works(row, runs.get(row.key, []), seen):
                working.add(row.jurisdiction)
            elif ok is not None:
                fallen.add(row.jurisdiction)
    return fallen - working


def _sources(connection: Connection) -> list[Any]:
    return list(connection.execute(select(e.source).where(e.source.c.crawled)).all())


def _runs(connection: Connection, seen: datetime) -> Mapping[str, list[_Run]]:
    """The live runs that had ended at `seen`, by source, oldest first; those without any network are left out."""
    run = e.crawl_run
    query = select(run).where(run.c.mode == "live", run.c.finished_at <= seen, run.c.verdict != Verdict.NO_NETWORK.value)
    found: dict[str, list[_Run]] = {}
    for row in sorted(connection.execute(query).all(), key=lambda row: (row.finished_at, row.id)):
        found.setdefault(row.source, []).append(_Run(row, seen))
    return found


class _Run:
    """A run as known at an instant: a later acceptance does not count yet."""

    def __init__(self, row: Any, seen: datetime) -> None:
        accepted = row.accepted_at is not None and row.accepted_at <= seen
        self.finished_at: datetime = row.finished_at
        self.verdict: str = row.verdict
        self.outcomes: dict[str, int] = json.loads(row.outcomes or "{}")
        self.good: bool = row.verdict == Verdict.HEALTHY.value or accepted


def _last_ok(runs: list[_Run]) -> datetime | None:
    return next((run.finished_at for run in reversed(runs) if run.good), None)


def _works(source: Any, runs: list[_Run], seen: datetime) -> bool:
    ok = _last_ok(runs)
    reach = max(_LEAST, timedelta(hours=source.cadence_hours or 0))
    return ok is not None and runs[-1].good and seen - ok <= reach


def _seen(terms: Terms, source: Any, runs: list[_Run], versions: int, since: datetime, seen: datetime) -> SourceSeen:
    inside = [run for run in runs if run.finished_at >= since]
    outcomes: Counter[str] = Counter()
    for run in inside:
        outcomes.update(run.outcomes)
    return SourceSeen(
        key=source.key,
        name=source.name,
        publisher=source.publisher,
        place=terms.place(source.jurisdiction),
        official=source.official,
        cadence_hours=source.cadence_hours,
        last_run_at=runs[-1].finished_at if runs else None,
        last_ok_at=_last_ok(runs),
        verdict=runs[-1].verdict if runs else "never run",
        outcomes=dict(sorted(outcomes.items())),
        new_versions=versions,
        state=_state(inside, versions),
        working=_works(source, runs, seen),
    )


def _state(inside: list[_Run], versions: int) -> str:
    if not inside:
        return "not_checked"
    if not inside[-1].good:
        return "unreachable"
    return "changed" if versions else "unchanged"


def _new_versions(reader: Reader) -> dict[str, int]:
    """Document versions first captured by a live run in the period, by source."""
    version, document, seen, run = e.document_version, e.document, e.observation, e.crawl_run
    query = (
        select(document.c.source, version.c.id)
        .join(document, document.c.id == version.c.document)
        .join(seen, seen.c.document_version == version.c.id)
        .join(run, run.c.id == seen.c.run)
        .where(run.c.mode == "live", version.c.captured_at >= reader.window.since, version.c.captured_at < reader.window.until)
        .distinct()
    )
    return dict(Counter(row.source for row in reader.connection.execute(query)))

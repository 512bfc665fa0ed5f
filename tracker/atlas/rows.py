"""What a map paints and what a table counts: each region's own status on a day, as known at an instant, and what stands beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.codebook import Codebook
from tracker.domain.records import Key
from tracker.domain.vocabulary import FoodLaw, Level, Status
from tracker.history import effective, words
from tracker.history.period import DayRecord
from tracker.history.places import Place
from tracker.history.sources import SourceRuns
from tracker.history.words import GROUPS, Labels, Term, group_of

COUNTED_GROUPS = ("us_states", "us_territories", "countries")
_US = "ocd-division/country:us/"


@dataclass(frozen=True, slots=True)
class MapRow:
    """One region as the map paints it: its own status, and what stands beside it."""

    code: str
    name: str
    status: str
    terms: str
    uncertain: bool
    verified: bool
    contested: str
    stale: bool
    food_law: str
    food_law_since: str
    local_known: int
    binding: str
    binding_from: str


@dataclass(frozen=True, slots=True)
class StatusCount:
    """One group and substance on a day; `counts` by status leave out the contested, which are counted apart."""

    substance: Term
    group: str
    label: str
    whole: int
    counts: Mapping[str, int]
    contested: int
    not_verified: int


@dataclass(frozen=True, slots=True)
class DayView:
    """All that can be painted of one day; `stale` are the jurisdictions that were not checked recently."""

    labels: Labels
    record: DayRecord
    stale: frozenset[str] = frozenset()


def region_codes(places: Mapping[str, Place], region: str) -> list[str]:
    """The jurisdictions that a map of `region` (`us`, `world`, `us-counties`, `country:XX`) paints."""
    if region == "world":
        return sorted(place.code for place in places.values() if place.level is Level.COUNTRY)
    if region == "us-counties":
        return sorted(place.code for place in places.values() if place.level is Level.COUNTY and place.code.startswith(_US))
    parent = country(region)
    return sorted(place.code for place in places.values() if place.level is Level.SUBDIVISION and place.parent == parent)


def country(region: str) -> str:
    """The country whose parts a map of `region` paints."""
    return "US" if region == "us" else region.removeprefix("country:")


def not_checked_recently(crawled: Iterable[SourceRuns], places: Mapping[str, Place]) -> frozenset[str]:
    """Jurisdictions with an official source that once worked, and none that works."""
    official = [source for source in crawled if source.row.official and source.row.jurisdiction in places]
    # A source that never worked proves nothing: its region was researched by hand and is no older than it was.
    working = {source.row.jurisdiction for source in official if source.works}
    return frozenset(source.row.jurisdiction for source in official if source.last_ok_at) - working


def map_rows(view: DayView, codes: Iterable[str], substance: str) -> tuple[MapRow, ...]:
    """What the map says of each code."""
    # Counted once for the whole map: a city is below its county, its state and its country.
    local = effective.local_known(view.labels.places, view.record.answers, substance)
    return tuple(_row(view, Key(code, substance), local.get(code, 0)) for code in codes)


def _row(view: DayView, key: Key, local: int) -> MapRow:
    labels, record = view.labels, view.record
    region = effective.of_key(labels.places, record.answers, key, record.day)
    own = region.own
    food = FoodLaw(own.get("food_law_position", FoodLaw.NOT_ADDRESSED))
    addressed, since = food is not FoodLaw.NOT_ADDRESSED, record.positions.get(key, (None, None))
    return MapRow(
        code=key.jurisdiction,
        name=labels.places[key.jurisdiction].name,
        status=own.status.value,
        terms="" if own.row is None else words.conditions(own.row, beside=False),
        uncertain=own.uncertain,
        verified=bool(own.get("verified", False)),
        contested=own.get("contested"),
        stale=key.jurisdiction in view.stale,
        food_law=labels.term(food).label if addressed else "",
        food_law_since=words.days(*since) if addressed and since[0] else "",
        local_known=local,
        binding=region.status.value if region.from_above else "",
        binding_from=region.binding_from or "" if region.from_above else "",
    )


def status_counts(view: DayView, substances: Sequence[str]) -> tuple[StatusCount, ...]:
    """How many of each group stand at each status; the contested are counted apart."""
    by_group: dict[str, list[str]] = defaultdict(list)
    for place in view.labels.places.values():
        by_group[group_of(place)].append(place.code)
    return tuple(
        _count(view, group, by_group[group], substance) for substance in substances for group in COUNTED_GROUPS if by_group[group]
    )


def _count(view: DayView, group: str, codes: Sequence[str], substance: str) -> StatusCount:
    rows = map_rows(view, codes, substance)
    # A contested answer is counted apart, so that no number says more than is agreed.
    agreed = Counter(row.status for row in rows if not row.contested)
    return StatusCount(
        substance=view.labels.substance(substance),
        group=group,
        label=GROUPS[group],
        whole=len(codes),
        counts={status.value: agreed[status] for status in Status},
        contested=sum(1 for row in rows if row.contested),
        not_verified=sum(1 for row in rows if row.status != Status.UNKNOWN and not row.verified),
    )


def note(row: MapRow, codebook: Codebook) -> str:
    """What stands beside a region's status, in words."""
    parts = [row.terms] if row.terms else []
    if row.uncertain:
        parts.append("the day on which this began or ended is not known exactly")
    if row.contested:
        parts.append(f"contested: {row.contested}")
    if row.binding:
        law = codebook.label(Status(row.binding)).label.lower()
        parts.append(f"{law} by the law of {codebook.jurisdiction(row.binding_from).name}")
    if row.food_law:
        since = f", since {row.food_law_since}" if row.food_law_since else ""
        parts.append(f"general food law: {row.food_law.lower()}{since}")
    if row.local_known:
        parts.append(f"at least {words.plural(row.local_known, 'local rule')} known")
    return "; ".join(parts)

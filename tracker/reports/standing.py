"""What a map paints and what a table counts: each region's own status on a day, as known at an instant, and what stands beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from tracker.domain.records import Key
from tracker.domain.vocabulary import FoodLaw, Level, Status
from tracker.history import effective, status
from tracker.history.status import Answer
from tracker.history.words import days
from tracker.reports import coverage
from tracker.reports.items import Reader
from tracker.reports.model import Item, MapFacts, Painted, Standing
from tracker.reports.terms import GROUPS, Terms, group_of
from tracker.store.mapping import statements
from tracker.store.schema import tables as t

COUNTED_GROUPS = ("us_states", "us_territories", "countries")
REGIONS = ("us", "world")
_US = "ocd-division/country:us/"


@dataclass(frozen=True)
class View:
    """Every answer about one day, as held at `seen`."""

    terms: Terms
    day: date
    seen: datetime | None
    answers: Mapping[Key, Answer]
    positions: Mapping[Key, tuple[date | None, date | None]]
    stale: frozenset[str]


def view(connection: Connection, terms: Terms, day: date, seen: datetime, stale: frozenset[str]) -> View:
    """The answers about `day`, with the day since which a position of general food law is held."""
    return View(terms, day, seen, status.on_day(connection, day, seen), _positions(connection, day, seen), stale)


def _positions(connection: Connection, day: date, seen: datetime) -> dict[Key, tuple[date | None, date | None]]:
    table = t.position
    query = select(table).where(statements.as_known(table, seen)).order_by(table.c.valid_from)
    found = {}
    for row in connection.execute(query).all():
        if (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to):
            found[Key(row.jurisdiction, row.substance)] = (row.valid_from, row.valid_from_latest)
    return found


def codes_of(terms: Terms, region: str) -> list[str]:
    """The jurisdictions that a map of `region` paints."""
    places = terms.places.values()
    if region == "world":
        return sorted(place.code for place in places if place.level is Level.COUNTRY)
    if region == "us-counties":
        return sorted(place.code for place in places if place.level is Level.COUNTY and place.code.startswith(_US))
    country = "US" if region == "us" else region.removeprefix("country:")
    return sorted(place.code for place in places if place.level is Level.SUBDIVISION and place.parent == country)


def painted(seen: View, codes: Iterable[str], substance: str) -> tuple[Painted, ...]:
    """What the map says of each code."""
    local = effective.local_known(seen.terms.places, seen.answers, substance)
    return tuple(_paint(seen, code, substance, local.get(code, 0)) for code in codes)


def _paint(seen: View, code: str, substance: str, local: int) -> Painted:
    key = Key(code, substance)
    region = effective.of_key(seen.terms.places, seen.answers, key, seen.day)
    own = region.own
    food = FoodLaw(own.get("food_law_position", FoodLaw.NOT_ADDRESSED))
    addressed, since = food is not FoodLaw.NOT_ADDRESSED, seen.positions.get(key, (None, None))
    return Painted(
        code=code,
        name=seen.terms.places[code].name,
        status=own.status.value,
        terms=_terms(own),
        uncertain=own.uncertain,
        verified=bool(own.get("verified", False)),
        contested=own.get("contested"),
        stale=code in seen.stale,
        food_law=seen.terms.codebook.label(food).label if addressed else "",
        food_law_since=days(*since) if addressed and since[0] else "",
        local_known=local,
        binding=region.status.value if region.from_above else "",
        binding_from=region.binding_from or "" if region.from_above else "",
    )


def _terms(answer: Answer) -> str:
    """The conditions of a status row in words."""
    if answer.row is None:
        return ""
    row = answer.row
    age = [f"{row.min_age}+"] if row.min_age is not None else []
    parts = [word.replace("_", " ") for word in row.components.split(",") if word and word != "age"]
    return ", ".join([*age, *parts, *(text for text in (row.schedule, row.threshold) if text), *row.carve_outs.splitlines()])


def standings(seen: View, substances: Sequence[str]) -> tuple[Standing, ...]:
    """How many of each group stand at each status; the contested are counted apart."""
    by_group: dict[str, list[str]] = defaultdict(list)
    for place in seen.terms.places.values():
        by_group[group_of(place)].append(place.code)
    return tuple(
        _standing(seen, group, by_group[group], substance)
        for substance in substances
        for group in COUNTED_GROUPS
        if by_group[group]
    )


def _standing(seen: View, group: str, codes: Sequence[str], substance: str) -> Standing:
    shown = painted(seen, codes, substance)
    plain = Counter(row.status for row in shown if not row.contested)
    return Standing(
        substance=seen.terms.substance(substance),
        group=group,
        label=GROUPS[group],
        whole=len(codes),
        counts={status.value: plain[status] for status in Status},
        contested=sum(1 for row in shown if row.contested),
        not_verified=sum(1 for row in shown if row.status != Status.UNKNOWN and not row.verified),
    )


def maps(reader: Reader, before: View, after: View, law: Sequence[Item]) -> tuple[MapFacts, ...]:
    """Before, after and changed, for the first substance of the codebook and for each in which a counted change falls."""
    first = min(reader.terms.codebook.substances.values(), key=lambda substance: substance.rank).code
    found = []
    for region in REGIONS:
        codes = codes_of(reader.terms, region)
        counted = [it for it in law if it.counted and it.place.code in set(codes)]
        moved = {it.substance.code for it in counted}
        for substance in sorted({first, *moved}, key=reader.terms.rank):
            own = [it for it in counted if it.substance.code == substance]
            found.append(_map(before, after, region, codes, substance, own))
    return tuple(found)


def _map(before: View, after: View, region: str, codes: Sequence[str], substance: str, counted: Sequence[Item]) -> MapFacts:
    old, new = painted(before, codes, substance), painted(after, codes, substance)
    changed: dict[str, tuple[str, str]] = {}
    for it in sorted(counted, key=lambda it: (it.day or date.min, it.recorded_at)):
        first = changed.get(it.place.code, (it.before.status, ""))[0]
        changed[it.place.code] = (first, it.after.status)
    moved = {one.code for one, two in zip(old, new, strict=True) if one.status != two.status}
    net = {code: pair for code, pair in sorted(changed.items()) if pair[0] != pair[1]}
    return MapFacts(
        region=region,
        substance=after.terms.substance(substance),
        before_day=before.day,
        day=after.day,
        before=old,
        after=new,
        changed=net,
        apart=tuple(sorted(moved - set(changed))),
    )


def stale_codes(reader: Reader) -> frozenset[str]:
    """Jurisdictions not checked recently at the cut-off."""
    return frozenset(coverage.stale(reader.connection, reader.terms, reader.window.last_seen))

"""The jurisdictions as the record knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tracker.domain.vocabulary import Level
from tracker.store.schema import tables as t


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction as the record knows it."""

    code: str
    name: str
    level: Level
    kind: str
    parent: str | None


def all_places(connection: Connection) -> dict[str, Place]:
    """Every jurisdiction, by code."""
    rows = sorted(connection.execute(select(t.jurisdiction)), key=lambda row: str(row.code))
    return {row.code: Place(row.code, row.name, Level(row.level), row.kind, row.parent) for row in rows}


def regions(places: Iterable[Place]) -> list[Place]:
    """Countries first, then their states and territories; each by code."""
    levels = (Level.COUNTRY, Level.SUBDIVISION)
    return sorted((place for place in places if place.level in levels), key=lambda place: (levels.index(place.level), place.code))


def above(places: Mapping[str, Place], code: str) -> Iterator[Place]:
    """The jurisdictions in which one lies, the nearest first."""
    parent = places[code].parent
    while parent:
        yield places[parent]
        parent = places[parent].parent

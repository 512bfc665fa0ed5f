"""How the record reads in words: days and periods, headlines and their conditions, places, substances and terms.

The labels are the codebook's. Every report, page, picture and table takes its words from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from maps.civil import MONTHS, civil
from tracker.codebook import Codebook, host_of
from tracker.domain.periods import CalendarPeriod, Unit
from tracker.domain.records import Ref
from tracker.domain.vocabulary import Conduct, Effect, FoodLaw, Level, LinkType, RelationKind, Status
from tracker.history.places import Place
from tracker.store.mapping import status_rows

_DAY = timedelta(days=1)
_LINKS = tuple(LinkType)
_NO_HOST = "an address without a host"

GROUPS = {
    "us_states": "US states and DC",
    "us_territories": "US territories",
    "countries": "countries",
    "subdivisions": "states and provinces of other countries",
    "local": "counties, cities and towns",
    "tribal": "tribal lands",
    "international": "international bodies",
}
"""The groups in which jurisdictions are counted; states with DC and territories never share a denominator."""

_BY_LEVEL = {
    Level.COUNTRY: "countries",
    Level.SUBDIVISION: "subdivisions",
    Level.COUNTY: "local",
    Level.PLACE: "local",
    Level.TRIBAL: "tribal",
    Level.INTERNATIONAL: "international",
}


def days(first: date | None, last: date | None) -> str:
    """A day, or the days among which it lies: `22 November 2026`, `October 2025`, `2016`, `between … and …`."""
    if first is None:
        return "as far back as known"
    if last is None or first == last:
        return civil(first)
    if (first.month, first.day, last.month, last.day, last.year) == (1, 1, 12, 31, first.year):
        return f"{first.year}, day not known"
    if (first.year, first.month) == (last.year, last.month) and first.day == 1 and (last + _DAY).day == 1:
        return f"{MONTHS[first.month - 1]} {first.year}, day not known"
    return f"between {civil(first)} and {civil(last)}"


def period(calendar_period: CalendarPeriod) -> str:
    """`week 47 of 2026 (16 November 2026 to 22 November 2026)`, `November 2026`, `2026`; else its days."""
    if calendar_period.unit is Unit.YEAR:
        return calendar_period.name
    if calendar_period.unit is Unit.MONTH:
        return f"{MONTHS[calendar_period.start.month - 1]} {calendar_period.start.year}"
    dates = f"{civil(calendar_period.start)} to {civil(calendar_period.last)}"
    return (
        f"week {calendar_period.name[-2:]} of {calendar_period.name[:4]} ({dates})"
        if calendar_period.unit is Unit.WEEK
        else dates
    )


def plural(number: int, one: str, many: str = "") -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def headline(status: str, conditions: str) -> str:
    """A status with its conditions, for a table: `age_restricted (21+)`."""
    return f"{status} ({conditions})" if conditions else status


def conditions(row: Any, *, beside: bool = True) -> str:
    """The conditions of a row of `status_version`; `beside`: also what stands beside the headline (badges, food law, contested)."""
    return status_rows.read(row, frozenset()).content.describe(beside=beside)


def group_of(place: Place) -> str:
    """The group of `GROUPS` in which a jurisdiction is counted."""
    if place.level is Level.SUBDIVISION and place.parent == "US":
        return "us_territories" if place.kind == "territory" else "us_states"
    return _BY_LEVEL[place.level]


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """A jurisdiction. `group` is one of `GROUPS`."""

    code: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Term:
    """A code and its label: a substance, a kind, a status."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A status, its label, and its conditions in words."""

    status: str
    label: str
    terms: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its type; those of vendors never get here."""

    url: str
    type: str
    label: str


class LinkOrHost(NamedTuple):
    """An address and its link type; `unlinked` names the host of one that is not shown because its type is unknown."""

    url: str
    link_type: str
    unlinked: str


@dataclass(frozen=True)
class Labels:
    """Looks up the names of places, substances and terms."""

    codebook: Codebook
    places: Mapping[str, Place]

    def place(self, code: str) -> PlaceLabel:
        place = self.places[code]
        return PlaceLabel(place.code, place.name, group_of(place))

    def substance(self, code: str) -> Term:
        return Term(code, self.codebook.substance(code).name)

    def term(self, word: StrEnum) -> Term:
        return Term(word.value, self.codebook.label(word).label)

    def headline(self, status: str, conditions: str) -> Headline:
        return Headline(status, self.codebook.label(Status(status)).label, conditions)

    def rank(self, substance: str) -> int:
        """The place of a substance in the codebook's order."""
        return self.codebook.substance(substance).rank

    def publishers_link(self, url: str) -> LinkOrHost:
        """What is shown of an address that a publisher gave: a vendor's is left out, and one of an unknown host named."""
        kind = self.codebook.known_link_type(url)
        if kind is None:
            return LinkOrHost("", "", (host_of(url) or _NO_HOST) if url else "")
        return LinkOrHost("" if kind is LinkType.VENDOR else url, kind.value, "")

    def links(self, row: Any) -> tuple[Link, ...]:
        """The links of a statement's row, the best first; without those of vendors."""
        pairs = ((row.evidence_url, row.link_type), (row.evidence_url_2, row.link_type_2))
        typed = [(url, LinkType(kind)) for url, kind in pairs if url and kind and kind != LinkType.VENDOR]
        typed.sort(key=lambda pair: (_LINKS.index(pair[1]), pair[0]))
        return tuple(Link(url, kind.value, self.codebook.label(kind).label) for url, kind in typed)

    def statement(self, ref: Ref, row: Any) -> str:
        """What sort of statement it is, and what it rules: `Sell: prohibited`."""
        label = self.codebook.label
        match ref.kind:
            case "provision":
                return f"{label(Conduct(row.conduct)).label}: {label(Effect(row.effect)).label.lower()}"
            case "assertion":
                return f"Researched summary: {label(Status(row.status)).label.lower()}"
            case "finding":
                return f"Looked for and not found ({row.looked_in})" if row.looked_in else "Looked for and not found"
            case "position":
                return f"General food law: {label(FoodLaw(row.value)).label.lower()}"
            case _:
                return f"{label(RelationKind(row.kind)).label} another rule"

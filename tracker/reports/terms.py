"""How places, substances and vocabulary terms are named in an edition; the words are the codebook's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tracker.codebook import Codebook, host_of
from tracker.domain.vocabulary import Level, LinkType, Status
from tracker.history import places as known_places
from tracker.reports.model import Link, Place, Said, Term

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


def group_of(place: known_places.Place) -> str:
    """The group in which a jurisdiction is counted."""
    if place.level is Level.SUBDIVISION and place.parent == "US":
        return "us_territories" if place.kind == "territory" else "us_states"
    return _BY_LEVEL[place.level]


_NO_HOST = "an address without a host"


class Shown(NamedTuple):
    """An address and its link type; `unlinked` names the host of one that is not shown because nobody typed it."""

    url: str
    link_type: str
    unlinked: str


@dataclass(frozen=True)
class Terms:
    """Looks up the names of places, substances and terms."""

    codebook: Codebook
    places: Mapping[str, known_places.Place]

    def place(self, code: str) -> Place:
        found = self.places[code]
        return Place(found.code, found.name, group_of(found))

    def substance(self, code: str) -> Term:
        return Term(code, self.codebook.substance(code).name)

    def term(self, word: StrEnum) -> Term:
        return Term(word.value, self.codebook.label(word).label)

    def said(self, status: str, terms: str) -> Said:
        return Said(status, self.codebook.label(Status(status)).label, terms)

    def link(self, url: str, kind: str) -> Link:
        return Link(url, kind, self.codebook.label(LinkType(kind)).label)

    def shown(self, url: str) -> Shown:
        """What an edition shows of an address that a publisher gave: a vendor's is left out, and one of an unknown host named."""
        host = host_of(url)
        kind = self.codebook.known_link_type(url)
        if kind is None:
            return Shown("", "", (host or _NO_HOST) if url else "")
        return Shown("" if kind is LinkType.VENDOR else url, kind.value, "")

    def rank(self, substance: str) -> int:
        return self.codebook.substance(substance).rank

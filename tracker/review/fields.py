"""One row of a person's coding: its fields by name, read into the terms of the record. Every complaint names row and field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from crawler.contract.characters import plain
from tracker.codebook import Codebook, instrument_key
from tracker.domain.dates import BadDate, Period, parse_day
from tracker.domain.entries import Evidence, Instrument
from tracker.domain.records import Key, Limit, Ref
from tracker.domain.vocabulary import Component, Consequence, LimitPer, ProvisionKind, UnknownTerm, term
from tracker.errors import Refused

T = TypeVar("T")
Term = TypeVar("Term", bound=StrEnum)

_EVIDENCE = (
    *("citation", "authority", "url", "url_2", "quote", "quote_start", "capture", "document_version"),
    *("made_on", "note", "reviewer", "label", "revises"),
)
_PERIOD = ("from", "from_latest", "to", "date_basis")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "provision": (
        *("jurisdiction", "substance", "conduct", "effect", "basis", "schedule", "min_age", "components", "limits"),
        *("instrument", "instrument_title", "pinpoint", "contested", "binds_children", "kind", *_PERIOD, *_EVIDENCE),
    ),
    "assertion": (
        *("jurisdiction", "substance", "status", "schedule", "min_age", "threshold", "components", "contested"),
        *("instrument", "instrument_title", *_PERIOD, *_EVIDENCE),
    ),
    "finding": ("jurisdiction", "substance", "looked_in", "terms", "looked_on", "contested", *_PERIOD[:3], *_EVIDENCE),
    "position": ("jurisdiction", "substance", "value", *_PERIOD[:3], *_EVIDENCE),
    "relation": (
        *("relation", "target", "actor", "scope", "carve_out", "instrument", "instrument_title", "jurisdiction"),
        *(*_PERIOD[:3], *_EVIDENCE),
    ),
    "withdraw": ("target",),
    "case": ("jurisdiction", "identifier", "title", "substances", "stage", "stage_on", "url", "note"),
}
"""What may stand in a row of each sort. Periods are dates of any precision; `limits` are `analyte>value unit per` joined by `;`."""
_STATEMENTS = ("provision", "assertion", "finding", "position", "relation")
_QUOTE = 40  # words


class BadRow(Refused):
    """A row that cannot be coded; the message names the row, the field and the remedy, `fields` the row and the field."""


class Row:
    """The fields of one row. Whatever it reads raises BadRow."""

    def __init__(self, fields: Mapping[str, str], number: int, codebook: Codebook) -> None:
        self.fields, self.number, self.codebook = fields, number, codebook
        self.what = fields.get("what", "")
        if self.what not in FIELDS:
            raise self.wrong(f"what={self.what!r} is unknown; known: {', '.join(FIELDS)}")
        if unknown := set(fields) - {"what", *FIELDS[self.what]}:
            known = ", ".join(FIELDS[self.what])
            raise self.wrong(f"a {self.what} has no {', '.join(sorted(unknown))}; it may have: {known}")

    def wrong(self, problem: object, field: str = "") -> BadRow:
        """The complaint about this row, or about one of its fields."""
        place = f"row {self.number}, {field}" if field else f"row {self.number}"
        return BadRow(f"{place}: {problem}", row=self.number, field=field)

    def get(self, name: str) -> str:
        return plain(self.fields.get(name, ""))

    def need(self, name: str) -> str:
        if not self.get(name):
            raise self.wrong(f"a {self.what} needs {name}")
        return self.get(name)

    def read(self, name: str, reader: Callable[[str], T]) -> T:
        """A field that must be there; `reader` raises ValueError."""
        try:
            return reader(self.need(name))
        except BadRow:
            raise
        except ValueError as error:
            raise self.wrong(error, name) from None

    def optional(self, name: str, reader: Callable[[str], T]) -> T | None:
        """A field that may be left out."""
        return self.read(name, reader) if self.get(name) else None

    def term(self, name: str, kind: type[Term], default: Term | None = None) -> Term:
        """A word of a vocabulary; without a default the field must be there."""
        if default is not None and not self.get(name):
            return default
        return self.read(name, lambda word: term(kind, word))

    def ref(self, name: str) -> Ref:
        """`provision:12` as `explain` prints it, or the label of another row."""
        kind, _, number = self.need(name).partition(":")
        if kind not in _STATEMENTS or not number:
            raise self.wrong("write it as provision:12, assertion:3 or relation:label", name)
        return Ref(kind, int(number) if number.isascii() and number.isdigit() else number)

    def words(self, name: str) -> list[str]:
        """A field with commas."""
        return [word.strip() for word in self.get(name).split(",") if word.strip()]

    @property
    def label(self) -> str:
        return self.get("label") or f"row {self.number}"

    @property
    def place(self) -> str:
        return self.read("jurisdiction", self.codebook.jurisdiction).code

    @property
    def key(self) -> Key:
        return Key(self.place, self.read("substance", self.codebook.substance).code)

    @property
    def period(self) -> Period:
        try:
            return Period.parse(self.get("from"), self.get("to"), self.get("from_latest"))
        except BadDate as error:
            raise self.wrong(error) from None

    @property
    def components(self) -> frozenset[Component]:
        named = self.words("components")
        return frozenset(self.read("components", lambda _: [term(Component, word) for word in named])) if named else frozenset()

    @property
    def limits(self) -> tuple[Limit, ...]:
        """`CODE>2 % of_alkaloids unlawful_to_sell; CODE>1 mg per_serving unlawful_to_sell`."""
        return tuple(self._limit(part) for part in map(str.strip, self.get("limits").split(";")) if part)

    def _limit(self, text: str) -> Limit:
        words = text.replace(">", " ").split()
        if len(words) != 5:
            raise self.wrong(f"write {text!r} as: CODE>2 % of_alkaloids unlawful_to_sell", "limits")
        analyte, value, unit, per, consequence = words
        try:
            return Limit(analyte, value, unit, term(LimitPer, per), term(Consequence, consequence))
        except UnknownTerm as error:
            raise self.wrong(error, "limits") from None

    @property
    def instrument_key(self) -> str:
        """The key of the instrument that the row names; empty where it names none."""
        return instrument_key(self.place, self.get("instrument"), self.codebook.session_in) if self.get("instrument") else ""

    @property
    def instruments(self) -> list[Instrument]:
        if not self.get("instrument"):
            return []
        title = self.get("instrument_title") or self.get("instrument")
        return [Instrument(self.instrument_key, self.place, title=title, made_on=self._made_on)]

    @property
    def _made_on(self) -> date | None:
        return self.optional("made_on", parse_day)

    def evidence(self, person: str) -> Evidence:
        """How `person`, who codes, knows it: no status without evidence."""
        quote, finding = self.get("quote"), self.what == "finding"
        if len(quote.split()) > _QUOTE:
            raise self.wrong(f"{len(quote.split())} words; a quote has at most {_QUOTE}", "quote")
        if not finding and not (self.get("citation") or self.get("url") or quote):
            raise self.wrong(f"a {self.what} needs a citation, a quote or a url: no status without evidence")
        return Evidence(
            citation=self.get("citation"),
            authority=self.get("authority"),
            urls=tuple(url for url in (self.get("url"), self.get("url_2")) if url),
            quote=quote,
            quote_start=self.optional("quote_start", int),
            capture=self.optional("capture", int),
            document_version=self.optional("document_version", int),
            coder=person,
            reviewer=self.get("reviewer"),
            origin="code",
            looked_in=self.need("looked_in") if finding else "",
            terms=self.need("terms") if finding else "",
            looked_on=self.optional("looked_on", parse_day),
            made_on=self._made_on,
            kind=self.term("kind", ProvisionKind, ProvisionKind.TEXT),
            note=self.get("note"),
        )

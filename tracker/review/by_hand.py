"""A person's coding: statements and cases from named fields, one by one or from a CSV file, written as one belief or only tried.

A row names what it is in `what` (provision, assertion, finding, position, relation, withdraw, case) and its fields by name; empty
fields are as good as absent, an unknown field or a missing one is refused with its row. Nothing is written unless all of it can be.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from tracker import ledger
from tracker.codebook import Codebook, CodebookError, NotInCodebook, instrument_key
from tracker.domain.dates import BadDate, Period, parse_day
from tracker.domain.entries import Entry, Evidence, Instrument, Measure, MeasureAction
from tracker.domain.records import (
    Assertion,
    Finding,
    Key,
    Limit,
    Position,
    Provision,
    Ref,
    RefusedEntry,
    Relation,
)
from tracker.domain.vocabulary import (
    Basis,
    Cause,
    Component,
    Conduct,
    Consequence,
    DateBasis,
    Effect,
    FoodLaw,
    LimitPer,
    ProvisionKind,
    RelationKind,
    Scope,
    Stage,
    Status,
    UnknownTerm,
    term,
)
from tracker.errors import Refused
from tracker.evidence import measures
from tracker.ledger import Batch, Policy, UnknownTarget, Written
from tracker.store.writer import Writer

T = TypeVar("T")

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


class BadRow(Refused):
    """A row that cannot be coded; the message names the row, the field and the remedy."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What rows say, ready for the ledger."""

    batch: Batch
    cases: tuple[Measure, ...]


def read_file(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a heading; UTF-8."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRow(f"{path} cannot be read: {error}; give a CSV file in UTF-8") from None
    if not rows:
        raise BadRow(f"{path} has no rows; its first line names the fields, the first of them `what`")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise BadRow(f"{path}, line {number}: a field too few or too many; quote what holds a comma")
    return [{name: value.strip() for name, value in row.items() if value.strip()} for row in rows]


def read_rows(rows: Sequence[Mapping[str, str]], codebook: Codebook, person: str) -> Coded:
    """The statements that rows name. Raises BadRow."""
    if not person.strip():
        raise BadRow("say who codes: the record names them")
    entries: list[Entry] = []
    instruments: list[Instrument] = []
    revise: dict[Ref, Entry] = {}
    withdraw: list[Ref] = []
    cases: list[Measure] = []
    for number, fields in enumerate(rows, start=1):
        row = _Row(fields, number, codebook, person)
        instruments += row.instruments()
        if row.what == "withdraw":
            withdraw.append(row.ref("target"))
        elif row.what == "case":
            cases.append(row.case())
        elif "revises" in fields:
            revise[row.ref("revises")] = row.entry()
        else:
            entries.append(row.entry())
    return Coded(Batch(entries, instruments, revise, withdraw), tuple(cases))


def write(writer: Writer, coded: Coded, *, policy: Policy, cause: Cause | None, note: str) -> Written | None:
    """Write what a person coded, in the caller's transaction; a caller that only tries rolls it back."""
    for case in coded.cases:
        measures.take(writer, case, None)
    try:
        return ledger.write(writer, coded.batch, policy=policy, cause=cause, note=note)
    except (UnknownTarget, NotInCodebook) as error:
        raise BadRow(str(error)) from None


class _Row:
    """One row with its place, so that every complaint names it."""

    def __init__(self, fields: Mapping[str, str], number: int, codebook: Codebook, person: str) -> None:
        self.fields, self.number, self.codebook, self.person = fields, number, codebook, person
        self.what = fields.get("what", "")
        if self.what not in FIELDS:
            raise BadRow(f"row {number}: what={self.what!r} is unknown; known: {', '.join(FIELDS)}")
        unknown = set(fields) - {"what", *FIELDS[self.what]}
        if unknown:
            raise BadRow(
                f"row {number}: a {self.what} has no {', '.join(sorted(unknown))}; it may have: {', '.join(FIELDS[self.what])}"
            )

    def entry(self) -> Entry:
        build: Mapping[str, Callable[[], Provision | Assertion | Finding | Position | Relation]] = {
            "provision": self._provision,
            "assertion": self._assertion,
            "finding": lambda: Finding(self._label(), self._key(), self._period(), self.get("contested")),
            "position": lambda: Position(self._label(), self._key(), self.term("value", FoodLaw), self._period()),
            "relation": self._relation,
        }
        try:
            return Entry(build[self.what](), self._evidence())
        except RefusedEntry as error:
            raise BadRow(f"row {self.number}: {error}") from None

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def need(self, name: str) -> str:
        if not self.get(name):
            raise BadRow(f"row {self.number}: a {self.what} needs {name}")
        return self.fields[name]

    def read(self, name: str, reader: Callable[[str], T]) -> T:
        try:
            return reader(self.need(name))
        except (BadDate, UnknownTerm, NotInCodebook, CodebookError, ValueError) as error:
            raise BadRow(f"row {self.number}, {name}: {error}") from None

    def term(self, name: str, kind: type[T]) -> T:
        return self.read(name, lambda word: term(kind, word))  # type: ignore[type-var]

    def ref(self, name: str) -> Ref:
        """`provision:12` as `explain` prints it, or the label of another row."""
        kind, _, number = self.need(name).partition(":")
        if kind not in ("provision", "assertion", "finding", "position", "relation") or not number:
            raise BadRow(f"row {self.number}, {name}: write it as provision:12, assertion:3 or relation:label")
        return Ref(kind, int(number) if number.isdigit() else number)

    def _label(self) -> str:
        return self.get("label") or f"row {self.number}"

    def _key(self) -> Key:
        place = self.read("jurisdiction", self.codebook.jurisdiction)
        return Key(place.code, self.read("substance", self.codebook.substance).code)

    def _period(self) -> Period:
        try:
            return Period.parse(self.get("from"), self.get("to"), self.get("from_latest"))
        except BadDate as error:
            raise BadRow(f"row {self.number}: {error}") from None

    def _provision(self) -> Provision:
        return Provision(
            id=self._label(),
            key=self._key(),
            conduct=self.term("conduct", Conduct),
            effect=self.term("effect", Effect),
            period=self._period(),
            basis=self.term("basis", Basis) if self.get("basis") else Basis.OTHER,
            schedule=self.get("schedule"),
            min_age=self._age(),
            limits=tuple(self._limits()),
            components=self._components(),
            instrument=self._instrument(),
            pinpoint=self.get("pinpoint"),
            date_basis=self._date_basis(),
            contested=self.get("contested"),
            binds_children=self.get("binds_children").lower() in ("yes", "true", "1"),
        )

    def _assertion(self) -> Assertion:
        return Assertion(
            id=self._label(),
            key=self._key(),
            status=self.term("status", Status),
            period=self._period(),
            schedule=self.get("schedule"),
            min_age=self._age(),
            threshold=self.get("threshold"),
            components=self._components(),
            instrument=self._instrument() if self.get("instrument") else "",
            date_basis=self._date_basis(),
            contested=self.get("contested"),
        )

    def _relation(self) -> Relation:
        return Relation(
            id=self._label(),
            kind=self.term("relation", RelationKind),
            target=self.ref("target"),
            period=self._period(),
            actor=self.ref("actor") if self.get("actor") else None,
            scope=self.term("scope", Scope) if self.get("scope") else Scope.WHOLE,
            carve_out=self.get("carve_out"),
            instrument=self._instrument() if self.get("instrument") else "",
        )

    def _age(self) -> int | None:
        return self.read("min_age", int) if self.get("min_age") else None

    def _date_basis(self) -> DateBasis:
        return self.term("date_basis", DateBasis) if self.get("date_basis") else DateBasis.IN_FORCE

    def _components(self) -> frozenset[Component]:
        named = [word.strip() for word in self.get("components").split(",") if word.strip()]
        return frozenset(self.read("components", lambda _: [term(Component, word) for word in named])) if named else frozenset()

    def _limits(self) -> Iterable[Limit]:
        """`CODE>2 % of_alkaloids unlawful_to_sell; CODE>1 mg per_serving unlawful_to_sell`."""
        for part in filter(None, (part.strip() for part in self.get("limits").split(";"))):
            words = part.replace(">", " ").split()
            if len(words) != 5:
                raise BadRow(f"row {self.number}, limits: write {part!r} as: CODE>2 % of_alkaloids unlawful_to_sell")
            analyte, value, unit, per, consequence = words
            try:
                yield Limit(analyte, value, unit, term(LimitPer, per), term(Consequence, consequence))
            except UnknownTerm as error:
                raise BadRow(f"row {self.number}, limits: {error}") from None

    def _instrument(self) -> str:
        place = self.read("jurisdiction", self.codebook.jurisdiction)
        return instrument_key(place.code, self.need("instrument"), self.codebook.session_in)

    def instruments(self) -> list[Instrument]:
        if not self.get("instrument"):
            return []
        place = self.read("jurisdiction", self.codebook.jurisdiction)
        made = self.read("made_on", parse_day) if self.get("made_on") else None
        title = self.get("instrument_title") or self.get("instrument")
        return [Instrument(self._instrument(), place.code, title=title, made_on=made)]

    def _evidence(self) -> Evidence:
        quote = self.get("quote")
        if len(quote.split()) > 40:
            raise BadRow(f"row {self.number}, quote: {len(quote.split())} words; a quote has at most 40")
        if self.what != "finding" and not (self.get("citation") or self.get("url") or quote):
            raise BadRow(f"row {self.number}: a {self.what} needs a citation, a quote or a url: no status without evidence")
        return Evidence(
            citation=self.get("citation"),
            authority=self.get("authority"),
            urls=tuple(url for url in (self.get("url"), self.get("url_2")) if url),
            quote=quote,
            quote_start=self.read("quote_start", int) if self.get("quote_start") else None,
            capture=self.read("capture", int) if self.get("capture") else None,
            document_version=self.read("document_version", int) if self.get("document_version") else None,
            coder=self.person,
            reviewer=self.get("reviewer"),
            origin="code",
            looked_in=self.need("looked_in") if self.what == "finding" else "",
            terms=self.need("terms") if self.what == "finding" else "",
            looked_on=self.read("looked_on", parse_day) if self.get("looked_on") else None,
            made_on=self.read("made_on", parse_day) if self.get("made_on") else None,
            kind=self.term("kind", ProvisionKind) if self.get("kind") else ProvisionKind.TEXT,
            note=self.get("note"),
        )

    def case(self) -> Measure:
        """A court case: a measure of the standing session `cases`, with the step that the row tells."""
        place = self.read("jurisdiction", self.codebook.jurisdiction)
        stage = self.term("stage", Stage)
        on: date = self.read("stage_on", parse_day)
        named = [word.strip() for word in self.get("substances").split(",") if word.strip()]
        return Measure(
            place.code,
            "cases",
            self.need("identifier"),
            title=self.need("title"),
            kind="case",
            substances=tuple(self.codebook.substance(word).code for word in named),
            stage=stage,
            stage_on=on,
            official_url=self.get("url"),
            source=self.person,
            actions=(MeasureAction(on, self.get("note") or stage.value.replace("_", " "), stage, on),),
        )

"""The bills, rules and cases of the baseline as domain values, by the written mapping in `outcomes.csv`.

What has no normal identifier keeps its printed one and is listed, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import NamedTuple

from tracker.codebook.identifiers import UnknownIdentifier, measure_identifiers
from tracker.codebook.model import Codebook, NotInCodebook
from tracker.codebook.tables import Row, read_table
from tracker.domain.dates import Doubt
from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.vocabulary import LinkType, Stage

MEASURE_COLUMNS = (
    *("jurisdiction", "session", "identifier", "title_or_subject", "direction", "outcome"),
    *("introduced", "last_action_date", "effective_date", "url"),
    *("kind", "substances", "stage", "direction_as_introduced", "effect_as_enacted"),
)


class MeasureKey(NamedTuple):
    """Identity of a measure."""

    jurisdiction: str
    session: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Unnormalised:
    """An identifier without a normal form, as printed, with its place."""

    file: str
    line: int
    jurisdiction: str
    text: str


@dataclass(frozen=True, slots=True)
class Measures:
    """What the table of measures gives."""

    measures: tuple[Measure, ...]
    companions: dict[MeasureKey, tuple[str, ...]]
    unnormalised: tuple[Unnormalised, ...]


class Outcomes:
    """The written mapping from the researcher's words to stage, direction and effect."""

    def __init__(self, folder: Traversable) -> None:
        rows = read_table(folder, "outcomes.csv", ("field", "value", "kind", "result", "reason"))
        self._stages = {(row["value"], row["kind"]): row.maybe("result", Stage) for row in rows if row["field"] == "outcome"}
        self.directions = {row["value"]: row["result"] for row in rows if row["field"] == "direction"}

    def stage(self, row: Row, kind: str) -> Stage | None:
        """The stage of a row: its own, else that of its outcome; None where its outcome is no stage."""
        if row["stage"]:
            return row.term("stage", Stage)
        if (row["outcome"], kind) not in self._stages:
            row.fail("outcome", f"{row['outcome']!r} of a {kind} is not in outcomes.csv; add it with a reason")
        return self._stages[row["outcome"], kind]

    def direction(self, row: Row, column: str) -> str:
        """The cell's direction; every word stands in `outcomes.csv`."""
        return self.directions[row.known(column, self.directions)]


def read_measures(folder: Traversable, codebook: Codebook) -> Measures:
    """All rows of `measures.csv`, one measure each. Raises CodebookError."""
    outcomes = Outcomes(folder)
    measures, companions, unnormalised = [], {}, []
    for row in read_table(folder, "measures.csv", MEASURE_COLUMNS):
        try:
            identifiers = measure_identifiers(row["jurisdiction"], row.filled("identifier"))
        except UnknownIdentifier:
            identifiers = (row["identifier"],)
            unnormalised.append(Unnormalised(row.file, row.line, row["jurisdiction"], row["identifier"]))
        measure = _measure(row, identifiers[0], codebook, outcomes)
        measures.append(measure)
        if identifiers[1:]:
            companions[MeasureKey(measure.jurisdiction, measure.session, measure.identifier)] = identifiers[1:]
    return Measures(tuple(measures), companions, tuple(unnormalised))


def _measure(row: Row, identifier: str, codebook: Codebook, outcomes: Outcomes) -> Measure:
    kind = row.known("kind", codebook.measure_kinds)
    stage = outcomes.stage(row, kind)
    introduced, last, effective = (_doubt(row, column) for column in ("introduced", "last_action_date", "effective_date"))
    return Measure(
        jurisdiction=row.known("jurisdiction", codebook.jurisdictions),
        session=_session(row, kind, codebook),
        identifier=identifier,
        title=row["title_or_subject"],
        kind=kind,
        direction_as_introduced=outcomes.direction(row, _own(row, "direction_as_introduced")),
        effect_as_enacted=_effect(row, outcomes),
        substances=_substances(row, codebook.substances),
        stage=stage,
        stage_on=_day(introduced if stage is Stage.INTRODUCED else last),
        effective_on=_day(effective),
        official_url=_official(row, codebook),
        source="baseline",
        actions=tuple(_actions(introduced, last, effective, stage)),
    )


def _own(row: Row, column: str) -> str:
    """The column of the researcher's direction, unless the row has one of its own."""
    return column if row[column] else "direction"


def _effect(row: Row, outcomes: Outcomes) -> str:
    """What the measure does as enacted; empty for what never became law."""
    return outcomes.direction(row, _own(row, "effect_as_enacted")) if row["outcome"] == "enacted" else ""


def _session(row: Row, kind: str, codebook: Codebook) -> str:
    try:
        return codebook.measure_kinds[kind] or codebook.session(row["jurisdiction"], row["session"]).identifier
    except NotInCodebook as unknown:
        row.fail("session", f"{unknown}; add it to sessions.csv")


def _substances(row: Row, known: Mapping[str, object]) -> tuple[str, ...]:
    for word in row.words("substances"):
        if word not in known:
            row.fail("substances", f"{word!r} is not known")
    return row.words("substances")


def _official(row: Row, codebook: Codebook) -> str:
    return row["url"] if row.read("url", codebook.link_type) is LinkType.OFFICIAL else ""


def _doubt(row: Row, column: str) -> Doubt | None:
    return row.read(column, Doubt.parse) if row[column] else None


def _day(doubt: Doubt | None) -> date | None:
    return doubt.first if doubt and doubt.first == doubt.last else None


def _actions(introduced: Doubt | None, last: Doubt | None, effective: Doubt | None, stage: Stage | None) -> list[MeasureAction]:
    steps = ((introduced, "introduced", None), (last, "last action seen", stage), (effective, "takes effect", None))
    return [MeasureAction(on.first, text, step, on.last) for on, text, step in steps if on]

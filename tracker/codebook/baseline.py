"""The researched baseline as domain values: what was known on the day of compilation, never verified by us.

Files in, values out. The researcher's own confidence is not read: confidence is derived (`evidence.confidence`). Links of vendors
are counted in the note and not shown as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from tracker.codebook.acts import Acts
from tracker.codebook.loading import load
from tracker.codebook.measures import MeasureKey, Unnormalised, read_measures
from tracker.codebook.model import Codebook, OfficialSource
from tracker.codebook.tables import DATA, Row, read_table
from tracker.domain.dates import Period
from tracker.domain.entries import Claim, Entry, Evidence, Instrument, Measure
from tracker.domain.records import Assertion, Finding, Key, Position
from tracker.domain.vocabulary import Component, DateBasis, FoodLaw, LinkType, ProvisionKind, Status

ORIGIN = "baseline"
RESEARCHED = (
    *("jurisdiction", "substance", "status", "schedule", "min_age", "threshold", "food_law_position", "contested"),
    *("valid_from", "valid_from_latest", "valid_to", "instrument", "citation", "authority"),
    *("evidence_url", "evidence_url_2", "confidence", "note"),
)
STATUS_COLUMNS = (*RESEARCHED, "components", "date_basis", "reading", "instrument_key")
CLAIM_COLUMNS = (
    *("jurisdiction", "substance", "status", "valid_from", "valid_to", "instrument"),
    *("evidence_url", "evidence_url_2", "note", "claimant"),
)
DISAGREEMENT_COLUMNS = (
    *("notes_section", "notes_number", "jurisdiction", "substance", "status", "valid_from", "valid_to"),
    *("instrument", "claimant", "claim", "chosen"),
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """All of it. `companions` maps a measure to the identifiers of bills that stand in one row with it."""

    entries: tuple[Entry, ...]
    instruments: tuple[Instrument, ...]
    measures: tuple[Measure, ...]
    companions: Mapping[MeasureKey, tuple[str, ...]]
    claims: tuple[Claim, ...]
    sources: tuple[OfficialSource, ...]
    unnormalised: tuple[Unnormalised, ...]


@cache
def baseline(folder: Path | None = None) -> Baseline:
    """The researched baseline of this package, or the one in `folder`, read once."""
    return read_baseline(folder or DATA, load(folder))


def read_baseline(folder: Traversable, codebook: Codebook) -> Baseline:
    """The researched baseline in `folder`. Raises CodebookError naming file, line, column and word."""
    rows = [*read_table(folder, "status.csv", STATUS_COLUMNS), *read_table(folder, "local.csv", STATUS_COLUMNS)]
    acts = Acts(codebook)
    for row in rows:
        if row["instrument"] and row["status"] != Status.NO_SPECIFIC_LAW:
            acts.learn(row)
    measures = read_measures(folder, codebook)
    return Baseline(
        entries=tuple(entry for row in rows for entry in _entries(row, codebook, acts)),
        instruments=acts.instruments(),
        measures=measures.measures,
        companions=MappingProxyType(measures.companions),
        claims=(*_claims(folder, codebook), *_disagreements(folder, codebook)),
        sources=codebook.sources,
        unnormalised=measures.unnormalised,
    )


def _entries(row: Row, codebook: Codebook, acts: Acts) -> Iterator[Entry]:
    """A status row gives an assertion or a finding, and a position where it says one."""
    key = _key(row, codebook)
    period = _period(row)
    identity = f"{key.jurisdiction} {key.substance} {row['valid_from'] or 'start'}"
    evidence = _evidence(row, codebook)
    if row.term("status", Status) is Status.NO_SPECIFIC_LAW:
        yield Entry(Finding(identity, key, period, row["contested"]), _looked(row, codebook, evidence))
    else:
        yield Entry(_assertion(row, identity, key, period, acts), evidence)
    if position := row.maybe("food_law_position", FoodLaw):
        yield Entry(Position(identity, key, position, period), evidence)


def _assertion(row: Row, identity: str, key: Key, period: Period, acts: Acts) -> Assertion:
    return Assertion(
        identity,
        key,
        row.term("status", Status),
        period,
        schedule=row["schedule"],
        min_age=row.number("min_age"),
        threshold=row["threshold"],
        components=row.terms("components", Component),
        instrument=acts.key(row) if row["instrument"] else "",
        date_basis=row.term("date_basis", DateBasis),
        contested=row["contested"],
    )


def _key(row: Row, codebook: Codebook) -> Key:
    return Key(row.known("jurisdiction", codebook.jurisdictions), row.known("substance", codebook.substances))


def _period(row: Row) -> Period:
    return row.read("valid_from", lambda start: Period.parse(start, row["valid_to"], row["valid_from_latest"]))


def _evidence(row: Row, codebook: Codebook) -> Evidence:
    shown, hidden = _links(row, codebook)
    hidden_note = f"{hidden} page{'s' if hidden > 1 else ''} of vendors read and not shown as evidence." if hidden else ""
    return Evidence(
        citation=row["citation"] or row["instrument"],
        authority=row["authority"],
        urls=shown,
        coder=ORIGIN,
        origin=ORIGIN,
        kind=row.maybe("reading", ProvisionKind) or ProvisionKind.TEXT,
        note=" ".join(text for text in (row["note"], hidden_note) if text),
    )


def _looked(row: Row, codebook: Codebook, evidence: Evidence) -> Evidence:
    """A finding says where it was looked for as far as the row tells, and no more."""
    looked_in = ": ".join(text for text in (codebook.looked_in, row["instrument"]) if text)
    return replace(evidence, looked_in=looked_in, terms=codebook.looked_with, looked_on=codebook.compiled_on)


def _links(row: Row, codebook: Codebook) -> tuple[tuple[str, ...], int]:
    """The links that may be shown, and how many are of vendors."""
    shown, hidden = [], 0
    for column in ("evidence_url", "evidence_url_2"):
        if url := row[column]:
            if row.read(column, codebook.link_type) is LinkType.VENDOR:
                hidden += 1
            else:
                shown.append(url)
    return tuple(shown), hidden


def _claims(folder: Traversable, codebook: Codebook) -> Iterator[Claim]:
    for row in read_table(folder, "claims.csv", CLAIM_COLUMNS):
        urls = tuple(row[column] for column in ("evidence_url", "evidence_url_2") if row[column])
        yield _claim(row, codebook, urls, row["note"])


def _disagreements(folder: Traversable, codebook: Codebook) -> Iterator[Claim]:
    """What the notes of the baseline say that others claim, each with what was chosen instead."""
    for row in read_table(folder, "disagreements.csv", DISAGREEMENT_COLUMNS):
        yield _claim(row, codebook, (), f"{row.filled('claim')} Chosen: {row.filled('chosen')}")


def _claim(row: Row, codebook: Codebook, urls: tuple[str, ...], note: str) -> Claim:
    key, status = _key(row, codebook), row.maybe("status", Status)
    _ = row.read("valid_from", lambda start: Period.parse(start, row["valid_to"]))
    return Claim(
        key.jurisdiction,
        key.substance,
        status.value if status else "",
        row["valid_from"],
        row["valid_to"],
        row["instrument"],
        row.filled("claimant"),
        urls,
        note,
    )

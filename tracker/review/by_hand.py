"""A person's coding: statements and cases from named fields, one by one or from a CSV file, written as one belief or only tried.

A row names what it is in `what` (provision, assertion, finding, position, relation, withdraw, case) and its fields by name; empty
fields are as good as absent, an unknown field or a missing one is refused with its row. Nothing is written unless all of it can be.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker import ledger
from tracker.codebook import Codebook, NotInCodebook
from tracker.domain.dates import civil_day, parse_day
from tracker.domain.entries import Entry, Instrument, Measure, MeasureAction, Statement
from tracker.domain.records import Assertion, Finding, Position, Provision, Ref, RefusedEntry, Relation
from tracker.domain.vocabulary import (
    Basis,
    Cause,
    Conduct,
    DateBasis,
    Effect,
    FoodLaw,
    RelationKind,
    Scope,
    Stage,
    Status,
)
from tracker.evidence import measures
from tracker.ledger import Batch, Policy, UnknownTarget, Written
from tracker.review.fields import BadRow, Row
from tracker.store.writer import Writer


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
        raise BadRow("a coding names the person who codes", "no_person")
    entries: list[Entry] = []
    instruments: list[Instrument] = []
    revise: dict[Ref, Entry] = {}
    withdraw: list[Ref] = []
    cases: list[Measure] = []
    for number, fields in enumerate(rows, start=1):
        row = Row(fields, number, codebook)
        instruments += row.instruments
        if row.what == "withdraw":
            withdraw.append(row.ref("target"))
        elif row.what == "case":
            cases.append(_case(row, person))
        elif "revises" in fields:
            revise[row.ref("revises")] = _entry(row, person)
        else:
            entries.append(_entry(row, person))
    return Coded(Batch(entries, instruments, revise, withdraw), tuple(cases))


def write(writer: Writer, coded: Coded, *, policy: Policy, cause: Cause | None, note: str) -> Written | None:
    """Write what a person coded, in the caller's transaction; a caller that only tries rolls it back."""
    for case in coded.cases:
        measures.merge_measure(writer, case, None, today=civil_day(writer.now, policy.zone))
    try:
        return ledger.write(writer, coded.batch, policy=policy, cause=cause, note=note)
    except (UnknownTarget, NotInCodebook) as error:
        raise BadRow(str(error)) from None


def _entry(row: Row, person: str) -> Entry:
    try:
        return Entry(_STATEMENTS[row.what](row), row.evidence(person))
    except RefusedEntry as error:
        raise row.wrong(error) from None


def _provision(row: Row) -> Provision:
    row.need("instrument")
    return Provision(
        id=row.label,
        key=row.key,
        conduct=row.term("conduct", Conduct),
        effect=row.term("effect", Effect),
        period=row.period,
        basis=row.term("basis", Basis, Basis.OTHER),
        schedule=row.get("schedule"),
        min_age=row.optional("min_age", int),
        limits=row.limits,
        components=row.components,
        instrument=row.instrument_key,
        pinpoint=row.get("pinpoint"),
        date_basis=row.term("date_basis", DateBasis, DateBasis.IN_FORCE),
        contested=row.get("contested"),
        binds_children=row.get("binds_children").lower() in ("yes", "true", "1"),
    )


def _assertion(row: Row) -> Assertion:
    return Assertion(
        id=row.label,
        key=row.key,
        status=row.term("status", Status),
        period=row.period,
        schedule=row.get("schedule"),
        min_age=row.optional("min_age", int),
        threshold=row.get("threshold"),
        components=row.components,
        instrument=row.instrument_key,
        date_basis=row.term("date_basis", DateBasis, DateBasis.IN_FORCE),
        contested=row.get("contested"),
    )


def _finding(row: Row) -> Finding:
    return Finding(row.label, row.key, row.period, row.get("contested"))


def _position(row: Row) -> Position:
    return Position(row.label, row.key, row.term("value", FoodLaw), row.period)


def _relation(row: Row) -> Relation:
    return Relation(
        id=row.label,
        kind=row.term("relation", RelationKind),
        target=row.ref("target"),
        period=row.period,
        actor=row.ref("actor") if row.get("actor") else None,
        scope=row.term("scope", Scope, Scope.WHOLE),
        carve_out=row.get("carve_out"),
        instrument=row.instrument_key,
    )


_STATEMENTS: Mapping[str, Callable[[Row], Statement]] = {
    "provision": _provision,
    "assertion": _assertion,
    "finding": _finding,
    "position": _position,
    "relation": _relation,
}


def _case(row: Row, person: str) -> Measure:
    """A court case: a measure of the standing session `cases`, with the step that the row tells."""
    stage, on = row.term("stage", Stage), row.read("stage_on", parse_day)
    return Measure(
        row.place,
        "cases",
        row.need("identifier"),
        title=row.need("title"),
        kind="case",
        substances=tuple(row.codebook.substance(word).code for word in row.words("substances")),
        stage=stage,
        stage_on=on,
        official_url=row.get("url"),
        source=person,
        actions=(MeasureAction(on, row.get("note") or stage.value.replace("_", " "), stage, on),),
    )

"""`history`: what holds when in one jurisdiction, in both clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from tracker.cli.options import Data, Json, Known, OpenRecord, Substance, open_record
from tracker.cli.output import days, show_json, show_table

_HIDDEN = {"id", "digest", "belief", "belief_closed", "comes_at"}


def history(
    jurisdiction: Annotated[str, typer.Argument(help="Code, alias or name.")],
    substance: Substance = None,
    known: Known = None,
    every: Annotated[bool, typer.Option("--all", help="Every version ever held, not only what is held at one instant.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """What holds when, and since when we have known it.

    \b
    Examples:
      kratom-tracker history US-AL
      kratom-tracker history Thailand --known 2026-11-25T12:00:00Z
      kratom-tracker history US-TN --all --json
    """
    with open_record(data, None, known) as record:
        rows = _versions(record, record.place(jurisdiction).code, record.substances(substance), every)
    if json:
        show_json([{name: value for name, value in row._mapping.items() if name not in _HIDDEN} for row in rows])
        return
    columns = ("substance", "from", "until", "status", "conditions", "known from", "known until", "cause", "citation", "link")
    show_table([_cells(row) for row in rows], columns)


def _versions(record: OpenRecord, jurisdiction: str, substances: Sequence[str], every: bool) -> list[Any]:
    """The status rows by substance and valid time; of `every` version by substance, recording and valid time."""
    from tracker.history import status

    versions = status.versions(record.connection, jurisdiction, record.known, every=every)
    rows = [row for row in versions if row.substance in substances]
    return sorted(
        rows, key=lambda row: (substances.index(row.substance), every and row.recorded_from, row.valid_from or date.min)
    )


def _cells(row: Any) -> tuple[Any, ...]:
    from tracker.history import words

    return (
        row.substance,
        days(row.valid_from, row.valid_from_latest) or "as far back as known",
        days(row.valid_to, row.valid_to_latest),
        row.status,
        words.conditions(row),
        row.recorded_from,
        row.recorded_to,
        row.cause,
        row.citation,
        row.evidence_url,
    )

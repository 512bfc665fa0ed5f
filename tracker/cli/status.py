"""`status`: what we say of jurisdictions on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len, set_cell_size

from tracker.cli.options import Data, Json, Known, On, OpenRecord, Substance, open_record
from tracker.cli.output import days, show_json, show_table, terminal_width
from tracker.domain.records import Key

if TYPE_CHECKING:
    from tracker.history.effective import Effective
    from tracker.history.places import Place
    from tracker.history.status import Since

_NAME = 20  # cells of a name beside its code: on a terminal what is said of the place matters more
_COLUMNS = (
    "schedule",
    "min_age",
    "threshold",
    "components",
    "badges",
    "carve_outs",
    "contested",
    "valid_from",
    "valid_from_latest",
    "valid_to",
    "valid_to_latest",
    "date_basis",
    "authority",
    "instrument",
    "citation",
    "evidence_url",
    "recorded_from",
)
"""Columns of the status row that are shown as they are."""


def status(
    jurisdictions: Annotated[list[str] | None, typer.Argument(metavar="[JURISDICTION]…", help="Codes, aliases or names.")] = None,
    substance: Substance = None,
    on: On = None,
    known: Known = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """The status of jurisdictions on a day.

    Without a jurisdiction: every country, state and territory of which something is known, for one substance. With some:
    every substance of which something is known there, unless one is given. `verified` rests on reviewed legal text, `researched` on
    a summary; an uncertain answer hangs on a day that is not known. `since` is the first day of the status, whatever its terms.

    \b
    Examples:
      kratom-tracker status
      kratom-tracker status US-TN Thailand --on 2026-08-01
      kratom-tracker status --known 2026-11-25T12:00:00Z --json
    """
    with open_record(data, on, known) as record:
        rows = _rows(record, jurisdictions or [], substance)
    if json:
        show_json(rows)
        return
    columns = ("jurisdiction", "name", "substance", "status", "since", "basis", "bound by", "local", "confidence", "marks")
    table = [(*_cells(row), row["evidence_url"], row["citation"]) for row in rows]
    show_table(table, (*columns, "link", "citation"), folded=True)


def _rows(record: OpenRecord, words: Sequence[str], substance: str | None) -> list[dict[str, Any]]:
    from tracker.history import effective, places, status

    known_places = places.all_places(record.connection)
    only = record.substance(substance) if substance or not words else None
    answers = status.on_day(record.connection, record.day, record.known, only)

    def region(key: Key) -> Effective:
        return effective.of_key(known_places, answers, key, record.day)

    if words:
        regions = [one for word in words for one in _of_place(region, record.place(word).code, record.substances(substance))]
    else:
        keys = [Key(place.code, record.substance(substance)) for place in places.regions(known_places.values())]
        regions = [one for one in map(region, keys) if one.says_something]
    since = status.headlines_since(record.connection, [one.own for one in regions], record.known)
    local = {code: effective.local_known(known_places, answers, code) for code in record.substances(only)}
    known_at = record.known_at
    return [
        {"on": record.day, "known": known_at}
        | _row(one, known_places[one.own.key.jurisdiction], local[one.own.key.substance])
        | _since(since.get(one.own.key))
        for one in regions
    ]


def _of_place(region: Callable[[Key], Effective], code: str, substances: Sequence[str]) -> Sequence[Effective]:
    """What holds in a place that was named: of each substance of which something is known, else of the first."""
    regions = [region(Key(code, substance)) for substance in substances]
    return [one for one in regions if one.says_something] or regions[:1]


def _row(region: Effective, place: Place, local: Mapping[str, int]) -> dict[str, Any]:
    own = region.own
    return {
        "jurisdiction": place.code,
        "name": place.name,
        "level": place.level.value,
        "substance": own.key.substance,
        "status": own.status.value,
        "effective_status": region.status.value,
        "binding_status": region.binding.value if region.binding else None,
        "binding_from": region.binding_from,
        "local_known": local.get(place.code, 0),
        "food_law_position": own.get("food_law_position", "not_addressed"),
        "verified": own.get("verified", False),
        "confidence": own.get("confidence", "low"),
        "uncertain": own.uncertain,
    } | {name: own.get(name, None) for name in _COLUMNS}


def _since(since: Since | None) -> dict[str, date | None]:
    return {"headline_since": since and since.first, "headline_since_latest": since and since.latest}


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    bound = f"{row['binding_status']} ({row['binding_from']})" if row["binding_status"] else ""
    basis = "verified" if row["verified"] else "researched" if row["status"] != "unknown" else ""
    marks = [name for name in ("uncertain", "contested") if row[name]]
    if row["food_law_position"] != "not_addressed":
        marks.append(f"food law: {row['food_law_position']}")
    if row["valid_from"] != row["headline_since"]:
        marks.append(f"these terms since {days(row['valid_from'], row['valid_from_latest'])}")
    local = f"≥{row['local_known']}" if row["local_known"] else ""
    return (
        row["jurisdiction"],
        row["name"] if terminal_width() is None else _shortened(row["name"]),
        row["substance"],
        row["status"],
        days(row["headline_since"], row["headline_since_latest"]),
        basis,
        bound,
        local,
        row["confidence"],
        ", ".join(marks),
    )


def _shortened(name: str) -> str:
    return name if cell_len(name) <= _NAME else f"{set_cell_size(name, _NAME - 1).rstrip()}…"

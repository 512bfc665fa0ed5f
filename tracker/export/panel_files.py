"""Writes a panel in its four shapes in one pass: `panel` (a row a jurisdiction, substance and period), `panel-long` (a row a variable),
`panel-wide` (a row a jurisdiction and period, a column a question) and `panel-summary` (counts, unit groups apart)."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tracker.domain.periods import CalendarPeriod
from tracker.domain.vocabulary import FoodLaw, Status
from tracker.export import tables
from tracker.export.panel import ANSWERS, COLUMNS, PERIOD, SUBSTANCE, UNIT, Cell, period_of
from tracker.export.workbook import Workbook
from tracker.history.places import Place
from tracker.history.words import GROUPS, group_of
from tracker.store.schema.view_columns import Column, Kind

LONG: tuple[Column, ...] = (
    *(UNIT[0], SUBSTANCE, PERIOD[0]),
    Column("variable", Kind.TEXT, "name of a variable of the panel", "status_last"),
    Column(
        "value",
        Kind.TEXT,
        "its value. A share that is not listed is 0, another variable missing; of a period of which nothing is known only missing_reason",
        "banned",
    ),
)
SUMMARY: tuple[Column, ...] = (
    *PERIOD,
    UNIT[3],
    SUBSTANCE,
    Column("status", Kind.TEXT, "status on the last day of the period", "banned"),
    Column("jurisdictions", Kind.INTEGER, "jurisdictions of the group with that status", "10", "jurisdictions"),
    Column("of_jurisdictions", Kind.INTEGER, "jurisdictions of the group: the denominator", "51", "jurisdictions"),
    Column("contested", Kind.INTEGER, "of jurisdictions: contested", "1", "jurisdictions"),
    Column("verified", Kind.INTEGER, "of jurisdictions: resting on reviewed coded law", "3", "jurisdictions"),
    Column(
        "uncertain",
        Kind.INTEGER,
        "of jurisdictions: with a day in the period on which the answer is uncertain",
        "2",
        "jurisdictions",
    ),
)
SHAPES = ("panel", "panel-long", "panel-wide", "panel-summary")

_PLACE = {column.name: number for number, column in enumerate(ANSWERS)}
_VARIABLES = [(column.name, column.kind is Kind.NUMBER) for column in ANSWERS]
_COUNTED = ("jurisdictions", "contested", "verified", "uncertain")


def wide_columns(substances: Sequence[str]) -> tuple[Column, ...]:
    """The columns of `panel-wide`: `share_banned__a_b` is the question `share_banned` about the substance `a-b`."""
    asked = (
        Column(f"{column.name}__{_word(code)}", column.kind, f"{code}: {column.meaning}", column.example, column.unit)
        for code in substances
        for column in ANSWERS
    )
    return (*UNIT, *PERIOD, *asked)


def _word(code: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in code)


def columns_of(shape: str, substances: Sequence[str]) -> tuple[Column, ...]:
    """The columns of one of `SHAPES`."""
    return {"panel": COLUMNS, "panel-long": LONG, "panel-wide": wide_columns(substances), "panel-summary": SUMMARY}[shape]


def write(
    folder: Path,
    suffixes: Iterable[str],
    cells: Iterable[list[Cell]],
    places: Mapping[str, Place],
    substances: Sequence[str],
    periods: Sequence[CalendarPeriod],
    workbook: Workbook | None = None,
) -> None:
    """Write the four shapes in each format (`csv`, `json`, `parquet`) and as sheets, holding the cells of one jurisdiction and period at a time."""
    summary = _Summary(places, substances, periods)
    with ExitStack() as stack:
        sinks: dict[str, list[tables.Sink]] = {
            shape: [
                stack.enter_context(tables.opened(folder / f"{shape}.{suffix}", columns_of(shape, substances)))
                for suffix in suffixes
            ]
            for shape in SHAPES
        }
        if workbook is not None:
            for shape in SHAPES:
                sinks[shape].append(workbook.sheet(shape, columns_of(shape, substances)))
        for together in cells:
            _add(sinks["panel"], (cell.row for cell in together))
            _add(sinks["panel-long"], (row for cell in together for row in _long(cell)))
            _add(sinks["panel-wide"], [_wide(together)])
            for cell in together:
                summary.count(cell)
        _add(sinks["panel-summary"], summary.rows())


def _add(sinks: Sequence[tables.Sink], rows: Iterable[tables.Row]) -> None:
    for row in rows:
        for sink in sinks:
            sink.add(row)


def _long(cell: Cell) -> Iterator[tuple[str, ...]]:
    """The variables that say something; of a period of which nothing is known only why."""
    jurisdiction, period = cell.unit[0], str(cell.period[0])
    if cell.answers[_PLACE["share_unknown"]] == 1 and cell.answers[_PLACE["food_law_position"]] == FoodLaw.NOT_ADDRESSED:
        yield jurisdiction, cell.substance, period, "missing_reason", cell.answers[_PLACE["missing_reason"]]
        return
    for (name, share), value in zip(_VARIABLES, cell.answers, strict=True):
        if value is not None and value != "" and not (share and value == 0):
            yield jurisdiction, cell.substance, period, name, str(value)


def _wide(together: Sequence[Cell]) -> tuple[Any, ...]:
    first = together[0]
    return (*first.unit, *first.period, *(value for cell in together for value in cell.answers))


class _Summary:
    """Counts by period, unit group, substance and status, in arrays whose size does not depend on the number of jurisdictions."""

    def __init__(self, places: Mapping[str, Place], substances: Sequence[str], periods: Sequence[CalendarPeriod]) -> None:
        self.sizes = Counter(group_of(place) for place in places.values())
        self.groups = [group for group in GROUPS if self.sizes[group]]
        self.substances, self.periods = substances, periods
        self.ordinal = {period.name: number for number, period in enumerate(periods)}
        cells = len(periods) * len(self.groups) * len(substances) * len(Status)
        self.counts = {what: array("I", bytes(4 * cells)) for what in _COUNTED}

    def _index(self, period: str, group: str, substance: str, status: str) -> int:
        number = self.ordinal[period] * len(self.groups) + self.groups.index(group)
        number = number * len(self.substances) + self.substances.index(substance)
        return number * len(Status) + Status(status).rank

    def count(self, cell: Cell) -> None:
        answers = cell.answers
        index = self._index(str(cell.period[0]), cell.unit[3], cell.substance, answers[_PLACE["status_last"]])
        self.counts["jurisdictions"][index] += 1
        self.counts["contested"][index] += bool(answers[_PLACE["contested"]])
        self.counts["verified"][index] += bool(answers[_PLACE["verified"]])
        self.counts["uncertain"][index] += answers[_PLACE["share_uncertain"]] > 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for period in self.periods:
            values = period_of(period)
            for group in self.groups:
                for substance in self.substances:
                    for status in Status:
                        index = self._index(period.name, group, substance, status)
                        number, contested, verified, uncertain = (self.counts[what][index] for what in _COUNTED)
                        of = self.sizes[group]
                        yield (*values, group, substance, status.value, number, of, contested, verified, uncertain)

"""One Excel workbook: how to read and cite the data, the data, a sheet for each table, and the codebook. Equal records give equal bytes.

Days are days, numbers numbers and truth values truth values; no text can be a formula. What Excel cannot hold is never dropped in silence: a
table with too many rows is refused, a longer text than a cell takes is cut and ends in `…`. Rows go out as they come; memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tracker.errors import Refused
from tracker.export.tables import MissingPart, Row
from tracker.store.schema.view_columns import Column, Kind

ROWS = 1_048_576
LETTERS = 32_767
"""What a sheet and a cell of Excel hold."""
_EARLIEST = 1900  # Excel knows no day before
_WIDTHS = {Kind.TEXT: 24, Kind.INSTANT: 28}


class TooManyRows(Refused):
    """A table that no sheet holds; the message names it."""


class Sheet:
    """Takes the rows of one table."""

    def __init__(self, sheet: Any, columns: Sequence[Column], head: Any, day: Any) -> None:
        self.sheet, self.kinds, self.day, self.line = sheet, [column.kind for column in columns], day, 0
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS.get(column.kind, 12))
            sheet.write_string(0, place, column.name, head)

    def add(self, row: Row) -> None:
        """Write a row below the others. Raises TooManyRows."""
        self.line += 1
        if self.line == ROWS:
            raise TooManyRows(f"a sheet holds {ROWS:,} rows, and {self.sheet.get_name()} has more", "too_many_rows")
        for place, (value, kind) in enumerate(zip(row, self.kinds, strict=True)):
            if value is not None and value != "":
                self._write(place, value, kind)

    def _write(self, place: int, value: Any, kind: Kind) -> None:
        day = date.fromisoformat(value) if kind is Kind.DAY else None
        if day and day.year >= _EARLIEST:
            self.sheet.write_datetime(self.line, place, day, self.day)
        elif kind is Kind.BOOLEAN:
            self.sheet.write_boolean(self.line, place, bool(value))
        elif kind in (Kind.INTEGER, Kind.NUMBER):
            self.sheet.write_number(self.line, place, value)
        else:
            self.sheet.write_string(self.line, place, value if len(value) <= LETTERS else f"{value[: LETTERS - 1]}…")


class Workbook:
    """A workbook in the making."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold, self._day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})

    def sheet(self, name: str, columns: Sequence[Column]) -> Sheet:
        """A new sheet for a table."""
        return Sheet(self._book.add_worksheet(name), columns, self._bold, self._day)

    def words(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A sheet of texts under `heads`."""
        sheet = self.sheet(name, [Column(head, Kind.TEXT, "") for head in heads])
        for row in rows:
            sheet.add(row)


@contextmanager
def opened(path: Path, title: str, known: datetime) -> Iterator[Workbook]:
    """A workbook that is written to `path` at the end. Raises MissingPart."""
    require()
    from xlsxwriter import Workbook as Book

    book = Book(path, {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"title": title, "created": known.astimezone(UTC).replace(tzinfo=None)})
    try:
        yield Workbook(book)
    finally:
        book.close()


def require() -> None:
    """Raise MissingPart where no workbook can be written."""
    try:
        import xlsxwriter  # noqa: F401
    except ModuleNotFoundError:
        raise MissingPart("a workbook needs XlsxWriter, which is not installed", "missing_extra", extra="xlsx") from None

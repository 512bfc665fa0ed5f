"""Bodies that are tables of comma-separated values, or values separated by something else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from scrapy.http import TextResponse

from crawler.parsing.selecting import LayoutChanged

csv.field_size_limit(16 * 1024 * 1024)  # a bill's whole text may stand in one field; the module's own limit is 128 kB

Row = dict[str, str]


def csv_of(response: TextResponse, *, delimiter: str = ",", quote: str | None = '"', columns: Sequence[str] = ()) -> list[Row]:
    """The rows of a table by the names of its first line, or by `columns` where it has no such line; blanks at the ends are cut.

    `quote` None: a quotation mark is a character like any other. A row with fewer fields than the head has may be where a file was cut.
    Raises LayoutChanged, naming line and address.
    """
    text = io.StringIO(response.text.lstrip("\ufeff"), newline="")
    lines = csv.reader(
        text,
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
        strict=True,
    )
    try:
        names = [name.strip() for name in columns or next(lines, ())]
        if not names or len(set(names)) < len(names):
            raise LayoutChanged(f"the first line of the table at {response.url} does not name columns: {names!r:.200}")
        return list(_rows(lines, names, response.url))
    except csv.Error as error:
        raise LayoutChanged(f"no table at {response.url}, line {lines.line_num}: {error}") from error


def _rows(lines: Iterator[list[str]], names: Sequence[str], url: str) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        values = [value.strip() for value in line]
        if not any(values):
            continue
        if len(values) < len(names) or any(values[len(names) :]):
            raise LayoutChanged(f"row {number} of the table at {url} has {len(values)} fields, its head {len(names)}")
        yield dict(zip(names, values, strict=False))

"""Writes rows as CSV, JSON and Parquet, as they come: none are held, but for one row group of Parquet.

CSV is safe to open in a spreadsheet. A text whose first visible character could begin a formula (`=`, `+`, `-`, `@`, their full-width
forms, tab, carriage return) is written with an apostrophe before it, so that Excel, LibreOffice and Google Sheets show it as text; numbers and
dates are never touched. JSON and Parquet hold every text as it lies in the record.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from tracker import files
from tracker.errors import Problem
from tracker.store.schema.view_columns import Column, Kind

_GROUP = 10_000  # rows of a Parquet row group, the most that are held

Row = Sequence[Any]


class MissingPart(Problem):
    """An optional part of the program that is not installed; the message gives the remedy."""


class Sink(Protocol):
    """Takes rows one after another."""

    def add(self, row: Row) -> None: ...


def write(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write `rows` to `path`, in the format that its suffix names; returns how many there were."""
    count = 0
    with opened(path, columns) as sink:
        for row in rows:
            sink.add(row)
            count += 1
    return count


@contextmanager
def opened(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """A file that takes rows: `.csv`, `.json` or `.parquet`. Days and instants are ISO texts, None is a missing value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with {".csv": _csv, ".json": _json, ".parquet": _parquet}[path.suffix](path, columns) as sink:
        yield sink


def safe(value: Any) -> Any:
    """A text or truth value as a spreadsheet may open it."""
    if isinstance(value, str):
        return files.spreadsheet_text(value)
    return int(value) if isinstance(value, bool) else value


class _Csv:
    def __init__(self, writer: Any, kinds: Sequence[Kind]) -> None:
        self.writer = writer
        self.texts = [number for number, kind in enumerate(kinds) if kind in (Kind.TEXT, Kind.BOOLEAN)]

    def add(self, row: Row) -> None:
        values = list(row)
        for number in self.texts:
            values[number] = safe(values[number])
        self.writer.writerow(values)


@contextmanager
def _csv(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)  # RFC 4180: also quotes a lone carriage return, which it would not with "\n" at line ends
        writer.writerow([column.name for column in columns])
        yield _Csv(writer, [column.kind for column in columns])


class _Json:
    def __init__(self, file: Any, names: Sequence[str]) -> None:
        self.file, self.names, self.before = file, names, "\n"

    def add(self, row: Row) -> None:
        self.file.write(self.before + json.dumps(dict(zip(self.names, row, strict=True)), ensure_ascii=False))
        self.before = ",\n"


@contextmanager
def _json(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """An array with one object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        yield _Json(file, [column.name for column in columns])
        file.write("\n]\n")


def require_parquet() -> None:
    """Raise MissingPart where Parquet cannot be written."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError:
        raise MissingPart("Parquet needs pyarrow, which is not installed", "missing_extra", extra="parquet") from None


class _Parquet:
    def __init__(self, writer: Any, schema: Any, kinds: Sequence[Kind]) -> None:
        self.writer, self.schema, self.kinds = writer, schema, kinds
        self.held: list[Row] = []

    def add(self, row: Row) -> None:
        self.held.append([_typed(value, kind) for value, kind in zip(row, self.kinds, strict=True)])
        if len(self.held) == _GROUP:
            self.flush()

    def flush(self) -> None:
        import pyarrow

        if self.held:
            arrays = [
                pyarrow.array(values, type=field.type)
                for values, field in zip(zip(*self.held, strict=True), self.schema, strict=True)
            ]
            self.writer.write_batch(pyarrow.RecordBatch.from_arrays(arrays, schema=self.schema))
            self.held.clear()


@contextmanager
def _parquet(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    require_parquet()
    import pyarrow
    from pyarrow import parquet

    types = {
        Kind.TEXT: pyarrow.string(),
        Kind.INTEGER: pyarrow.int64(),
        Kind.NUMBER: pyarrow.float64(),
        Kind.BOOLEAN: pyarrow.bool_(),
        Kind.DAY: pyarrow.date32(),
        Kind.INSTANT: pyarrow.timestamp("us", tz="UTC"),
    }
    schema = pyarrow.schema([pyarrow.field(column.name, types[column.kind]) for column in columns])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        sink = _Parquet(writer, schema, [column.kind for column in columns])
        yield sink
        sink.flush()


def _typed(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.DAY:
        return date.fromisoformat(value)
    if kind is Kind.INSTANT:
        return datetime.fromisoformat(value)
    return value

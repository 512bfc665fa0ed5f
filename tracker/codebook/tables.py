"""Reads the codebook's CSV files strictly: an unknown column, term or malformed cell is an error with file, line and column.

It knows no table's meaning and guesses nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NoReturn, TypeVar

from tracker.domain.vocabulary import term
from tracker.errors import Refused

DATA: Traversable = files("tracker.codebook") / "data"

T = TypeVar("T", bound=StrEnum)
V = TypeVar("V")


class CodebookError(Refused):
    """A data file of the codebook that cannot be used; the message names file, line, column and word."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fail(self, column: str, problem: str) -> NoReturn:
        """Raise the error that names this line and `column`."""
        raise CodebookError(f"{self.file} line {self.line}, column {column}: {problem}")

    def filled(self, column: str) -> str:
        """The text of a cell that may not be empty."""
        return self.cells[column] or self.fail(column, "is empty; fill it in")

    def term(self, column: str, kind: type[T]) -> T:
        """The cell as a term of the vocabulary `kind`."""
        return self.read(column, lambda word: term(kind, word))

    def maybe(self, column: str, kind: type[T]) -> T | None:
        """The cell as a term, or None where it is empty."""
        return self.term(column, kind) if self.cells[column] else None

    def words(self, column: str, separator: str = ";") -> tuple[str, ...]:
        """The cell as a list."""
        return tuple(word.strip() for word in self.cells[column].split(separator) if word.strip())

    def terms(self, column: str, kind: type[T]) -> frozenset[T]:
        """The cell as a set of terms."""
        return self.read(column, lambda _: frozenset(term(kind, word) for word in self.words(column)))

    def known(self, column: str, among: Collection[str]) -> str:
        """The cell, which must be one of `among`."""
        if self.cells[column] not in among:
            self.fail(column, f"{self.cells[column]!r} is not known")
        return self.cells[column]

    def number(self, column: str) -> int | None:
        """The cell as a whole number, or None where it is empty."""
        return self.read(column, int) if self.cells[column] else None

    def read(self, column: str, parse: Callable[[str], V]) -> V:
        """`parse` of the cell; what it refuses is told with the place."""
        try:
            return parse(self.cells[column])
        except (ValueError, LookupError) as refused:
            self.fail(column, str(refused))


def read_file(folder: Traversable, name: str) -> str:
    """The text of a file of the codebook; raises CodebookError where it cannot be read."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(f"{name} of the codebook in {folder} cannot be read: {error}") from None


def read_table(folder: Traversable, name: str, columns: Sequence[str]) -> list[Row]:
    """The rows of `name`, whose header must be `columns`."""
    reader = csv.reader(io.StringIO(read_file(folder, name)))
    header = next(reader, [])
    if header != list(columns):
        raise CodebookError(f"{name} line 1: the columns are {', '.join(header)}; they must be {', '.join(columns)}")
    rows = []
    for cells in reader:
        if len(cells) != len(columns):
            raise CodebookError(f"{name} line {reader.line_num}: {len(cells)} cells, {len(columns)} columns")
        rows.append(Row(name, reader.line_num, dict(zip(columns, cells, strict=True))))
    return rows

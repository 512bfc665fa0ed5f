"""`sql`: one reading statement, answered as a table, CSV or JSON."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Data, open_workspace
from tracker.cli.output import json_text, plain, progress, show_table

if TYPE_CHECKING:
    from tracker.history.sql_reader import Answer

_HELD = 10_000_000  # bytes of an answer in JSON that are held in memory
_SHOWN = 10_000
_SHOWN_LETTERS = 10_000_000  # or what is shown of very long values would fill the memory


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def sql(
    query: Annotated[str | None, typer.Argument(metavar="QUERY|-", help="One SELECT; - reads it from standard input.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", exists=True, dir_okay=False, readable=True, help="Read the query from this file.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.TABLE,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds after which the query is stopped.")] = 30,
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Ask the record in SQL. Only reading is possible; the views are described in the data dictionary.

    CSV gives every value as it lies in the record, also one that begins like a formula: load it into a spreadsheet as text.

    \b
    Examples:
      kratom-tracker sql "SELECT status, count(*) FROM status_current GROUP BY status"
      kratom-tracker sql --file query.sql --format csv > answer.csv
      echo "SELECT * FROM upcoming" | kratom-tracker sql - --json
    """
    from tracker.history import sql_reader as engine

    statement = _statement(query, file)
    with open_workspace(data) as workspace, engine.ask(workspace.settings.database, statement, timeout) as answer:
        _SHOW[Format.JSON if json else form](answer)


def _statement(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise typer.BadParameter("give one query: as an argument, as - for standard input, or with --file")
    if file is not None:
        return read_text(file)
    assert query is not None
    return sys.stdin.read() if query == "-" else query


def read_text(path: Path) -> str:
    """The text of a file that a person named; UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{path} is no UTF-8 text (byte {error.start}); convert it first") from None


def _table(answer: Answer) -> None:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in answer.rows:
        if len(rows) == _SHOWN or size > _SHOWN_LETTERS:
            progress(f"only the first {len(rows)} rows are shown; all of them: --format csv")
            break
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
    show_table(rows, answer.columns)


def _csv(answer: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(_plain(answer.rows))


def _plain(rows: Iterable[tuple[Any, ...]]) -> Iterable[list[Any]]:
    for row in rows:
        yield ["" if value is None else value if isinstance(value, str | int | float) else plain(value) for value in row]


def _json(answer: Answer) -> None:
    """The bytes of `show_json`, row by row: memory stays flat. Printed when it is whole, so that an answer that breaks off is no half JSON."""
    before = "["
    with SpooledTemporaryFile(_HELD, "w+", encoding="utf-8", newline="") as text:
        for row in answer.rows:
            value = json_text(dict(zip(answer.columns, row, strict=True)))
            text.write(f"{before}\n{indent(value, ' ')}")
            before = ","
        text.seek(0)
        copyfileobj(text, sys.stdout)
    print("[]" if before == "[" else "\n]")


_SHOW = {Format.TABLE: _table, Format.CSV: _csv, Format.JSON: _json}

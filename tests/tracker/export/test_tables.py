"""CSV, JSON and Parquet hold the same rows; CSV is safe in a spreadsheet; no format holds many rows at once."""

from __future__ import annotations

import csv
import json
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from tests.refusals import refused
from tracker.export import tables
from tracker.store.schema.view_columns import Column, Kind

COLUMNS = (
    Column("word", Kind.TEXT, "a word"),
    Column("number", Kind.INTEGER, "a number"),
    Column("share", Kind.NUMBER, "a share"),
    Column("sure", Kind.BOOLEAN, "a truth"),
    Column("day", Kind.DAY, "a day"),
    Column("at", Kind.INSTANT, "an instant"),
)
ROW = ('a, "b"\nc', -3, 0.25, True, "2026-07-01", "2026-11-22T09:00:00.000000Z")
EMPTY = ("", None, None, None, None, None)


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_three_formats_hold_the_same_rows(tmp_path: Path) -> None:
    for suffix in ("csv", "json", "parquet"):
        assert tables.write(tmp_path / f"t.{suffix}", COLUMNS, [ROW, EMPTY]) == 2
    names = [column.name for column in COLUMNS]
    assert read_csv(tmp_path / "t.csv") == [names, [ROW[0], "-3", "0.25", "1", *ROW[4:]], [""] * 6]
    assert json.loads((tmp_path / "t.json").read_text("utf-8")) == [dict(zip(names, row, strict=True)) for row in (ROW, EMPTY)]
    first, second = parquet.read_table(tmp_path / "t.parquet").to_pylist()
    assert first["day"] == date(2026, 7, 1)
    assert first["at"] == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert (first["word"], first["number"], first["share"], first["sure"]) == ROW[:4]
    assert second == dict(zip(names, EMPTY, strict=True))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "－cmd|'/c calc'!A0"])
def test_a_text_that_begins_a_formula_is_written_as_text(cell: str, tmp_path: Path) -> None:
    tables.write(tmp_path / "t.csv", COLUMNS[:1], [(cell,)])
    ((found,),) = read_csv(tmp_path / "t.csv")[1:]
    assert found == f"'{cell}"


@given(st.text())
def test_no_text_begins_a_formula_and_none_is_lost(cell: str) -> None:
    found = tables.safe(cell)
    assert found.lstrip(" ")[:1] not in {*"=+-@＝＋－＠\t\r\n"}
    assert found.removeprefix("'") == cell or found == cell


def test_numbers_and_days_are_left_alone(tmp_path: Path) -> None:
    tables.write(tmp_path / "t.csv", COLUMNS, [("a", -3, -0.5, False, "2026-07-01", None)])
    assert read_csv(tmp_path / "t.csv")[1] == ["a", "-3", "-0.5", "0", "2026-07-01", ""]


def test_no_rows_make_a_whole_file(tmp_path: Path) -> None:
    for suffix in ("csv", "json", "parquet"):
        assert tables.write(tmp_path / f"t.{suffix}", COLUMNS, []) == 0
    assert json.loads((tmp_path / "t.json").read_text("utf-8")) == []
    assert parquet.read_table(tmp_path / "t.parquet").num_rows == 0


@pytest.mark.parametrize(("suffix", "most"), [("csv", 1_000_000), ("json", 1_000_000), ("parquet", 20_000_000)])
def test_memory_stays_flat(suffix: str, most: int, tmp_path: Path) -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(60_000):
            yield (f"{number:0500}", number, 0.5, True, "2026-07-01", "2026-11-22T09:00:00.000000Z")

    tables.write(tmp_path / f"warm.{suffix}", COLUMNS, [ROW])
    tracemalloc.start()
    try:
        tables.write(tmp_path / f"t.{suffix}", COLUMNS, rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most, "60,000 rows are 35 MB"


def test_without_pyarrow_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with refused(tables.MissingPart, match=r"install the extra: kratom-tracker\[parquet\]"):
        tables.write(tmp_path / "t.parquet", COLUMNS, [ROW])

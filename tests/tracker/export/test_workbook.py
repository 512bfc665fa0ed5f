"""The workbook of an export: data, codebook and how to cite in one file that Excel opens, the same bytes again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from tests.refusals import refused
from tests.tracker.export.conftest import AFTER
from tests.tracker.export.test_folder import program_of
from tracker.domain.contract import SCHEMA_VERSION
from tracker.domain.periods import Unit
from tracker.export import folder, workbook
from tracker.export.choices import Format
from tracker.export.folder import NotAnExport
from tracker.export.tables import MissingPart
from tracker.export.views import all_views
from tracker.store.schema.view_columns import Column, Kind

COLUMNS = (
    Column("text", Kind.TEXT, ""),
    Column("day", Kind.DAY, ""),
    Column("flag", Kind.BOOLEAN, ""),
    Column("n", Kind.NUMBER, ""),
)


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(load_workbook(path)[sheet].values)


def test_a_workbook_has_every_view_the_codebook_and_how_to_cite(corrected: Engine, tmp_path: Path) -> None:
    program = program_of(corrected, tmp_path)
    folder.write(program, tmp_path / "out", AFTER, [Format.XLSX, Format.JSON])
    book = tmp_path / "out" / "record.xlsx"
    assert load_workbook(book).sheetnames == [
        "read me",
        *(view.name for view in all_views()),
        "codebook",
        "terms",
    ]
    for view in all_views():
        head, *rows = cells(book, view.name)
        assert list(head) == [column.name for column in view.columns]
        assert len(rows) == len(json.loads((tmp_path / "out" / "json" / f"{view.name}.json").read_text("utf-8")))
    by_name = dict(row for row in cells(book, "read me")[1:])
    assert by_name["license"] == "CC-BY-4.0"
    assert by_name["how to cite"].startswith("The contributors of kratom-tracker.")
    assert by_name["schema_version"] == SCHEMA_VERSION
    variables = {(row[0], row[1]) for row in cells(book, "codebook")[1:]}
    assert variables == {(view.name, column.name) for view in all_views() for column in view.columns}
    assert any(row[:2] == ("Status", "banned") for row in cells(book, "terms"))
    first = book.read_bytes()
    folder.write(program, tmp_path / "out", AFTER, [Format.XLSX])
    assert book.read_bytes() == first


def test_values_keep_their_kind_and_no_text_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with workbook.opened(path, "title", AFTER) as book:
        sheet = book.sheet("s", COLUMNS)
        sheet.add(("=1+1", "2026-07-01", True, 2.5))
        sheet.add(("https://a.test/", "1825-01-01", False, 3))
        sheet.add(("a" * 40_000, None, None, None))
    rows = cells(path, "s")[1:]
    assert (rows[0][0], str(rows[0][1]), *rows[0][2:]) == ("=1+1", "2026-07-01 00:00:00", True, 2.5)
    assert rows[1] == ("https://a.test/", "1825-01-01", False, 3)
    assert rows[2][0] == "a" * 32_766 + "…"
    assert load_workbook(path)["s"]["A2"].data_type in ("s", "inlineStr")


def test_a_table_that_no_sheet_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 3)
    with refused(workbook.TooManyRows, match="--format csv or parquet"), workbook.opened(tmp_path / "x.xlsx", "t", AFTER) as book:
        sheet = book.sheet("s", COLUMNS)
        for _ in range(3):
            sheet.add(("a", None, None, None))


def test_without_the_part_the_remedy_is_told(corrected: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with refused(MissingPart, match=r"kratom-tracker\[xlsx\]"):
        folder.write(program_of(corrected, tmp_path), tmp_path / "out", AFTER, [Format.XLSX])
    assert not (tmp_path / "out").exists()


def test_an_export_of_another_kind_stays(corrected: Engine, tmp_path: Path) -> None:
    program, out = program_of(corrected, tmp_path), tmp_path / "out"
    folder.write_panel(program, out, AFTER, [Format.CSV, Format.XLSX], Unit.YEAR, substance="kratom")
    assert load_workbook(out / "record.xlsx").sheetnames[1] == "panel"
    before = sorted(path.name for path in out.iterdir())
    with refused(NotAnExport, match=r"another kind \(panel by year\).*--output"):
        folder.write(program, out, AFTER, [Format.CSV])
    with pytest.raises(NotAnExport, match="another kind"):
        folder.write_panel(program, out, AFTER, [Format.CSV], Unit.MONTH, substance="kratom")
    assert sorted(path.name for path in out.iterdir()) == before
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert (manifest["schema_version"], manifest["kind"], manifest["license"]) == (SCHEMA_VERSION, "panel by year", "CC-BY-4.0")

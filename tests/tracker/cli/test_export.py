"""`export` from the command line: what it writes, what it says, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tracker.cli.conftest import Ask


def test_an_export_lies_in_the_data_folder(data: Path, ask: Ask) -> None:
    answer = ask("export", "--format", "csv")
    assert answer.code == 0
    assert answer.out.splitlines() == sorted(map(str, (path for path in (data / "export").rglob("*") if path.is_file())))
    assert json.loads((data / "export" / "manifest.json").read_text("utf-8"))["as_known_at"] == "2026-11-25T12:00:00.000000Z"
    assert (data / "export" / "csv" / "status_history.csv").is_file()
    assert not (data / "export" / "json").exists()


def test_before_the_record_began_nothing_is_known(data: Path, ask: Ask, tmp_path: Path) -> None:
    answer = ask("export", "--known", "2026-11-24T00:00:00Z", "--output", str(tmp_path / "then"), "--format", "json", "--json")
    assert str(tmp_path / "then" / "json" / "status_history.json") in answer.json
    assert json.loads((tmp_path / "then" / "json" / "status_history.json").read_text("utf-8")) == []
    current = json.loads((tmp_path / "then" / "json" / "status_current.json").read_text("utf-8"))
    assert {row["status"] for row in current} == {"unknown"}


def test_a_panel_takes_a_range_and_a_substance(data: Path, ask: Ask, tmp_path: Path) -> None:
    words = (
        "--panel",
        "quarter",
        "--from",
        "2026-05-01",
        "--to",
        "2026-11-25",
        "--substance",
        "kratom",
        "--output",
        str(tmp_path / "p"),
    )
    assert ask("export", *words).code == 0
    lines = (tmp_path / "p" / "panel.csv").read_text("utf-8").splitlines()
    tennessee = [line.split(",")[5:11] for line in lines if line.startswith("US-TN,")]
    assert [found[:4] for found in tennessee] == [
        ["2026-Q2", "2026-05-01", "2026-06-30", "61"],
        ["2026-Q3", "2026-07-01", "2026-09-30", "92"],
        ["2026-Q4", "2026-10-01", "2026-11-25", "56"],
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "2020-01-01"), "--from is an option of a panel"),
        (("--substance", "kratom"), "--substance is an option of a panel"),
        (("--panel", "day"), "more than 5,000,000; give a longer period (--panel month)"),
        (("--panel", "month", "--from", "2027-01-01"), "before it begins on 2027-01-01"),
        (("--panel", "month", "--substance", "cratom"), "nearest: kratom"),
        (("--known", "yesterday"), "write 2026-11-25T12:00:00Z"),
        (("--output", "."), "holds something else than an export"),
    ],
)
def test_wrong_use_is_told_in_one_line(data: Path, ask: Ask, words: tuple[str, ...], told: str) -> None:
    assert told in " ".join(ask("export", *words).refused().replace("│", " ").split())
    assert not (data / "export").exists()

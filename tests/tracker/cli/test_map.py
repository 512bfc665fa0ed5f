"""`map`: written or printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tracker.cli.conftest import Ask


def test_map_is_written_or_printed(ask: Ask, data: Path, tmp_path: Path, press: list[Any]) -> None:
    assert ask("map", "us", "--on", "2026-08-01").out == "<svg>('us', 'kratom', '2026-08-01')</svg>"
    assert "--output" in ask("map", "us", "--format", "png").refused(2)
    target = tmp_path / "deep" / "us.png"
    answer = ask("map", "us", "--format", "png", "--output", str(target))
    assert (answer.code, answer.out) == (0, "")
    assert target.read_bytes() == b"png"


def test_the_ending_of_the_file_says_what_is_drawn(ask: Ask, data: Path, tmp_path: Path, press: list[Any]) -> None:
    assert ask("map", "us", "--output", str(tmp_path / "us.png")).code == 0
    assert (tmp_path / "us.png").read_bytes() == b"png"
    assert "is to be a svg; give it the ending .svg" in " ".join(
        ask("map", "us", "--format", "svg", "--output", str(tmp_path / "b.png")).refused(2).replace("│", " ").split()
    )
    assert "endings .svg, .png" in " ".join(
        ask("map", "us", "--output", str(tmp_path / "us.tiff")).refused(2).replace("│", " ").split()
    )
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["us.png"]


def test_a_csv_file_begins_as_excel_needs_it(ask: Ask, data: Path, tmp_path: Path) -> None:
    for name, words, mark in (("a", (), b"\xef\xbb\xbf"), ("b", ("--no-bom",), b"")):
        assert ask("map", "us", "--output", str(tmp_path / f"{name}.csv"), *words).code == 0
        assert (tmp_path / f"{name}.csv").read_bytes().startswith(mark + b"code,name,")
    assert ask("map", "us", "--format", "csv").out.startswith("code,name,"), "a pipe gets the table alone"

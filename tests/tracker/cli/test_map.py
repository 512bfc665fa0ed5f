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

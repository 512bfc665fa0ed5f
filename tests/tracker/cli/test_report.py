"""`report`: which edition is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tracker.cli.conftest import Ask


def test_report_asks_for_the_last_full_week_unless_told(ask: Ask, data: Path, press: list[Any]) -> None:
    answer = ask("report")
    assert "last.html" in answer.out
    assert "retrospective" in answer.err
    ask("report", "--week", "2026-W40", "--pdf")
    ask("report", "--period", "2026-10")
    assert [asked[0] for asked in press] == [None, "2026-W40", "2026-10"]
    assert [asked[2] for asked in press] == [False, True, False]
    assert "not both" in ask("report", "--week", "2026-W40", "--period", "2026-10").refused(2)

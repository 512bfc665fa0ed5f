"""`history` on the researched baseline."""

from __future__ import annotations

from pathlib import Path

from tests.tracker.cli.coded import LATER, ban
from tests.tracker.cli.conftest import Ask


def test_history_in_both_clocks(ask: Ask, data: Path) -> None:
    ban(data, "US-ID")
    held = ask("history", "US-ID", "--substance", "kratom", "--json").json
    before = ask("history", "US-ID", "--substance", "kratom", "--known", "2026-11-25T12:00:00Z", "--json").json
    every = ask("history", "US-ID", "--substance", "kratom", "--all", "--json").json
    assert held[-1]["status"] == "sale_prohibited"
    assert held[-1]["recorded_from"] == LATER
    assert "sale_prohibited" not in {row["status"] for row in before}
    assert len(every) > len(held)
    assert {row["recorded_to"] for row in every} == {None, LATER}, "a version that was closed is still shown"


def test_history_shows_conditions_as_reports_word_them(ask: Ask, data: Path) -> None:
    answer = ask("history", "US-TN", "--substance", "kratom")
    assert "regulated  " in answer.out
    assert "21+, form limit, label" in answer.out

"""`runs` and proposals that are not there."""

from __future__ import annotations

from pathlib import Path

from tests.tracker.cli.conftest import Ask


def test_runs_and_proposals_that_are_not_there(ask: Ask, data: Path) -> None:
    assert ask("runs", "list", "--json").json == []
    assert "no run 7" in ask("runs", "show", "7").refused(2)
    assert "no run 7" in ask("runs", "accept", "7", "--by", "A. Reader").refused(2)
    assert "no proposal 7" in ask("review", "show", "7").refused(2)
    assert "no proposal 7" in ask("review", "accept", "7", "--by", "A. Reader").refused(2)
    assert "held" in ask("runs", "list", "--verdict", "ill").refused(2)

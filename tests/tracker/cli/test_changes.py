"""`changes` on the researched baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tracker.cli.coded import ban
from tests.tracker.cli.conftest import Ask


def test_changes_recorded_and_derived(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ban(data, "US-ID")
    monkeypatch.setenv("TRACKER_NOW", "2026-11-27T12:00:00Z")
    told = ask("changes", "--since", "2026-11-26", "--json").json
    (stored,) = [change for change in told if change["jurisdiction"] == "US-ID"]
    assert (stored["takes_effect_on"], stored["after"], stored["derived"]) == ("2026-11-01", "sale_prohibited", False)
    derived = ask("changes", "--since", "2026-07-01", "--until", "2026-07-02", "--json").json
    assert "US-TN" in {change["jurisdiction"] for change in derived}
    assert all(change["derived"] and change["retrospective"] for change in derived)


def test_first_recordings_are_counted_and_shown_where_asked(ask: Ask, data: Path) -> None:
    answer = ask("changes", "--json")
    assert answer.json == []
    assert "first_recorded not shown" in answer.err
    shown = ask("changes", "--kind", "first_recorded", "--json").json
    assert f"{len(shown)} first_recorded" in answer.err

"""`schedule`: the plan."""

from __future__ import annotations

from pathlib import Path

from tests.tracker.cli.conftest import Ask


def test_the_plan_of_the_schedule(ask: Ask, data: Path) -> None:
    told = ask("schedule", "list", "--json").json
    assert told["leader"] is None
    assert [job["job"] for job in told["jobs"]] == ["crawl", "weekly_report"]
    assert told["jobs"][1]["next"] == "2026-11-30T11:00:00Z"
    assert "2026-11-30T11:00:00Z" in ask("schedule", "list").out, "people get the same clock"
    assert "TRACKER_NOW" in ask("schedule", "run").refused(2)

"""`run`: the main job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maps import BoundariesUnreadable
from tests.tracker.cli.conftest import HELD, REACHED, UNREACHED, Answer, Ask
from tracker.atlas import pictures

TOMORROW = "2026-11-26T12:00:00Z"


def test_run_without_a_network_still_reports_and_draws(
    ask: Ask, data: Path, press: list[Any], answers: Callable[..., list[Any]]
) -> None:
    answers(UNREACHED)
    answer = ask("run")
    assert answer.code == 0
    assert "no network; not reached: us_congress" in answer.out
    assert press == [(None, None, False)]
    for name in ("us-kratom.svg", "world-kratom.html", "us-7-oh.csv"):
        assert (data / "site" / "maps" / name).exists()
        assert name in answer.out
    assert "drawing" in answer.err


def drawings(answer: Answer) -> list[str]:
    return [what for line in answer.err.splitlines() for _, _, what in [line.partition("drawing ")] if what]


def test_a_second_run_draws_only_what_is_new(
    ask: Ask, data: Path, press: list[Any], answers: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(UNREACHED)
    first = ask("run")
    drawn = drawings(first)
    assert len(drawn) >= 4
    answers(UNREACHED)
    second = ask("run")
    assert (second.code, second.out) == (first.code, first.out), "all is there, as it was"
    assert drawings(second) == []
    (data / "site/maps/us-kratom.svg").write_text("half a picture", "utf-8")
    (data / "site/maps/world-7-oh.png").unlink()
    answers(UNREACHED)
    third = ask("run")
    assert drawings(third) == ["us, kratom", "world, 7-oh"]
    assert (data / "site/maps/us-kratom.svg").read_text("utf-8").startswith("<svg>")
    monkeypatch.setenv("TRACKER_NOW", TOMORROW)
    answers(UNREACHED)
    assert drawings(ask("run")) == drawn, "another day is another map"


def test_run_tells_a_held_source_and_ends_with_a_problem(
    ask: Ask, data: Path, press: list[Any], answers: Callable[..., list[Any]]
) -> None:
    answers(REACHED, HELD)
    answer = ask("run")
    assert answer.code == 1
    assert "gb_bills: held: fewer answers than the floor" in answer.out
    assert press


def test_run_makes_a_whole_edition_and_maps_from_an_empty_folder(
    ask: Ask, fresh: Path, answers: Callable[..., list[Any]]
) -> None:
    answers(UNREACHED)
    answer = ask("run")
    assert answer.code == 0
    edition = (fresh / "reports" / "week-2026-W47.html").read_text("utf-8")
    assert "2026" in edition
    for name in ("us-kratom", "world-kratom", "us-7-oh", "world-7-oh"):
        assert "Alabama" in (fresh / "site" / "maps" / f"{name}.html").read_text("utf-8") or name.startswith("world")
        assert (fresh / "site" / "maps" / f"{name}.svg").read_text("utf-8").startswith("<svg")
    said = [line.strip() for line in answer.out.splitlines()]
    assert all(str(path) in said for path in [*fresh.glob("reports/*.*"), *fresh.glob("maps/*.*")])


def test_run_tells_that_no_map_can_be_drawn_and_reports(
    ask: Ask, data: Path, press: list[Any], answers: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise BoundariesUnreadable("the boundaries of maps in us.gpkg are damaged")

    answers(REACHED)
    monkeypatch.setattr(pictures, "of_day", unreadable)
    monkeypatch.setattr(pictures.Plan, "draw", unreadable)
    answer = ask("run")
    assert answer.code == 1
    assert "us.gpkg are damaged" in answer.err
    assert "last.html" in answer.out
    assert "us.gpkg" in ask("map", "us").refused(1)

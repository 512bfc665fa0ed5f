"""The design page and the security page are about this program: what they cite exists, and what is cited of them, too."""

from __future__ import annotations

import re
from pathlib import Path

from tracker.domain.vocabulary import Cause, Status

ROOT = Path(__file__).parents[2]
DESIGN = (ROOT / "docs" / "design.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\d+)\. .*?\n(.*?)(?=^## |\Z)", DESIGN, re.M | re.S))


def test_every_section_that_is_cited_exists() -> None:
    cited = {
        number
        for package in ("crawler", "maps", "migrations", "tests", "tracker")
        for path in (ROOT / package).rglob("*.py")
        for number in re.findall(r"DESIGN §(\d+)", path.read_text("utf-8"))
    }
    assert cited <= set(SECTIONS)


def test_every_room_of_the_tracker_is_named() -> None:
    rooms = {path.parent.name for path in (ROOT / "tracker").glob("*/__init__.py")}
    assert rooms - set(re.findall(r"`(\w+)`", SECTIONS["1"])) == set()


def test_its_words_are_those_of_the_vocabulary() -> None:
    headline = next(line for line in SECTIONS["2"].split("\n- ") if line.startswith("**Status**"))
    assert re.findall(r"`(\w+)`", headline) == [str(status) for status in Status]
    assert {str(cause) for cause in Cause} <= set(re.findall(r"`(\w+)`", SECTIONS["3"]))


def test_the_tests_that_keep_a_promise_exist() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []

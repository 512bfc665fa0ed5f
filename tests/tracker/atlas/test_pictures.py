"""What a status map paints and what stands beside the paint."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

import maps
from tests.tracker.domain.build import assertion, finding, position, provision
from tests.tracker.reports.record import Kept
from tracker.atlas import pictures
from tracker.atlas import rows as rows_of
from tracker.codebook import NotInCodebook
from tracker.domain.dates import parse_instant
from tracker.domain.records import Key
from tracker.store.session import reading

KNOWN = parse_instant("2026-11-25T13:00Z")
DAY = date(2026, 11, 25)
CITY = Key("ocd-division/country:us/state:ca/place:san_diego", "kratom")


def drawn(kept: Kept, region: str, substance: str = "kratom") -> maps.Map:
    with reading(kept.engine) as connection:
        return pictures.of_day(connection, kept.codebook, region, substance, DAY, KNOWN)


def rows(found: maps.Map) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in csv.DictReader(io.StringIO(found.csv()))}


@pytest.fixture
def filled(kept: Kept) -> Kept:
    """California of golden case 11, with a binding federal rule, a contested country and a territory."""
    kept.write(
        "2026-11-01",
        "research",
        finding("F", key=Key("US-CA", "kratom")),
        position("N", "actively_enforced", "2025-10", key=Key("US-CA", "kratom")),
        provision("P", "possess prohibited", "2016-06-01", key=CITY),
        provision("B", "possess prohibited", "2026-08-26", key=Key("US", "mgm-15"), binds_children=True),
    )
    kept.write(
        "2026-11-02",
        "research",
        assertion("A", "banned", "2017", key=Key("US-KY", "kratom")),
        assertion("C", "banned", "2017", key=Key("FI", "kratom"), contested="sources disagree"),
        origin="baseline",
    )
    return kept


def test_a_city_and_food_law_stand_beside_their_state(filled: Kept) -> None:
    answers = rows(drawn(filled, "us"))
    assert len(answers) == 56
    california = answers["US-CA"]
    assert (california["category"], california["researched_not_verified"]) == ("no_specific_law", "no")
    assert "Local rules known, at least: 1" in california["marks"]
    assert "general food law: actively enforced, since October 2025, day not known" in california["note"]
    assert answers["US-PR"]["category"] == "unknown"


def test_research_and_contest_are_drawn_apart(filled: Kept) -> None:
    assert rows(drawn(filled, "us"))["US-KY"]["researched_not_verified"] == "yes"
    world = rows(drawn(filled, "world"))
    assert (world["FI"]["contested"], world["FI"]["category"]) == ("yes", "banned")
    assert (world["US"]["category"], world["SE"]["category"]) == ("unknown", "unknown")


def test_what_binds_from_above_is_a_mark_and_repaints_nothing(filled: Kept) -> None:
    answers = rows(drawn(filled, "us", "mgm-15"))
    assert {row["category"] for row in answers.values()} == {"unknown"}
    assert all("Bound by law from above" in row["marks"] for row in answers.values())
    assert answers["US-CA"]["note"] == "banned by the law of United States"
    assert rows(drawn(filled, "world", "mgm-15"))["US"]["category"] == "banned"


def test_a_source_that_fell_silent_makes_its_place_stale(filled: Kept) -> None:
    filled.run("fi_finlex", "2026-11-01T06:00Z")
    assert rows(drawn(filled, "world"))["FI"]["not_checked_recently"] == "yes"
    filled.run("fi_finlex", "2026-11-24T06:00Z")
    assert rows(drawn(filled, "world"))["FI"]["not_checked_recently"] == "no"


def test_the_picture_names_its_day_and_knowledge(filled: Kept) -> None:
    picture = drawn(filled, "us").svg()
    assert "As of 25 November 2026" in picture
    assert "as known at 2026-11-25 13:00 UTC" in picture
    assert drawn(filled, "us").svg() == picture


def test_a_map_of_parts_says_what_holds_for_the_whole(filled: Kept) -> None:
    assert "United States as a whole: Unknown. The map paints each part&#x27;s own law." in drawn(filled, "us").svg()
    assert "as a whole" not in drawn(filled, "world").svg()


def test_an_earlier_instant_paints_what_was_known_then(filled: Kept) -> None:
    with reading(filled.engine) as connection:
        then = pictures.view(connection, filled.codebook, DAY, parse_instant("2026-11-01T12:00Z"))
    seen = rows_of.map_rows(then, rows_of.region_codes(then.labels.places, "us"), "kratom")
    assert {row.code: row.status for row in seen}["US-KY"] == "unknown"


def test_unknown_words_are_refused(filled: Kept) -> None:
    with pytest.raises(NotInCodebook, match="kratum"):
        drawn(filled, "us", "kratum")
    with pytest.raises(maps.UnknownRegion):
        drawn(filled, "atlantis")

"""How the record reads in words."""

from __future__ import annotations

from datetime import date

import pytest

from tests.tracker.domain.build import assertion, day, finding, position, provision
from tests.tracker.reports.record import Kept
from tracker.domain.periods import Unit, holding
from tracker.domain.records import Key
from tracker.domain.vocabulary import Level
from tracker.history import status, words
from tracker.history.places import Place
from tracker.store.session import reading

TN = Key("US-TN", "kratom")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, None, "as far back as known"),
        ("2026-11-22", "2026-11-22", "22 November 2026"),
        ("2025-10-01", "2025-10-31", "October 2025, day not known"),
        ("2016-01-01", "2016-12-31", "2016, day not known"),
        ("2026-02-01", "2026-03-31", "between 1 February 2026 and 31 March 2026"),
        ("2025-12-01", "2025-12-31", "December 2025, day not known"),
    ],
)
def test_a_day_is_said_as_far_as_it_is_known(first: str | None, last: str | None, said: str) -> None:
    assert words.days(day(first) if first else None, day(last) if last else None) == said


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (Unit.DAY, "22 November 2026 to 22 November 2026"),
        (Unit.WEEK, "week 47 of 2026 (16 November 2026 to 22 November 2026)"),
        (Unit.MONTH, "November 2026"),
        (Unit.QUARTER, "1 October 2026 to 31 December 2026"),
        (Unit.YEAR, "2026"),
    ],
)
def test_a_period_is_named_as_a_reader_says_it(unit: Unit, said: str) -> None:
    assert words.period(holding(unit, date(2026, 11, 22))) == said


def test_conditions_read_alike_and_what_stands_beside_can_be_left_out(kept: Kept) -> None:
    kept.write(
        "2026-11-01",
        "research",
        provision("A", "sell conditional", "2026-01-01", key=TN, components="age label", age=21, contested="two readings"),
        provision("I", "import prohibited", "2026-01-01", key=TN),
        position("N", "actively_enforced", "2025-10", key=TN),
    )
    with reading(kept.engine) as connection:
        row = status.of_key(connection, TN, date(2026, 11, 1)).row
    assert words.conditions(row, beside=False) == "21+, label"
    whole = words.conditions(row)
    assert whole.startswith("21+, label, ")
    assert whole.endswith("food law: actively enforced, contested")
    assert words.headline("regulated", whole) == f"regulated ({whole})"
    assert words.headline("banned", "") == "banned"


def test_states_and_territories_are_never_one_group() -> None:
    groups = {kind: words.group_of(Place(f"US-{kind}", kind, Level.SUBDIVISION, kind, "US")) for kind in ("state", "territory")}
    assert groups == {"state": "us_states", "territory": "us_territories"}
    assert words.group_of(Place("AU-VIC", "Victoria", Level.SUBDIVISION, "state", "AU")) == "subdivisions"


def test_statements_are_named_by_what_they_rule(kept: Kept) -> None:
    kept.write("2026-11-01", "research", assertion("A", "banned", "2017", key=TN), finding("F", key=Key("US-MA", "kratom")))
    edition = kept.edition("2026-W44", "2026-12-01")
    assert edition.loaded.statements == {"assertion": 1, "finding": 1}

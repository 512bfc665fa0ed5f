"""Periods of the calendar, and what may be known of one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.refusals import refused
from tracker.domain.dates import parse_instant, zone
from tracker.domain.periods import BadCutOff, BadPeriod, BadRange, Unit, between, holding, last_week, read, window

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
NEW_YORK = zone("America/New_York")
BEGAN, WEEK_ENDS = parse_instant("2026-06-01"), parse_instant("2026-11-23T05:00Z")


@given(st.sampled_from(list(Unit)), DAYS, st.integers(0, 900))
def test_periods_cover_every_day_once(unit: Unit, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    periods = between(unit, first, last)
    assert periods[0].start == first
    assert periods[-1].last == last
    assert all(before.end == after.start for before, after in pairwise(periods))
    assert len({period.name for period in periods}) == len(periods)


@given(st.sampled_from(list(Unit)), DAYS)
def test_a_period_holds_its_days_and_is_named_after_the_whole(unit: Unit, day: date) -> None:
    whole = holding(unit, day)
    assert whole.start <= day <= whole.last
    assert holding(unit, whole.last) == holding(unit, whole.start) == whole
    assert [cut.name for cut in between(unit, day, day)] == [whole.name]
    if unit in (Unit.WEEK, Unit.MONTH, Unit.YEAR):
        assert read(whole.name) == whole


def test_periods_are_those_of_the_calendar_cut_at_the_range() -> None:
    periods = between(Unit.QUARTER, date(2025, 11, 15), date(2026, 4, 1))
    assert [(period.name, period.start.isoformat(), period.days) for period in periods] == [
        ("2025-Q4", "2025-11-15", 47),
        ("2026-Q1", "2026-01-01", 90),
        ("2026-Q2", "2026-04-01", 1),
    ]
    assert [period.name for period in between(Unit.YEAR, date(2025, 11, 15), date(2026, 4, 1))] == ["2025", "2026"]
    assert [period.name for period in between(Unit.MONTH, date(2025, 12, 31), date(2026, 1, 1))] == ["2025-12", "2026-01"]
    assert [period.name for period in between(Unit.WEEK, date(2020, 12, 31), date(2021, 1, 4))] == ["2020-W53", "2021-W01"]


@pytest.mark.parametrize(("first", "last"), [("2026-01-01", "2025-01-01"), ("2026-01-01", "9999-12-31")])
def test_a_range_that_cannot_be_cut_is_refused(first: str, last: str) -> None:
    with refused(BadRange, match=rf"ends on {last}.*give"):
        between(Unit.YEAR, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("text", ["2026-W54", "2026-13", "week", "9999", "2026-Q3", ""])
def test_a_text_that_names_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadPeriod, match="2026-W47"):
        read(text)


def test_an_ended_period_is_known_at_its_end_and_its_last_instant_counts() -> None:
    edition = window(read("2026-W47"), BEGAN, parse_instant("2026-12-01"), NEW_YORK)
    assert (edition.name, edition.known, edition.day, edition.draft) == ("week-2026-W47", WEEK_ENDS, date(2026, 11, 22), False)
    assert WEEK_ENDS - edition.last_seen == timedelta(microseconds=1)
    assert (edition.retrospective, edition.first) == (False, False)


def test_an_open_period_is_a_draft_and_a_chosen_instant_has_its_own_name() -> None:
    now = parse_instant("2026-11-20T12:00Z")
    assert window(read("2026-W47"), BEGAN, now, NEW_YORK).name == "week-2026-W47-draft"
    chosen = window(read("2026-W47"), BEGAN, parse_instant("2026-12-01"), NEW_YORK, now)
    assert (chosen.name, chosen.draft, chosen.day) == ("week-2026-W47-known-20261120T120000Z", False, date(2026, 11, 20))


def test_a_record_that_began_later_is_told_in_retrospect() -> None:
    began = parse_instant("2026-11-25T12:00Z")
    edition = window(read("2026-W47"), began, parse_instant("2026-12-01"), NEW_YORK)
    assert (edition.retrospective, edition.known, edition.loaded_since) == (True, began, began)


@pytest.mark.parametrize("known", ["2027-01-01", "2026-01-01", "2026-11-16T05:00Z"])
def test_an_impossible_cut_off_is_refused(known: str) -> None:
    with pytest.raises(BadCutOff):
        window(read("2026-W47"), BEGAN, parse_instant("2026-12-01"), NEW_YORK, parse_instant(known))


def test_a_period_to_come_is_refused_naming_the_latest() -> None:
    with pytest.raises(BadPeriod, match="2026-W49"):
        window(read("2027-W10"), BEGAN, parse_instant("2026-12-01"), NEW_YORK)


def test_the_last_week_has_ended_in_the_zone() -> None:
    assert last_week(parse_instant("2026-11-23T04:59Z"), NEW_YORK).name == "2026-W46"
    assert last_week(WEEK_ENDS, NEW_YORK).name == "2026-W47"

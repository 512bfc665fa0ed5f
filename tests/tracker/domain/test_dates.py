"""Civil dates with their doubt, and instants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tests.tracker.domain.build import day
from tracker.domain.dates import BadDate, Doubt, Period, civil_day, midnight, parse_day, parse_instant, zone

NEW_YORK = zone("America/New_York")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        (" 2026-07-01 ", "2026-07-01", "2026-07-01"),
    ],
)
def test_doubt(text: str, first: str, last: str) -> None:
    assert Doubt.parse(text) == Doubt(day(first), day(last))


@pytest.mark.parametrize("text", ["", "soon", "26", "2026-7", "2026/07/01", "2026-07-01T00:00"])
def test_no_date(text: str) -> None:
    with pytest.raises(BadDate, match=r"is no date; write 2026-07-01, 2026-07 or 2026"):
        Doubt.parse(text)


@pytest.mark.parametrize("text", ["2026-13", "2026-02-29", "2026-00-01", "0000"])
def test_not_in_the_calendar(text: str) -> None:
    with pytest.raises(BadDate, match=f"'{text}' is not in the calendar"):
        Doubt.parse(text)


def test_period_is_half_open_and_painted_from_its_first_possible_day() -> None:
    period = Period.parse("2016", "2017-03")
    assert period == Period(day("2016-01-01"), day("2017-03-01"), day("2016-12-31"), day("2017-03-31"))
    assert [period.covers(day(text)) for text in ("2015-12-31", "2016-01-01", "2017-02-28", "2017-03-01")] == [
        False,
        True,
        True,
        False,
    ]


def test_period_ends() -> None:
    assert Period.parse("") == Period()
    assert Period().covers(date.min)
    assert Period.parse("2026-01-05", "", "2026-01-20").start_latest == day("2026-01-20")
    assert Period(day("2026-01-01")).start_latest == day("2026-01-01")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (lambda: Period.parse("2026-01-02", "2026-01-02"), "must end after it starts: 2026-01-02 to 2026-01-02"),
        (lambda: Period.parse("2026-01-02", "2026-01-01"), "must end after it starts"),
        (
            lambda: Period.parse("2026-01-02", "", "2026-01-01"),
            "last possible day 2026-01-01 lies before the first possible day 2026-01-02",
        ),
        (lambda: Period(start_latest=day("2026-01-01")), "2026-01-01 lies before the first possible day None"),
        (lambda: Period(end_latest=day("2026-01-01")), "2026-01-01 lies before the first possible day None"),
    ],
)
def test_bad_period(bad: Callable[[], Period], says: str) -> None:
    with pytest.raises(BadDate, match=says):
        bad()


def test_one_day() -> None:
    assert parse_day("2026-07-01") == day("2026-07-01")
    with pytest.raises(BadDate, match="'2026-07' is not one day; write it as 2026-07-01"):
        parse_day("2026-07")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-25T12:00:00Z", datetime(2026, 11, 25, 12, tzinfo=UTC)),
        ("2026-11-25T07:00:00-05:00", datetime(2026, 11, 25, 12, tzinfo=UTC)),
        ("2026-11-25T12:00:00.000001+00:00", datetime(2026, 11, 25, 12, 0, 0, 1, tzinfo=UTC)),
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
    ],
)
def test_instant(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-11", "2026", "now", "", "2026-11-31", "2026-11-25T25:00:00Z"])
def test_no_instant(text: str) -> None:
    with pytest.raises(BadDate, match="is no instant; write 2026-11-25T12:00:00Z"):
        parse_instant(text)


def test_naive_instant() -> None:
    with pytest.raises(BadDate, match="'2026-11-25T12:00:00' has no time zone"):
        parse_instant("2026-11-25T12:00:00")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc", "America", "Ä"])
def test_no_zone(name: str) -> None:
    with pytest.raises(BadDate, match="is no IANA time zone; an example is America/New_York"):
        zone(name)


@pytest.mark.parametrize(
    ("text", "instant"),
    [("2026-11-25", "2026-11-25T05:00:00Z"), ("2026-07-01", "2026-07-01T04:00:00Z"), ("2026-11-01", "2026-11-01T04:00:00Z")],
)
def test_midnight_in_a_zone_and_back(text: str, instant: str) -> None:
    begins = midnight(day(text), NEW_YORK)
    assert begins == parse_instant(instant)
    assert civil_day(begins, NEW_YORK) == day(text)
    assert civil_day(begins.replace(hour=begins.hour - 1), NEW_YORK) < day(text)

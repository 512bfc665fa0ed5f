"""Dates as statutes write them, and the clauses that say when a measure takes effect."""

from datetime import date

import pytest

from tracker.coder import languages
from tracker.coder.dates import Effective, read_effective
from tracker.coder.languages.days import Order, order_in, read_day


def effective(text: str, section: int | None = None) -> Effective:
    return read_effective(text, languages.dates(), section)


@pytest.mark.parametrize(
    "text",
    [
        "July 1, 2026",
        "1 July 2026",
        "1 päivänä heinäkuuta 2026",
        "den 1 juli 2026",
        "2026-07-01",
        "07/01/2026",
        "07/01/26",
        "Jul. 1, 2026",
    ],
)
def test_a_day_in_every_writing(text: str) -> None:
    assert read_day(text) == date(2026, 7, 1)


def test_a_day_out_of_the_calendar_is_none() -> None:
    assert read_day("February 30, 2026") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("SECTION 3. This act shall take effect July 1, 2026.", date(2026, 7, 1)),
        ("This Act shall take effect and be in force from and after July 1, 2026.", date(2026, 7, 1)),
        ("This act is effective from and after August 31, 2027.", date(2027, 8, 31)),
        ("This bill takes effect on May 6, 2026.", date(2026, 5, 6)),
        (
            "Except for section 4, which shall take effect July 1, 2026, this act shall take effect October 1, 2026.",
            date(2026, 10, 1),
        ),
        ("Beginning January 1, 2027, a person shall not sell a product without a license.", date(2027, 1, 1)),
        ("Added by Acts 2023, Sec. 2, eff. September 1, 2023.", date(2023, 9, 1)),
        ("2026-08-01 Effective date 08/01/2026", date(2026, 8, 1)),
        ("These Regulations come into operation on 1 May 2017.", date(2017, 5, 1)),
        ("Tämä asetus tulee voimaan 1 päivänä huhtikuuta 2016.", date(2016, 4, 1)),
        ("Denna förordning träder i kraft den 18 november 2024.", date(2024, 11, 18)),
    ],
)
def test_the_day_of_effect(text: str, day: date) -> None:
    assert effective(text).on == day


def test_sections_that_start_on_days_of_their_own() -> None:
    text = (
        "Sections 1 to 9 of this Act take effect August 1, 2026. Sections 10, 107 to 115 of this Act take effect January 1, 2027."
    )
    assert effective(text, 114).on == date(2027, 1, 1)
    assert effective(text, 3).on == date(2026, 8, 1)


def test_the_start_of_another_section_is_not_the_start_of_all() -> None:
    assert effective("Sec. 5. Section 2 of this act takes effect June 30, 2027.", 3) == Effective()


def test_an_order_with_an_end() -> None:
    text = "This temporary scheduling order is effective August 26, 2026, until August 26, 2028."
    assert effective(text) == Effective(on=date(2026, 8, 26), until=date(2028, 8, 26))
    text = "The order placing X in Schedule I is effective December 12, 2025 until June 10, 2026."
    assert effective(text) == Effective(on=date(2025, 12, 12), until=date(2026, 6, 10))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("This act takes effect upon approval by the Governor.", "upon approval by the Governor"),
        (
            "This Act takes effect on the 91st day after the last day of the session.",
            "on the 91st day after the last day of the session",
        ),
        ("This act shall take effect immediately.", "immediately"),
    ],
)
def test_what_is_no_day_stays_a_note(text: str, note: str) -> None:
    assert effective(text) == Effective(note=note)


def test_silence_says_nothing() -> None:
    assert effective("A retailer shall not sell to minors. Penalties apply since 1999.") == Effective()


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ("US-VA", "MONTH_FIRST"),
        ("ocd-division/country:us/state:ca", "MONTH_FIRST"),
        ("GB", "DAY_FIRST"),
        ("CA-ON", "EITHER"),
        ("AU", "DAY_FIRST"),
    ],
)
def test_the_custom_of_a_country(place: str, order: str) -> None:
    assert order_in(place) is Order[order]


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("01/02/2026", Order.MONTH_FIRST, date(2026, 1, 2)),
        ("01/02/2026", Order.DAY_FIRST, date(2026, 2, 1)),
        ("01/02/2026", Order.EITHER, None),
        ("02/02/2026", Order.EITHER, date(2026, 2, 2)),
        ("25/02/2026", Order.EITHER, date(2026, 2, 25)),
        ("02/25/2026", Order.DAY_FIRST, date(2026, 2, 25)),
        ("25/02/2026", Order.MONTH_FIRST, date(2026, 2, 25)),
    ],
)
def test_figures_are_read_by_the_custom_of_the_country(text: str, order: Order, day: date | None) -> None:
    assert read_day(text, order) == day


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("This act shall become effective on July 1, 2026, and shall expire on July 1, 2028.", date(2028, 7, 1)),
        ("This Act takes effect July 1, 2026. This Act sunsets on June 30, 2029.", date(2029, 6, 30)),
        ("The provisions of this act shall expire July 1, 2028.", date(2028, 7, 1)),
        ("This section shall remain in effect only until January 1, 2030, and as of that date is repealed.", date(2030, 1, 1)),
        ("This chapter is repealed effective December 31, 2031.", date(2031, 12, 31)),
        ("This act shall take effect July 1, 2026. This section expires January 1, 2019.", None),
        ("A licence expires on July 1, 2028. This act shall take effect July 1, 2026.", None),
    ],
)
def test_when_a_measure_ends_again(text: str, until: date | None) -> None:
    assert effective(text).until == until

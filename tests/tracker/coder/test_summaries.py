"""Titles and summaries: what they say in a word, and when they must be silent."""

import pytest

from tests.tracker.coder.reading import Said, said

REGULATED = {("kratom", "sell", "conditional")}
BANNED = {("kratom", "sell", "prohibited")}


@pytest.mark.parametrize(
    "title",
    [
        "Adopt the Kratom Consumer Protection Act, and change the Uniform Controlled Substances Act",
        "Establishing the kratom consumer protection act.",
        "An act relating to the regulation of kratom products",
        "Kratom product regulation.",
        "Kratom products; modifying certain definitions; removing certain packing and labeling requirements. Effective date.",
        "Requires certain kratom products to include a warning label.",
        "Provides that all kratom products for sale would be stored and kept in a locked case, until sold.",
        "To regulate the processing, sale, and distribution of kratom.",
    ],
)
def test_a_regulated_product(title: str) -> None:
    assert said(title) == REGULATED


@pytest.mark.parametrize(
    "title",
    ["Ban kratom and kratom products and provide a penalty therefor.", "Statewide kratom ban", "An Act prohibiting kratom."],
)
def test_a_plain_ban(title: str) -> None:
    assert said(title) == BANNED


def test_a_title_that_ends_in_the_word() -> None:
    assert said("Crimes: production and sale of kratom; prohibit.") == {
        ("kratom", "sell", "prohibited"),
        ("kratom", "manufacture", "prohibited"),
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Prohibiting the sale and distribution of kratom products, first reading", BANNED),
        ("Prohibiting the sale of kratom; providing penalties", BANNED),
        ("Prohibits the sale of kratom, except as provided by rule", REGULATED),
        ("Prohibits the sale of certain kratom products", REGULATED),
        ("Relating to criminalizing the possession of kratom", {("kratom", "possess", "prohibited")}),
        ("Prohibiting the sale of concentrated 7-OH products", {("7-oh", "sell", "prohibited")}),
    ],
)
def test_what_follows_a_ban_decides_whether_it_is_plain(title: str, expected: Said) -> None:
    assert said(title) == expected


def test_each_line_of_a_status_page_stands_alone() -> None:
    page = "HB1 (2026)\nRelating to criminalizing the possession of kratom\nHistory:\n2026-01-01 Introduced"
    assert said(page) == {("kratom", "possess", "prohibited")}


def test_an_age_in_a_title() -> None:
    assert said("Kratom; legal age to possess kratom established as 21 years of age or older.") == {
        ("kratom", "possess", "conditional")
    }


@pytest.mark.parametrize(
    "title",
    [
        "AN ACT to provide for a legislative management study relating to the regulation of kratom.",
        "Statement of Intent or Position - Supports regulation or ban on the sale of Kratom.",
        "Authorizing the Department of Agriculture to promulgate a legislative rule relating to products of hemp and kratom.",
        "Transferring all regulatory responsibilities for Kratom to another agency.",
        "An act repealing the Kratom Consumer Protection Act.",
        "Repeals the prohibition on kratom.",
        "Kratom Revisions",
    ],
)
def test_a_title_that_regulates_nothing(title: str) -> None:
    assert said(title) == set()


def test_the_clauses_of_a_text_beat_its_title() -> None:
    text = "An Act to ban kratom. Be it enacted: Section 1. A retailer may not sell kratom to a person under 21 years of age."
    assert said(text) == REGULATED


def test_a_title_that_no_longer_fits_is_not_read() -> None:
    text = "A bill TO ADD KRATOM TO SCHEDULE I. Amend Title To Conform. Be it enacted: SECTION 1. A retailer may not sell kratom to a person under 21."
    assert said(text) == REGULATED


def test_an_act_named_in_passing_is_not_made() -> None:
    text = "Be it enacted: Section 1. The fund may be used to implement chapter 41 or chapter 45, Kratom Consumer Protection Act."
    assert said(text) == set()

"""What two printings of a text differ in: nothing where only the dress is another, the passage where a word is."""

import re
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import registry
from crawler.archive.reader import read as exchanges
from crawler.contract.items import DocumentItem
from crawler.parsing.parse_result import read
from tests.conftest import SHARED, needs_shared
from tracker.codebook.loading import load
from tracker.pipeline.amendments import differences

BOOK = load()
AGENCIES = "Justice Department; Drug Enforcement Administration; Kratom Board"
RULE = 'No person shall sell "kratom" or 7-OH to anyone under 18 years of age; the seller\'s fine is $1,000 - not less.'
LIST = "Schedule I -- hallucinogens:\nHeroin\nKratom\nLysergide"
DAY = "This act on mitragynine takes effect on July 1, 2026, and isn't retroactive."
TEXT = "\n".join((AGENCIES, RULE, "Definitions are in non-coded law.", LIST, DAY))

Dress = Callable[[str], str]


def wrapped(width: int) -> Dress:
    return lambda text: "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def between_lines(mark: str, every: int) -> Dress:
    def numbered(text: str) -> str:
        lines = text.split("\n")
        return "\n".join(line + (f"\n{mark}" if number % every == 0 else "") for number, line in enumerate(lines, start=1))

    return numbered


def replaced(old: str, new: str) -> Dress:
    return lambda text: text.replace(old, new)


DRESSES = st.one_of(
    st.sampled_from(['"', "'"]).flatmap(lambda mark: st.sampled_from("“”„«»‘’`").map(lambda new: replaced(mark, new))),
    st.sampled_from("‐‑‒–—―−").map(lambda dash: replaced("-", dash)),
    st.sampled_from(["\u00a0", "\u2009", "  ", " \n", "\t"]).map(lambda blank: replaced(" ", blank)),
    st.sampled_from(["\u00ad", "\u200b"]).map(lambda unseen: replaced("tra", f"t{unseen}ra")),
    st.sampled_from(["em", "b", 'span class="x"']).map(lambda tag: replaced("atom", f"<{tag}>atom</{tag.split()[0]}>")),
    st.sampled_from([replaced("No ", "&nbsp;No&#32;"), replaced("Definitions", "Defi-\nnitions"), replaced(" - ", " -- ")]),
    st.sampled_from([replaced("schedule", "SCHEDULE"), replaced("No person shall", "NO PERSON SHALL")]),
    st.builds(wrapped, st.integers(30, 200)),
)

FURNITURE = st.builds(
    between_lines, st.sampled_from(["", "Page 3 of 10", "- 4 -", "[[Page 1,234]]", "Seite 2"]), st.integers(1, 4)
)


def told(before: str, after: str) -> tuple[list[str], list[str]]:
    return differences(before, after, BOOK, "en")


@settings(max_examples=150, deadline=None)
@given(st.lists(DRESSES, max_size=4), FURNITURE)
def test_another_dress_is_no_amendment(dresses: list[Dress], furniture: Dress) -> None:
    after = TEXT
    for dress in (*dresses, furniture):
        after = dress(after)
    assert told(TEXT, after) == ([], [])


def test_agencies_may_stand_in_another_order() -> None:
    assert told(TEXT, TEXT.replace(AGENCIES, "; ".join(reversed(AGENCIES.split("; "))))) == ([], [])


EDITS = [
    ("18 years", "21 years"),
    ("shall sell", "shall not sell"),
    ("shall sell", "may sell"),
    ("sell", "possess"),
    ("$1,000", "$10,000"),
    ("- not less", "- less"),
    ("July 1", "July 10"),
    ("2026", "2027"),
    ("isn't", "is"),
    ("7-OH", "8-OH"),
    ("Heroin\nKratom\n", "Heroin\n"),
    ("Kratom\nLysergide", "Kratom\nMitragynine\nLysergide"),
    ("mitragynine", "pseudoindoxyl"),
    ("or 7-OH to anyone", "to anyone or 7-OH"),
    (DAY, ""),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
@pytest.mark.parametrize("dress", [str, replaced('"', "“"), replaced(" ", "\u00a0")], ids=["plain", "quotes", "blanks"])
def test_another_word_is_an_amendment(old: str, new: str, dress: Dress) -> None:
    assert old in TEXT
    assert any(told(TEXT, dress(TEXT.replace(old, new, 1))))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(RULE.split()) - 1), st.sampled_from(["", "not", "99", "unless"]), DRESSES)
def test_any_word_of_a_passage_counts_in_any_dress(place: int, word: str, dress: Dress) -> None:
    words = RULE.split()
    words[place] = word
    edited = " ".join(words)
    if re.sub(r"\W", "", edited) == re.sub(r"\W", "", RULE):
        return  # a dash alone
    assert any(told(RULE, dress(edited)))


def test_a_line_that_is_broken_elsewhere_is_found_beside_an_edit_far_from_it() -> None:
    before = "\n".join((RULE, "Other matter is regulated at length by the board.", "The fee for a hearing is 40 dollars."))
    after = wrapped(60)(before.replace("40 dollars", "50 dollars"))
    assert told(before, after) == ([], [])


def test_lines_are_shown_as_they_are_printed() -> None:
    assert told("“Kratom”  is listed.", "Kratom is\u00a0freed.") == (["“Kratom” is listed."], ["Kratom is freed."])


def test_the_pages_of_a_file_that_count_otherwise_amend_nothing() -> None:
    assert told(between_lines("17", 2)(TEXT), between_lines("18", 3)(TEXT)) == ([], [])


@needs_shared
@pytest.mark.parametrize("name", ["agencies-reordered", "docket-added", "markup", "nbsp", "order-and-counts", "quotes"])
def test_the_same_law_in_another_dress(name: str) -> None:
    spider = registry.spider("us_federal_register")(terms=BOOK.terms)
    file = SHARED / f"faults/18-same-law-other-dress/{name}.warc.gz"
    before, after = (read(spider, exchange).items[0] for exchange in exchanges([file]))
    assert isinstance(before, DocumentItem)
    assert isinstance(after, DocumentItem)
    assert told(before.text, after.text) == ([], [])
    assert any(told(before.text, after.text.replace("schedule I", "schedule II")))

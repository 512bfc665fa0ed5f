"""The view takes out what hides grammar, and every quote is cut from the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.coder.languages import DEFAULT
from tracker.coder.languages.signs import BREAK
from tracker.coder.view import MAX_QUOTE_WORDS, View

MARKS = DEFAULT.marks


def clean(text: str) -> str:
    return View(text, MARKS).text.strip()


def test_line_numbers_go_at_line_starts_and_in_running_text() -> None:
    assert clean("1 No person\n2 shall sell\n3 kratom.") == "No person shall sell kratom."
    assert (
        clean("a bill 1 No person 2 shall sell 3 kratom in 4 this state.") == "a bill No person shall sell kratom in this state."
    )


def test_other_figures_stay() -> None:
    assert clean("under 21 years; 18 years; $5 fine on July 1, 2026") == "under 21 years; 18 years; $5 fine on July 1, 2026"


def test_words_broken_at_a_line_end_are_joined() -> None:
    assert clean("kratom pro-\nducts") == "kratom products"


@pytest.mark.parametrize(
    ("marked", "left"),
    [
        ("sell kratom[ to an individual under 21]; or", "sell kratom; or"),
        ("younger than 21 [18] years", "younger than 21 years"),
        ("a ((person under 18)) person", "a person"),
        ("deleted text begin old words deleted text end kept", "kept"),
        ("<del>old</del> kept", "kept"),
    ],
)
def test_struck_matter_is_not_read(marked: str, left: str) -> None:
    assert clean(marked) == left


@pytest.mark.parametrize("kept", ["1H-indolo[2,3-a]quinolizin-2-yl]-3", "[Introduced January 14, 2026] [or the like is struck]"])
def test_notation_and_notes_are_no_deletions(kept: str) -> None:
    assert clean(kept).startswith(kept.split("] ")[0].rstrip("]"))


def test_a_bracket_cut_by_a_window_runs_to_its_edge() -> None:
    text = "any kratom product[ that is adulterated with a substance\n[...]\nor does not meet the label]. Section 2."
    assert clean(text) == f"any kratom product{BREAK}. Section 2."


def test_a_long_quote_is_cut_around_its_focus() -> None:
    text = " ".join(f"word{n}" for n in range(200))
    view = View(text, MARKS)
    place = view.text.index("word150")
    start, end = view.quote(0, len(view.text), place)
    assert len(text[start:end].split()) == MAX_QUOTE_WORDS
    assert "word150" in text[start:end]


PIECES = [
    "1 ",
    "2 ",
    "3 ",
    "4 ",
    "\n",
    " kratom ",
    "[or ",
    "] ",
    "pro-\nducts",
    " the sale of ",
    "\n[...]\n",
    "â\x80\x94",
    "((",
    "))",
    "“x” ",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1).map("".join))
def test_every_place_of_the_view_is_a_place_of_the_original(text: str) -> None:
    view = View(text, MARKS)
    for match_start in range(len(view.text)):
        start, end = view.span(match_start, match_start + 1)
        assert 0 <= start < end <= len(text)

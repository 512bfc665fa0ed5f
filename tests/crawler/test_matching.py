"""The word matcher: whole words, variants of writing, neighbours, and the longest of overlapping terms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.matching import NEIGHBOURHOOD, MatchingError, Term, find, read_terms, write_terms

KRATOM = Term("kratom", "kratom")
KETUM = Term("ketum", "kratom", ("ms", "id"))
MITRAGYNINE = Term("mitragynine", "mitragynine")
SEVEN = Term("7-hydroxymitragynine", "7-oh")
SEVEN_SHORT = Term("7-OH", "7-oh", unless=("cannabidiol",))
PSEUDO = Term("mitragynine pseudoindoxyl", "mitragynine-pseudoindoxyl")
THAI_PLANT = Term("พืชกระท่อม", "kratom", ("th",), "substring")
THAI_HUT = Term("กระท่อม", "kratom", ("th",), "substring", needs=("ยาเสพติด",))
ARABIC = Term("كراتوم", "kratom", ("ar",))
TERMS = (KRATOM, KETUM, MITRAGYNINE, SEVEN, SEVEN_SHORT, PSEUDO, THAI_PLANT, THAI_HUT)


def found(text: str, language: str | None = None) -> list[tuple[str, str]]:
    return [(match.term.substance, text[match.start : match.end]) for match in find(text, TERMS, language)]


@pytest.mark.parametrize("text", ["z birokratom", "demokratom", "pokratom", "Blang Ketumba", "acetylmitragynine", ""])
def test_part_of_a_word_is_no_match(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["KRATOM", "Kratom-based", "(kratom)", "12kratom", "kratom's"])
def test_whole_words_match_in_any_case_and_after_a_line_number(text: str) -> None:
    assert [substance for substance, _ in found(text)] == ["kratom"]


@pytest.mark.parametrize(
    "text",
    [
        "7-hydroxymitragynine",
        "7 Hydroxymitragynine",
        "7‑hydroxymitragynine",
        "7hydroxymitragynine",
        "7-hydroxy-\nmitragynine",
        "7-\n 17 hydroxymitragynine",
        "7-hydroxymi-\n12 tragynine",
        "7-OH",
        "7OH",
    ],
)
def test_every_way_of_writing_the_compound_is_one_match(text: str) -> None:
    assert found(text) == [("7-oh", text)]


def test_the_longest_of_overlapping_terms_wins() -> None:
    assert found("mitragynine pseudoindoxyl, 7-hydroxymitragynine; mitragynine") == [
        ("mitragynine-pseudoindoxyl", "mitragynine pseudoindoxyl"),
        ("7-oh", "7-hydroxymitragynine"),
        ("mitragynine", "mitragynine"),
    ]


def test_a_language_leaves_out_the_terms_of_others() -> None:
    assert found("daun ketum", "ms-MY") == [("kratom", "ketum")]
    assert found("ketum", "sv") == []
    assert found("ketum") == [("kratom", "ketum")]


def test_the_thai_hut_needs_a_drug_law_neighbour() -> None:
    assert found("อยู่ในกระท่อมหลังนั้น", "th") == []
    assert found("ยาเสพติดให้โทษ เช่น กระท่อม", "th") == [("kratom", "กระท่อม")]
    assert found("กระท่อม" + " ก" * NEIGHBOURHOOD + "ยาเสพติด", "th") == []
    assert found("พืชกระท่อม", "th") == [("kratom", "พืชกระท่อม")]


@pytest.mark.parametrize("text", ["含kratom製品", "สารkratomและ", "クラkratomを", "kratom은", "kratomを含む"])
def test_a_script_without_gaps_ends_a_word_of_another(text: str) -> None:
    assert found(text, "ja") == [("kratom", "kratom")]


@pytest.mark.parametrize("text", ["الكراتوم", "والكراتوم", "للكراتوم", "وكراتوم", "بالكراتوم ", "كراتوم،"])
def test_arabic_writes_article_and_particles_in_one_with_the_word(text: str) -> None:
    assert [match.term for match in find(text, [ARABIC], "ar")] == [ARABIC]


def test_part_of_an_arabic_or_cyrillic_word_is_no_match() -> None:
    assert find("نكراتوم كراتومية والنكراتوم", [ARABIC], "ar") == []
    assert find("бюрократом демократом", [Term("кратом", "kratom", ("ru",))], "ru") == []


def test_terms_go_to_a_spider_and_back_as_json() -> None:
    terms = (*TERMS, ARABIC, Term("a-1", "x", ("en", "fi"), needs=("b",), unless=("c",), asked=("fi",)))
    assert read_terms(write_terms(terms)) == terms
    assert read_terms([term.to_dict() for term in terms]) == terms


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("[", "not JSON"),
        ({"en": ["leaf"]}, "must be a list"),
        (["leaf"], "'leaf' is not an object"),
        ([{"text": "leaf", "substance": "x", "languages": "en"}], "languages must be a list"),
        ([{"text": "leaf", "substance": "x", "language": ["en"]}], "unexpected keyword argument 'language'"),
        ([{"text": "leaf"}], "missing 1 required positional argument: 'substance'"),
        ([{"text": "leaf", "substance": "x", "languages": ["en"], "asked": ["fi"]}], "asked in 'fi'"),
        ([{"text": "ใบ", "substance": "x"}], "write mode 'substring'"),
    ],
)
def test_terms_that_cannot_be_used_are_named(entries: object, message: str) -> None:
    with pytest.raises(MatchingError, match=message):
        read_terms(entries)


def test_a_forbidden_neighbour_silences_a_term() -> None:
    assert found("7-OH of cannabidiol") == []


def test_letters_that_grow_when_lowered_do_not_move_the_spans() -> None:
    assert found("İİİ kratom MİTRAGYNİNE") == [("kratom", "kratom"), ("mitragynine", "MİTRAGYNİNE")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": " - "}, "no letter"),
        ({"mode": "prefix"}, "'prefix' is none of word, substring"),
        ({"languages": ()}, "names no language"),
    ],
)
def test_a_senseless_term_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(MatchingError, match=message):
        Term(**({"text": "x", "substance": "x"} | arguments))  # type: ignore[arg-type]


PIECES = ["kratom", "7-", "\n", "12 ", "hydroxy", "mitragynine", " ", "pseudoindoxyl", "a", "-"]


@given(st.lists(st.sampled_from(PIECES)))
def test_matches_come_in_order_and_never_overlap(pieces: list[str]) -> None:
    matches = find("".join(pieces), TERMS)
    assert all(left.end <= right.start for left, right in pairwise(matches))
    assert all(match.start < match.end for match in matches)

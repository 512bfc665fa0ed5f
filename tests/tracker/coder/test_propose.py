"""The whole reading: kinds, silence, what is law today, and the JSON that is printed."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.coder.reading import TODAY, read
from tracker.codebook import load
from tracker.coder import UnknownKind, propose

RULE = "A retailer may not sell kratom to a person under 21 years of age."


def test_an_unknown_kind_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownKind, match="'leaflet' is not a kind"):
        propose(RULE, load(), jurisdiction="US-XX", kind="leaflet")


@pytest.mark.parametrize(
    ("text", "kind", "language", "reason"),
    [
        ("Just a moment... checking your browser", "other", "en", "does not name the subject"),
        ("z birokratom in pokratom", "other", None, "does not name the subject"),
        ("Je interdit de vendre le kratom", "statute", "fr", "only known lists"),
        (RULE, "court_decision", "en", "court"),
        ("State v. Doe, 2026 Ohio 1. The Supreme Court holds. " + RULE, "other", "en", "court"),
        ("Drug Recodification. This bill technically reorganizes provisions. " + RULE, "bill", "en", "recodification"),
        ("Withdrawal of Notice of Intent to Place Mitragynine Into Schedule I", "notice", "en", "withdrawal"),
    ],
)
def test_silence_has_a_reason(text: str, kind: str, language: str | None, reason: str) -> None:
    reading = propose(text, load(), jurisdiction="US-XX", kind=kind, language=language, today=TODAY)
    assert reading.provisions == ()
    assert reason in reading.reasons[0]
    assert not reading.sets_status_now


HISTORY = "HB1 (2026)\nKratom; legal age to possess kratom established as 21 years of age or older.\nHistory:\n"


@pytest.mark.parametrize(
    ("text", "kind", "now"),
    [
        (RULE, "statute", True),
        (RULE + " Added by Acts 2029, eff. September 1, 2029.", "statute", False),
        (RULE, "bill", False),
        ("ENROLLED ACT No. 5. Be it enacted: " + RULE, "enrolled_act", False),
        ("ENROLLED ACT No. 5. Be it enacted: " + RULE + " This act takes effect July 1, 2026.", "enrolled_act", True),
        ("ENROLLED ACT No. 5. Be it enacted: " + RULE + " This act takes effect July 1, 2027.", "enrolled_act", False),
        (HISTORY + "2026-05-05 Governor approval\n2026-08-01 Effective date 08/01/2026", "status_page", True),
        (HISTORY + "2026-05-05 Governor approval", "status_page", False),
        (
            "An Emergency Filing is currently in effect for this rule. Kratom is hereby placed in schedule I.",
            "emergency_rule",
            True,
        ),
        (
            "Kratom is hereby placed in schedule I. This temporary scheduling order is effective May 1, 2024, until May 1, 2026.",
            "final_rule",
            False,
        ),
        (
            "ORDINANCE NO. 5, which, if adopted, would apply. " + RULE + " This ordinance takes effect May 1, 2024.",
            "ordinance",
            False,
        ),
    ],
)
def test_what_a_text_shows_to_be_law_today(text: str, kind: str, now: bool) -> None:
    reading = read(text, kind)
    assert reading.provisions
    assert reading.sets_status_now is now


def test_without_a_day_nothing_is_law_today() -> None:
    assert not propose(RULE, load(), jurisdiction="US-XX", kind="statute").sets_status_now


def test_the_json_holds_what_the_measure_and_each_rule_say() -> None:
    text = (
        "House Bill 12. 2026 Regular Session. Be it enacted: Section 4. "
        + RULE
        + " Section 5. This act takes effect July 1, 2027."
    )
    answer = json.loads(json.dumps(read(text).to_dict()))
    assert answer["measure"] == {
        "identifier": "HB 12",
        "session": "2026 Regular Session",
        "stage": "introduced",
        "direction": "age",
        "enacted_on": None,
        "effective_on": "2027-07-01",
        "effective_note": None,
        "expires_on": None,
    }
    (provision,) = answer["provisions"]
    assert provision["quote"] == text[provision["quote_start"] : provision["quote_end"]]
    assert {
        key: provision[key]
        for key in ("substance", "conduct", "effect", "basis", "min_age", "components", "valid_from", "pinpoint")
    } == {
        "substance": "kratom",
        "conduct": "sell",
        "effect": "conditional",
        "basis": "age_limit",
        "min_age": 21,
        "components": ["age"],
        "valid_from": "2027-07-01",
        "pinpoint": "4",
    }
    assert answer["sets_status_now"] is False


def test_a_rule_starts_with_the_section_it_stands_in() -> None:
    text = (
        "Be it enacted: Section 4. " + RULE + " Section 9. Sections 1 to 3 of this Act take effect August 1, 2026. "
        "Section 10. Sections 4 to 6 of this Act take effect January 1, 2027."
    )
    assert read(text).measure.effective_on == date(2027, 1, 1)


PIECES = [
    RULE,
    "No person shall sell or possess kratom. ",
    "Schedule I is amended by adding the following: (a) 7-hydroxymitragynine; (b) mitragynine. ",
    "not including the plant kratom. ",
    "1 ", "2 ", "3 ", "4 ", "\n", "[...]", "[or sold ", "] ", "Section 2. ", "Be it enacted ", "EXPLANATION ", "whereas ", "July 1, 2026 ",
    "a product containing more than 2% of 7-hydroxymitragynine ", "“Kratom product” means ", "(1) ", "; ", ". ", " word" * 45,
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(["bill", "statute", "final_rule", "other"]))
def test_every_quote_stands_at_its_offsets_and_is_short(text: str, kind: str) -> None:
    reading = read(text, kind)
    for proposal in (*reading.provisions, *reading.implied, *reading.carve_outs):
        assert text[proposal.quote_start : proposal.quote_end] == proposal.quote
        assert 0 < len(proposal.quote.split()) <= 40


def test_terms_roles_and_lists_speak_of_substances_of_the_codebook() -> None:
    codebook = load()
    assert {term.substance for term in codebook.terms} == set(codebook.substances)
    assert set(codebook.roles.values()) <= set(codebook.substances)


@pytest.mark.parametrize(("place", "day"), [("GB", date(2026, 2, 1)), ("US-VA", date(2026, 1, 2)), ("CA-ON", None)])
def test_a_day_in_figures_is_read_as_its_country_writes_it(place: str, day: date | None) -> None:
    text = f"{RULE}\n2. This Act comes into force on 01/02/2026."
    assert propose(text, load(), jurisdiction=place, kind="act").measure.effective_on == day

"""Listings: what puts a substance into a schedule or takes it out, and what only reprints a list."""

import pytest

from tests.tracker.coder.reading import read, said, scheduled

ENACTED = "Be it enacted by the Legislature: "
LIST = "(1) Fentanyl; (2) Heroin; "


@pytest.mark.parametrize(
    "text",
    [
        "An Act designating kratom as a schedule I controlled substance.",
        "AN ACT TO ADD KRATOM TO SCHEDULE I OF THE UNIFORM CONTROLLED SUBSTANCES ACT.",
        "Kratom; add to Schedule I of the Uniform Controlled Substances Act.",
        "Kratom classified as a Schedule I controlled substance.",
        ENACTED + "Section 1. Kratom is hereby placed in Schedule I.",
        ENACTED + "Section 1. Schedule I is amended by adding the following: (g) Kratom.",
    ],
)
def test_a_sentence_or_a_new_entry_schedules(text: str) -> None:
    assert said(text) == scheduled("kratom")


def test_the_schedule_and_its_threshold_are_read() -> None:
    text = ENACTED + (
        "Section 1. Schedule I is amended by adding the following: (g) 7-hydroxymitragynine concentrated at a level above 400 parts per million."
    )
    provisions = read(text).provisions
    assert {p.schedule for p in provisions} == {"I"}
    assert {str(limit) for p in provisions for limit in p.limits} == {"7-oh over 400 ppm per g"}


def test_schedules_two_to_five_leave_a_prescription() -> None:
    text = "Categorizes kratom by classifying mitragynine and 7-hydroxymitragynine as a schedule V substance."
    assert said(text) == {("mitragynine", "possess", "prescription"), ("7-oh", "possess", "prescription")}


def test_every_substance_of_an_enumeration_is_its_own_listing() -> None:
    text = ENACTED + (
        "Section 1. Section 124.204 is amended by adding the following new paragraph: cq. Kratom, meaning any parts of the plant "
        "Mitragyna speciosa and its salts and isomers, including but not limited to mitragynine and 7-hydroxymitragynine. "
        "EXPLANATION This bill designates kratom as a schedule I controlled substance."
    )
    assert said(text) == scheduled("kratom", "mitragynine", "7-oh")


def test_the_list_corrects_the_title() -> None:
    text = (
        "AN ACT TO ADD KRATOM TO SCHEDULE I. "
        + ENACTED
        + f"SECTION 1. Schedule I consists of: {LIST}(3) Mitragynine; and (4) 7-hydroxymitragynine."
    )
    assert said(text) == scheduled("mitragynine", "7-oh")


def test_a_new_entry_in_capitals_stands_out() -> None:
    text = ENACTED + "Section 1. (yy) Etoxeridine. (zz) Fentanyl. (aaa) Ketobemidone. (bbb) KRATOM. (ccc) Lefetamine and salts."
    assert said(text) == scheduled("kratom")


def test_synthetics_as_a_class_are_not_the_plant() -> None:
    text = (
        "An Act relating to controlled substances; kratom. "
        + ENACTED
        + (
            f"Section 1. Schedule I consists of: {LIST}(3) any synthetic alkaloid or any other synthetically derived compound of the plant Mitragyna speciosa."
        )
    )
    assert said(text) == scheduled("other-alkaloid")


def test_derivatives_of_a_substance_are_not_the_substance() -> None:
    assert said(
        "An Act relating to the scheduling of mitragynine synthetic derivatives as a schedule I controlled substance."
    ) == scheduled("other-alkaloid")


def test_a_reprinted_list_is_not_news() -> None:
    text = (
        "An Act relating to hemp. "
        + ENACTED
        + f"Section 1. Schedule I consists of: {LIST}(3) Mitragynine. (4) Hydroxymitragynine."
    )
    assert said(text) == set()


def test_the_same_list_in_a_statute_is_the_law() -> None:
    assert said(f"Schedule I consists of: {LIST}(3) Mitragynine. (4) Hydroxymitragynine.", "statute") == scheduled(
        "mitragynine", "7-oh"
    )


def test_taking_out_of_a_schedule_permits_possession() -> None:
    text = "TO REMOVE MITRAGYNINE AND 7-HYDROXYMITRAGYNINE, ALSO KNOWN AS KRATOM, FROM THE CONTROLLED SUBSTANCES LIST."
    assert said(text) == {("mitragynine", "possess", "permitted"), ("7-oh", "possess", "permitted")}


def test_a_carve_out_is_no_listing_and_is_kept() -> None:
    text = ENACTED + (
        "Section 1. Schedule I is amended by adding the following: (23) 7-hydroxymitragynine, including its synthetic equivalents; but "
        "not including 7-hydroxymitragynine naturally contained in the plant known as kratom."
    )
    reading = read(text)
    assert {(p.substance, p.conduct.value, p.effect.value) for p in reading.provisions} == scheduled("7-oh")
    assert {p.effect.value for p in reading.carve_outs} == {"excluded"}
    assert any("naturally contained" in p.quote for p in reading.carve_outs)


def test_a_negation_in_a_rule_is_a_carve_out() -> None:
    text = (
        "The following are classified as schedule I controlled substances: (A) Mitragynine-related compounds. They include, but are not "
        "limited to, the following: 7-hydroxymitragynine; and mitragynine pseudoindoxyl. Mitragynine-related compounds do not include: (4) Mitragynine."
    )
    reading = read(text, "emergency_rule")
    assert {p.substance for p in reading.provisions} == {"other-alkaloid", "7-oh", "mitragynine-pseudoindoxyl"}
    assert "mitragynine" in {p.substance for p in reading.carve_outs}


def test_a_listing_that_hangs_on_an_event_is_not_a_listing() -> None:
    text = ENACTED + "Section 8. This act is repealed if the United States schedules kratom as a controlled substance."
    assert said(text) == set()


def test_an_order_of_exemption_frees_what_it_names() -> None:
    text = (
        "Misuse of Drugs (Exemption) (Amendment) Order. 3. Part 1 is amended by inserting: 5. Any plant which contains (otherwise known as "
        "Mitragynine), where that plant is growing uncultivated. GIVEN under my Hand, 1 November 2011."
    )
    reading = read(text, "final_rule", jurisdiction="IE")
    assert reading.provisions == ()
    assert {p.substance for p in reading.carve_outs} == {"mitragynine"}
    assert reading.sets_status_now

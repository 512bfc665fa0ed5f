"""Clause grammar of retail rules: what is forbidden, on what terms, and what only mentions the subject."""

import pytest

from tests.tracker.coder.reading import read, said
from tracker.domain.vocabulary import Component

AGE = ("kratom", "sell", "conditional")
BAN = ("kratom", "sell", "prohibited")


@pytest.mark.parametrize(
    "clause",
    [
        "A retailer may not sell a kratom product to an individual under 21 years of age.",
        "No retailer shall knowingly distribute or sell any kratom product to any individual under 21 years of age.",
        "It is unlawful for a kratom retailer to: (1) distribute, dispense, or sell any kratom product to any individual under twenty-one years of age.",
        "A person commits an offense if the person sells kratom to an individual younger than 21 [18] years of age.",
        "It is an offense to sell, or offer for sale, kratom to a person under twenty-one (21) years of age.",
        "A retailer may not sell kratom to an individual under eighteen twenty-one years of age.",
        "A retailer may not sell kratom to an individual under 1821 years of age.",
        "It is an infraction for any person to sell to an individual under twenty-one years of age cigarettes, snuff, or kratom.",
        "Any person who sells a product containing kratom shall verify that the user is at least 21 years old.",
    ],
)
def test_an_age_is_a_condition_of_sale(clause: str) -> None:
    provision = next(p for p in read(clause, "statute").provisions if p.conduct.value == "sell")
    assert (provision.substance, provision.effect.value, provision.min_age) == ("kratom", "conditional", 21)
    assert Component.AGE in provision.components


def test_possession_by_the_young_is_a_condition_of_possession() -> None:
    text = "It is an offense for a person under the age of 21 to purchase, possess, or use kratom."
    assert said(text, "statute") == {("kratom", "possess", "conditional")}


def test_the_list_of_practices_of_a_consumer_statute() -> None:
    text = (
        "The following practices committed by a supplier are hereby declared unlawful: 83. Selling or offering for sale to a person "
        "younger than 21 years of age any substance intended for human consumption that contains kratom; 84. Selling or offering for "
        "sale any kratom product that does not include a label."
    )
    (provision,) = read(text, "statute").provisions
    assert (provision.effect.value, provision.min_age) == ("conditional", 21)
    assert {Component.AGE, Component.LABEL} <= set(provision.components)


def test_any_amount_of_the_subject_is_the_subject() -> None:
    text = "A person who is under the age of 21 and unlawfully possesses any amount of kratom is guilty of a misdemeanor."
    assert said(text, "statute") == {("kratom", "possess", "conditional")}


@pytest.mark.parametrize(
    ("clause", "component"),
    [
        ("A processor shall not sell a kratom product that does not bear a label.", Component.LABEL),
        (
            "A person may not sell a kratom product unless the product is registered with the department.",
            Component.REGISTRATION_OR_LICENCE,
        ),
        ("It is unlawful for any retailer to sell kratom without first obtaining a license.", Component.REGISTRATION_OR_LICENCE),
        ("A retailer shall keep all kratom products behind the sales counter.", Component.BEHIND_COUNTER),
        ("A person commits an offense if the person sells kratom within 1,000 feet of a school.", Component.PLACE_LIMIT),
        ("A kratom product may not be sold unless a laboratory has tested it.", Component.TESTING),
        ("A processor may not sell a kratom product that contains any synthetic alkaloid.", Component.SYNTHETIC_BAN),
    ],
)
def test_a_product_rule_is_a_condition_with_its_part(clause: str, component: Component) -> None:
    (provision,) = read(clause, "statute").provisions
    assert (provision.conduct.value, provision.effect.value) == ("sell", "conditional")
    assert component in provision.components


@pytest.mark.parametrize(
    "clause",
    [
        "No person shall knowingly sell kratom.",
        "The sale, distribution, and delivery of kratom within the city is hereby prohibited.",
        "A kratom retailer shall not: (1) Distribute, sell, or make available for sale any kratom, kratom extract, or kratom product.",
        "No person, firm or corporation shall sell kratom within the city limits of Springfield.",
        "It shall be unlawful to sell any one of the following in the city: (1) Salvinorin A; (2) Kratom; (3) tianeptine.",
    ],
)
def test_without_any_condition_sale_is_prohibited(clause: str) -> None:
    provisions = read(clause, "ordinance").provisions
    assert BAN in {(p.substance, p.conduct.value, p.effect.value) for p in provisions}
    assert AGE not in {(p.substance, p.conduct.value, p.effect.value) for p in provisions}


def test_each_verb_of_a_ban_is_a_conduct_and_the_rest_stands_in_the_note() -> None:
    text = "A person who sells, manufactures, purchases, or possesses kratom is guilty of a misdemeanor."
    reading = read(text, "statute")
    assert {p.conduct.value for p in reading.provisions} == {"sell", "manufacture", "possess"}
    assert all("purchase" in (p.note or "") for p in reading.provisions)


def test_a_list_may_run_over_sentences() -> None:
    text = (
        "B. A retailer may not: 1. Package any product in a misleading manner. 2. Sell any kratom product that resembles candy."
    )
    assert said(text, "statute") == {AGE}


def test_a_ban_on_one_form_is_a_condition_on_the_product() -> None:
    text = (
        '"Prohibited beverage" means a hemp beverage or a kratom beverage. '
        "It shall be unlawful for any person to sell a prohibited beverage."
    )
    (provision,) = read(text, "statute").provisions
    assert provision.effect.value == "conditional"
    assert Component.FORM_LIMIT in provision.components


def test_a_defined_word_stands_for_the_subject() -> None:
    text = (
        "The term covered product means a product for sale that contains a covered substance. "
        "The term covered substance means alcohol or kratom. A retailer shall ensure that any covered product sold complies with the label rules."
    )
    assert said(text, "statute") == {AGE}


def test_a_cap_is_a_limit_and_what_follows_from_it_is_told_apart() -> None:
    text = "A retailer shall not sell a kratom product that contains a level of 7-hydroxymitragynine greater than 2% of the alkaloid composition."
    reading = read(text, "statute")
    (provision,) = reading.provisions
    assert [str(limit) for limit in provision.limits] == ["7-oh over 2 % of alkaloids"]
    assert [(p.substance, p.conduct.value, p.effect.value) for p in reading.implied] == [("7-oh", "sell", "prohibited")]


def test_a_cap_belongs_to_what_it_names() -> None:
    text = "A kratom product shall not contain more than 400 parts per million of 7-hydroxymitragynine."
    (provision,) = read(text, "statute").provisions
    assert [str(limit) for limit in provision.limits] == ["7-oh over 400 ppm per g"]


def test_a_right_to_possess_is_read_and_not_taken_for_a_ban() -> None:
    text = "Any person may, without a license, possess kratom."
    assert said(text, "statute") == {("kratom", "possess", "permitted")}


@pytest.mark.parametrize(
    "text",
    [
        'In this chapter: "Kratom product" means a food containing any form of kratom.',
        "The department may not approve a consumable hemp product that is mixed with alcohol, kratom, or kava.",
        "A retailer shall not sell a consumable hemp product that contains kratom.",
        "The commissioner shall adopt rules on the sale of kratom products to persons under 21 years of age.",
        "Existing law prohibits a person from selling kratom to a child under the age of 18 years.",
        "Section 2. That § 34-20B-115 be REPEALED. No person may sell kratom to a person under the age of twenty-one.",
        "WHEREAS, it is unlawful to sell kratom to minors in Springfield; and",
        "The legislature finds that no person shall sell kratom.",
        "Nothing in this act shall be construed to prohibit the sale of kratom.",
        "If H.B. 1 and H.B. 2 both pass and become law, a retailer may not sell a kratom product to a person under 21.",
        "The parents must undergo a drug test, which shall screen for substances such as kratom.",
        "A person licensed under this article is deemed approved to be registered as a kratom retailer.",
        "Kratom affects the brain and can be addictive.",
        "Inmates may not possess kratom.",
        "School districts shall provide instruction and warning on the dangers of kratom.",
        "A treatment provider shall test patients for kratom.",
        "It is unlawful to operate a vehicle while under the influence of kratom.",
        "A retailer that sells kratom shall not sell tobacco to a person under 21 years of age.",
        "No person shall use kratom in a public park.",
    ],
)
def test_what_only_mentions_the_subject_gives_nothing(text: str) -> None:
    assert said(text, "statute") == set()

"""From the provisions of one day to a headline; what reaches from above; what an entry may not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.tracker.domain.build import ANY, assertion, cap, finding, position, provision, relation
from tracker.domain.dates import Period
from tracker.domain.records import Content, Provision, Ref, RefusedEntry
from tracker.domain.rules import binds, content, effective, headline, highest_effects, strongest
from tracker.domain.vocabulary import Component, FoodLaw, Level, Status, UnknownTerm, term

DAY = "2026-01-01"

HEADLINES = [
    # what stands, the headline, the age, the components, the badges
    ("", None, None, "", ""),
    ("possess prohibited", "banned", None, "", ""),
    ("sell prohibited", "sale_prohibited", None, "", ""),
    ("possess prohibited; sell prohibited", "banned", None, "", ""),
    ("possess prohibited; sell conditional 21 label", "banned", None, "", ""),
    ("possess prohibited; sell prescription", "banned", None, "", ""),
    ("possess prescription", "prescription_only", None, "", ""),
    ("sell prescription", "prescription_only", None, "", ""),
    ("sell prescription; possess prohibited", "banned", None, "", ""),
    ("sell prescription; sell prohibited", "sale_prohibited", None, "", ""),
    ("sell prescription; sell conditional 18 label", "prescription_only", None, "", ""),
    ("use prescription", None, None, "", ""),
    ("sell conditional label", "regulated", None, "label", ""),
    ("sell conditional 21 label; sell conditional 18 potency_cap", "regulated", 21, "age label potency_cap", ""),
    ("sell conditional 18 testing; possess conditional 21", "regulated", 21, "age testing", ""),
    ("sell conditional 21", "age_restricted", 21, "age", ""),
    ("sell conditional 21 tax local_preemption", "age_restricted", 21, "age tax local_preemption", ""),
    ("sell conditional tax", None, None, "", ""),
    ("sell conditional tax; possess conditional 18", "age_restricted", 18, "age tax", ""),
    ("possess conditional 21", "age_restricted", 21, "age", ""),
    ("purchase conditional 18", "age_restricted", 18, "age", ""),
    ("use conditional 18", "age_restricted", 18, "age", ""),
    ("possess conditional label", None, None, "", ""),
    ("sell permitted; sell conditional 21", "age_restricted", 21, "age", ""),
    ("sell permitted; possess permitted", None, None, "", ""),
    ("possess excluded", None, None, "", ""),
    ("possess excluded; possess prohibited", "banned", None, "", ""),
    ("sell excluded; sell conditional label", "regulated", None, "label", ""),
    ("use prohibited", None, None, "", ""),
    ("purchase prohibited", None, None, "", ""),
    ("import prohibited; cultivate prohibited", None, None, "", "cultivate:prohibited import:prohibited"),
    ("sell prohibited; export conditional", "sale_prohibited", None, "", "export:conditional"),
    ("manufacture conditional label; manufacture prohibited", None, None, "", "manufacture:prohibited"),
    ("give conditional 18", None, None, "", "give:conditional"),
]


def standing(text: str) -> list[Provision]:
    """`sell conditional 21 label; export prohibited` as provisions."""
    found = []
    for number, part in enumerate(filter(None, text.split("; "))):
        conduct, effect, *rest = part.split()
        age = next((int(word) for word in rest if word.isdigit()), None)
        components = " ".join(word for word in rest if not word.isdigit())
        found.append(provision(f"P{number}", f"{conduct} {effect}", DAY, age=age, components=components))
    return found


@pytest.mark.parametrize(("rules", "status", "age", "components", "badges"), HEADLINES, ids=lambda value: str(value) or "-")
def test_headline(rules: str, status: str | None, age: int | None, components: str, badges: str) -> None:
    rows = standing(rules)
    decided, deciding = headline(highest_effects(rows))
    assert decided == (term(Status, status) if status else None)
    assert {row.id for row in deciding} <= {row.id for row in rows}
    day_content = content(rows, [], None, [], [])
    assert day_content.status == (status or "unknown")
    assert day_content.min_age == age
    assert day_content.components == {term(Component, word) for word in components.split()}
    assert day_content.badges == tuple(badges.split())
    assert day_content.inputs == {Ref("provision", row.id) for row in rows}


def test_the_order_of_statuses_is_the_display_precedence() -> None:
    assert [status.rank for status in Status] == list(range(7))
    assert Status.BANNED.rank < Status.SALE_PROHIBITED.rank < Status.PRESCRIPTION_ONLY.rank < Status.REGULATED.rank


def test_provisions_of_the_highest_effect_add_up_and_the_rest_says_nothing() -> None:
    rows = [
        provision("P1", "possess prohibited", DAY, schedule="I", limits=(cap("2", "%"),)),
        provision("P2", "possess prohibited", DAY, schedule="II", limits=(cap("1", "%"),), contested="two readings"),
        provision("P3", "sell prohibited", DAY, schedule="III", limits=(cap("9", "%"),), contested="another"),
    ]
    day_content = content(rows, [], None, [], [])
    assert day_content.threshold == "7-OH over 1 % of alkaloids; 7-OH over 2 % of alkaloids"
    assert (day_content.schedule, day_content.contested) == ("I; II", "two readings")


@pytest.mark.parametrize(
    ("coded", "asserted", "status", "names"),
    [
        ("", "sale_prohibited", "sale_prohibited", True),
        ("sell conditional label", "sale_prohibited", "sale_prohibited", True),
        ("sell conditional label", "regulated", "regulated", False),
        ("possess prohibited", "sale_prohibited", "banned", False),
        ("sell prohibited", "banned", "banned", True),
        ("export prohibited", "age_restricted", "age_restricted", True),
    ],
)
def test_an_assertion_stands_until_provisions_decide_as_high(coded: str, asserted: str, status: str, names: bool) -> None:
    rows, summary = standing(coded), assertion("A", asserted, DAY, min_age=18, threshold="a cap")
    day_content = content(rows, [summary], finding("F"), [], [])
    assert day_content.status == status
    assert (Ref("assertion", "A") in day_content.inputs) is names
    assert (day_content.min_age == 18, day_content.threshold == "a cap") == (names, names)
    assert Ref("finding", "F") not in day_content.inputs


def test_of_several_assertions_the_highest_then_the_newest() -> None:
    rows = [
        assertion("A", "regulated", "2025"),
        assertion("B", "banned", "2016"),
        assertion("C", "banned", "2018"),
        assertion("D", "banned", ""),
    ]
    assert strongest(rows) == strongest(rows[::-1]) == rows[2]
    assert strongest([]) is None


def test_a_finding_says_that_no_specific_law_was_found() -> None:
    assert content([], [], finding("F", contested="disputed"), [], []) == Content(
        Status.NO_SPECIFIC_LAW, contested="disputed", inputs=frozenset({Ref("finding", "F")})
    )
    assert content([], [], None, [], []) == Content(Status.UNKNOWN)


def test_the_newest_position_of_food_law_is_shown_and_decides_nothing() -> None:
    rows = [position("S1", "court_confirmed", "2024"), position("S2", "agency_says_unlawful", "2025")]
    day_content = content([], [], None, rows, [])
    assert (day_content.status, day_content.food_law_position) == (Status.UNKNOWN, FoodLaw.AGENCY_SAYS_UNLAWFUL)
    assert day_content.inputs == {Ref("position", "S2")}


def test_carve_outs_are_told_once() -> None:
    ban = provision("P1", "possess prohibited", DAY)
    leaf = provision("P2", "possess excluded", DAY, instrument="HB 1", pinpoint="s. 2")
    excepting = relation("X", "except", "P1", DAY, by="P2", scope="part", carve_out="plain leaf")
    unnamed = relation("Y", "except", "P1", DAY, scope="part")
    assert content([ban, leaf], [], None, [], []).carve_outs == ("possess excluded (HB 1 s. 2)",)
    assert content([ban, leaf], [], None, [], [excepting]).carve_outs == ("plain leaf",)
    assert content([ban], [], None, [], [excepting, unnamed]).carve_outs == ("excepted in part", "plain leaf")


def test_binding_is_what_provisions_with_direct_force_decide_alone() -> None:
    ban = provision("P1", "possess prohibited", DAY)
    cap_rule = provision("P2", "sell prohibited", DAY, binds_children=True)
    assert content([ban, cap_rule], [], None, [], []).binding is Status.SALE_PROHIBITED
    assert content([ban], [], None, [], []).binding is None


SAN_DIEGO = "ocd-division/country:us/state:ca/place:san_diego"
NAVAJO = "ocd-division/country:us/tribe:navajo"


@pytest.mark.parametrize(
    ("parent", "parent_code", "child", "child_code", "reaches"),
    [
        (Level.COUNTRY, "US", Level.SUBDIVISION, "US-CA", True),
        (Level.COUNTRY, "US", Level.SUBDIVISION, "US-VI", True),
        (Level.COUNTRY, "US", Level.PLACE, SAN_DIEGO, True),
        (Level.COUNTRY, "DE", Level.SUBDIVISION, "DE-BY", True),
        (Level.COUNTRY, "DE", Level.PLACE, SAN_DIEGO, False),
        (Level.COUNTRY, "CN", Level.COUNTRY, "HK", False),
        (Level.COUNTRY, "NL", Level.COUNTRY, "AW", False),
        (Level.COUNTRY, "GB", Level.COUNTRY, "IM", False),
        (Level.INTERNATIONAL, "EU", Level.COUNTRY, "CZ", False),
        (Level.INTERNATIONAL, "UN", Level.COUNTRY, "US", False),
        (Level.SUBDIVISION, "US-CA", Level.COUNTY, "ocd-division/country:us/state:ca/county:alameda", True),
        (Level.SUBDIVISION, "US-CA", Level.PLACE, SAN_DIEGO, True),
        (Level.SUBDIVISION, "US-AZ", Level.TRIBAL, NAVAJO, False),
        (Level.COUNTY, "ocd-division/country:us/state:ca/county:san_diego", Level.PLACE, SAN_DIEGO, False),
        (Level.TRIBAL, NAVAJO, Level.PLACE, "ocd-division/country:us/tribe:navajo/place:window_rock", False),
    ],
)
def test_binds(parent: Level, parent_code: str, child: Level, child_code: str, reaches: bool) -> None:
    assert binds(parent, parent_code, child, child_code) is reaches


@pytest.mark.parametrize(
    ("own", "binding", "answer"),
    [
        ("unknown", None, "unknown"),
        ("no_specific_law", None, "no_specific_law"),
        ("unknown", "banned", "banned"),
        ("no_specific_law", "regulated", "regulated"),
        ("regulated", "banned", "banned"),
        ("banned", "regulated", "banned"),
        ("sale_prohibited", "sale_prohibited", "sale_prohibited"),
        ("prescription_only", "age_restricted", "prescription_only"),
    ],
)
def test_effective(own: str, binding: str | None, answer: str) -> None:
    assert effective(term(Status, own), term(Status, binding) if binding else None) == answer


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: provision("P", "sell prohibited", DAY, age=21), "prohibited means prohibited for adults"),
        (lambda: replace(provision("P", "sell conditional", DAY), min_age=21), "needs the component age"),
        (lambda: provision("P", "sell prohibited", DAY, basis="emergency_order"), "give the day on which it expires"),
        (lambda: assertion("A", "no_specific_law", DAY), "never says no_specific_law; record a finding"),
        (lambda: assertion("A", "unknown", DAY), "never says unknown"),
        (lambda: relation("R", "restore", "P", DAY), "a restore names the relation that it undoes"),
        (lambda: relation("R", "end", "F", DAY, on="finding"), "acts on a provision or an assertion, not on a finding"),
        (lambda: relation("R", "stay", "R0", DAY, on="relation"), "not on a relation"),
        (lambda: relation("R", "replace", "P", DAY, "2026-02-01"), "only a stay has an end; a replace is undone by a restore"),
    ],
)
def test_what_is_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises(RefusedEntry, match=says):
        make()


def test_an_unknown_term_names_itself_and_the_known_ones() -> None:
    with pytest.raises(UnknownTerm, match="'illegal' is no status; known: banned, sale_prohibited"):
        term(Status, "illegal")


def test_a_limit_reads_as_a_cap() -> None:
    assert str(cap("1", "mg", "per_serving")) == "7-OH over 1 mg per serving"
    ratio = cap("100", "ratio", "ratio_to", analyte="mitragynine", reference="7-OH")
    assert str(ratio) == "mitragynine under 100 to 7-OH"


def test_an_open_period_covers_every_day() -> None:
    assert provision("P", "sell prohibited", "", key=ANY).period == Period()

"""The researched baseline: every row arrives, nothing is sharpened, and what cannot be normalised is in sight."""

import csv
from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from crawler import registry
from tests.conftest import SHARED, needs_shared
from tracker.codebook import MeasureKey, baseline, confidence, host_of, instrument_key, load
from tracker.codebook.tables import DATA
from tracker.domain.records import Assertion, Finding, Key, Position
from tracker.domain.vocabulary import (
    Component,
    Confidence,
    DateBasis,
    FoodLaw,
    LinkType,
    ProvisionKind,
    Stage,
    Status,
)

codebook = load()
base = baseline()
of_kind = {kind: [e for e in base.entries if isinstance(e.statement, kind)] for kind in (Assertion, Finding, Position)}


def table(name):
    with (DATA / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def statement(kind, jurisdiction, substance, day):
    return next(e for e in of_kind[kind] if e.statement.key == (jurisdiction, substance) and e.statement.period.covers(day))


def test_every_row_arrives():
    rows = table("status.csv") + table("local.csv")
    assert (len(table("status.csv")), len(table("local.csv"))) == (263, 60)
    assert len(of_kind[Assertion]) + len(of_kind[Finding]) == len(rows)
    assert len(of_kind[Finding]) == sum(row["status"] == "no_specific_law" for row in rows) == 84
    assert len(of_kind[Position]) == sum(bool(row["food_law_position"]) for row in rows) == 9
    assert (len(base.measures), len(base.sources)) == (234, 108)
    assert len(base.claims) == len(table("claims.csv")) + len(table("disagreements.csv"))
    assert len(table("claims.csv")) == 25


@needs_shared
@pytest.mark.parametrize("name", ["status.csv", "local.csv", "measures.csv", "claims.csv", "official_sources.csv"])
def test_the_tables_say_what_the_research_said(name):
    with (SHARED / "baseline" / name).open(encoding="utf-8", newline="") as rows:
        researched = list(csv.DictReader(rows))
    ours = [{column: row[column] for column in researched[0]} for row in table(name)]
    assert ours == researched


def test_statements_are_told_apart_and_periods_of_a_key_do_not_overlap():
    for kind, entries in of_kind.items():
        assert len({e.statement.id for e in entries}) == len(entries), kind
    periods: dict[Key, list] = {}
    for entry in of_kind[Assertion] + of_kind[Finding]:
        periods.setdefault(entry.statement.key, []).append(entry.statement.period)
    for key, held in periods.items():
        for one, two in combinations(sorted(held, key=lambda p: p.start or date.min), 2):
            assert one.end is not None, key
            assert one.end <= (two.start or date.min), key


def test_dates_keep_their_doubt():
    vermont = statement(Assertion, "US-VT", "kratom", date(2020, 1, 1)).statement.period
    assert (vermont.start, vermont.start_latest, vermont.end) == (date(2016, 1, 1), date(2016, 12, 31), None)
    before = statement(Finding, "US-VT", "kratom", date(2000, 1, 1)).statement.period
    assert (before.end, before.end_latest) == (date(2016, 1, 1), date(2016, 12, 31))
    indiana = statement(Assertion, "US-IN", "kratom", date(2020, 1, 1)).statement.period
    assert (indiana.start, indiana.start_latest) == (date(2012, 1, 1), date(2014, 7, 1))
    florida = statement(Assertion, "US-FL", "7-oh", date(2026, 7, 1)).statement.period
    assert (florida.start, florida.end) == (date(2026, 6, 22), date(2027, 6, 30))


def test_an_assertion_carries_the_conditions_of_its_row():
    kentucky = statement(Assertion, "US-KY", "kratom", date(2026, 1, 1))
    assert (kentucky.statement.status, kentucky.statement.min_age) == (Status.REGULATED, 21)
    assert {Component.AGE, Component.LABEL, Component.POTENCY_CAP} <= kentucky.statement.components
    assert kentucky.statement.instrument == "US-KY Acts 2024 ch. 44"
    georgia = statement(Assertion, "US-GA", "7-oh", date(2026, 1, 1)).statement
    assert georgia.threshold == "> 0.5 mg/g or > 1 mg per serving, or synthetic"
    assert statement(Assertion, "US-KS", "kratom", date(2026, 9, 1)).statement.contested.startswith("statute text unread")
    assert statement(Assertion, "US-AL", "kratom", date(2026, 9, 1)).evidence.kind is ProvisionKind.INTERPRETATION
    assert statement(Assertion, "IT", "kratom", date(2026, 9, 1)).statement.date_basis is DateBasis.COMPUTED


def test_a_finding_says_honestly_where_it_was_looked_for():
    entry = statement(Finding, "US-NC", "kratom", date(2026, 1, 1))
    assert entry.evidence.looked_in.startswith("researched baseline; sources as cited")
    assert entry.evidence.terms == "not recorded"
    assert entry.evidence.looked_on == date(2026, 11, 22)
    assert entry.statement.contested


def test_food_law_is_a_position_beside_the_finding():
    entry = statement(Position, "US-CA", "kratom", date(2026, 1, 1))
    assert entry.statement.value is FoodLaw.ACTIVELY_ENFORCED
    assert (entry.statement.period.start, entry.statement.period.start_latest) == (date(2025, 10, 1), date(2025, 10, 31))
    assert statement(Finding, "US-CA", "kratom", date(2026, 1, 1))
    assert statement(Position, "NL", "kratom", date(2023, 1, 1)).statement.value is FoodLaw.COURT_CONFIRMED


def test_statuses_agree_with_the_components_that_are_coded():
    bare = {Component.AGE, Component.TAX, Component.LOCAL_PREEMPTION}
    odd = {
        e.statement.key.jurisdiction.rpartition(":")[2]
        for e in of_kind[Assertion]
        if (e.statement.status is Status.REGULATED and not e.statement.components - bare)
        or (e.statement.status is Status.AGE_RESTRICTED and e.statement.components - bare)
    }
    # Highlands: terms unread. Chesterfield: the research says age limit, its note adds "behind counter".
    assert odd == {"highlands", "chesterfield"}


def test_every_link_is_typed_and_no_vendor_is_shown():
    for entry in base.entries:
        assert LinkType.VENDOR not in {codebook.link_type(url) for url in entry.evidence.urls}
    switzerland = statement(Assertion, "CH", "kratom", date(2026, 1, 1))
    assert switzerland.evidence.urls == ()
    assert "2 pages of vendors read and not shown" in switzerland.evidence.note
    columns = ("evidence_url", "evidence_url_2", "url", "base_url", "query_example")
    for name in ("status.csv", "local.csv", "measures.csv", "claims.csv", "official_sources.csv"):
        for row in table(name):
            for url in (row.get(column) or "" for column in columns):
                assert not url.startswith("http") or codebook.link_type(
                    url.replace(" ", "%20")
                )  # an example may be typed as people type


def test_no_host_is_listed_that_nothing_cites():
    columns = ("evidence_url", "evidence_url_2", "url", "base_url", "query_example")
    names = ("status.csv", "local.csv", "measures.csv", "claims.csv", "official_sources.csv")
    cited = " ".join(row.get(column) or "" for name in names for row in table(name) for column in columns)
    assert [host for host in codebook.hosts if host not in cited.lower()] == []


def test_a_host_that_a_source_declares_is_typed_alike_where_the_table_has_it_too():
    declared = {host_of(f"//{host.name}"): host.link_type for source in registry.sources().values() for host in source.hosts}
    assert {host: kind for host, kind in codebook.hosts.items() if declared.get(host, kind) is not kind} == {}


@pytest.mark.parametrize(
    ("links", "official_text", "expected"),
    [
        ((LinkType.PRESS,), True, Confidence.HIGH),
        ((LinkType.OFFICIAL, LinkType.OFFICIAL), False, Confidence.MEDIUM),
        ((LinkType.PRESS, LinkType.VENDOR), False, Confidence.MEDIUM),
        ((LinkType.LEGAL_DATABASE,), False, Confidence.MEDIUM),
        ((LinkType.TRACKER, LinkType.ADVOCACY), False, Confidence.LOW),
        ((LinkType.VENDOR, LinkType.VENDOR), False, Confidence.LOW),
        ((), False, Confidence.LOW),
    ],
)
def test_confidence_is_derived(links, official_text, expected):
    assert confidence(links, official_text) is expected


def test_instruments_stand_once_and_every_assertion_finds_its_own():
    keys = Counter(key for act in base.instruments for key in (act.key, *act.aliases))
    assert [key for key, times in keys.items() if times > 1] == []
    known = {act.key for act in base.instruments}
    cited = {e.statement.instrument for e in of_kind[Assertion]} - {""}
    assert cited <= known
    rows = [row for row in table("status.csv") + table("local.csv") if row["status"] != "no_specific_law"]
    without = sum(not row["instrument"] for row in rows)
    assert without == sum(not e.statement.instrument for e in of_kind[Assertion])


def test_two_rows_that_cite_one_act_differently_meet_in_one_instrument():
    kentucky = {e.statement.instrument for e in of_kind[Assertion] if e.statement.key.jurisdiction == "US-KY"}
    assert "US-KY Acts 2024 ch. 44" in kentucky
    assert "US-KY 2024 HB 293" not in kentucky
    act = next(act for act in base.instruments if act.key == "US-KY Acts 2024 ch. 44")
    assert act.aliases == ("US-KY 2024 HB 293",)
    kansas = {act.key for act in base.instruments if act.jurisdiction == "US-KS"}
    assert kansas == {"US-KS 2025-2026 HB 2365", "US-KS 2025-2026 SB 430"}


def test_instrument_keys_are_normal_forms():
    for act in base.instruments:
        for key in (act.key, *act.aliases):
            assert instrument_key(act.jurisdiction, key, codebook.session_in) == key


def measure(jurisdiction, session, identifier):
    return next(
        m for m in base.measures if MeasureKey(m.jurisdiction, m.session, m.identifier) == (jurisdiction, session, identifier)
    )


def test_measures_are_unique_after_normalisation():
    keys = Counter(MeasureKey(m.jurisdiction, m.session, m.identifier) for m in base.measures)
    assert [key for key, times in keys.items() if times > 1] == []
    assert measure("US-MI", "2017-2018", "SB 1236")
    assert base.companions["US-NJ", "2026-2027", "A 1203"] == ("S 2271",)


def test_companions_do_not_stand_as_measures_of_their_own():
    keys = {(m.jurisdiction, m.session, m.identifier) for m in base.measures}
    paired = [(key.jurisdiction, key.session, other) for key, others in base.companions.items() for other in others]
    assert [one for one in paired if one in keys] == []


def test_what_has_no_normal_form_is_listed_and_kept():
    listed = {(one.jurisdiction, one.text) for one in base.unnormalised}
    assert len(listed) == len(base.unnormalised) == 16
    assert ("US-MA", "FastDemocracy MAB00084016") in listed
    assert listed <= {(m.jurisdiction, m.identifier) for m in base.measures}
    assert {one.file for one in base.unnormalised} == {"measures.csv"}


def test_a_measure_keeps_direction_at_introduction_apart_from_effect():
    georgia = measure("US-GA", "2023-2024", "HB 181")
    assert (georgia.direction_as_introduced, georgia.effect_as_enacted) == ("ban", "regulate")
    assert measure("US-KS", "2017-2018", "SB 282").effect_as_enacted == "other"
    assert measure("US-MI", "2025-2026", "HB 5537").effect_as_enacted == ""
    assert {m.effect_as_enacted for m in base.measures if m.stage is Stage.FAILED} == {""}


def test_stages_follow_the_written_mapping_and_the_rows_that_know_more():
    assert measure("US", "rules", "FR Doc. 2026-13580").stage is Stage.NOTICE_OF_INTENT
    assert measure("US", "rules", "FR Doc. 2026-17429").stage is Stage.TEMPORARY_ORDER
    assert measure("US-FL", "rules", "2ER26-1").stage is Stage.EMERGENCY_RULE
    assert measure("US-DE", "2025-2026", "HB 332").stage is Stage.PASSED_BOTH_CHAMBERS
    assert measure("US-KY", "2026", "HB 757").stage is Stage.ENACTED
    assert measure("US-MO", "2022", "HB 1667").stage is Stage.VETOED


def test_measure_dates_keep_their_doubt():
    arkansas = next(m for m in base.measures if m.jurisdiction == "US-AR" and m.session == "rules")
    introduced, last, effective = arkansas.actions
    assert (introduced.on, introduced.on_latest) == (date(2015, 1, 1), date(2015, 12, 31))
    assert (last.on, last.on_latest, arkansas.stage_on) == (date(2016, 2, 1), date(2016, 2, 29), None)
    assert (effective.on, arkansas.effective_on) == (date(2016, 2, 1), date(2016, 2, 1))


def test_official_addresses_only_stand_as_official():
    for one in base.measures:
        assert not one.official_url or codebook.link_type(one.official_url) is LinkType.OFFICIAL
    assert measure("US-OR", "2021", "HB 2646").official_url == ""


def test_every_reason_is_written():
    assert all(row["reason"] for row in table("outcomes.csv"))
    used = {(row["outcome"], row["kind"]) for row in table("measures.csv") if not row["stage"]}
    assert used <= {(row["value"], row["kind"]) for row in table("outcomes.csv")}


def test_disagreements_name_who_says_what_and_what_was_chosen():
    numbers = {(row["notes_section"], int(row["notes_number"])) for row in table("disagreements.csv")}
    sections = {"us-am": 15, "us-nw": 15, "world": 20}
    assert numbers == {(name, n) for name, last in sections.items() for n in range(1, last + 1)}
    suffolk = next(c for c in base.claims if c.jurisdiction.endswith("county:suffolk"))
    assert (suffolk.claimant, suffolk.status) == ("ikratom", "no_specific_law")
    assert "Chosen: Age limit" in suffolk.note
    assert all(claim.claimant for claim in base.claims)

"""The facts of an edition, on both databases: what is news in which period, what is counted, and that the numbers reconcile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.databases import Database
from tests.refusals import refused
from tests.tracker import replays
from tests.tracker.domain.build import assertion, finding, provision, relation, replaces
from tests.tracker.reports.record import VENDOR, Kept, moved
from tracker.domain.records import Key
from tracker.history.period import EmptyRecord
from tracker.reports import facts
from tracker.reports.facts import Unreconciled
from tracker.store.schema import tables as t

KY, MA, KS, VT, FL = (Key(f"US-{state}", "kratom") for state in ("KY", "MA", "KS", "VT", "FL"))
GUAM, FINLAND = Key("US-GU", "kratom"), Key("FI", "kratom")


def kentucky(kept: Kept) -> None:
    """Golden case 1: regulated since 2024; an act of 2026 bars sale from 2027-01-01."""
    old = provision("P1", "sell conditional", "2024-07-15", key=KY, age=21, components="label", instrument="HB 293 (2024)")
    held = kept.write("2026-06-01", "research", finding("F", end="2024-07-15", key=KY), old).refs["P1"]
    new = provision(
        "P2", "sell prohibited", "2027-01-01", key=KY, basis="sale_ban", instrument="HB 757 (2026)", pinpoint="ch. 161"
    )
    acts = replace(replaces("P2", "P1", "2027-01-01"), target=held)
    kept.write("2026-11-18T09:00Z", "law", new, acts, made="2026-04-14", quote="No retailer may sell kratom.")


def test_nothing_recorded_is_said_with_its_remedy(kept: Kept) -> None:
    with refused(EmptyRecord, match="kratom-tracker run"):
        kept.edition("2026-W47", "2026-12-01")


def test_a_law_signed_for_later_is_in_force_in_the_week_of_its_day_though_nothing_ran(kept: Kept) -> None:
    kentucky(kept)
    signed = kept.edition("2026-W47", "2027-02-01")
    assert moved(signed.in_force) == []
    assert moved(signed.enacted) == [("US-KY", "enacted_for_later", "regulated", "sale_prohibited")]
    (item,) = signed.enacted
    assert (item.new, item.days_to_go, item.day) == (True, 40, date(2027, 1, 1))
    assert signed.bottom_line.numbers.enacted_for_later == 1

    quiet = kept.edition("2026-W52", "2027-02-01")
    assert (moved(quiet.in_force), quiet.enacted[0].new, quiet.bottom_line.numbers.enacted_for_later) == ([], False, 0)

    week = kept.edition("2026-W53", "2027-02-01")
    assert moved(week.in_force) == [("US-KY", "took_effect", "regulated", "sale_prohibited")]
    assert week.bottom_line.numbers.in_force == 1
    assert week.maps[0].changed == {"US-KY": ("regulated", "sale_prohibited")}
    assert moved(kept.edition("2027-W01", "2027-02-01").in_force) == []


def test_an_item_shows_its_evidence_and_never_a_vendor(kept: Kept) -> None:
    kentucky(kept)
    (item,) = kept.edition("2026-W53", "2027-02-01").in_force
    (said,) = item.evidence
    assert (said.says, said.instrument, said.pinpoint) == ("Sell: prohibited", "HB 757 (2026)", "ch. 161")
    assert (said.quote, said.made_on, said.coder, said.reviewer) == (
        "No retailer may sell kratom.",
        date(2026, 4, 14),
        "A. Coder",
        "R. Viewer",
    )
    assert (item.verified, item.confidence.code) == (True, "high")
    kept.write("2026-11-19", "law", provision("V", "possess prohibited", "2026-11-19", key=FL), urls=(VENDOR,), made="2026-11-19")
    (florida,) = kept.edition("2026-W47", "2027-02-01").in_force
    assert [said.links for said in florida.evidence] == [()]
    assert VENDOR not in facts.to_json(kept.edition("2026-W47", "2027-02-01"))


def test_a_first_edition_says_what_was_loaded_and_no_more(kept: Kept) -> None:
    kept.write(
        "2026-11-25T12:00Z",
        "research",
        finding("F", key=MA),
        assertion("A", "banned", "2026-11-17", key=KY),
        assertion("B", "banned", "2017", key=FINLAND),
        origin="baseline",
    )
    edition = kept.edition("2026-W47", "2026-12-01")
    assert (edition.masthead.retrospective, edition.masthead.first) == (True, True)
    assert edition.masthead.known == edition.masthead.record_began
    assert moved(edition.in_force) == [("US-KY", "took_effect", "unknown", "banned")]
    assert (edition.in_force[0].retrospective, edition.in_force[0].verified) == (True, False)
    assert edition.loaded.changes == {"countries": 1, "us_states": 2}
    assert edition.loaded.statements == {"assertion": 2, "finding": 1}
    assert edition.bottom_line.numbers.first_recorded == 3
    assert (edition.corrections, edition.actions) == ((), ())
    assert moved(kept.edition("2026-W48", "2026-12-01").in_force) == []


def test_a_quiet_week_is_an_edition_and_says_no_change_of_watched_units_only(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=KY))
    edition = kept.edition("2026-W47", "2026-12-01")
    assert edition.in_force == ()
    assert "does not say that there was none" in edition.bottom_line.sentences[0]
    assert edition.bottom_line.watched.startswith("0 of 51 states and DC, 0 of 5 territories and 0 of 244 countries")
    kept.run("fi_finlex", "2026-11-21T06:00Z")
    watched = kept.edition("2026-W47", "2026-12-01")
    assert (
        "no change of a status was seen in the 1 jurisdiction that a working official source watches"
        in watched.bottom_line.sentences[0]
    )
    assert "1 of 244 countries" in watched.bottom_line.watched


def test_a_correction_is_never_in_force_since_last_week(kept: Kept) -> None:
    kept.write("2026-06-07", "research", finding("F", key=KS))
    kept.write("2026-11-20", "record", provision("P", "possess prohibited", "2026-07-01", key=KS))
    edition = kept.edition("2026-W47", "2026-12-01")
    assert edition.in_force == ()
    assert moved(edition.corrections) == [("US-KS", "corrected", "no_specific_law", "banned")]
    assert edition.bottom_line.numbers.corrected == 1
    assert edition.maps[0].changed == {}
    assert moved(kept.edition("2026-W27", "2026-12-01").in_force) == []


def test_a_day_in_doubt_belongs_to_the_period_that_holds_the_whole_interval(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", end="2016", key=VT), assertion("A", "banned", "2016", key=VT))
    year = kept.edition("2016", "2026-12-01")
    assert moved(year.in_force) == [("US-VT", "took_effect", "no_specific_law", "banned")]
    assert (year.in_force[0].day, year.in_force[0].latest) == (date(2016, 1, 1), date(2016, 12, 31))
    for period in ("2016-01", "2016-12", "2016-W01", "2016-W52", "2015", "2017"):
        assert kept.edition(period, "2026-12-01").in_force == (), period


def test_what_was_learnt_late_says_so_in_the_week_of_our_record(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=MA))
    kept.write("2026-12-03T12:00Z", "law", provision("P", "possess prohibited", "2026-11-29", key=MA), made="2026-11-29")
    assert moved(kept.edition("2026-W48", "2026-12-31").in_force) == []
    week = kept.edition("2026-W49", "2026-12-31")
    assert [(it.found_late, it.counted) for it in week.in_force] == [(4, True)]
    assert week.maps[0].changed == {"US-MA": ("no_specific_law", "banned")}
    later = kept.edition("2026-W48", "2026-12-31", known="2026-12-10")
    assert moved(later.in_force) == [("US-MA", "took_effect", "no_specific_law", "banned")]


def test_an_expiry_and_a_check_due_are_told_apart(kept: Kept) -> None:
    rule = provision("P", "possess prohibited", "2026-08-28", "2026-11-20", key=MA, basis="emergency_order")
    kept.write("2026-06-01", "research", finding("F", "2026-01-01", "2026-11-18", key=KS), rule)
    before = kept.edition("2026-W46", "2026-12-01")
    assert moved(before.sunsets) == [("US-MA", "expired", "banned", "unknown")]
    assert moved(before.to_check) == [
        ("US-KS", "check_due", "no_specific_law", "unknown"),
        ("US-MA", "expired", "banned", "unknown"),
    ]
    week = kept.edition("2026-W47", "2026-12-01")
    assert moved(week.in_force) == [("US-MA", "expired", "banned", "unknown")]
    assert moved(week.coverage.check_due) == [("US-KS", "check_due", "no_specific_law", "unknown")]
    assert week.maps[0].apart == ("US-KS",)
    assert week.bottom_line.numbers.in_force == 1


def test_a_stay_is_news_and_stands_among_the_stays(kept: Kept) -> None:
    rule = provision("P", "possess prohibited", "2026-08-01", key=MA, instrument="Act 7")
    held = kept.write("2026-09-01", "research", rule).refs["P"]
    stay = replace(relation("S", "stay", "P", "2026-11-16"), target=held)
    kept.write("2026-11-17", "law", stay, made="2026-11-16", citation="Doe v. State")
    edition = kept.edition("2026-W47", "2026-12-01")
    assert moved(edition.in_force) == [("US-MA", "stayed", "banned", "unknown")]
    assert [said.citation for said in edition.in_force[0].evidence] == ["Doe v. State"]
    (on_hold,) = edition.stays
    assert (on_hold.place.code, on_hold.target.instrument, on_hold.by.citation) == ("US-MA", "Act 7", "Doe v. State")
    assert kept.edition("2026-W46", "2026-12-01").stays == ()


def test_what_the_record_takes_back_before_the_cut_off_is_not_counted(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=MA))
    rule = kept.write("2026-11-17", "law", provision("P", "possess prohibited", "2026-11-17", key=MA), made="2026-11-17").refs[
        "P"
    ]
    kept.withdraw("2026-11-19", "record", rule)
    edition = kept.edition("2026-W47", "2026-12-01")
    assert [(it.overtaken, it.counted) for it in edition.in_force] == [(True, False)]
    assert (edition.bottom_line.numbers.in_force, edition.bottom_line.numbers.corrected) == (0, 1)
    assert edition.maps[0].changed == {}


def test_terms_are_items_that_no_headline_counts(kept: Kept) -> None:
    written = kept.write(
        "2026-06-01", "research", provision("P1", "sell conditional", "2025-07-01", key=KY, age=21, components="label")
    )
    new = provision("P2", "sell conditional", "2026-11-18", key=KY, age=21, components="label potency_cap", pinpoint="2")
    kept.write(
        "2026-11-18T12:00Z", "law", new, replace(replaces("P2", "P1", "2026-11-18"), target=written.refs["P1"]), made="2026-11-01"
    )
    edition = kept.edition("2026-W47", "2026-12-01")
    assert [(it.significance.code, it.counted) for it in edition.in_force] == [("terms", False)]
    assert edition.in_force[0].after.terms == "21+, label, potency cap"
    assert edition.bottom_line.numbers.in_force == 0


def test_the_contested_and_the_territories_are_counted_apart(kept: Kept) -> None:
    kept.write(
        "2026-11-02",
        "research",
        assertion("A", "banned", "2017", key=KY, contested="sources disagree"),
        assertion("B", "banned", "2017", key=KS),
        assertion("C", "banned", "2017", key=GUAM),
        origin="baseline",
    )
    rows = {row.group: row for row in kept.edition("2026-W47", "2026-12-01").standing if row.substance.code == "kratom"}
    states, territories = rows["us_states"], rows["us_territories"]
    assert (states.whole, states.counts["banned"], states.contested, states.not_verified) == (51, 1, 1, 2)
    assert (territories.whole, territories.counts["banned"], territories.contested) == (5, 1, 0)


def test_a_summary_of_a_rule_that_ends_is_a_sunset_and_a_finding_none(kept: Kept) -> None:
    law = assertion("A", "banned", "2026-01-01", "2027-01-10", key=MA)
    kept.write("2026-06-01", "research", finding("F", "2026-01-01", "2027-02-01", key=KS), law)
    edition = kept.edition("2026-W47", "2026-12-01")
    assert moved(edition.sunsets) == [("US-MA", "check_due", "banned", "unknown")]


def test_what_has_become_law_is_no_step_away(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=MA))
    kept.measure("US-MA", "194", "H 3", "notice_of_intent", "2026-11-18", at="2026-11-19", effect_as_enacted="ban")
    kept.measure("US-MA", "194", "H 4", "notice_of_intent", "2026-11-18", at="2026-11-19")
    edition = kept.edition("2026-W47", "2026-12-01")
    assert [step.title for step in edition.could_change] == ["H 4: Title of H 4 (at this stage since 18 November 2026)"]


def test_measures_and_events_tell_what_could_change_and_old_steps_are_no_news(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=MA))
    bill = kept.measure("US-MA", "194", "H 1", "to_executive", "2026-11-18", at="2026-11-19")
    kept.measure("US-MA", "194", "H 2", "enacted", "2026-02-01", at="2026-11-19", effective_on=date(2026, 12, 5))
    asked = {
        "jurisdiction": "US-MA",
        "kind": "hearing",
        "happens_on": date(2026, 11, 30),
        "title": "Hearing of H 1",
        "measure": bill,
    }
    kept.add(t.event, **asked, recorded_at=kept.instant("2026-11-19"))
    kept.step("2026-11-19T12:00Z", "measure_advanced", bill, "US-MA", date(2026, 11, 18), "to_executive")
    kept.step("2026-11-19T12:00Z", "measure_enacted", bill + 1, "US-MA", date(2026, 2, 1), "enacted")
    edition = kept.edition("2026-W47", "2026-12-01")
    assert [(step.kind.code, step.title, step.days_to_go) for step in edition.could_change] == [
        ("hearing", "Hearing of H 1", 8),
        ("measure_takes_effect", "H 2: Title of H 2", 13),
    ]
    assert [(step.measure, step.after.label, step.days_old) for step in edition.actions] == [
        ("H 1 (194)", "With the executive", 1)
    ]
    assert edition.older_steps == 1
    assert edition.bottom_line.numbers.could_change == 2
    undated = kept.edition("2026-W49", "2026-12-15")
    assert ("to_executive", None) in [(step.kind.code, step.days_to_go) for step in undated.could_change]
    earlier = kept.edition("2026-W46", "2026-12-01")
    assert (earlier.could_change, earlier.actions) == ((), ())


def test_coverage_says_each_end_and_silence_moves_nothing(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=FINLAND))
    kept.run("fi_finlex", "2026-11-10T06:00Z")
    kept.run("fi_finlex", "2026-11-20T06:00Z", "held", '{"blocked": 2}')
    kept.run("us_ecfr", "2026-11-19T06:00Z")
    kept.run("gb_bills", "2026-11-19T06:00Z", "no_network", '{"no_network": 1}')
    kept.change(
        "2026-11-20T06:00Z",
        {"source": "fi_finlex", "jurisdiction": "FI"},
        {"kind": "source_lost", "before": "healthy", "after": "held"},
    )
    edition = kept.edition("2026-W47", "2026-12-01")
    seen = {source.key: (source.state, source.working) for source in edition.coverage.sources}
    assert seen["fi_finlex"] == ("unreachable", False)
    assert seen["us_ecfr"] == ("unchanged", True)
    assert seen["gb_bills"] == ("not_checked", False)
    assert (edition.coverage.checked, edition.coverage.unreachable) == (2, 1)
    assert edition.coverage.oldest_good_source == "fi_finlex"
    assert edition.coverage.watched_codes == ("US",)
    assert [note.kind.code for note in edition.source_notes] == ["source_lost"]
    assert edition.in_force == ()
    world = next(drawn for drawn in edition.maps if drawn.region == "world")
    assert [row.code for row in world.after if row.stale] == ["FI"]


def test_what_is_learnt_at_the_very_end_of_a_period_belongs_to_the_next(kept: Kept) -> None:
    kept.write("2026-06-01", "research", finding("F", key=MA))
    kept.write("2026-11-23T05:00:00Z", "law", provision("P", "possess prohibited", "2026-11-22", key=MA), made="2026-11-22")
    assert kept.edition("2026-W47", "2026-12-15").in_force == ()
    assert moved(kept.edition("2026-W48", "2026-12-15").in_force) == [("US-MA", "took_effect", "no_specific_law", "banned")]


def test_the_same_record_gives_the_same_facts_ever_after(kept: Kept) -> None:
    kentucky(kept)
    first = facts.to_json(kept.edition("2026-W47", "2026-12-01"))
    kept.write("2026-12-03", "law", provision("P", "possess prohibited", "2026-11-20", key=MA), made="2026-11-20")
    kept.run("us_ecfr", "2026-12-19T06:00Z")
    assert facts.to_json(kept.edition("2026-W47", "2027-02-01")) == first


def test_both_databases_give_the_same_bytes(sqlite: Database, postgresql: Database, tmp_path: Path) -> None:
    told = []
    for number, database in enumerate((sqlite, postgresql)):
        with database.copy(replays.empty, tmp_path / str(number)) as record:
            kept = Kept(record.open().engine, record.data)
            kentucky(kept)
            told.append([facts.to_json(kept.edition(period, "2027-02-01")) for period in ("2026-W47", "2026-W53", "2024")])
            kept.engine.dispose()
    assert told[0] == told[1]


@pytest.mark.parametrize("broken", ["in_force", "corrected", "first_recorded", "could_change", "enacted_for_later"])
def test_a_number_that_is_not_the_count_of_its_items_stops_the_edition(kept: Kept, broken: str) -> None:
    kentucky(kept)
    edition = kept.edition("2026-W47", "2026-12-01")
    numbers = edition.bottom_line.numbers
    wrong = replace(numbers, **{broken: getattr(numbers, broken) + 1})
    with pytest.raises(Unreconciled, match="the bottom line"):
        facts.reconcile(replace(edition, bottom_line=replace(edition.bottom_line, numbers=wrong)))


def test_a_status_that_is_counted_twice_stops_the_edition(kept: Kept) -> None:
    kentucky(kept)
    edition = kept.edition("2026-W47", "2026-12-01")
    row = edition.standing[0]
    wrong = replace(row, counts=dict(row.counts) | {"banned": row.counts["banned"] + 1})
    with pytest.raises(Unreconciled, match="kratom in US states and DC"):
        facts.reconcile(replace(edition, standing=(wrong, *edition.standing[1:])))

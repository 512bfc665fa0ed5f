"""Over the editions of all weeks a change is in force once: a stay that was announced, and law of the week in which the record began."""

from __future__ import annotations

from dataclasses import replace

from tests.tracker.domain.build import finding, provision, relation
from tests.tracker.reports.record import Kept, moved
from tracker.domain.dates import Period
from tracker.domain.records import Key

MA = Key("US-MA", "kratom")


def test_a_stay_to_come_is_announced_once_and_in_force_once(kept: Kept) -> None:
    rule = provision("P", "possess prohibited", "2026-08-01", key=MA, instrument="Act 7")
    held = kept.write("2026-09-01", "research", rule).refs["P"]
    stay = replace(relation("S", "stay", "P", "2026-11-26", "2026-12-03"), target=held)
    kept.write("2026-11-17", "law", stay, made="2026-11-16", citation="Doe v. State")
    learnt = kept.edition("2026-W47", "2026-12-31")
    assert (learnt.in_force, learnt.stays) == ((), ())
    assert [(it.new, it.before.status, it.after.status, it.days_to_go) for it in learnt.enacted] == [
        (True, "banned", "unknown", 4),
        (False, "unknown", "banned", 11),
    ]
    week = kept.edition("2026-W48", "2026-12-31")
    assert moved(week.in_force) == [("US-MA", "stayed", "banned", "unknown")]
    assert [said.citation for said in week.in_force[0].evidence] == ["Doe v. State"]
    assert moved(kept.edition("2026-W49", "2026-12-31").in_force) == [("US-MA", "stay_lifted", "unknown", "banned")]


def test_law_of_the_week_in_which_the_record_began_is_told_once(kept: Kept) -> None:
    kept.write("2026-11-18T12:00Z", "research", finding("F", key=MA))
    kept.write("2026-11-19T12:00Z", "law", provision("P", "possess prohibited", "2026-11-17", key=MA), made="2026-11-16")
    week = kept.edition("2026-W47", "2026-12-31")
    assert [(it.found_late, it.retrospective) for it in week.in_force] == [(2, False)]
    later = kept.edition("2026-W46", "2026-12-31", known="2026-12-10")
    assert later.in_force == ()


def test_a_law_that_is_called_off_before_its_day_is_news_once(kept: Kept) -> None:
    rule = provision("P", "possess prohibited", "2027-01-01", key=MA, instrument="Act 7")
    held = kept.write("2026-11-10", "law", rule, made="2026-11-09").refs["P"]
    repeal = replace(relation("E", "end", "P", "2027-01-01"), target=held)
    kept.write("2026-11-17", "law", repeal, made="2026-11-16", citation="Act 8")
    enacted = kept.edition("2026-W46", "2026-12-31").enacted
    assert [(it.new, it.before.status, it.after.status) for it in enacted] == [(True, "unknown", "banned")]
    week = kept.edition("2026-W47", "2026-12-31")
    assert [(it.new, it.before.status, it.after.status, it.days_to_go) for it in week.enacted] == [
        (True, "banned", "unknown", 40)
    ]
    assert week.bottom_line.numbers.enacted_for_later == 1
    assert kept.edition("2026-W48", "2026-12-31").enacted == ()


def test_a_day_that_is_corrected_in_the_week_in_which_it_was_enacted_is_not_called_off(kept: Kept) -> None:
    rule = provision("P", "possess prohibited", "2027-01-01", key=MA, instrument="Act 7")
    held = kept.write("2026-11-17", "law", rule, made="2026-11-16").refs["P"]
    kept.withdraw("2026-11-18", "record", held)
    kept.write("2026-11-18", "record", provision("P", "possess prohibited", "2027-02-01", key=MA, instrument="Act 7"))
    assert [it.day.isoformat() for it in kept.edition("2026-W47", "2026-12-31").enacted if it.day] == ["2027-02-01"]


def test_a_law_whose_day_becomes_known_is_not_called_off(kept: Kept) -> None:
    in_doubt = Period.parse("2027", start_latest="2027-03")
    rule = replace(provision("P", "possess prohibited", "2027-01-01", key=MA, instrument="Act 7"), period=in_doubt)
    held = kept.write("2026-11-10", "law", rule, made="2026-11-09").refs["P"]
    kept.withdraw("2026-11-17", "law", held)
    kept.write("2026-11-17", "law", replace(rule, period=Period.parse("2027-02-01")), made="2026-11-09")
    told = kept.edition("2026-W47", "2026-12-31").enacted
    assert [(it.day.isoformat(), it.new, it.after.status) for it in told if it.day] == [("2027-02-01", True, "banned")]

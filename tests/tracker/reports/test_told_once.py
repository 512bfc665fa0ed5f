"""Over the editions of all weeks a change is in force once: a stay that was announced, and law of the week in which the record began."""

from __future__ import annotations

from dataclasses import replace

from tests.tracker.domain.build import finding, provision, relation
from tests.tracker.reports.record import Kept, moved
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

"""What a difference between two records is called, and the cause that is taken where nobody set one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tracker.domain.build import (
    ANY,
    assertion,
    cap,
    day,
    finding,
    position,
    provision,
    relation,
    replaces,
    restores,
)
from tests.tracker.domain.memory import record_of
from tracker.domain.changes import COUNTED, boundaries, default_cause, derived, differences, significance, steps
from tracker.domain.entries import Statement
from tracker.domain.records import Content, Ref, Timeline
from tracker.domain.timeline import build
from tracker.domain.vocabulary import Cause, ChangeKind, Component, FoodLaw, Significance, Status

F = finding("F")
RULES = provision("P1", "sell conditional", "2024-07-15", age=21, components="label")
BAN = provision("P2", "sell prohibited", "2027-01-01")
TAKES_OVER: list[Statement] = [BAN, replaces("P2", "P1", "2027-01-01")]
STAY = relation("S", "stay", "P2", "2027-01-10", "2027-03-01")
TODAY = day("2026-11-22")


def line(*statements: Statement) -> Timeline:
    return build(record_of(ANY, statements))


def told(
    old: list[Statement], more: list[Statement], today: str = "2026-11-22", made: str = "", cause: Cause = Cause.LAW
) -> list[str]:
    """Each boundary as `day kind before > after significance late`."""
    differing = boundaries(
        differences(line(*old), line(*old, *more)), line(*old, *more), cause, day(today), day(made) if made else None
    )
    return [
        f"{row.day} {row.kind} {row.before.status} > {row.after.status} {row.significance}"
        + (f" {row.found_late}" if row.found_late is not None else "")
        for row in differing
    ]


# Cause law. -------------------------------------------------------------------------------------------------------------------


def test_nothing_new_is_no_change() -> None:
    assert told([RULES], []) == []


def test_signed_for_later_and_learnt_on_the_day_and_late() -> None:
    step = "regulated > sale_prohibited status"
    assert told([RULES], TAKES_OVER, "2026-12-31") == [f"2027-01-01 enacted_for_later {step}"]
    assert told([RULES], TAKES_OVER, "2027-01-01") == [f"2027-01-01 took_effect {step} 0"]
    assert told([RULES], TAKES_OVER, "2027-01-04") == [f"2027-01-01 took_effect {step} 3"]


def test_made_after_its_day_is_retroactive_and_not_found_late() -> None:
    step = "2027-01-01 {} regulated > sale_prohibited status"
    assert told([RULES], TAKES_OVER, "2027-02-01", made="2027-01-02") == [step.format("retroactive")]
    assert told([RULES], TAKES_OVER, "2027-02-01", made="2027-01-01") == [step.format("took_effect") + " 31"]
    assert told([RULES], TAKES_OVER, "2027-02-01") == [step.format("took_effect") + " 31"], "who does not know does not say it"


def test_retroactive_compares_the_two_records_about_the_day() -> None:
    temporary = provision("T", "possess prohibited", "2026-01-01", "2026-06-01")
    later = relation("E", "end", "T", "2026-03-01")
    assert told([F, temporary], [later], made="2026-11-20") == ["2026-03-01 retroactive banned > unknown status"]
    assert told([F], [temporary], made="2026-11-20") == [
        "2026-01-01 retroactive no_specific_law > banned status",
        "2026-06-01 retroactive no_specific_law > unknown status",
    ]


def test_own_ends_are_derived_when_they_come_and_stored_when_they_have_come() -> None:
    temporary = provision("T", "possess prohibited", "2026-11-01", "2026-11-20")
    begins = "2026-11-01 took_effect no_specific_law > banned status"
    assert told([F], [temporary], "2026-11-19") == [f"{begins} 18"]
    assert told([F], [temporary], "2026-11-20") == [f"{begins} 19", "2026-11-20 expired banned > unknown status 0"]
    assert told([F], [temporary], "2026-11-22") == [f"{begins} 21", "2026-11-20 expired banned > unknown status 2"]


def test_ends_of_a_search_are_to_be_checked_and_weigh_nothing() -> None:
    summary = assertion("A", "banned", "2026-01-01", "2026-11-20")
    assert told([F], [summary], "2026-11-19") == ["2026-01-01 took_effect no_specific_law > banned status 322"]
    assert told([F], [summary], "2026-11-22")[1:] == ["2026-11-20 check_due banned > unknown none 2"]


def test_stays() -> None:
    old: list[Statement] = [RULES, *TAKES_OVER]
    stays, lifted = "stayed sale_prohibited > regulated status", "stay_lifted regulated > sale_prohibited status"
    assert told(old, [STAY], "2027-01-12") == [f"2027-01-10 {stays} 2"]
    assert told([*old, STAY], [restores("R", "S", "2027-02-01")], "2027-02-01") == [f"2027-02-01 {lifted} 0"]
    assert told([*old, STAY], [restores("R", "S", "2027-01-10")], "2027-02-01", made="2027-02-01") == [f"2027-01-10 {lifted} 22"]


def test_a_stay_to_come_is_announced_and_called_what_it_is_on_its_day() -> None:
    old: list[Statement] = [RULES, *TAKES_OVER]
    announced = ["2027-01-10 enacted_for_later sale_prohibited > regulated status"]
    assert told(old, [STAY], "2027-01-09") == announced
    assert told(old, [STAY], "2027-01-10") == ["2027-01-10 stayed sale_prohibited > regulated status 0"]
    lifted = restores("R", "S", "2027-02-01")
    assert told([*old, STAY], [lifted], "2027-01-31") == ["2027-02-01 enacted_for_later regulated > sale_prohibited status"]
    kinds = [(row.period.start, derived(before, row).kind) for before, row in steps(line(*old, STAY))]
    assert kinds[2:] == [(day("2027-01-10"), "stayed"), (day("2027-03-01"), "stay_lifted")]


def test_a_stay_before_the_first_day_is_a_stay() -> None:
    injunction = relation("S", "stay", "P2", "2026-12-20")
    old: list[Statement] = [RULES, *TAKES_OVER]
    assert told(old, [injunction], "2026-12-20") == ["2027-01-01 stayed sale_prohibited > regulated status"]
    ended = relation("E", "end", "P2", "2026-12-20")
    voided = "2027-01-01 enacted_for_later sale_prohibited > unknown status"
    assert told(old, [ended, relation("E1", "end", "P1", "2026-12-20")], "2026-12-10")[-1] == voided


def test_a_law_over_a_stay_lifts_nothing() -> None:
    newer = provision("P3", "possess prohibited", "2027-01-01")
    more: list[Statement] = [newer, replaces("P3", "P1", "2027-01-01"), replaces("P3", "P2", "2027-01-01")]
    assert told([RULES, *TAKES_OVER, STAY], more, "2027-02-01") == [
        "2027-01-01 took_effect regulated > banned status 31",
        "2027-01-10 took_effect banned > banned none 22",
        "2027-03-01 enacted_for_later banned > banned none",
    ]


def test_a_stay_that_goes_on_is_a_stay() -> None:
    longer = relation("S2", "stay", "P2", "2027-03-01")
    assert told([RULES, *TAKES_OVER, STAY], [longer], "2027-02-20") == ["2027-03-01 stayed sale_prohibited > regulated status"]


def test_of_a_law_that_is_called_off_the_old_record_is_before() -> None:
    repealed = relation("E", "end", "P2", "2026-12-20")
    assert told([RULES, BAN], [repealed], "2026-12-20") == ["2027-01-01 enacted_for_later sale_prohibited > regulated status"]


def test_in_doubt_has_come_when_its_last_possible_day_has_come() -> None:
    law = provision("P", "sell prohibited", "2026-12")
    step = "no_specific_law > sale_prohibited status"
    assert told([F], [law], "2026-12-10") == [f"2026-12-01 enacted_for_later {step}"]
    assert told([F], [law], "2026-12-31") == [f"2026-12-01 took_effect {step} 30"]
    assert told([F], [law], "2027-01-05", made="2026-12-20") == [f"2026-12-01 took_effect {step} 35"], "not surely retroactive"
    assert told([F], [law], "2027-01-05", made="2027-01-02") == [f"2026-12-01 retroactive {step}"]
    differing = boundaries(differences(line(F), line(F, law)), line(F, law), Cause.LAW, TODAY, None)
    assert [(row.day, row.latest) for row in differing] == [(day("2026-12-01"), day("2026-12-31"))]


def test_as_far_back_as_known() -> None:
    law = provision("P", "sell prohibited", "")
    assert told([F], [law], made="2026-11-01") == ["None retroactive no_specific_law > sale_prohibited status"]
    assert told([F], [law]) == ["None took_effect no_specific_law > sale_prohibited status"]


# The other causes decide alone. -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cause", "kind"), [(Cause.RECORD, "corrected"), (Cause.METHOD, "method_changed")])
def test_record_and_method(cause: Cause, kind: str) -> None:
    temporary = provision("T", "possess prohibited", "2026-11-01", "2027-11-01")
    assert told([F], [temporary], made="2026-11-10", cause=cause) == [
        f"2026-11-01 {kind} no_specific_law > banned status",
        f"2027-11-01 {kind} no_specific_law > unknown status",
    ]


def test_research_is_first_recorded_or_confirms() -> None:
    summary = assertion("A", "sale_prohibited", "2027-01-01")
    quiet = replace(BAN, schedule="I")
    assert told([], [summary], cause=Cause.RESEARCH) == ["2027-01-01 first_recorded unknown > sale_prohibited status"]
    assert told([summary], [quiet], cause=Cause.RESEARCH) == ["2027-01-01 confirmed sale_prohibited > sale_prohibited none"]
    moving = provision("P3", "possess prohibited", "2028-01-01")
    assert told([summary], [quiet, moving], cause=Cause.RESEARCH) == [
        "2027-01-01 first_recorded sale_prohibited > sale_prohibited terms",
        "2028-01-01 first_recorded sale_prohibited > banned status",
    ]


# Derived. ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "kind", "weight"),
    [
        ([RULES], "took_effect", "status"),
        ([F, provision("T", "possess prohibited", "", "2026-06-01")], "expired", "status"),
        ([finding("F", "", "2026-06-01")], "check_due", "none"),
        ([assertion("A", "banned", "", "2026-06-01")], "check_due", "none"),
        ([provision("P", "sell prohibited", ""), relation("S", "stay", "P", "2026-06-01")], "stayed", "status"),
        ([provision("P", "sell prohibited", ""), relation("S", "stay", "P", "", "2026-06-01")], "stay_lifted", "status"),
    ],
)
def test_derived(statements: list[Statement], kind: str, weight: str) -> None:
    ((before, row),) = steps(line(*statements))
    found = derived(before, row)
    assert (found.kind, found.significance) == (kind, weight)
    assert (found.day, found.latest) == (row.period.start, row.period.start_latest)
    assert (found.before, found.after, found.found_late) == (before.content, row.content, None)


def test_counted_kinds_are_those_in_which_law_moved() -> None:
    names = {"took_effect", "expired", "stayed", "stay_lifted", "retroactive"}
    assert set(COUNTED) == {ChangeKind(name) for name in names}


# Significance. ----------------------------------------------------------------------------------------------------------------

SAID = Content(Status.REGULATED, "I", 18, "a cap", frozenset({Component.LABEL}), ("export:conditional",), ("leaf",))


@pytest.mark.parametrize(
    ("other", "weight"),
    [
        ({}, Significance.NONE),
        ({"status": Status.BANNED, "min_age": 21}, Significance.STATUS),
        ({"schedule": "II"}, Significance.TERMS),
        ({"min_age": 21}, Significance.TERMS),
        ({"threshold": "another"}, Significance.TERMS),
        ({"components": frozenset({Component.TAX})}, Significance.TERMS),
        ({"badges": ()}, Significance.TERMS),
        ({"carve_outs": ()}, Significance.TERMS),
        ({"food_law_position": FoodLaw.AUTHORISED}, Significance.TERMS),
        ({"contested": "two readings"}, Significance.TERMS),
        ({"inputs": frozenset({Ref("provision", "P")})}, Significance.BASIS),
        ({"inputs": frozenset({Ref("provision", "P")}), "min_age": 21}, Significance.TERMS),
    ],
)
def test_significance(other: dict[str, object], weight: Significance) -> None:
    assert significance(SAID, SAID._replace(**other)) is weight


# The default cause. -----------------------------------------------------------------------------------------------------------

PAST, FUTURE = provision("P", "sell prohibited", "2026-11-01"), provision("P", "sell prohibited", "2026-12-01")
IN_DOUBT = provision("P", "sell prohibited", "2026-11")


@pytest.mark.parametrize(
    ("old", "more", "made", "first", "cause"),
    [
        pytest.param([F], [], "", "2026-06-01", "research", id="nothing moves"),
        pytest.param([F, PAST], [position("S", "authorised", "2026")], "2026-11-20", "2026-06-01", "research", id="a position"),
        pytest.param(
            [assertion("A", "sale_prohibited", "2026-11-01")],
            [PAST],
            "2026-11-20",
            "2026-06-01",
            "research",
            id="an official text says what we said",
        ),
        pytest.param([F], [PAST], "2026-06-02", "2026-06-01", "law", id="made after we first recorded"),
        pytest.param([F], [PAST], "2026-06-01", "2026-06-01", "record", id="made on the day on which we first recorded"),
        pytest.param([F], [PAST], "2026-05-01", "2026-06-01", "record", id="we said otherwise"),
        pytest.param([F], [PAST], "", "2026-06-01", "record", id="nobody knows when it was made"),
        pytest.param([F], [FUTURE], "2026-05-01", "2026-06-01", "law", id="no day that moves has come"),
        pytest.param([F], [FUTURE], "", None, "law", id="no day that moves has come, never recorded"),
        pytest.param([F], [IN_DOUBT], "", "2026-06-01", "law", id="its last possible day has not come"),
        pytest.param([], [PAST], "2026-05-01", "2026-06-01", "research", id="we knew nothing"),
        pytest.param([], [PAST], "2026-11-01", None, "research", id="never recorded"),
        pytest.param(
            [provision("Q", "sell prohibited", "2026", limits=(cap("1", "%"),))],
            [provision("R", "sell prohibited", "2026-05-01", limits=(cap("2", "%"),))],
            "",
            "2026-06-01",
            "record",
            id="only a limit moves",
        ),
    ],
)
def test_default_cause(old: list[Statement], more: list[Statement], made: str, first: str | None, cause: str) -> None:
    made_on, recorded = day(made) if made else None, day(first) if first else None
    assert default_cause(differences(line(*old), line(*old, *more)), TODAY, made_on, recorded) == cause

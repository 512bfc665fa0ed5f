"""A measure is what its tellers state together: newest first, official first, and no step survives that its publisher took back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.measures import ORDER, MeasureStatement, Standing, effective_day, fold
from tracker.domain.vocabulary import Stage

DAY = datetime(2026, 11, 20, 6, tzinfo=UTC)
TODAY = date(2026, 11, 28)


def step(on: str | None, stage: Stage | None, text: str = "") -> MeasureAction:
    return MeasureAction(date.fromisoformat(on) if on else None, text or f"{stage}", stage)


def stated(
    *actions: MeasureAction,
    later: int = 0,
    document: int | None = 1,
    standing: Standing = Standing.OFFICIAL,
    whole: bool = True,
    **fields: object,
) -> MeasureStatement:
    measure = Measure("US-KY", "2026", "HB 757", actions=actions, **fields)  # type: ignore[arg-type]
    return MeasureStatement(measure, standing, DAY + timedelta(days=later), document, whole)


INTRODUCED, PRESENTED = step("2026-01-06", Stage.INTRODUCED), step("2026-04-01", Stage.TO_EXECUTIVE)


def test_a_step_that_the_history_no_longer_has_is_gone() -> None:
    before, after = stated(INTRODUCED, PRESENTED), stated(INTRODUCED, later=1)
    assert fold([before], TODAY).measure.stage is Stage.TO_EXECUTIVE
    folded = fold([before, after], TODAY)
    assert (folded.measure.stage, folded.measure.stage_on) == (Stage.INTRODUCED, date(2026, 1, 6))
    assert [one.action for one in folded.steps] == [INTRODUCED]


def test_an_older_capture_that_is_read_later_takes_nothing_back() -> None:
    newer, older = stated(INTRODUCED, PRESENTED, title="new"), stated(INTRODUCED, later=-30, title="old")
    assert fold([newer, older], TODAY).measure.stage is Stage.TO_EXECUTIVE
    assert fold([newer, older], TODAY).measure.title == "new"


def test_a_bill_text_takes_no_step_back() -> None:
    first = stated(step("2026-02-01", Stage.PASSED_FIRST_CHAMBER), whole=False)
    assert fold([first, stated(later=1, whole=False, title="an act")], TODAY).measure.stage is Stage.PASSED_FIRST_CHAMBER


def test_one_enactment_under_two_days_is_of_the_first() -> None:
    days = [step("2026-08-17", Stage.ENACTED, "Public Law"), step("2026-08-12", Stage.ENACTED, "Signed"), INTRODUCED]
    assert fold([stated(*days)], TODAY).measure.stage_on == date(2026, 8, 12)


def test_a_stage_that_is_left_and_reached_again_counts_from_the_second_time() -> None:
    days = [step("2026-02-01", Stage.IN_COMMITTEE), step("2026-03-01", Stage.PASSED_FIRST_CHAMBER)]
    folded = fold([stated(*days, step("2026-03-09", Stage.IN_COMMITTEE, "again"))], TODAY)
    assert (folded.measure.stage, folded.measure.stage_on) == (Stage.IN_COMMITTEE, date(2026, 3, 9))


def test_a_step_dated_ahead_is_a_step_and_no_stage_yet() -> None:
    ahead = stated(INTRODUCED, step("2027-02-07", Stage.IN_COMMITTEE))
    assert fold([ahead], TODAY).measure.stage is Stage.INTRODUCED
    assert fold([ahead], date(2027, 2, 7)).measure.stage is Stage.IN_COMMITTEE
    assert len(fold([ahead], TODAY).steps) == 2


@pytest.mark.parametrize("day", ["0206-03-01", "2062-03-01"])
def test_an_impossible_day_orders_nothing(day: str) -> None:
    folded = fold([stated(INTRODUCED, step(day, Stage.IN_COMMITTEE, "Referred"))], TODAY)
    assert folded.steps[1].action.on is None
    assert folded.steps[1].action.text == f"Referred (dated {day}, which cannot be)"
    corrected = stated(INTRODUCED, step("2026-03-01", Stage.IN_COMMITTEE, "Referred"), later=1)
    assert [one.action.on for one in fold([stated(INTRODUCED, step(day, None)), corrected], TODAY).steps] == [
        date(2026, 1, 6),
        date(2026, 3, 1),
    ]


def test_a_resolution_never_becomes_law() -> None:
    folded = fold([stated(INTRODUCED, step("2026-05-01", Stage.ENACTED), kind="resolution")], TODAY)
    assert folded.measure.stage is Stage.PASSED_BOTH_CHAMBERS


def test_each_field_follows_the_newest_that_states_it() -> None:
    day1 = stated(title="First", effective_on=date(2026, 9, 1), direction_as_introduced="regulate")
    day2 = stated(later=1, title="Second", effective_on=date(2026, 10, 1), direction_as_introduced="ban")
    silent = stated(later=2, title="Third")
    measure = fold([day1, day2, silent], TODAY).measure
    stands = (measure.title, measure.effective_on, measure.direction_as_introduced)
    assert stands == ("Third", date(2026, 10, 1), "regulate")


def test_of_one_day_the_record_of_a_paper_stands_before_the_paper() -> None:
    record = stated(document=1, effective_on=date(2026, 10, 1))
    paper = stated(document=2, effective_on=date(2026, 9, 1))
    assert fold([record, paper], TODAY).measure.effective_on == date(2026, 10, 1)


def test_an_aggregator_says_nothing_where_the_legislature_does() -> None:
    official = stated(step("2026-04-01", Stage.TO_EXECUTIVE), title="Official")
    other = stated(step("2026-04-10", Stage.ENACTED), document=2, standing=Standing.AGGREGATOR, later=5, title="Other")
    measure = fold([other, official], TODAY).measure
    assert (measure.title, measure.stage) == ("Official", Stage.TO_EXECUTIVE)


def test_what_was_researched_stands_until_a_later_whole_history() -> None:
    known = stated(step("2026-04-10", Stage.ENACTED), document=None, standing=Standing.RESEARCH, whole=False)
    assert fold([known, stated(INTRODUCED, later=-9)], TODAY).measure.stage is Stage.ENACTED
    assert fold([known, stated(INTRODUCED, later=9)], TODAY).measure.stage is Stage.INTRODUCED


@pytest.mark.parametrize(("day", "kept"), [("2027-07-01", True), ("9999-12-31", False), ("0001-01-01", False)])
def test_a_day_of_effect_is_a_day(day: str, kept: bool) -> None:
    on = date.fromisoformat(day)
    assert effective_day(on, DAY) == (on if kept else None)


ACTIONS = st.lists(
    st.builds(
        step,
        st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(str),
        st.sampled_from([stage for stage in Stage if ORDER[stage] <= ORDER[Stage.WITHDRAWN]]),
    ),
    min_size=1,
    max_size=6,
)


@given(st.lists(ACTIONS, min_size=1, max_size=4))
def test_the_newest_whole_history_says_it_all(versions: list[list[MeasureAction]]) -> None:
    statements = [stated(*actions, later=place) for place, actions in enumerate(versions)]
    folded = fold(statements, TODAY)
    assert {one.action for one in folded.steps} == set(versions[-1])
    come = [action for action in versions[-1] if action.on and action.on <= TODAY]
    assert (folded.measure.stage is None) == (not come)
    if come:
        last = max(come, key=lambda action: (action.on, ORDER[action.stage or Stage.PREFILED]))
        assert folded.measure.stage is last.stage
    assert fold(statements + statements, TODAY).measure == folded.measure


def test_a_stage_that_is_stated_without_a_step_counts() -> None:
    measure = fold([stated(INTRODUCED, stage=Stage.ENACTED, stage_on=date(2026, 4, 10))], TODAY).measure
    assert (measure.stage, measure.stage_on) == (Stage.ENACTED, date(2026, 4, 10))

"""The invariants of DESIGN §3 and the rules of §4 that hold of any record, on random ones."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from tests.tracker.domain.build import ANY
from tests.tracker.domain.memory import ZONE, MemoryLedger, Transaction, record_of
from tests.tracker.domain.random_records import WINDOW, begun, periods, pick, provisions, records
from tracker.domain import changes
from tracker.domain.dates import Period, civil_day
from tracker.domain.entries import Entry, Statement
from tracker.domain.records import Content, Finding, Provision, Record, Ref, Relation, Timeline
from tracker.domain.timeline import CircularRelations, acting, build
from tracker.domain.vocabulary import RESTRICTIVE, Cause, ChangeKind, Conduct, Effect, RelationKind, Status

many = settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    deadline=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
days = pick(WINDOW)


def decided(record: Record) -> Timeline:
    try:
        return build(record)
    except CircularRelations:
        reject()


def said(line: Timeline) -> list[Content]:
    return [line.at(day).content for day in WINDOW]


def statements(record: Record) -> list[Statement]:
    """In an order in which each names only earlier ones."""
    return [
        *record.provisions,
        *record.actors,
        *record.assertions,
        *record.findings,
        *record.positions,
        *record.relations,
    ]


def own(record: Record) -> dict[Ref, Period]:
    return {Ref(type(row).__name__.lower(), row.id): row.period for row in statements(record) if not isinstance(row, Relation)}


@given(records())
@many
def test_periods_tile_the_time_line(record: Record) -> None:
    line = decided(record)
    assert (line.periods[0].period.start, line.periods[-1].period.end) == (None, None)
    for before, after in pairwise(line.periods):
        assert before.period.end == after.period.start
        assert before.period.end_latest == after.period.start_latest
        assert before.content != after.content, "two periods that are one"


@given(records(), st.randoms(use_true_random=False))
@many
def test_the_order_of_entry_never_matters(record: Record, random: object) -> None:
    def shuffled(rows: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(random.sample(rows, len(rows)))  # type: ignore[attr-defined]

    fields = ("provisions", "assertions", "findings", "positions", "relations", "actors")
    other = Record(**{name: shuffled(getattr(record, name)) for name in fields})
    try:
        line = build(record)
    except CircularRelations:
        with pytest.raises(CircularRelations):
            build(other)
    else:
        assert build(other) == line


@given(records())
@many
def test_every_input_covers_its_row_and_decides_it(record: Record) -> None:
    """So an expiry falls to unknown unless a statement covers the day."""
    for row in decided(record).periods:
        inside = [row.period.start or date.min]
        inside += [row.period.end - timedelta(days=1)] if row.period.end else []
        assert all(own(record)[ref].covers(day) for ref in row.content.inputs for day in inside)
        kinds = {ref.kind for ref in row.content.inputs}
        if row.content.status is Status.NO_SPECIFIC_LAW:
            assert "finding" in kinds
            assert "assertion" not in kinds
        elif row.content.status is Status.UNKNOWN:
            assert not kinds & {"finding", "assertion"}
        else:
            assert kinds & {"provision", "assertion"}
            assert "finding" not in kinds


@given(records())
@many
def test_a_finding_stops_for_good(record: Record) -> None:
    line = decided(record)
    for finding in record.findings:
        inside = [day for day in WINDOW if finding.period.covers(day)]
        law = next((day for day in inside if line.at(day).content.status in RESTRICTIVE), None)
        later = [line.at(day).content for day in inside if law and day >= law]
        assert all(Ref("finding", finding.id) not in content.inputs for content in later)


@given(records(), st.data())
@many
def test_a_restore_from_the_first_day_undoes_exactly(record: Record, data: st.DataObject) -> None:
    assume(record.relations)
    *others, last = record.relations
    undone = Relation(
        "undone", RelationKind.RESTORE, Ref("relation", last.id), Period(data.draw(pick((None, last.period.start))))
    )
    without = decided(replace(record, relations=tuple(others)))
    restored = decided(replace(record, relations=(*record.relations, undone)))
    assert restored.periods == without.periods


@given(records(), days)
@many
def test_a_restore_from_a_day_undoes_from_that_day(record: Record, day: date) -> None:
    assume(record.relations)
    *others, last = record.relations
    assume(last.target not in {row.actor for row in record.relations})
    plain = replace(record, findings=())  # a finding that has stopped does not begin again
    undone = Relation("undone", RelationKind.RESTORE, Ref("relation", last.id), Period(day))
    within, without = said(decided(plain)), said(decided(replace(plain, relations=tuple(others))))
    restored = said(decided(replace(plain, relations=(*record.relations, undone))))
    expected = [kept if then < day else freed for then, kept, freed in zip(WINDOW, within, without, strict=True)]
    assert restored == expected


@given(records(), provisions("N"), begun, periods, st.data())
@many
def test_what_a_stayed_rule_replaced_stands_again(
    record: Record, newer: Provision, since: Period, stayed: Period, data: st.DataObject
) -> None:
    assume(record.provisions)
    target = Ref("provision", data.draw(pick(record.provisions)).id)
    maker = Ref("provision", newer.id)
    plain = replace(record, findings=())
    taking = Relation("taking", RelationKind.REPLACE, target, since, maker)
    stay = Relation("stay", RelationKind.STAY, maker, stayed)
    with_it = replace(plain, provisions=(*plain.provisions, newer), relations=(*plain.relations, taking))
    without, replaced = said(decided(plain)), said(decided(with_it))
    found = said(decided(replace(with_it, relations=(*with_it.relations, stay))))
    expected = [stands if stayed.covers(day) else gone for day, stands, gone in zip(WINDOW, without, replaced, strict=True)]
    assert found == expected


@given(records(), provisions("N"), begun, st.data())
@many
def test_what_a_void_rule_replaced_stands_again(record: Record, newer: Provision, since: Period, data: st.DataObject) -> None:
    assume(record.provisions)
    target, maker = Ref("provision", data.draw(pick(record.provisions)).id), Ref("provision", newer.id)
    taking = Relation("taking", RelationKind.REPLACE, target, since, maker)
    void = Relation("void", RelationKind.END, maker, Period(data.draw(pick((None, newer.period.start)))))
    altered = replace(record, provisions=(*record.provisions, newer), relations=(*record.relations, taking, void))
    assert said(decided(altered)) == said(decided(record))


@given(records(), provisions("N"), begun, days, st.data())
@many
def test_a_later_end_of_the_actor_revives_nothing(
    record: Record, newer: Provision, since: Period, day: date, data: st.DataObject
) -> None:
    assume(record.provisions)
    assume(day > (newer.period.start or date.min))
    target, maker = Ref("provision", data.draw(pick(record.provisions)).id), Ref("provision", newer.id)
    taking = Relation("taking", RelationKind.REPLACE, target, since, maker)
    end = Relation("end", RelationKind.END, maker, Period(day))
    altered = replace(record, provisions=(*record.provisions, newer), relations=(*record.relations, taking, end))
    decided(record)
    for then in WINDOW:
        if since.covers(then):
            assert target not in build(altered).at(then).content.inputs


@given(records(), days)
@many
def test_no_relation_acts_for_a_stayed_or_void_actor(record: Record, day: date) -> None:
    decided(record)
    acts = acting(record, day)
    rows = [row for row in record.relations if row.id in acts]
    first = {Ref("provision", row.id): row.period.start or date.min for row in (*record.provisions, *record.actors)}
    stayed = {row.target for row in rows if row.kind is RelationKind.STAY}
    ended = [row for row in rows if row.kind is RelationKind.END and row.target in first]
    void = {row.target for row in ended if (row.period.start or date.min) <= first[row.target] <= day}
    assert not {row.actor for row in rows if row.actor} & (stayed | void)


@given(records(), provisions("N"), pick((Effect.PERMITTED, Effect.EXCLUDED)), pick(list(Conduct)))
@many
def test_what_is_permitted_or_excluded_never_ranks(record: Record, more: Provision, effect: Effect, conduct: Conduct) -> None:
    free = replace(more, effect=effect, conduct=conduct)
    before, after = said(decided(record)), said(build(replace(record, provisions=(*record.provisions, free))))
    names = ("status", "schedule", "min_age", "threshold", "components", "contested", "food_law_position")
    assert [[getattr(content, name) for name in names] for content in before] == [
        [getattr(content, name) for name in names] for content in after
    ]


@given(records())
@many
def test_a_position_never_sets_a_headline(record: Record) -> None:
    silent = said(decided(replace(record, positions=())))
    assert [content.status for content in silent] == [content.status for content in said(build(record))]


# The ledger: statements come in over time. ------------------------------------------------------------------------------------


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def written(record: Record, first: date, second: date, cut: int, cause: Cause, made_on: date | None = None) -> MemoryLedger:
    rows = [Entry(row) for row in statements(record)]
    loaded = Transaction(noon(first), tuple(rows[:cut]), Cause.RESEARCH)
    return MemoryLedger([loaded, Transaction(noon(second), tuple(rows[cut:]), cause, made_on)])


def ordered(draw: st.DataObject) -> tuple[date, date]:
    one, two = sorted((draw.draw(st.integers(0, len(WINDOW) - 2)), draw.draw(st.integers(0, len(WINDOW) - 2))))
    return WINDOW[one], WINDOW[two + 1]


@given(records(), st.data())
@many
def test_an_answer_never_changes_after_its_instant(record: Record, data: st.DataObject) -> None:
    decided(record)
    first, second = ordered(data)
    cut = data.draw(st.integers(0, len(statements(record))))
    ledger = written(record, first, second, cut, Cause.LAW)
    alone = MemoryLedger(ledger.transactions[:1])
    for known in (noon(first), noon(second) - timedelta(microseconds=1)):
        assert ledger.timeline(ANY, known) == alone.timeline(ANY, noon(first))
    assert ledger.timeline(ANY, noon(second)) == build(record_of(ANY, statements(record)))


@given(records(), st.data(), pick((Cause.RECORD, Cause.METHOD, Cause.RESEARCH)))
@many
def test_folding_the_boundaries_over_the_old_record_gives_the_new(record: Record, data: st.DataObject, cause: Cause) -> None:
    rows = statements(record)
    cut = data.draw(st.integers(0, len(rows)))
    old, new = decided(record_of(ANY, rows[:cut])), decided(record_of(ANY, rows))
    found = {row.day: row for row in changes.boundaries(changes.differences(old, new), new, cause, WINDOW[3], None)}
    starts = sorted({row.period.start or date.min for row in (*old.periods, *new.periods)})
    for start in starts:
        told = found.pop(None if start == date.min else start, None)
        assert (told.after if told else old.at(start).content) == new.at(start).content
        assert told is None or told.before == old.at(start).content
    assert not found, "a boundary where neither record has one"


@given(records(), st.data())
@many
def test_no_step_of_law_is_told_twice_and_none_is_lost(record: Record, data: st.DataObject) -> None:
    """A step that has come is stored; one to come is derived on its day, whatever else was announced."""
    rows = statements(record)
    cut = data.draw(st.integers(0, len(rows)))
    old, new = decided(record_of(ANY, rows[:cut])), decided(record_of(ANY, rows))
    first, second = ordered(data)
    today = civil_day(noon(second), ZONE)
    told = {row.day: row for row in changes.boundaries(changes.differences(old, new), new, Cause.LAW, today, None)}
    derived = {row.day: row for row in written(record, first, second, cut, Cause.LAW).derived(ANY)}
    for before, row in changes.steps(new):
        day, latest = row.period.start, row.period.start_latest
        assert day is not None
        assert latest is not None
        stored = told.get(day)
        if latest > today:
            assert derived[day] == changes.derived(before, row)
            quiet = {ChangeKind.ENACTED_FOR_LATER, ChangeKind.STAYED, ChangeKind.STAY_LIFTED}
            assert stored is None or stored.kind in quiet
        elif old.at(day).content != row.content:
            assert stored is not None
            assert stored.kind is not ChangeKind.ENACTED_FOR_LATER


def test_nothing_is_said_of_an_empty_record() -> None:
    assert said(build(Record())) == [Content(Status.UNKNOWN)] * len(WINDOW)


@pytest.mark.parametrize(("cause", "kind"), [(Cause.RECORD, ChangeKind.CORRECTED), (Cause.METHOD, ChangeKind.METHOD_CHANGED)])
@given(record=records())
@many
def test_record_and_method_decide_alone(cause: Cause, kind: ChangeKind, record: Record) -> None:
    old = build(Record(findings=(Finding("F", ANY, Period()),)))
    told = changes.boundaries(changes.differences(old, decided(record)), decided(record), cause, WINDOW[3], WINDOW[5])
    assert {row.kind for row in told} <= {kind}
    assert all(row.found_late is None for row in told)

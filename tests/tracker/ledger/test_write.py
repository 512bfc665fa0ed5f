"""One write: asked twice it writes nothing, names what it cannot find, keeps relations on what is revised, and finds the cause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, text

from tests.tracker.domain.build import assertion, finding, position, provision, relation, replaces, restores
from tests.tracker.domain.memory import ZONE
from tests.tracker.ledger.sql import POLICY, SqlLedger, dump, prepare, seals_hold
from tracker import ledger
from tracker.domain import rules
from tracker.domain.entries import Entry, Evidence, Instrument, Statement
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, ChangeKind, Significance, Status
from tracker.history import changes, status
from tracker.ledger import Batch, ClockBehind, UnknownTarget
from tracker.store.schema import tables as t

STATE, TOWN = Key("US-WV", "kratom"), Key("ocd-division/country:us/state:wv/place:examplebury", "kratom")
START = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = date(2026, 8, 1)

SAID: list[Statement] = [
    finding("F", "", "2024-01-01", key=STATE),
    assertion("A", "banned", "2024", key=STATE),
    provision("P", "sell conditional", "2026-04-01", key=STATE, age=21, components="label"),
    replaces("P", "A", "2026-04-01", on="assertion"),
    provision("T", "possess prohibited", "2025-01-01", key=TOWN),
    relation("preempts", "end", "T", "2026-04-01", by="P"),
    position("S", "agency_says_unlawful", "2025", key=STATE),
]


@pytest.fixture
def held(connection: Connection) -> SqlLedger:
    prepare(connection, [STATE, TOWN])
    found = SqlLedger(connection)
    assert found.write(START, SAID, Cause.RESEARCH)
    return found


def said(held: SqlLedger, key: Key = STATE, day: date = DAY, known: datetime | None = None) -> Status:
    return status.of_key(held.connection, key, day, known).status


# Asked twice. -----------------------------------------------------------------------------------------------------------------


def test_the_same_again_writes_nothing(held: SqlLedger) -> None:
    before = dump(held.connection)
    again = SqlLedger(held.connection)
    assert again.write(LATER, SAID, Cause.LAW) is None
    assert held.write(LATER, SAID, Cause.LAW) is None, "nor where relations name row numbers"
    assert held.write(LATER, list(reversed(SAID))) is None
    assert dump(held.connection) == before


def test_the_same_twice_in_one_batch_is_written_once(held: SqlLedger) -> None:
    one = provision("N", "sell prohibited", "2027-01-01", key=STATE)
    entries = [held.entry(one), Entry(held.entry(one).statement, Evidence(note="N"))]
    acts = held.acts([one])
    written = ledger.write(held.writer(LATER), Batch(entries, acts), policy=POLICY)
    assert written
    assert [ref.kind for ref in written.new] == ["provision"]


def test_what_is_held_is_found_and_only_news_is_written(held: SqlLedger) -> None:
    more = [*SAID, provision("N", "sell prohibited", "2027-01-01", key=STATE)]
    written = SqlLedger(held.connection).write(LATER, more)
    assert written
    assert written.new == {written.refs["N"]}
    assert written.refs["P"] == held.refs["P"]
    assert written.boundaries.keys() == {STATE}


def test_instruments_alone_are_no_belief(held: SqlLedger) -> None:
    acts = [Instrument("HB 1", "US-WV", title="", aliases=("ch. 1",)), Instrument("HB 1", "US-WV", aliases=("ch. 2", "ch. 1"))]
    for made in ([acts[0]], acts, [Instrument("HB 1", "US-WV", title="An act")], [Instrument("HB 1", "US-WV", title="Other")]):
        assert ledger.write(held.writer(LATER), Batch([], made), policy=POLICY) is None
    row = held.connection.execute(select(t.instrument).where(t.instrument.c.key == "HB 1")).one()
    assert row.title == "An act", "what is empty is filled, what is said stays"
    assert sorted(held.connection.scalars(select(t.instrument_alias.c.alias))) == ["ch. 1", "ch. 2"]


# What cannot be found. --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (relation("R", "end", "nobody"), "'nobody', which no statement of this batch is called"),
        (restores("R", "nobody", "2026-01-01"), "'nobody', which no statement of this batch is called"),
        (relation("R", "end", 4711), "provision 4711 is not held now"),  # type: ignore[arg-type]
        (relation("R", "end", "P", by="nobody"), "'nobody'"),
        (relation("R", "end", "N", on="assertion"), "names the assertion 'N', but that is a provision"),
    ],
)
def test_a_relation_names_what_is_not_held(held: SqlLedger, more: Statement, named: str) -> None:
    new = provision("N", "sell prohibited", "2027-01-01", key=STATE)
    with pytest.raises(UnknownTarget, match=named):
        held.write(LATER, [new, more])


def test_revisions_and_withdrawals_name_what_is_held(held: SqlLedger) -> None:
    gone = held.refs["S"]
    held.write(LATER, [], withdraw=["S"])
    with pytest.raises(UnknownTarget, match=f"position {gone.id} is not held now"), held.connection.begin_nested():
        held.write(LATER, [], withdraw=["S"])
    with pytest.raises(UnknownTarget, match=f"position {gone.id} is not held now"), held.connection.begin_nested():
        held.write(LATER, [], revise={"S": position("S", "authorised", "2025", key=STATE)})
    with pytest.raises(UnknownTarget, match="is not held now"), held.connection.begin_nested():
        held.write(LATER, [relation("R", "end", "T")], withdraw=["T"])


def test_a_revision_keeps_the_kind(held: SqlLedger) -> None:
    with pytest.raises(UnknownTarget, match="cannot become a finding"):
        held.write(LATER, [], revise={"A": finding("A", "2024-01-01", key=STATE)})


def test_relations_may_come_in_any_order(held: SqlLedger) -> None:
    more: list[Statement] = [
        restores("third", "second", "2026-05-01"),
        restores("second", "first", "2026-05-01"),
        relation("first", "end", "N", "2026-05-01"),
        provision("N", "possess prohibited", "2026-05-01", key=STATE),
    ]
    assert held.write(LATER, more, Cause.RECORD)
    assert said(held) is Status.REGULATED, "ended, not ended, ended after all"


# The clock. -------------------------------------------------------------------------------------------------------------------


def test_instants_rise_and_a_clock_far_behind_is_refused(held: SqlLedger) -> None:
    written = held.write(START, [provision("N", "sell prohibited", "2027-01-01", key=STATE)])
    assert written
    assert written.recorded_at == START + timedelta(microseconds=1)
    with pytest.raises(ClockBehind, match="2026-06-01T10:59"):
        held.write(START - timedelta(hours=1, seconds=1), [provision("M", "sell prohibited", "2027-01-01", key=STATE)])


# Revisions and withdrawals. ---------------------------------------------------------------------------------------------------


def test_relations_follow_a_revised_statement(held: SqlLedger) -> None:
    """A revised target stays replaced, a revised actor keeps acting, on other keys too; what undoes a relation goes on undoing it."""
    held.write(LATER, [restores("undo", "preempts", "2026-06-01"), restores("redo", "undo", "2026-07-01")], Cause.RECORD)
    assert [said(held, TOWN, date(2026, month, 15)) for month in (3, 4, 6, 7)] == ["banned", "unknown", "banned", "unknown"]
    revised: dict[str, Statement] = {
        "P": provision("P", "sell conditional", "2026-04-01", key=STATE, age=18, components="label"),
        "A": assertion("A", "sale_prohibited", "2024", key=STATE),
        "T": provision("T", "possess prohibited", "2024-06-01", key=TOWN),
    }
    for label, new in revised.items():
        assert held.write(LATER, [], Cause.RECORD, revise={label: new})
    assert status.of_key(held.connection, STATE, DAY).get("min_age") == 18
    assert said(held, STATE, date(2025, 1, 1)) is Status.SALE_PROHIBITED
    assert said(held, STATE) is Status.REGULATED
    assert [said(held, TOWN, date(2026, month, 15)) for month in (3, 4, 6, 7)] == ["banned", "unknown", "banned", "unknown"]
    assert [said(held, STATE, DAY, START), status.of_key(held.connection, STATE, DAY, START).get("min_age")] == ["regulated", 21]
    seals_hold(held.connection)


def test_a_chain_may_grow_on_what_is_revised_with_it(held: SqlLedger) -> None:
    new = provision("T", "possess prohibited", "2024-06-01", key=TOWN)
    assert held.write(LATER, [restores("undo", "preempts", "2026-06-01")], Cause.RECORD, revise={"T": new})
    assert said(held, TOWN, date(2026, 5, 31)) is Status.UNKNOWN
    assert said(held, TOWN, date(2026, 6, 1)) is Status.BANNED


def test_a_revision_that_says_the_same_writes_nothing(held: SqlLedger) -> None:
    before = dump(held.connection)
    assert held.write(LATER, [], revise={"P": SAID[2], "A": SAID[1]}) is None
    assert dump(held.connection) == before


def test_with_a_withdrawn_provision_goes_what_it_did(held: SqlLedger) -> None:
    assert held.write(LATER, [], Cause.RECORD, withdraw=["P"])
    assert said(held) is Status.BANNED, "the assertion that it replaced stands again"
    assert said(held, TOWN) is Status.BANNED, "and the ban that it ended"
    assert said(held, known=START) is Status.REGULATED
    assert said(held, TOWN, known=START) is Status.UNKNOWN


def test_rules_that_replace_each_other_are_no_circle(held: SqlLedger) -> None:
    """Each ends the other from a day on: legal, if odd; the keys that move are found once."""
    one, two = (
        provision("N1", "sell prohibited", "2026-01-01", key=TOWN),
        provision("N2", "sell prohibited", "2026-01-01", key=STATE),
    )
    both = [replaces("N1", "N2", "2027-01-01"), replaces("N2", "N1", "2028-01-01")]
    assert held.write(LATER, [one, two, *both], Cause.RECORD)
    assert held.write(LATER, [relation("stay", "stay", "N1", "2027-06-01", "2027-07-01")], Cause.LAW)
    found = [said(held, STATE, day) for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 1), date(2027, 7, 1))]
    assert found == ["sale_prohibited", "regulated", "sale_prohibited", "regulated"]


def test_a_stay_of_the_actor_reaches_the_other_key(held: SqlLedger) -> None:
    written = held.write(LATER, [relation("stay", "stay", "P", "2026-07-15")], Cause.LAW, made_on=date(2026, 6, 30))
    assert written
    kinds = {key: [row.kind for row in rows] for key, rows in written.boundaries.items()}
    assert kinds == {STATE: [ChangeKind.ENACTED_FOR_LATER], TOWN: [ChangeKind.ENACTED_FOR_LATER]}
    derived = changes.derived(held.connection, date(2026, 7, 15), date(2026, 7, 16), datetime(2027, 1, 1, tzinfo=UTC), ZONE)
    assert {row.key: row.kind for row in derived} == {STATE: ChangeKind.STAYED, TOWN: ChangeKind.STAYED}
    assert said(held, TOWN) is Status.BANNED
    assert said(held, STATE) is Status.BANNED


# The cause. -------------------------------------------------------------------------------------------------------------------


def test_the_default_cause_reads_the_act_and_the_first_record(held: SqlLedger) -> None:
    """An act made after we first recorded is law; a revision of what an earlier act says is not, though a new act's relation names it."""
    later = provision("N", "possess prohibited", "2026-06-15", key=STATE)
    written = held.write(LATER, [later, replaces("N", "P", "2026-06-15")], made_on=date(2026, 6, 10))
    assert written
    assert written.cause is Cause.LAW
    revised = held.write(LATER, [], revise={"P": provision("P", "sell conditional", "2026-04-01", key=STATE, age=18)})
    assert revised
    assert revised.cause is Cause.RECORD


def test_the_instruments_own_day_counts(held: SqlLedger) -> None:
    entry = held.entry(provision("N", "possess prohibited", "2026-06-15", key=STATE, instrument="HB 9"))
    act = Instrument("HB 9", "US-WV", made_on=date(2026, 6, 10))
    written = ledger.write(held.writer(LATER), Batch([entry], [act]), policy=POLICY)
    assert written
    assert written.cause is Cause.LAW
    assert [row.kind for row in written.boundaries[STATE]] == [ChangeKind.TOOK_EFFECT]


# What a row shows. ------------------------------------------------------------------------------------------------------------


def test_the_evidence_is_of_what_decides(held: SqlLedger) -> None:
    possess = provision("N1", "possess conditional", "2026-05-01", key=STATE, age=21, instrument="possession act")
    sell = provision("N2", "sell prohibited", "2026-05-01", key=STATE, instrument="sale act")
    other = provision("N3", "export prohibited", "2026-05-01", key=STATE, instrument="export act")
    held.write(LATER, [possess, other, sell], Cause.RECORD)
    row = status.of_key(held.connection, STATE, DAY).row
    assert row is not None
    assert (row.status, row.instrument) == ("sale_prohibited", "sale act")


def test_text_with_line_breaks_is_read_back_as_it_was_judged(held: SqlLedger) -> None:
    free = relation("x", "except", "P", "2026-05-01", by="P", scope="part", carve_out="leaf\nof one\u2028sort")
    assert held.write(LATER, [free], Cause.RECORD)
    assert held.write(LATER, [free]) is None
    assert status.of_key(held.connection, STATE, DAY).get("carve_outs") == "leaf of one sort"
    assert held.write(LATER, [position("S2", "authorised", "2040", key=STATE)])
    rows = status.timeline(held.connection, STATE)
    assert {row.belief for row in rows if row.valid_to and row.valid_to <= DAY} == {1, 2}, "rows that did not move are kept"


# New rules. -------------------------------------------------------------------------------------------------------------------


def test_new_rules_are_a_change_of_method(held: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    def recompute() -> ledger.Written | None:
        return ledger.recompute(held.writer(LATER), policy=POLICY)

    before = dump(held.connection)
    assert recompute() is None
    monkeypatch.setattr(rules, "RULE_VERSION", "2")
    assert recompute() is None, "new rules with the same answers write nothing"
    assert dump(held.connection) == before
    as_it_was = rules.headline
    monkeypatch.setattr(
        rules, "headline", lambda found: (Status.AGE_RESTRICTED, rows) if (rows := as_it_was(found)[1]) else (None, [])
    )
    written = recompute()
    assert written
    assert written.cause is Cause.METHOD
    told = [row for row in changes.stored(held.connection, LATER, LATER + timedelta(days=1)) if row.key == STATE]
    assert [(row.kind, row.before, row.after, row.significance) for row in told] == [
        (ChangeKind.METHOD_CHANGED, "regulated", "age_restricted", Significance.STATUS)
    ]
    assert (said(held), said(held, known=START)) == (Status.AGE_RESTRICTED, Status.REGULATED)
    assert status.of_key(held.connection, STATE, DAY).get("rule_version") == "2"
    assert status.of_key(held.connection, STATE, DAY, START).get("rule_version") == "1"
    assert recompute() is None
    seals_hold(held.connection)


def test_what_is_written_as_its_day_begins_is_told_once(held: SqlLedger) -> None:
    """At 00:00 of the day sharp, whether the record foresaw the day or not."""
    sharp = datetime(2026, 7, 15, 4, tzinfo=UTC)
    held.write(sharp, [provision("N", "sell prohibited", "2026-07-15", key=STATE)], Cause.LAW)
    told = [(row.day, row.kind) for row in changes.stored(held.connection, sharp, sharp + timedelta(days=1))]
    assert told == [(date(2026, 7, 15), ChangeKind.TOOK_EFFECT)]
    ahead = date(2026, 7, 15), date(2026, 7, 16), datetime(2027, 1, 1, tzinfo=UTC), ZONE
    assert changes.derived(held.connection, *ahead) == []
    log = held.connection.execute(text("SELECT derived FROM change_log WHERE takes_effect_on = '2026-07-15'")).all()
    assert [bool(row.derived) for row in log] in ([False], [])


def test_derived_changes_name_the_day_and_come_once(held: SqlLedger) -> None:
    """A day in doubt comes at the midnight of its last possible day, in a period that holds all of it, and in no other."""
    held.write(LATER, [provision("N", "sell prohibited", "2026-09", key=STATE)], Cause.LAW)

    def derived(start: date, end: date, known: datetime = datetime(2027, 1, 1, tzinfo=UTC)) -> list[tuple[object, ...]]:
        derived = changes.derived(held.connection, start, end, known, ZONE)
        return [(row.day, row.latest, row.kind, row.before, row.after) for row in derived]

    told = [(date(2026, 9, 1), date(2026, 9, 30), "took_effect", "regulated", "sale_prohibited")]
    assert derived(date(2026, 9, 1), date(2026, 10, 1)) == told
    assert derived(date(2026, 9, 1), date(2026, 10, 1), datetime(2026, 9, 30, 4, tzinfo=UTC)) == told
    assert derived(date(2026, 9, 1), date(2026, 10, 1), datetime(2026, 9, 30, 3, 59, tzinfo=UTC)) == []
    assert derived(date(2026, 9, 2), date(2026, 10, 1)) == derived(date(2026, 9, 1), date(2026, 9, 30)) == []
    changed = held.write(
        datetime(2026, 9, 15, 12, tzinfo=UTC),
        [],
        Cause.RECORD,
        revise={"N": provision("N", "sell prohibited", "2026-09-10", key=STATE)},
    )
    assert changed
    assert derived(date(2026, 9, 1), date(2026, 10, 1)) == [], "recorded after its day: stored, not derived"

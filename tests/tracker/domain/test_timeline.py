"""What a timeline says besides its contents: what opened a row, since when, how surely; and what cannot be decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tracker.domain.build import (
    ANY,
    assertion,
    day,
    finding,
    position,
    provision,
    relation,
    replaces,
    restores,
)
from tests.tracker.domain.memory import record_of
from tracker.domain.dates import Period
from tracker.domain.entries import Statement
from tracker.domain.records import Key, Record, Ref, Relation, Timeline
from tracker.domain.timeline import CircularRelations, acting, build
from tracker.domain.vocabulary import DateBasis, OpenedBy, Status

BAN = provision("P1", "possess prohibited", "2026-01-01")
NEXT = provision("P2", "sell prohibited", "2026-02-01")
EARLIER = replace(NEXT, period=Period.parse("2026-01-10"))
TEMPORARY = provision("T", "possess prohibited", "2026-01-01", "2026-02-01")


def line(*statements: Statement) -> Timeline:
    return build(record_of(ANY, statements))


OPENINGS: dict[str, tuple[list[Statement], OpenedBy]] = {
    "a rule begins": ([NEXT], OpenedBy.LAW),
    "a rule replaces": ([BAN, NEXT, replaces("P2", "P1", "2026-02-01")], OpenedBy.LAW),
    "a relation ends": ([BAN, relation("E", "end", "P1", "2026-02-01")], OpenedBy.LAW),
    "an end is undone": (
        [BAN, relation("E", "end", "P1", "2026-01-15"), restores("R", "E", "2026-02-01")],
        OpenedBy.LAW,
    ),
    "an exception in part": ([BAN, relation("X", "except", "P1", "2026-02-01", scope="part")], OpenedBy.LAW),
    "an exception of the whole": ([BAN, relation("X", "except", "P1", "2026-02-01")], OpenedBy.LAW),
    "an assertion begins": ([assertion("A", "banned", "2026-02-01")], OpenedBy.LAW),
    "a position begins": ([position("S", "court_confirmed", "2026-02-01")], OpenedBy.LAW),
    "a stay begins": ([BAN, relation("S", "stay", "P1", "2026-02-01")], OpenedBy.STAY),
    "a stay begins on an assertion": (
        [assertion("A", "banned", "2020"), relation("S", "stay", "A", "2026-02-01", on="assertion")],
        OpenedBy.STAY,
    ),
    "the actor is stayed": (
        [BAN, EARLIER, replaces("P2", "P1", "2026-01-10"), relation("S", "stay", "P2", "2026-02-01")],
        OpenedBy.STAY,
    ),
    "a stay ends": ([BAN, relation("S", "stay", "P1", "2026-01-15", "2026-02-01")], OpenedBy.STAY_LIFTED),
    "a stay is undone": (
        [BAN, relation("S", "stay", "P1", "2026-01-15"), restores("R", "S", "2026-02-01")],
        OpenedBy.STAY_LIFTED,
    ),
    "a rule expires": ([TEMPORARY], OpenedBy.OWN_END),
    "a rule expires, whatever follows": ([TEMPORARY, finding("F", "2026-02-01")], OpenedBy.OWN_END),
    "a rule expires over an assertion": ([TEMPORARY, assertion("A", "regulated", "2020")], OpenedBy.OWN_END),
    "a rule expires with an assertion": ([TEMPORARY, assertion("A", "banned", "2026-01-01", "2026-02-01")], OpenedBy.OWN_END),
    "a rule expires as its repeal would begin": ([TEMPORARY, relation("E", "end", "T", "2026-02-01")], OpenedBy.OWN_END),
    "a rule expires as another that is no more in force is ended": (
        [TEMPORARY, provision("T0", "sell prohibited", "2025", "2025-06-01"), relation("E", "end", "T0", "2026-02-01")],
        OpenedBy.OWN_END,
    ),
    "a rule expires as another begins": ([TEMPORARY, NEXT], OpenedBy.LAW),
    "a position ends": ([position("S", "court_confirmed", "2026-01-01", "2026-02-01")], OpenedBy.OWN_END),
    "a finding ends": ([finding("F", "", "2026-02-01")], OpenedBy.CHECK),
    "a finding begins": ([finding("F", "2026-02-01")], OpenedBy.CHECK),
    "an assertion ends": ([assertion("A", "banned", "2020", "2026-02-01")], OpenedBy.CHECK),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_opened_by(name: str) -> None:
    statements, opened_by = OPENINGS[name]
    assert line(*statements).at(day("2026-02-01")).period.start == day("2026-02-01")
    assert line(*statements).at(day("2026-02-01")).opened_by is opened_by


def test_the_first_row_is_opened_by_nothing() -> None:
    assert line(BAN).periods[0].opened_by is OpenedBy.ORIGIN
    assert line(BAN).periods[0].period.start is None


def test_a_stay_of_the_actor_on_another_key_lets_the_old_rule_stand() -> None:
    elsewhere = provision("O", "sell prohibited", "2026-01-10", key=Key("XX", "7-oh"))
    stay = relation("S", "stay", "O", "2026-02-01", "2026-03-01")
    timeline = line(BAN, elsewhere, replaces("O", "P1", "2026-01-10"), stay)
    asked = ("2026-01-09", "2026-01-10", "2026-02-01", "2026-03-01")
    assert [timeline.at(day(text)).content.status for text in asked] == ["banned", "unknown", "banned", "unknown"]
    assert [timeline.at(day(text)).opened_by for text in asked[2:]] == [OpenedBy.STAY, OpenedBy.STAY_LIFTED]


def test_a_void_rule_that_repealed_before_its_first_day_repeals_nothing() -> None:
    void = relation("E", "end", "P2", "2026-02-01")
    timeline = line(BAN, NEXT, replaces("P2", "P1", "2026-01-15"), void)
    assert timeline == line(BAN)


def test_an_expired_actor_revives_nothing() -> None:
    newer = provision("P2", "sell prohibited", "2026-01-10", "2026-02-01")
    assert line(BAN, newer, replaces("P2", "P1", "2026-01-10")).at(day("2026-02-01")).content.status is Status.UNKNOWN


def test_nested_restores() -> None:
    rows: list[Statement] = [
        BAN,
        relation("E", "end", "P1", "2026-01-10"),
        restores("R1", "E", "2026-01-20"),
        restores("R2", "R1", "2026-02-01"),
        restores("R3", "R2", "2026-02-10"),
    ]
    timeline = line(*rows)
    asked = ("2026-01-09", "2026-01-10", "2026-01-20", "2026-02-01", "2026-02-10")
    assert [timeline.at(day(text)).content.status for text in asked] == ["banned", "unknown", "banned", "unknown", "banned"]
    assert acting(record_of(ANY, rows), day("2026-02-01")) == {"E", "R2"}


RESTORES_IN_A_CIRCLE = (
    restores("R2", "R3", "2026-01-20"),
    restores("R4", "R2", "2026-01-20"),  # undoes R2 by itself, which must not hide the circle
    restores("R3", "R2", "2026-01-20"),
)
ACTORS_IN_A_CIRCLE = (
    relation("S1", "stay", "P1", "2026-02-01", by="P2"),
    relation("S2", "stay", "P2", "2026-02-01", by="P1"),
)


@pytest.mark.parametrize("relations", [RESTORES_IN_A_CIRCLE, ACTORS_IN_A_CIRCLE], ids=["restores", "actors"])
@pytest.mark.parametrize("order", [1, -1])
def test_relations_in_a_circle_are_refused_in_any_order(relations: tuple[Relation, ...], order: int) -> None:
    with pytest.raises(CircularRelations, match="undoes what it hangs on; end one of the relations in the circle"):
        build(Record(provisions=(BAN, NEXT), relations=relations[::order]))


def test_a_row_in_doubt_is_painted_from_its_first_possible_day() -> None:
    timeline = line(provision("P", "possess prohibited", "2026-03"), relation("E", "end", "P", "2026-06"))
    assert [(row.period.start, row.period.start_latest) for row in timeline.periods[1:]] == [
        (day("2026-03-01"), day("2026-03-31")),
        (day("2026-06-01"), day("2026-06-30")),
    ]
    asked = ("2026-02-28", "2026-03-01", "2026-03-30", "2026-03-31", "2026-05-31", "2026-06-01", "2026-06-29", "2026-06-30")
    assert [timeline.uncertain(day(text)) for text in asked] == [False, True, True, False, False, True, True, False]


def test_an_earlier_doubt_reaches_over_a_row_that_is_certain() -> None:
    timeline = line(provision("P", "possess prohibited", "2016"), provision("Q", "sell prohibited", "2016-06-01"))
    assert timeline.at(day("2016-07-01")).period.start_latest == day("2016-06-01")
    assert timeline.uncertain(day("2016-07-01"))
    assert not timeline.uncertain(day("2016-12-31"))


def test_a_row_is_in_doubt_by_what_opens_it_alone() -> None:
    law = provision("P", "possess prohibited", "2026-03-01")
    searched, summary = finding("F", "", "2026-03"), assertion("A", "banned", "2026-03")
    idle = relation("E", "end", "Q", "2026-03")
    rows: dict[str, list[Statement]] = {
        "law": [law],
        "idle": [law, summary, idle, provision("Q", "sell prohibited", "2025", "2025-06")],
        "both": [law, searched],
    }
    latest = {name: line(*said).at(day("2026-03-01")).period.start_latest for name, said in rows.items()}
    assert latest == {"law": day("2026-03-01"), "idle": day("2026-03-01"), "both": day("2026-03-31")}


def test_date_basis_is_that_of_the_statement_that_began_last() -> None:
    old = provision("P1", "sell conditional", "2024", components="label", date_basis="adopted")
    new = provision("P2", "sell conditional", "2025", components="testing", date_basis="published")
    timeline = line(old, new)
    assert [row.date_basis for row in timeline.periods] == [DateBasis.IN_FORCE, DateBasis.ADOPTED, DateBasis.PUBLISHED]


def test_stayed_names_what_is_stayed() -> None:
    timeline = line(BAN, relation("S", "stay", "P1", "2025-12-01", "2026-02-01"))
    asked = ("2025-11-30", "2025-12-01", "2026-01-31", "2026-02-01")
    assert [timeline.stayed(day(text)) for text in asked] == [set(), {Ref("provision", "P1")}, {Ref("provision", "P1")}, set()]

"""Another reading of a rule that is held takes its place, and the old quote stays in the history; another rule is asked about."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.refusals import refused
from tests.tracker.conftest import Clock
from tests.tracker.replays import dump, proposals, recorded, replayed, rows, warc
from tests.tracker.review.test_review import CHANGES, ORDER, ordered, timeline  # noqa: F401 - a fixture among them
from tracker.domain.vocabulary import Cause
from tracker.history import review
from tracker.review import decide
from tracker.store.mapping import proposals as kept
from tracker.store.schema import evidence_tables as e
from tracker.store.session import locked, reading
from tracker.workspace import Workspace

LATER = "2026-09-01T00:00:00+00:00"
VERSIONS = """SELECT p.conduct, v.effect, v.valid_from, v.quote, v.recorded_to IS NULL FROM provision_version v
JOIN provision p ON p.id = v.provision WHERE p.substance = 'mgm-15' ORDER BY v.id"""


@pytest.fixture
def reread(ordered: Workspace, clock: Clock, tmp_path: Path) -> Workspace:  # noqa: F811
    """The order accepted, and read again from a page that words it otherwise."""
    decide.accept(ordered, mine(ordered), "A. Reader", cause=Cause.LAW)
    clock("2026-09-02T15:00:00Z")
    other = recorded(ORDER)[1].replace(b'"name": "Justice Department"', b'"name": "Department of Justice"')
    replayed(ordered, warc(tmp_path / "other", recorded(ORDER, LATER, other)), "us_federal_register")
    return ordered


def mine(workspace: Workspace) -> list[int]:
    return [one["id"] for one in proposals(workspace.engine) if (one["substance"], one["conduct"]) == ("mgm-15", "possess")]


def changed(workspace: Workspace, number: int, **said: object) -> None:
    """Let an open proposal say something else."""
    with locked(workspace.engine) as connection:
        found = json.loads(kept.write(review.show(connection, number).proposal)) | said
        connection.execute(update(e.review).where(e.review.c.id == number).values(proposal=json.dumps(found)))


def test_another_quote_revises_the_rule(reread: Workspace) -> None:
    before = timeline(reread, "mgm-15")
    ((_, _, _, quote, _),) = rows(reread.engine, VERSIONS)
    (number,) = mine(reread)
    written = decide.accept(reread, [number], "B. Reader")
    assert written is not None
    first, second = rows(reread.engine, VERSIONS)
    assert first[3:] == (quote, False)
    assert second[:3] == first[:3]
    assert second[3] != quote
    assert bool(second[4])
    assert timeline(reread, "mgm-15") == before
    told = {(kind, weight, why) for _, kind, weight, _, _, _, why in rows(reread.engine, CHANGES, belief=written.belief)}
    assert told == {("confirmed", "none", "research")}, "unchanged law is no change"
    assert rows(reread.engine, "SELECT count(*) FROM provision") == [(1,)]


def test_what_is_read_better_is_a_correction(reread: Workspace) -> None:
    (number,) = mine(reread)
    changed(reread, number, valid_to="2027-08-26")
    written = decide.accept(reread, [number], "B. Reader")
    assert written is not None
    assert written.cause is Cause.LAW, "no day that moves has come"
    assert timeline(reread, "mgm-15")[-1] == ("unknown", "2027-08-26", None)


def test_what_begins_on_another_day_is_asked_about(reread: Workspace) -> None:
    (number,) = mine(reread)
    changed(reread, number, valid_from="2026-09-01")
    with reading(reread.engine) as connection:
        ((kind, says),) = [(row.kind, row.status) for row in decide.open_conflicts(connection, number)]
    assert (kind, says) == ("provision", "possess prohibited")
    before = dump(reread.engine)
    with refused(decide.ReviewRefused, match=r"possess prohibited since 2026-08-26 .*--replaces .*--no-replaces"):
        decide.accept(reread, [number], "B. Reader")
    assert dump(reread.engine) == before
    decide.accept(reread, [number], "B. Reader", replaces=True)
    assert [row[2] and str(row[2]) for row in rows(reread.engine, VERSIONS)] == ["2026-08-26", "2026-09-01"]
    assert all(row[4] for row in rows(reread.engine, VERSIONS)), "two dated versions of one provision"
    assert [row[1] for row in timeline(reread, "mgm-15")] == [None, "2026-08-26", "2026-09-01", "2028-08-26"]


def test_what_does_something_else_may_stand_beside(reread: Workspace) -> None:
    (number,) = mine(reread)
    changed(reread, number, effect="excluded")
    with refused(decide.ReviewRefused, match="--no-replaces"):
        decide.accept(reread, [number], "B. Reader", from_day=date(2026, 8, 26))
    decide.accept(reread, [number], "B. Reader", replaces=False)
    assert [(row[1], bool(row[4])) for row in rows(reread.engine, VERSIONS)] == [("prohibited", True), ("excluded", True)]


def test_two_readings_of_one_rule_are_not_accepted_at_once(ordered: Workspace, tmp_path: Path) -> None:  # noqa: F811
    other = recorded(ORDER)[1].replace(b'"name": "Justice Department"', b'"name": "Department of Justice"')
    replayed(ordered, warc(tmp_path / "other", recorded(ORDER, LATER, other)), "us_federal_register")
    first, second = mine(ordered)
    before = dump(ordered.engine)
    with pytest.raises(decide.ReviewRefused, match=f"proposals {first} and {second} read one rule from two quotes"):
        decide.accept(ordered, [first, second], "A. Reader")
    assert dump(ordered.engine) == before


def test_a_rule_never_unmakes_what_a_person_accepted(reread: Workspace) -> None:
    (number,) = mine(reread)
    with reread.writing() as writer:
        assert decide.by_rule(writer, [review.show(writer.connection, number)], reread.policy) == 0
    assert mine(reread) == [number], "it waits for a person"

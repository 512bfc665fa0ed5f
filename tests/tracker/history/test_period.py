"""A period is read once, in as many statements for many changes as for few."""

from __future__ import annotations

from tests.tracker.cli.test_statements import counted
from tests.tracker.domain.build import finding, provision
from tests.tracker.reports.record import NEW_YORK, Kept
from tracker.domain import periods
from tracker.domain.dates import parse_instant
from tracker.domain.records import Key
from tracker.history import period
from tracker.history.period import PeriodRecord
from tracker.store.session import reading

FEW, MANY = ("US-MA",), ("US-MA", "US-TN", "US-OH", "US-TX", "US-NY", "US-WA", "US-OR", "US-ME")
WEEK = periods.read("2026-W47")


def ban(kept: Kept, *places: str) -> None:
    """Nothing found in June; in week 47 a ban is learnt, in force since that Friday, and one for later."""
    keys = [Key(place, "kratom") for place in places]
    kept.write("2026-06-01", "research", *(finding(f"F{key.jurisdiction}", key=key) for key in keys))
    now = [provision(f"P{key.jurisdiction}", "possess prohibited", "2026-11-20", key=key) for key in keys]
    later = [
        provision(f"S{key.jurisdiction}", "sell prohibited", "2027-03-01", key=Key(key.jurisdiction, "7-oh")) for key in keys
    ]
    kept.write("2026-11-20T15:00Z", "law", *now, *later, made="2026-11-19")


def read(kept: Kept) -> tuple[PeriodRecord, int]:
    with reading(kept.engine) as connection, counted() as statements:
        window = periods.window(WEEK, period.began(connection), parse_instant("2026-12-09"), NEW_YORK)
        return period.read(connection, window), len(statements)


def test_what_moved_and_what_lies_ahead_has_its_grounds(kept: Kept) -> None:
    ban(kept, *FEW)
    record, _ = read(kept)
    (moved,) = [one for one in record.stored if one.change.key.substance == "kratom"]
    assert (moved.change.before, moved.change.after, moved.overtaken) == ("no_specific_law", "banned", False)
    assert moved.before is not None
    assert moved.before.status == "no_specific_law"
    assert [(one.ref.kind, one.act.key) for one in moved.statements] == [("provision", "Act 1")]
    (ahead,) = record.coming
    assert (ahead.change.key.substance, ahead.change.after, ahead.change.derived) == ("7-oh", "sale_prohibited", True)
    assert [record.before.answers[Key("US-MA", "kratom")].status, record.after.answers[Key("US-MA", "kratom")].status] == [
        "no_specific_law",
        "banned",
    ]


def test_many_changes_cost_no_more_statements_than_one(kept: Kept) -> None:
    ban(kept, *FEW)
    _, alone = read(kept)
    ban_more = [place for place in MANY if place not in FEW]
    kept.write("2026-11-20T16:00Z", "law", *(
        provision(f"P{place}", "possess prohibited", "2026-11-20", key=Key(place, "kratom")) for place in ban_more[:1]
    ), made="2026-11-19")  # fmt: skip
    _, one_more = read(kept)
    kept.write("2026-11-20T16:00:01Z", "law", *(
        provision(f"P{place}", "possess prohibited", "2026-11-20", key=Key(place, "kratom")) for place in ban_more[1:]
    ), made="2026-11-19")  # fmt: skip
    record, many = read(kept)
    assert len(record.stored) == 2 * len(FEW) + len(ban_more)
    assert many - one_more <= one_more - alone
    assert alone < 60

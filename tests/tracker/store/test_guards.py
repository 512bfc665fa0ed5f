"""What the schema itself refuses, whoever writes: overlaps, edits, words out of the vocabulary, times that run backwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from migrations import guards
from tests.tracker.domain.build import assertion, cap, finding, position, provision, relation, replaces
from tests.tracker.ledger.conftest import connection, record  # noqa: F401 - one upgraded record, undone after each test
from tests.tracker.ledger.sql import SqlLedger, prepare
from tracker.domain.entries import Statement
from tracker.domain.vocabulary import Cause
from tracker.store.mapping import statements
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.schema.columns import metadata

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID: list[Statement] = [
    finding("F", "", "2026-01-01"),
    assertion("A", "sale_prohibited", "2026-01-01"),
    provision("P", "possess prohibited", "2026-03-01", "2026-09-01", basis="emergency_order", limits=(cap("1", "%"),)),
    provision("Q", "sell prohibited", "2026-08-01"),
    position("S", "authorised", "2026-02-01"),
    replaces("P", "A", "2026-03-01", on="assertion"),
    relation("stay", "stay", "Q", "2026-10-01", "2026-11-01"),
    relation("back", "restore", "P replaces A", "2026-06-01", on="relation"),
]
BITEMPORAL = [*statements.TABLES.values(), t.status_version]


@pytest.fixture
def held(connection: Connection) -> Connection:  # noqa: F811
    """A record in which every table that only grows holds a row."""
    prepare(connection, {row.key for row in SAID if hasattr(row, "key")})
    SqlLedger(connection).write(START, SAID, Cause.RESEARCH)
    connection.execute(insert(t.reading).values(assertion=1, says="another reading", recorded_at=START))
    connection.execute(insert(t.measure).values(id=1, jurisdiction="XX", identifier="HB 1", first_recorded_at=START))
    connection.execute(insert(t.measure_action).values(id=1, measure=1, recorded_at=START))
    stated = {"captured_at": START, "whole": True, "says": "{}", "recorded_at": START}
    connection.execute(insert(t.measure_statement).values(id=1, measure=1, **stated))
    connection.execute(insert(e.source).values(key="src", jurisdiction="XX", official=True))
    connection.execute(insert(e.capture).values(id=1, captured_at=START))
    connection.execute(insert(e.document).values(id=1, source="src", jurisdiction="XX", kind="bill"))
    connection.execute(insert(e.document_version).values(id=1, document=1, capture=1, captured_at=START))
    return connection


def refused(connection: Connection, statement: Any, *, match: str = "") -> None:  # noqa: F811
    with pytest.raises(DBAPIError, match=match), connection.begin_nested():
        connection.execute(statement)


def first(connection: Connection, table: Table) -> dict[str, Any]:  # noqa: F811
    return dict(connection.execute(select(table)).first()._mapping)  # type: ignore[union-attr]


APPEND_ONLY = guards.APPEND_ONLY | {"measure_action": ("recorded_to",), "measure_statement": ()}
"""Those of the first schema, and what later ones guard."""


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_what_was_recorded_is_neither_edited_nor_deleted(held: Connection, name: str) -> None:
    table, closing = metadata.tables[name], APPEND_ONLY[name]
    before = first(held, table)
    for column in table.c:
        if column.name not in closing:
            refused(held, update(table).values({column: column}), match="only grows")
    refused(held, delete(table), match="only grows")
    if held.dialect.name == "postgresql":
        held.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # what is still to be checked would refuse it as well
        refused(held, text(f'TRUNCATE "{name}" CASCADE'), match="only grows")
    elif table.primary_key.columns.keys() == ["id"]:
        refused(held, insert(table).prefix_with("OR REPLACE").values(**before), match="only grows")
    assert first(held, table) == before


def test_a_step_is_taken_back_once(held: Connection) -> None:
    held.execute(update(t.measure_action).values(recorded_to=START))
    refused(held, update(t.measure_action).values(recorded_to=None), match="only grows")


@pytest.mark.parametrize("table", BITEMPORAL, ids=lambda table: table.name)
def test_a_row_is_closed_once_by_a_belief_and_later(held: Connection, table: Table) -> None:
    later = START + timedelta(days=1)
    one = update(table).where(table.c.id == first(held, table)["id"])
    refused(held, one.values(recorded_to=START, belief_closed=1), match="recorded_runs_forward")
    refused(held, one.values(recorded_to=later), match="closed_by_a_belief")
    refused(held, one.values(belief_closed=1), match="closed_by_a_belief")
    held.execute(one.values(recorded_to=later, belief_closed=1))
    refused(held, one.values(recorded_to=later + timedelta(days=1)), match="only grows")
    refused(held, one.values(recorded_to=None, belief_closed=None), match="only grows")
    refused(held, one.values(belief_closed=2), match="only grows")


def status(held: Connection, **values: Any) -> Any:
    """A row like the one from 2026-03-01 on, but for `values`."""
    table = t.status_version
    like = held.execute(select(table).where(table.c.valid_from == date(2026, 3, 1))).one()
    return insert(table).values(dict(like._mapping) | {"id": 99} | values)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-03-01", "2026-06-01"), ("2026-02-01", "2026-03-02"), ("2026-05-31", None), (None, "2025-01-01"), (None, None)],
)
def test_periods_of_one_key_do_not_overlap(held: Connection, start: str | None, end: str | None) -> None:
    days = [date.fromisoformat(day) if day else None for day in (start, start, end, end)]
    period = dict(zip(("valid_from", "valid_from_latest", "valid_to", "valid_to_latest"), days, strict=True))
    refused(held, status(held, **period), match="ex_status_version_overlap")
    refused(held, status(held, **period, recorded_from=START - timedelta(days=9)), match="ex_status_version_overlap")
    before = {"recorded_from": START - timedelta(days=9), "recorded_to": START, "belief_closed": 1}
    held.execute(status(held, **period, **before))


def test_periods_of_other_keys_may(held: Connection) -> None:
    prepare(held, [assertion("A", "banned", "").key._replace(substance="other")])
    held.execute(status(held, substance="other"))


@pytest.mark.parametrize(
    ("table", "values", "name"),
    [
        (t.status_version, {"status": "legal"}, "status_known"),
        (t.status_version, {"status": ""}, "status_known"),
        (t.status_version, {"food_law_position": ""}, "food_law_position_known"),
        (t.status_version, {"binding_status": "severe"}, "binding_status_known"),
        (t.status_version, {"confidence": "certain"}, "confidence_known"),
        (t.status_version, {"opened_by": "magic"}, "opened_by_known"),
        (t.status_version, {"valid_from": date(2026, 9, 1)}, "period_runs_forward"),
        (t.status_version, {"valid_from_latest": date(2026, 2, 1)}, "valid_from_before_latest"),
        (t.status_version, {"valid_to_latest": None}, "valid_to_before_latest"),
        (t.provision_version, {"effect": "frowned_upon"}, "effect_known"),
        (t.provision_version, {"basis": "habit"}, "basis_known"),
        (t.provision_version, {"date_basis": "guessed"}, "date_basis_known"),
        (t.provision_version, {"kind": "rumour"}, "kind_known"),
        (t.provision_version, {"link_type": "hearsay"}, "link_type_known"),
        (t.provision_version, {"min_age": 21}, "prohibited_is_for_adults"),
        (t.provision_version, {"valid_to": None, "valid_to_latest": None}, "emergency_has_an_end"),
        (t.provision, {"conduct": "smile"}, "conduct_known"),
        (t.provision_limit, {"per": "per_bag"}, "per_known"),
        (t.provision_limit, {"consequence": "frown"}, "consequence_known"),
        (t.assertion, {"status": "no_specific_law"}, "asserts_a_rule"),
        (t.assertion, {"status": "unknown"}, "asserts_a_rule"),
        (t.position, {"value": "disliked"}, "value_known"),
        (t.relation, {"kind": "amend"}, "kind_known"),
        (t.relation, {"scope": "half"}, "scope_known"),
        (t.relation, {"target_provision": 1}, "one_target"),
        (t.relation, {"target_assertion": None}, "one_target"),
        (t.relation, {"kind": "restore"}, "restore_names_a_relation"),
        (t.relation, {"target_assertion": None, "target_relation": 1}, "restore_names_a_relation"),
        (t.relation, {"valid_to": date(2027, 1, 1), "valid_to_latest": date(2027, 1, 1)}, "only_a_stay_ends"),
        (t.belief, {"cause": "whim"}, "cause_known"),
        (t.change, {"cause": "whim"}, "cause_known"),
        (t.change_boundary, {"kind": "moved"}, "kind_known"),
        (t.change_boundary, {"significance": "huge"}, "significance_known"),
        (t.status_input, {"kind": "guess"}, "kind_known"),
        (t.jurisdiction, {"level": "planet"}, "level_known"),
        (t.measure, {"stage": "stuck"}, "stage_known"),
        (e.document, {"kind": "napkin"}, "kind_known"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_no_row_may_say(held: Connection, table: Table, values: dict[str, Any], name: str) -> None:
    row = first(held, table)
    if table is t.status_version:
        row = held.execute(select(table).where(table.c.valid_from == date(2026, 3, 1))).one()._asdict() | {
            "recorded_from": START - timedelta(days=9),
            "recorded_to": START,
            "belief_closed": 1,
        }
    fresh = {"id": 99, "code": "ZZ", "recorded_at": START + timedelta(days=9), "identifier": "another", "pinpoint": "another"}
    row |= {column: value for column, value in fresh.items() if column in row}
    refused(held, insert(table).values(row | values), match=f"ck_{table.name}_{name}")


def test_the_row_of_those_refusals_is_good_without_them(held: Connection) -> None:
    held.execute(insert(t.relation).values(first(held, t.relation) | {"id": 99}))
    held.execute(insert(t.provision_version).values(first(held, t.provision_version) | {"id": 99}))


def test_foreign_keys_are_on(held: Connection) -> None:
    refused(held, insert(t.status_input).values(status_version=4711, kind="finding", ref=1), match=r"(?i)foreign key")
    refused(held, delete(t.substance), match=r"(?i)foreign key")


def test_one_change_a_belief_and_key(held: Connection) -> None:
    refused(held, insert(t.change).values(first(held, t.change) | {"id": 99}), match="(?i)unique")


def test_naive_datetimes_are_refused(held: Connection) -> None:
    naive = datetime(2026, 11, 25, 12)  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError, match="has no time zone"):
        held.execute(insert(t.reading).values(assertion=1, recorded_at=naive))


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 25, 12, tzinfo=UTC),
        datetime(2026, 11, 25, 12, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 25, 12, 30, 15, 999999, tzinfo=timezone(timedelta(hours=-5))),
        datetime(1836, 1, 1, 4, 56, 2, tzinfo=UTC),
        datetime(812, 3, 4, tzinfo=UTC),
    ],
    ids=str,
)
def test_instants_round_trip_and_sort(held: Connection, instant: datetime) -> None:
    table = t.reading
    held.execute(insert(table).values(id=50, says="this", recorded_at=instant))
    held.execute(insert(table).values(id=51, says="later", recorded_at=instant + timedelta(microseconds=1)))
    found = held.execute(select(table.c.recorded_at).where(table.c.id == 50)).scalar_one()
    assert (found, found.tzinfo) == (instant, UTC)
    at_or_before = select(table.c.id).where(table.c.recorded_at <= instant, table.c.id.in_((50, 51)))
    assert held.scalars(at_or_before).all() == [50]


def test_deferred_keys_are_checked_in_the_end(record: Engine) -> None:  # noqa: F811
    """A row may name its belief before that is written, but not go without."""
    with record.connect() as connection, pytest.raises(IntegrityError):  # noqa: F811
        without_its_belief(connection)


def without_its_belief(connection: Connection) -> None:  # noqa: F811
    with connection.begin():
        prepare(connection, [row.key for row in SAID if hasattr(row, "key")])
        row = {"id": 1, "jurisdiction": "XX", "substance": "kratom", "recorded_from": START, "belief": 1}
        connection.execute(insert(t.finding).values(row))

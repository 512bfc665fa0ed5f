"""The views for analysts: the documented columns, the same rows on both databases, and what the program itself answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Date, cast, func, inspect, select, text

from tests.shipped import shipped, shipped_postgresql, shipped_sqlite  # noqa: F401 - fixtures
from tests.tracker.domain.build import assertion, cap, finding, provision, relation, replaces
from tests.tracker.domain.golden import CASES, Case
from tests.tracker.ledger.conftest import connection, record  # noqa: F401 - one upgraded record, undone after each test
from tests.tracker.ledger.sql import SqlLedger, prepare
from tests.tracker.ledger.test_golden import keys_of, tell
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, Status
from tracker.history import beliefs, changes, effective, status
from tracker.history.places import all_places
from tracker.store.schema import views
from tracker.store.schema.columns import UtcDateTime, instant_text
from tracker.workspace import Workspace

_CURRENT = """jurisdiction, jurisdiction_name, level, parent, substance, status, schedule, min_age, threshold, components,
    food_law_position, contested, authority, badges, carve_outs, valid_from, valid_from_latest, valid_to, valid_to_latest, date_basis,
    instrument, citation, evidence_url, confidence, verified, last_checked_at"""
_PROVISION = """jurisdiction, substance, conduct, effect, basis, schedule, min_age, components, limits, instrument, pinpoint, kind,
    contested, binds_children, valid_from, valid_from_latest, valid_to, valid_to_latest, date_basis, made_on, citation, authority,
    evidence_url, link_type, quote, coder, reviewer, note"""
_MEASURE = """jurisdiction, session, identifier, title, kind, stage, stage_on, direction_as_introduced, effect_as_enacted, substances,
    official_url, source"""
DOCUMENTED = {
    "status_current": _CURRENT,
    "status_history": f"{_CURRENT}, recorded_from, recorded_to, belief, cause, rule_version",
    "status_effective": "jurisdiction, substance, own_status, binding_status, binding_from, effective_status, local_known",
    "status_by_conduct": "jurisdiction, substance, conduct, effect, basis, min_age, components, limits, instrument, missing_reason",
    "provision_current": _PROVISION,
    "provision_history": f"{_PROVISION}, recorded_from, recorded_to, belief, cause",
    "upcoming": "happens_on, happens_on_latest, kind, jurisdiction, substance, title, url",
    "calendar": "happens_on, happens_on_latest, kind, jurisdiction, substance, title, url",
    "change_log": """id, recorded_at, kind, cause, significance, jurisdiction, substance, before, after, takes_effect_on,
        takes_effect_latest, found_late, retrospective, derived, instrument, citation, evidence_url""",
    "measure_current": _MEASURE,
    "measure_timeline": f"{_MEASURE}, acted_on, action, recorded_at",
    "coverage": "source, jurisdiction, last_run_at, last_ok_at, verdict, outcomes, overdue, works, verified_live",
    "evidence": "provision, quote, capture_digest, captured_at, warc_file, warc_offset, url, link_type",
}
"""Analysts' SQL relies on these: a column that goes breaks it."""

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def today_of(connection: Connection) -> date:  # noqa: F811
    """The database server's own UTC date."""
    if connection.dialect.name == "sqlite":
        return date.fromisoformat(str(connection.scalar(text("SELECT date('now')"))))
    return connection.scalars(select(cast(func.timezone("UTC", func.now()), Date))).one()


def rows(connection: Connection, query: str) -> list[dict[str, Any]]:  # noqa: F811
    """What a view says, in values that do not depend on the database."""
    return [{name: plain(value) for name, value in row._mapping.items()} for row in connection.execute(text(query))]


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else value


# On the shipped record. -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", views.VIEWS)
def test_a_view_has_its_documented_columns_and_the_same_rows_on_both(
    name: str,
    shipped_sqlite: Workspace,  # noqa: F811
    shipped_postgresql: Workspace,  # noqa: F811
) -> None:
    found = []
    for opened in (shipped_sqlite, shipped_postgresql):
        columns = [column["name"] for column in inspect(opened.engine).get_columns(name)]
        assert {column.strip() for column in DOCUMENTED[name].split(",")} <= set(columns)
        with opened.engine.connect() as connection:  # noqa: F811
            found.append((columns, sorted(rows(connection, f"SELECT * FROM {name}"), key=repr)))
    assert found[0] == found[1]
    empty = {"provision_current", "provision_history", "evidence", "measure_timeline"}
    assert bool(found[0][1]) is (name not in empty) or name == "measure_timeline"


def test_every_key_has_its_current_row(shipped: Workspace) -> None:  # noqa: F811
    with shipped.engine.connect() as connection:  # noqa: F811
        agree_on_today(connection)


def agree_on_today(connection: Connection) -> None:  # noqa: F811
    """`status_current` and `status_effective` say of today what history says, for every jurisdiction and substance."""
    today, where = today_of(connection), all_places(connection)
    answers = status.on_day(connection, today)
    current = {Key(row["jurisdiction"], row["substance"]): row for row in rows(connection, "SELECT * FROM status_current")}
    substances = connection.scalars(text("SELECT code FROM substance")).all()
    assert current.keys() == {Key(place, substance) for place in where for substance in substances}
    since = status.headlines_since(connection, answers.values())
    for key, row in current.items():
        begun = tuple(plain(day) for day in since.get(key, (None, None)))
        assert (row["headline_since"], row["headline_since_latest"]) == begun
        if answer := answers.get(key):
            shown = {name: plain(getattr(answer.row, name)) for name in row.keys() & answer.row._mapping.keys()}  # type: ignore[union-attr]
            assert {name: row[name] for name in shown} == shown
        else:
            assert (row["status"], row["food_law_position"], row["confidence"]) == ("unknown", "not_addressed", "low")
    assert today_of(connection) == today, "midnight passed while the test ran"
    shown_rows = {Key(row["jurisdiction"], row["substance"]): row for row in rows(connection, "SELECT * FROM status_effective")}
    assert shown_rows.keys() == current.keys()
    for substance in substances:
        local = effective.local_known(where, answers, substance)
        assert {
            place: shown_rows[place, substance]["local_known"] for place in where if shown_rows[place, substance]["local_known"]
        } == local
    for key in {*answers, *(key for key, row in shown_rows.items() if row["binding_status"])}:
        region = effective.of_key(where, answers, key, today)
        row = shown_rows[key]
        assert (row["own_status"], row["effective_status"]) == (region.own.status, region.status)
        assert (row["binding_status"], row["binding_from"]) == (region.binding or "", region.binding_from)


def test_as_of_is_a_filter_on_both_pairs_of_columns(shipped: Workspace) -> None:  # noqa: F811
    with shipped.engine.connect() as connection:  # noqa: F811
        first = beliefs.first(connection)
        assert first is not None
        for known in (first - timedelta(microseconds=1), first):
            as_of(connection, date(2024, 7, 1), known)


def as_of(connection: Connection, day: date, known: datetime) -> None:  # noqa: F811
    bind = UtcDateTime().process_bind_param(known, connection.dialect)
    result = connection.execute(
        text(
            "SELECT jurisdiction, substance, status FROM status_history"
            " WHERE recorded_from <= :known AND (recorded_to IS NULL OR recorded_to > :known)"
            " AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR valid_to > :day)"
        ),
        {"known": bind, "day": day if connection.dialect.name == "postgresql" else day.isoformat()},
    )
    answers = status.on_day(connection, day, known)
    covering = {key: answer.status for key, answer in answers.items() if answer.row is not None}
    assert {Key(row.jurisdiction, row.substance): row.status for row in result} == covering


# On worked cases and records made here. ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_views_of_a_worked_case(connection: Connection, case: Case) -> None:  # noqa: F811
    tell(connection, case)
    prepare(connection, keys_of(case))
    agree_on_today(connection)
    for asked in case.questions:
        as_of(connection, asked.day, asked.known)
    upcoming_is_what_comes(connection)


def upcoming_is_what_comes(connection: Connection) -> None:  # noqa: F811
    """What may still come, in doubt too, and no more."""
    today = today_of(connection)
    known = datetime(2100, 1, 1, tzinfo=UTC)
    kinds = {"took_effect": "takes_effect", "expired": "expires"}
    coming = changes.coming(connection, today - timedelta(days=1), known)
    expected = [(plain(row.day), plain(row.latest), kinds.get(row.kind, row.kind), *row.key) for row in coming]
    names = ("happens_on", "happens_on_latest", "kind", "jurisdiction", "substance")
    told = [tuple(row[name] for name in names) for row in rows(connection, "SELECT * FROM upcoming WHERE substance IS NOT NULL")]
    assert sorted(told) == sorted(expected)


UT = Key("US-UT", "kratom")


def test_a_headline_holds_since_its_run_began_whatever_its_terms(connection: Connection) -> None:  # noqa: F811
    """A day of another headline begins it anew; a correction that fills the gap restores it, and leaves what was said before."""
    prepare(connection, [UT])
    ledger = SqlLedger(connection)
    ledger.write(
        NOW,
        [
            assertion("A", "banned", "2020-01-01", "2021-01-01", key=UT),
            assertion("B", "regulated", "2021-01-01", "2021-01-02", key=UT),
            assertion("C", "banned", "2021-01-02", "2022-01-01", key=UT),
            assertion("D", "banned", "2022-01-01", key=UT, schedule="I"),
        ],
    )
    later = NOW + timedelta(days=1)
    first = since(connection, NOW)
    assert first == (date(2021, 1, 2), date(2021, 1, 2))
    ledger.write(later, [assertion("E", "banned", "2021-01-01", "2021-01-02", key=UT)])
    assert since(connection, later) == (date(2020, 1, 1), date(2020, 1, 1))
    assert since(connection, NOW) == first
    agree_on_today(connection)


def since(connection: Connection, known: datetime) -> tuple[date | None, date | None]:  # noqa: F811
    answers = status.on_day(connection, NOW.date(), known)
    return status.headlines_since(connection, answers.values(), known)[UT]


def test_the_researched_ban_of_the_concentrate_in_florida_is_older_than_its_terms(shipped: Workspace) -> None:  # noqa: F811
    with shipped.engine.connect() as connection:  # noqa: F811
        answers = status.on_day(connection, date(2026, 11, 27))
        key = Key("US-FL", "7-oh")
        assert answers[key].get("valid_from") == date(2026, 6, 22)
        assert status.headlines_since(connection, answers.values())[key] == (date(2025, 8, 13), date(2025, 8, 13))


@pytest.fixture
def coded(connection: Connection) -> Connection:  # noqa: F811
    """A state whose law is coded, with a conduct that nobody coded, a rule that is replaced, and one to come."""
    prepare(connection, [UT, Key("US-UT", "7-oh"), Key("US-WY", "kratom")])
    caps = (cap("2", "%"), cap("100", "ratio", "ratio_to", analyte="mitragynine", reference="7-OH"))
    SqlLedger(connection).write(
        NOW,
        [
            provision("P1", "sell conditional", "2020-01-01", key=UT, age=18, components="label", instrument="old act"),
            provision(
                "P2", "sell conditional", "2026-05-06", key=UT, age=21, limits=caps, components="label", instrument="new act"
            ),
            replaces("P2", "P1", "2026-05-06"),
            provision("P3", "possess prohibited", "2999-01-01", key=UT, instrument="far act"),
            provision("P4", "sell prohibited", "2026-05-06", key=UT._replace(substance="7-oh"), instrument="new act"),
            relation("R", "except", "P4", "2026-05-06", scope="part", carve_out="leaf"),
            finding("F", key=UT._replace(jurisdiction="US-WY")),
            assertion("A", "banned", "2010", "2012", key=UT._replace(jurisdiction="US-WY")),
        ],
        Cause.RESEARCH,
    )
    return connection


def test_provisions_stand_or_not(coded: Connection) -> None:
    answers = rows(coded, "SELECT * FROM provision_current ORDER BY instrument, substance")
    assert [(row["instrument"], row["substance"], row["effect"], row["standing"]) for row in answers] == [
        ("new act", "7-oh", "prohibited", 1),
        ("new act", "kratom", "conditional", 1),
        ("old act", "kratom", "conditional", 0),
    ]
    assert answers[1]["limits"] == "7-OH 2 % of_alkaloids scheduled; mitragynine 100 ratio ratio_to 7-OH scheduled"
    assert answers[2]["limits"] == ""
    told = rows(coded, "SELECT instrument, cause, recorded_to FROM provision_history")
    assert {row["instrument"] for row in told} == {"old act", "new act", "far act"}
    assert {(row["cause"], row["recorded_to"]) for row in told} == {("research", None)}


def test_conducts_are_coded_or_say_why_not(coded: Connection) -> None:
    query = "SELECT * FROM status_by_conduct WHERE jurisdiction = '{}' AND substance = 'kratom'"
    found = {row["conduct"]: row for row in rows(coded, query.format("US-UT"))}
    assert len(found) == 11
    assert (found["sell"]["effect"], found["sell"]["min_age"], found["sell"]["missing_reason"]) == ("conditional", 21, "")
    assert (found["possess"]["effect"], found["possess"]["missing_reason"]) == (None, "not_researched")
    assert {row["missing_reason"] for row in rows(coded, query.format("US-WY"))} == {"not_researched"}, "the finding has stopped"
    assert {row["missing_reason"] for row in rows(coded, query.format("EU"))} == {"not_applicable"}


def test_the_evidence_of_a_provision(coded: Connection) -> None:
    answers = rows(coded, "SELECT * FROM evidence ORDER BY provision")
    assert [(row["provision"], row["instrument"], row["capture_digest"]) for row in answers] == [
        (1, "old act", None),
        (2, "new act", None),
        (3, "far act", None),
        (4, "new act", None),
    ]


def test_the_nearest_of_equals_binds(connection: Connection) -> None:  # noqa: F811
    country, state = (Key(code, "kratom") for code in ("US", "US-CA"))
    town = Key("ocd-division/country:us/state:ca/place:san_diego", "kratom")
    prepare(connection, [country, state, town])
    ledger = SqlLedger(connection)
    ledger.write(NOW, [provision("C", "possess prohibited", "2020", key=country, binds_children=True)])
    ledger.write(NOW, [provision("S", "possess prohibited", "2020", key=state, binds_children=True)])
    query = f"SELECT * FROM status_effective WHERE jurisdiction = '{town.jurisdiction}'"
    assert [(row["own_status"], row["binding_from"]) for row in rows(connection, query)] == [("unknown", "US-CA")]
    today = today_of(connection)
    region = effective.of_key(all_places(connection), status.on_day(connection, today), town, today)
    assert (region.own.status, region.binding, region.binding_from) == (Status.UNKNOWN, Status.BANNED, "US-CA")
    agree_on_today(connection)

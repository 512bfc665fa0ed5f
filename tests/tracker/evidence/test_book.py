"""The baseline into the record: once, again without a trace, changed with its cause, and never against what a person decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from tests.tracker.domain.build import provision, replaces
from tests.tracker.ledger.conftest import connection, record  # noqa: F401 - one upgraded record, undone after each test
from tests.tracker.ledger.sql import dump, seals_hold
from tracker import codebook, ledger
from tracker.codebook import Baseline
from tracker.codebook.baseline import ORIGIN
from tracker.domain.dates import Period, zone
from tracker.domain.entries import Entry, Evidence, Instrument
from tracker.domain.records import Assertion, Finding, Key, Ref
from tracker.domain.vocabulary import Cause, ChangeKind, Status
from tracker.evidence import loading
from tracker.history import changes, status
from tracker.ledger import Batch, Written
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = START + timedelta(days=7)
TODAY = date(2026, 11, 25)
POLICY = loading.policy(codebook.load(), zone("America/New_York"))
BASE = codebook.baseline()
ALABAMA, VERMONT = Key("US-AL", "kratom"), Key("US-VT", "kratom")


@pytest.fixture
def loaded(connection: Connection) -> Connection:  # noqa: F811
    loading.load_codebook(Writer(connection, START), codebook.load())
    written = loading.load_baseline(Writer(connection, START, ORIGIN), BASE, POLICY)
    assert written
    assert written.cause is Cause.RESEARCH
    return connection


def reload(loaded: Connection, base: Baseline, now: datetime = LATER) -> Written | None:
    return loading.load_baseline(Writer(loaded, now, ORIGIN), base, POLICY)


def said(loaded: Connection, key: Key, known: datetime | None = None) -> Status:
    return status.of_key(loaded, key, TODAY, known).status


def changed(key: Key, change: str) -> Baseline:
    """The baseline with its assertion on `key` changed, or gone."""
    entries = []
    for entry in BASE.entries:
        own = entry.statement
        if isinstance(own, Assertion) and own.key == key and own.period.covers(TODAY):
            if change == "gone":
                continue
            entry = {
                "note": Entry(own, replace(entry.evidence, note="another note")),
                "status": Entry(replace(own, status=Status.PRESCRIPTION_ONLY), entry.evidence),
                "start": Entry(replace(own, period=Period.parse("2019-03-01")), entry.evidence),
                "finding": Entry(Finding(own.id, own.key, own.period), entry.evidence),
            }[change]
        entries.append(entry)
    return replace(BASE, entries=tuple(entries))


def test_the_same_again_leaves_no_trace(loaded: Connection) -> None:
    before = dump(loaded)
    loading.load_codebook(Writer(loaded, LATER), codebook.load())
    assert reload(loaded, BASE) is None
    assert reload(loaded, replace(BASE, entries=tuple(reversed(BASE.entries)))) is None
    assert dump(loaded) == before


@pytest.mark.parametrize(
    ("change", "now"),
    [
        ("gone", "unknown"),
        ("note", "banned"),
        ("status", "prescription_only"),
        ("start", "banned"),
        ("finding", "no_specific_law"),
    ],
)
def test_a_changed_row_is_a_correction_of_that_row_alone(loaded: Connection, change: str, now: str) -> None:
    written = reload(loaded, changed(ALABAMA, change))
    assert written
    assert (written.cause, set(written.boundaries)) == (Cause.RECORD, {ALABAMA})
    assert (said(loaded, ALABAMA), said(loaded, ALABAMA, START)) == (now, Status.BANNED)
    stored = changes.stored(loaded, LATER, LATER + timedelta(days=1))
    assert {(row.key, row.kind) for row in stored} == {(ALABAMA, ChangeKind.CORRECTED)}
    held = select(t.assertion.c.id).where(t.assertion.c.jurisdiction == "US-AL", t.assertion.c.recorded_to.is_(None))
    assert len(loaded.scalars(held.where(t.assertion.c.substance == "kratom")).all()) == (change not in ("gone", "finding"))
    assert reload(loaded, changed(ALABAMA, change), LATER + timedelta(days=1)) is None
    seals_hold(loaded)
    back = reload(loaded, BASE, LATER + timedelta(days=2))
    assert back
    assert said(loaded, ALABAMA) is Status.BANNED


def test_a_new_row_alone_is_research(loaded: Connection) -> None:
    more = Entry(Assertion("new", Key("US-AL", "mgm-15"), Status.BANNED, Period.parse("2026-01-01")), Evidence(origin="baseline"))
    written = reload(loaded, replace(BASE, entries=(*BASE.entries, more)))
    assert written
    assert written.cause is Cause.RESEARCH
    assert {row.kind for row in written.boundaries[Key("US-AL", "mgm-15")]} == {ChangeKind.FIRST_RECORDED}


@pytest.mark.parametrize("change", ["note", "status", "start"])
def test_what_replaced_a_row_replaces_it_when_it_changes(loaded: Connection, change: str) -> None:
    entries = [
        Entry(provision("P", "sell conditional", "2026-01-01", key=ALABAMA, age=21, components="label", instrument="HB 1")),
        Entry(replace(replaces("P", "A", "2026-01-01", on="assertion"), target=assertion_on(loaded, ALABAMA))),
    ]
    assert decide(loaded, Batch(entries, [Instrument("HB 1", "US-AL")]))
    assert said(loaded, ALABAMA) is Status.REGULATED
    assert reload(loaded, changed(ALABAMA, change), LATER)
    assert said(loaded, ALABAMA) is Status.REGULATED


def test_a_person_stands_against_every_newer_baseline(loaded: Connection) -> None:
    ours = Entry(
        Assertion("ours", VERMONT, Status.SALE_PROHIBITED, Period.parse("2016-05-01")),
        Evidence(citation="18 V.S.A.", origin="code"),
    )
    decided = Batch(revise={assertion_on(loaded, VERMONT): ours}, withdraw=[assertion_on(loaded, ALABAMA)])
    assert decide(loaded, decided)
    before = dump(loaded)
    for base in (BASE, changed(ALABAMA, "note"), changed(VERMONT, "status")):
        assert reload(loaded, base) is None
    assert dump(loaded) == before
    assert (said(loaded, ALABAMA), said(loaded, VERMONT)) == (Status.UNKNOWN, Status.SALE_PROHIBITED)


def assertion_on(loaded: Connection, key: Key) -> Ref:
    table = t.assertion
    held = (table.c.jurisdiction == key.jurisdiction, table.c.substance == key.substance, table.c.recorded_to.is_(None))
    return Ref("assertion", loaded.scalars(select(table.c.id).where(*held, table.c.valid_to.is_(None))).one())


def decide(loaded: Connection, batch: Batch) -> Written | None:
    return ledger.write(Writer(loaded, START + timedelta(days=1), "a person"), batch, policy=POLICY, cause=Cause.RECORD)

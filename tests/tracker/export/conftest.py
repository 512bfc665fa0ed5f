"""Fixtures for the tests of exports: the shipped record on both databases, and a record that changed its mind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, Engine, insert

from tests.shipped import shipped, shipped_postgresql, shipped_sqlite
from tracker import ledger
from tracker.domain.dates import Period, zone
from tracker.domain.entries import Entry, Instrument, Statement
from tracker.domain.records import Finding, Key, Provision
from tracker.domain.vocabulary import Basis, Cause, Component, Conduct, Confidence, Effect, LinkType
from tracker.ledger import Batch, Policy
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import locked, writing

__all__ = ["shipped", "shipped_postgresql", "shipped_sqlite"]

STATE = Key("US-KS", "kratom")
FIRST, SECOND = datetime(2026, 6, 7, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC)
BETWEEN, AFTER = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
POLICY = Policy(zone("America/New_York"), "test", lambda url: LinkType.OFFICIAL, lambda links, official: Confidence.MEDIUM)

PLACES = (
    ("US", "United States", "country", "country", None),
    ("US-KS", "Kansas", "subdivision", "state", "US"),
    ("US-PR", "Puerto Rico", "subdivision", "territory", "US"),
    ("UN", "United Nations", "international", "organisation", None),
)


def write(engine: Engine, instant: datetime, statements: Sequence[Statement], cause: Cause, *acts: Instrument) -> None:
    """One belief."""
    with writing(engine, instant, "test") as writer:
        entries = [Entry(said) for said in statements]
        assert ledger.write(writer, Batch(entries, acts), policy=POLICY, cause=cause)


def places(connection: Connection) -> None:
    for code, name, level, kind, parent in PLACES:
        connection.execute(insert(t.jurisdiction).values(code=code, name=name, level=level, kind=kind, parent=parent))
    for rank, code in enumerate(("kratom", "7-oh"), 1):
        connection.execute(insert(t.substance).values(code=code, name=code, rank=rank))


@pytest.fixture
def corrected(engine: Engine) -> Engine:
    """Nothing found at FIRST; at SECOND, in a crawl of that day, an age limit from 2025 and a ban from 2026-07-01 (constructed)."""
    with locked(engine) as connection:
        places(connection)
    write(engine, FIRST, [Finding("F", STATE, Period())], Cause.RESEARCH)
    age = frozenset({Component.AGE})
    limit = Provision(
        "A", STATE, Conduct.SELL, Effect.CONDITIONAL, Period(date(2025, 3, 1), None, date(2025, 3, 31)),
        basis=Basis.AGE_LIMIT, min_age=21, components=age, instrument="SB 1",
    )  # fmt: skip
    ban = Provision(
        "P", STATE, Conduct.POSSESS, Effect.PROHIBITED, Period(date(2026, 7, 1)),
        basis=Basis.CONTROLLED_SUBSTANCE_SCHEDULE, instrument="HB 2365",
    )  # fmt: skip
    write(engine, SECOND, [limit, ban], Cause.RECORD, Instrument("SB 1", "US-KS"), Instrument("HB 2365", "US-KS"))
    with locked(engine) as connection:
        evidence(connection)
    return engine


def evidence(connection: Connection) -> None:
    """A bill that moved on at SECOND, a crawl of that day, a proposal that was decided at AFTER."""
    add = connection.execute
    known = {"jurisdiction": "US-KS", "session": "2025-2026", "identifier": "HB 2365"}
    add(insert(t.measure).values(id=1, **known, stage="enacted", stage_on=date(2026, 4, 10), first_recorded_at=FIRST))
    steps = ((1, date(2026, 1, 20), "introduced", FIRST), (2, date(2026, 4, 10), "enacted", SECOND))
    for number, day, stage, recorded in steps:
        values = {"id": number, "measure": 1, "acted_on": day, "acted_on_latest": day, "stage": stage}
        add(insert(t.measure_action).values(**values, action=stage, recorded_at=recorded))
    add(insert(e.source).values(key="ks", jurisdiction="US-KS", official=True, crawled=True))
    times = {"started_at": SECOND, "finished_at": SECOND, "accepted_at": AFTER, "accepted_by": "Jane Doe"}
    add(insert(e.crawl_run).values(id=1, source="ks", mode="live", verdict="held", **times))
    add(insert(e.capture).values(id=1, url="https://example.org/", captured_at=FIRST, payload_digest="sha256:0"))
    add(insert(e.fetch).values(id=1, run=1, url="https://example.org/", outcome="ok", requested_at=SECOND, capture=1))
    add(insert(e.document).values(id=1, source="ks", jurisdiction="US-KS", identifier="1", kind="act"))
    add(insert(e.document_version).values(id=1, document=1, capture=1, captured_at=FIRST, content_digest="sha256:1", body="=1+1"))
    add(insert(e.observation).values(run=1, document_version=1, capture=1))
    add(insert(e.fetch_memory).values(key="GET https://example.org/", source="ks", run=1, entry="{}"))
    decided = {"state": "accepted", "decided_by": "Jane Doe", "decided_at": AFTER, "reason": "yes"}
    found = {"document_version": 1, "capture": 1, "provision_key": "k", "quote_digest": "q", "proposed_at": SECOND}
    add(insert(e.review).values(id=1, run=1, **found, **decided))

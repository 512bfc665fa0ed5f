"""Versions a second of the ledger against SQLAlchemy-Continuum, in transactions of the same size.

Both write the same status rows: all of them new, then all of them changed. The ledger does its whole work: constraints and guards,
inputs, changes with their boundaries, seals. Asking again for what is held shows what an unchanged observation costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from tests.benchmarks import continuum, harness
from tracker import ledger
from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence
from tracker.domain.records import Assertion, Key, Ref
from tracker.domain.vocabulary import Confidence, LinkType, Status
from tracker.ledger import Batch, Policy
from tracker.store.admin import migrate
from tracker.store.integrity import sealing
from tracker.store.schema import tables as t
from tracker.store.session import writing

POLICY = Policy(ZoneInfo("America/New_York"), "benchmark", lambda _: LinkType.PRESS, lambda _, __: Confidence.LOW)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_A_DEED = 1_000  # places that are written and sealed at once
SUBSTANCES = 10
FIRST, SECOND = Status.REGULATED, Status.BANNED


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each phase, for all rows."""

    inserts: float
    updates: float
    unchanged: float | None = None

    @property
    def writes(self) -> float:
        return self.inserts + self.updates


def keys(rows: int) -> list[Key]:
    return [Key(f"J{number // SUBSTANCES:06}", f"s{number % SUBSTANCES}") for number in range(rows)]


def places(engine: Engine, rows: int) -> None:
    """Jurisdictions and substances for that many keys."""
    wanted = keys(rows)
    jurisdictions = sorted({key.jurisdiction for key in wanted})
    with writing(engine, NOW, "benchmark") as writer:
        sealing.add(writer, t.substance, [{"code": f"s{n}", "name": "", "definition": "", "rank": n} for n in range(SUBSTANCES)])
    given = {"level": "place", "kind": "place", "parent": None}
    for start in range(0, len(jurisdictions), _A_DEED):
        with writing(engine, NOW, "benchmark") as writer:
            there = [{"code": code, "name": code} | given for code in jurisdictions[start : start + _A_DEED]]
            sealing.add(writer, t.jurisdiction, there)


def entry(key: Key, status: Status) -> Entry:
    said = Assertion(
        id=f"{key.jurisdiction} {key.substance}", key=key, status=status, period=Period(), schedule="Schedule I", threshold="none"
    )
    seen = Evidence(
        citation=f"Code of {key.jurisdiction}, section 1",
        authority="legislature",
        urls=(f"https://example.org/{key.jurisdiction}",),
        coder="benchmark",
        origin="benchmark",
    )
    return Entry(said, seen)


def peer_row(number: int, key: Key, status: Status) -> dict[str, Any]:
    """The status row that follows from `entry`, for the peer."""
    return {
        "id": number,
        "jurisdiction": key.jurisdiction,
        "substance": key.substance,
        "status": status.value,
        "schedule": "Schedule I",
        "min_age": None,
        "threshold": "none",
        "components": "",
        "badges": "",
        "carve_outs": "",
        "food_law_position": "not_addressed",
        "contested": "",
        "binding_status": "",
        "valid_from": None,
        "valid_from_latest": None,
        "valid_to": None,
        "valid_to_latest": None,
        "date_basis": "in_force",
        "opened_by": "origin",
        "comes_at": None,
        "authority": "legislature",
        "instrument": None,
        "citation": f"Code of {key.jurisdiction}, section 1",
        "evidence_url": f"https://example.org/{key.jurisdiction}",
        "confidence": "low",
        "verified": False,
        "rule_version": "1",
    }


def chunks(rows: int, size: int) -> list[Sequence[tuple[int, Key]]]:
    numbered = list(enumerate(keys(rows), 1))
    return [numbered[start : start + size] for start in range(0, rows, size)]


def of_ledger(engine: Engine, rows: int, size: int) -> Measured:
    migrate.upgrade(engine)
    places(engine, rows)
    first, second = ([[entry(key, status) for _, key in chunk] for chunk in chunks(rows, size)] for status in (FIRST, SECOND))
    refs: dict[int | str, Ref] = {}
    ticks = iter(range(10**6))

    def write(batch: Batch) -> ledger.Written | None:
        now = NOW + timedelta(seconds=next(ticks))
        with writing(engine, now, "benchmark") as writer:
            return ledger.write(writer, batch, policy=POLICY)

    def inserts() -> None:
        for entries in first:
            written = write(Batch(entries))
            assert written is not None
            refs.update(written.refs)

    def updates() -> None:
        for entries in second:
            assert write(Batch(revise={refs[entry.statement.id]: entry for entry in entries}))

    def unchanged() -> None:
        for entries in second:
            assert write(Batch(entries)) is None

    measured = Measured(harness.seconds(inserts), harness.seconds(updates), harness.seconds(unchanged))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(t.status_version)) == 2 * rows
    return measured


def of_continuum(engine: Engine, rows: int, size: int) -> Measured:
    continuum.prepare(engine)
    first, second = (
        [[peer_row(number, key, status) for number, key in chunk] for chunk in chunks(rows, size)] for status in (FIRST, SECOND)
    )

    def inserts() -> None:
        for lines in first:
            continuum.insert(engine, lines)

    def updates() -> None:
        for lines in second:
            continuum.update(engine, lines)

    measured = Measured(harness.seconds(inserts), harness.seconds(updates))
    with engine.connect() as connection:
        versions = continuum.Base.metadata.tables["peer_status_version"]
        assert connection.scalar(select(func.count()).select_from(versions)) == 2 * rows
    return measured


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.options(__doc__ or "", 20_000)
    parser.add_argument("--size", type=int, default=1_000, help="keys a transaction, on both sides (default 1000)")
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the medians are shown (default 3)")
    asked = parser.parse_args(arguments)
    columns = (
        "database",
        "ledger : Continuum",
        "unchanged : changed",
        "ledger, versions/s",
        "Continuum, versions/s",
        "unchanged/s",
    )
    with harness.servers(asked.postgres) as servers:
        harness.show(columns, (_line(server, asked.rows, asked.size, asked.repeats) for server in servers))


def _line(server: str, rows: int, size: int, repeats: int) -> tuple[object, ...]:
    ours, theirs = [], []
    for _ in range(repeats):
        with harness.scratch(server) as engine:
            ours.append(of_ledger(engine, rows, size))
        with harness.scratch(server) as engine:
            theirs.append(of_continuum(engine, rows, size))
    ratio = median(peer.writes / one.writes for one, peer in zip(ours, theirs, strict=True))
    unchanged = median((one.unchanged or 0) / one.updates for one in ours)
    return (
        harness.kind(server),
        f"{ratio:.1f}",
        f"{unchanged:.2f}",
        f"{2 * rows / median(one.writes for one in ours):,.0f}",
        f"{2 * rows / median(peer.writes for peer in theirs):,.0f}",
        f"{rows / median(one.unchanged or 0 for one in ours):,.0f}",
    )


if __name__ == "__main__":
    main()

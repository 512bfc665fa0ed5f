"""A small record that a test fills through the real ledger, and the editions that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from tests.tracker.domain.build import day
from tracker import codebook, ledger
from tracker.codebook import Codebook
from tracker.domain import periods
from tracker.domain.dates import parse_instant, zone
from tracker.domain.entries import Entry, Evidence, Instrument, Statement
from tracker.domain.records import Assertion, Provision, Ref
from tracker.domain.vocabulary import Cause
from tracker.evidence import loading, measure_news
from tracker.history import period as period_record
from tracker.ledger import Batch, Policy, Written
from tracker.reports import facts
from tracker.reports.model import Edition
from tracker.settings import Settings
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import locked, reading, writing
from tracker.workspace import Workspace

NEW_YORK = zone("America/New_York")
OFFICIAL = "https://apps.legislature.ky.gov/record/26rs/hb757.html"
VENDOR = "https://acslab.com/kratom"
_EVIDENCE = {"citation": "Act 1", "urls": (OFFICIAL,), "origin": "review", "coder": "A. Coder", "reviewer": "R. Viewer"}


class Installed(Workspace):
    """A program that need not be installed to know its version."""

    version = "0.1.0"  # type: ignore[assignment]


@dataclass(frozen=True)
class Kept:
    """One record with codebook, filled by `write`."""

    engine: Engine
    data: Path

    @property
    def codebook(self) -> Codebook:
        return codebook.load()

    @property
    def policy(self) -> Policy:
        return loading.policy(self.codebook, NEW_YORK)

    @property
    def workspace(self) -> Installed:
        url = self.engine.url.render_as_string(hide_password=False)
        return Installed(Settings(data=self.data, database_url=url, zone=NEW_YORK.key), self.engine)

    def write(self, at: str, cause: str | None, *said: Statement, made: str = "", **evidence: Any) -> Written:
        """Write statements at the instant `at`; `made` is the day on which their instrument was made."""
        told = _EVIDENCE | evidence
        said = tuple(replace(one, instrument=one.instrument or "Act 1") if isinstance(one, Provision) else one for one in said)
        acts = {one.instrument: one.key.jurisdiction for one in said if isinstance(one, Provision | Assertion) and one.instrument}
        on = day(made) if made else None
        batch = Batch(
            [Entry(one, Evidence(**told, made_on=on)) for one in said],
            [Instrument(key, where, made_on=on) for key, where in sorted(acts.items())],
        )
        return self._believe(at, cause, batch)

    def withdraw(self, at: str, cause: str, *refs: Ref) -> Written:
        """Withdraw held statements at the instant `at`."""
        return self._believe(at, cause, Batch(withdraw=refs))

    def _believe(self, at: str, cause: str | None, batch: Batch) -> Written:
        with writing(self.engine, parse_instant(at), "test") as writer:
            written = ledger.write(writer, batch, policy=self.policy, cause=Cause(cause) if cause else None)
        assert written is not None
        return written

    def instant(self, text: str) -> datetime:
        return parse_instant(text)

    def measure(
        self, place: str, session: str, identifier: str, stage: str, on: str, *, at: str, url: str = OFFICIAL, **more: Any
    ) -> int:
        """A measure that was told at `at`; returns its number."""
        told = {"title": f"Title of {identifier}", "kind": "bill", "stage": stage, "stage_on": day(on), "official_url": url}
        named = {"jurisdiction": place, "session": session, "identifier": identifier}
        return self.add(t.measure, **named, **told, first_recorded_at=parse_instant(at), **more)

    def step(self, at: str, kind: str, measure: int, place: str, on: date, after: str) -> None:
        """A stored step of a measure."""
        said = {"kind": kind, "day": on, "day_latest": on, "before": "introduced", "after": after}
        self.change(at, {"jurisdiction": place, "measure": measure}, said)

    def add(self, table: Any, **values: Any) -> int:
        """Insert one plain row; returns its number where it has one."""
        with locked(self.engine) as connection:
            return connection.execute(insert(table).values(**values)).inserted_primary_key[0]

    def change(self, at: str, about: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        """Store a change of a measure or a source."""
        with writing(self.engine, parse_instant(at)) as writer:
            measure_news.store_change(writer, dict(about), dict(said))

    def run(self, source: str, at: str, verdict: str = "healthy", outcomes: str = '{"ok": 3}') -> int:
        """A live run of a source that began and ended at `at`."""
        instant = parse_instant(at)
        when = {"started_at": instant, "finished_at": instant}
        return self.add(e.crawl_run, source=source, mode="live", verdict=verdict, outcomes=outcomes, **when)

    def edition(self, period: str, now: str, known: str = "") -> Edition:
        """The facts of a period, asked at `now`."""
        with reading(self.engine) as connection:
            began = period_record.began(connection)
            asked: datetime | None = parse_instant(known) if known else None
            window = periods.window(periods.read(period), began, parse_instant(now), NEW_YORK, asked)
            return facts.build(period_record.read(connection, window), self.codebook, "0.1.0")


def moved(items: Sequence[Any]) -> list[tuple[str, str, str, str]]:
    """Items as (place, kind, before, after)."""
    return [(it.place.code, it.kind.code, it.before.status, it.after.status) for it in items]

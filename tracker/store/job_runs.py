"""Writes how the ticks of jobs were answered: one row a tick, begun and then ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, insert, update
from sqlalchemy.exc import IntegrityError

from tracker.store.schema.evidence_tables import job_run as table


def add(engine: Engine, job: str, tick: datetime, now: datetime, **values: Any) -> bool:
    """Write the row of a tick; False where there is one."""
    try:
        with engine.begin() as connection:
            connection.execute(insert(table).values(job=job, due_at=tick, started_at=now, **values))
    except IntegrityError:
        return False
    return True


def reopen(engine: Engine, job: str, tick: datetime, now: datetime) -> bool:
    """Take up a tick whose answer was interrupted; False where there is none."""
    interrupted = and_(_of(job, tick), table.c.outcome == "interrupted")
    with engine.begin() as connection:
        begun = update(table).where(interrupted).values(started_at=now, finished_at=None, outcome="", note="")
        return connection.execute(begun).rowcount > 0


def finish(engine: Engine, job: str, tick: datetime, begun: datetime, now: datetime, outcome: str, note: str) -> None:
    """Write how the answer begun at `begun` ended, unless that is written, or another leader began anew."""
    open_answer = and_(_of(job, tick), table.c.started_at == begun, table.c.finished_at.is_(None))
    with engine.begin() as connection:
        connection.execute(update(table).where(open_answer).values(finished_at=now, outcome=outcome, note=note))


def close_interrupted(engine: Engine, now: datetime) -> int:
    """Mark what a killed leader left running; returns how many. Only the leader may ask this."""
    with engine.begin() as connection:
        left = update(table).where(table.c.finished_at.is_(None))
        return connection.execute(
            left.values(finished_at=now, outcome="interrupted", note="the process ended before the job did")
        ).rowcount


def _of(job: str, tick: datetime) -> ColumnElement[bool]:
    return and_(table.c.job == job, table.c.due_at == tick)

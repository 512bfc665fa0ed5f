"""Ticks of jobs: which one is due, and that each is answered once, whatever happens to the process that answers it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from tracker import settings
from tracker.history.jobs import last_tick
from tracker.store import job_runs
from tracker.workspace import Workspace

Progress = Callable[[str], None]
log = logging.getLogger(__name__)


class Stopped(BaseException):
    """Somebody asked this process to stop; it unwinds whatever runs."""


@dataclass(frozen=True)
class Job:
    """Something that comes by itself.

    `trigger` is APScheduler's, `every` the longest time between two of its ticks. `work(program, tick, progress)` returns a note for
    people. `again` is true of a job whose interrupted tick is answered anew, because no later tick would make up for it.
    """

    name: str
    trigger: Any
    every: timedelta
    work: Callable[[Workspace, datetime, Progress], str]
    again: bool = False


def latest_tick(job: Job, now: datetime) -> datetime:
    """The last tick at or before `now`, UTC."""
    tick = job.trigger.get_next_fire_time(None, now - 2 * job.every)
    while (following := job.trigger.get_next_fire_time(tick, tick)) <= now:
        tick = following
    return tick.astimezone(UTC)  # type: ignore[no-any-return]


def next_tick(job: Job, now: datetime) -> datetime:
    """The first tick after `now`, UTC."""
    return job.trigger.get_next_fire_time(None, now + timedelta(microseconds=1)).astimezone(UTC)  # type: ignore[no-any-return]


def answer(workspace: Workspace, job: Job, now: datetime, progress: Progress) -> str | None:
    """Answer the job's latest tick unless that was done before; returns the outcome, None where there was nothing to do.

    A tick older than the grace is only noted as missed, and that only if the job ever ran: nobody misses what came before it.
    """
    tick = latest_tick(job, now)
    if now - tick > timedelta(hours=workspace.settings.misfire_hours):
        return _miss(workspace.engine, job, tick, now)
    try:
        if not _claim(workspace.engine, job, tick, now):
            return None
        outcome, note = _worked(workspace, job, tick, progress)
        _finish(workspace.engine, job, tick, now, outcome, note)
    except Stopped:  # wherever it struck: before the work, in it, or while its end was written
        _finish(workspace.engine, job, tick, now, "interrupted", "the scheduler was stopped")
        raise
    progress(f"{job.name}: {outcome}{': ' if note else ''}{note}")
    return outcome


def _worked(workspace: Workspace, job: Job, tick: datetime, progress: Progress) -> tuple[str, str]:
    """How the work ended; a job's fault is no fault of the schedule."""
    try:
        return "done", job.work(workspace, tick, progress)
    except Exception as error:
        log.exception("the job %s failed", job.name)
        return "failed", f"{type(error).__name__}: {error}"


def _claim(engine: Engine, job: Job, tick: datetime, now: datetime) -> bool:
    """Whether this process is to answer the tick."""
    return (job.again and job_runs.reopen(engine, job.name, tick, now)) or job_runs.add(engine, job.name, tick, now)


def _miss(engine: Engine, job: Job, tick: datetime, now: datetime) -> str | None:
    with engine.connect() as connection:
        ran = last_tick(connection, job.name)
    note = "nobody led when it was due, nor in its grace"
    missed = ran and job_runs.add(engine, job.name, tick, now, finished_at=now, outcome="missed", note=note)
    return "missed" if missed else None


def _finish(engine: Engine, job: Job, tick: datetime, begun: datetime, outcome: str, note: str) -> None:
    job_runs.finish(engine, job.name, tick, begun, settings.now(), outcome, note)

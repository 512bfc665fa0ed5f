"""What comes by itself: the crawl of due sources and the weekly report, led by one process (DESIGN §11).

APScheduler says when; the main thread does one job at a time, so that a stop unwinds whatever runs: a crawl ends its subprocess, a
transaction rolls back. No state is kept in memory between jobs; the record says which tick was answered.
"""

from __future__ import annotations

import os
import queue
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from tracker import settings
from tracker.errors import Refused
from tracker.history.jobs import last_tick, leader
from tracker.jobs.lease import LeaseHeld, LeaseLost, held
from tracker.jobs.ticks import Job, Progress, Stopped, answer, latest_tick, next_tick
from tracker.store import job_runs
from tracker.workspace import Workspace

__all__ = [
    "Job",
    "LeaseHeld",
    "LeaseLost",
    "StoppedClock",
    "answer",
    "declared",
    "latest_tick",
    "lead",
    "leader",
    "next_tick",
    "plan",
]

_GRID = datetime(2026, 1, 1, tzinfo=UTC)
_WEEK = timedelta(days=7)


class StoppedClock(Refused):
    """A scheduler cannot wait for an hour that never comes."""


def declared(workspace: Workspace) -> list[Job]:
    """The crawl of due sources at every tick, and the report of the last week on Monday morning in the configured zone."""
    given, zone = workspace.settings, workspace.policy.zone
    tick = IntervalTrigger(seconds=given.tick_seconds, start_date=_GRID, timezone=UTC)
    monday = CronTrigger(day_of_week="mon", hour=given.report_hour, timezone=zone)
    # A week is one hour longer where summer time ends in it.
    return [
        Job("crawl", tick, timedelta(seconds=given.tick_seconds), crawl_due),
        Job("weekly_report", monday, _WEEK + timedelta(hours=1), weekly_report, again=True),
    ]


def crawl_due(workspace: Workspace, tick: datetime, progress: Progress) -> str:
    """Crawl the sources whose cadence says it is time."""
    from tracker.pipeline import rounds

    runs = rounds.ask_sources(workspace, None, True, progress)
    verdicts = Counter(run.verdict for run in runs)
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())) or "no source was due"


def weekly_report(workspace: Workspace, tick: datetime, progress: Progress) -> str:
    """Publish the week that ended before the tick; asked again, the frozen edition stands."""
    from tracker import reports
    from tracker.domain import periods

    week = periods.last_week(tick, workspace.policy.zone).name
    return reports.publish(workspace, week, now=settings.now()).edition


def plan(connection: Connection, planned: Sequence[Job], now: datetime) -> list[dict[str, Any]]:
    """For each job its next tick and how the last one ended."""
    planned_jobs = []
    for job in planned:
        row = last_tick(connection, job.name)
        last = {name: getattr(row, name, None) for name in ("started_at", "finished_at", "outcome", "note")}
        planned_jobs.append({"job": job.name, "next": next_tick(job, now), "last_tick": row and row.due_at} | last)
    return planned_jobs


def lead(workspace: Workspace, planned: Sequence[Job], progress: Progress) -> None:
    """Lead until SIGTERM or SIGINT, then stop cleanly and return. Raises LeaseHeld, LeaseLost and StoppedClock."""
    if os.environ.get("TRACKER_NOW"):
        raise StoppedClock("TRACKER_NOW holds the clock still, and a schedule needs one that runs; unset it")
    with _unwinding(), held(workspace.engine, workspace.settings.lease_seconds, progress):
        if left := job_runs.close_interrupted(workspace.engine, settings.now()):
            progress(f"{left} job{'s' if left > 1 else ''} of a leader that was killed: marked interrupted")
        wanted: queue.SimpleQueue[Job] = queue.SimpleQueue()
        with _ringing(planned, wanted, workspace.settings.misfire_hours):
            progress(f"leading {', '.join(job.name for job in planned)}")
            while True:
                answer(workspace, wanted.get(), settings.now(), progress)


@contextmanager
def _ringing(planned: Sequence[Job], wanted: queue.SimpleQueue[Job], grace_hours: int) -> Iterator[None]:
    """APScheduler puts each job on `wanted` at its ticks, and once at the start for what came due while nobody led."""
    clock = BackgroundScheduler(timezone=UTC)
    for job in planned:
        clock.add_job(wanted.put, job.trigger, (job,), misfire_grace_time=grace_hours * 3600, coalesce=True, max_instances=1)
        wanted.put(job)
    clock.start()
    try:
        yield
    finally:
        clock.shutdown()


@contextmanager
def _unwinding() -> Iterator[None]:
    """The first SIGTERM or SIGINT raises Stopped in the main thread; later ones do not disturb the clean stop."""
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Who leads the schedule, and how the ticks of jobs were answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.store.schema.evidence_tables import job_run, lease


def leader(connection: Connection, now: datetime) -> dict[str, Any] | None:
    """`holder` and `until` of the lease, None where nobody leads at `now`."""
    row = connection.execute(select(lease.c.holder, lease.c.until).where(lease.c.until > now)).mappings().first()
    return dict(row) if row else None


def last_tick(connection: Connection, job: str) -> Any | None:
    """The row of a job's last tick."""
    return connection.execute(select(job_run).where(job_run.c.job == job).order_by(job_run.c.due_at.desc())).first()

"""Writes the lease that says who leads the schedule."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, or_, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tracker.errors import Problem
from tracker.store.schema.evidence_tables import lease as table

_LONGEST = timedelta(days=1)
SCHEDULE = "scheduler"
"""The name of the one lease that there is."""


class Unreachable(Problem):
    """The database that keeps the lease did not answer."""


def take(engine: Engine, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew the lease until `now` + `seconds`; False where another holds it. Raises Unreachable."""
    until = now + timedelta(seconds=seconds)
    # A lease that ends long after any that is given now was taken by a clock that was wrong.
    free = or_(table.c.holder == holder, table.c.until <= now, table.c.until > now + _LONGEST + timedelta(seconds=seconds))
    try:
        with engine.begin() as connection:
            taken = connection.execute(update(table).where(table.c.name == SCHEDULE, free).values(holder=holder, until=until))
            if taken.rowcount:
                return True
            if connection.execute(select(table).where(table.c.name == SCHEDULE)).first():
                return False
            connection.execute(insert(table).values(name=SCHEDULE, holder=holder, until=until))
            return True
    except IntegrityError:  # another process was quicker
        return False
    except DBAPIError as error:
        raise Unreachable(f"the lease could not be renewed: {error.orig}") from error


def release(engine: Engine, holder: str) -> None:
    """Give the lease back, if it is still this holder's."""
    with engine.begin() as connection:
        connection.execute(delete(table).where(table.c.name == SCHEDULE, table.c.holder == holder))

"""One leader by a lease in the database: who holds it leads until it lapses, and renews it long before.

The holder's name is unique to a process. Clocks of the hosts that share a record should agree to within a lease's length.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from tracker import settings
from tracker.errors import Problem
from tracker.history.jobs import leader
from tracker.store.leases import Unreachable, release, take


class LeaseHeld(Problem):
    """Another process leads; the message names it."""


class LeaseLost(Problem):
    """The lease could not be renewed, or somebody else took it."""


@contextmanager
def held(engine: Engine, seconds: float, progress: Callable[[str], None]) -> Iterator[None]:
    """Lead while the block runs. Raises LeaseHeld where a living leader is there; a lost lease ends this process by SIGTERM and
    then raises LeaseLost."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    _acquire(engine, holder, seconds, progress)
    over, lost = threading.Event(), threading.Event()
    keeper = threading.Thread(target=_keep, args=(engine, holder, seconds, over, lost, progress), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        if lost.is_set():
            raise LeaseLost("the lease was lost to another scheduler or to a database out of reach; this one has stopped")
        release(engine, holder)


def _acquire(engine: Engine, holder: str, seconds: float, progress: Callable[[str], None]) -> None:
    """Take the lease, waiting for one that lapses; a leader who renews it in the meantime lives."""
    known: dict[str, Any] | None = None
    while not take(engine, holder, settings.now(), seconds):
        with engine.connect() as connection:
            lease = leader(connection, settings.now())
        if known and lease and lease != known:
            raise LeaseHeld(f"{lease['holder']} leads the schedule; stop it first, or let it be")
        if lease and not known:
            progress(f"{lease['holder']} holds the lease until {lease['until'].isoformat()}; waiting to see whether it lives")
            known = lease
        time.sleep(seconds / 20)


def _keep(
    engine: Engine, holder: str, seconds: float, over: threading.Event, lost: threading.Event, progress: Callable[[str], None]
) -> None:
    """Renew until `over`; where that fails for a lease's length, stop the process that no longer leads."""
    renewed = time.monotonic()
    while not over.wait(seconds / 3):
        try:
            if not take(engine, holder, settings.now(), seconds):
                break
            renewed = time.monotonic()
        except Unreachable as error:
            progress(str(error))
            if time.monotonic() - renewed > seconds:
                break
    else:
        return
    lost.set()
    os.kill(os.getpid(), signal.SIGTERM)

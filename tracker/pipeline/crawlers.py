"""The crawler's processes: one for the sources that share a host, several at a time, each with a time limit.

A source that never answers, or whose parser never returns, takes one of the places until its limit; nobody waits for it but those
that share its host.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from crawler import registry
from tracker.pipeline.spool import Spool

AT_ONCE = 8  # a process holds some 70 MB and mostly waits
_GRACE = 150.0  # seconds after a source's time limit in which it must have ended what it had begun
_LEAVING = 10.0  # seconds in which a process must be gone whose sources have all ended
_GLANCE = 0.1  # seconds between two looks at what has ended
_CRAWLER = (sys.executable, "-P", "-m", "crawler.fetching.process", "--until-closed")


@dataclass(frozen=True, slots=True)
class Job:
    """What one process does: sources, the words of its command line, and the folder that it writes. It may take `seconds`."""

    sources: tuple[str, ...]
    words: tuple[str, ...]
    spool: Spool
    seconds: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A source that came to its end; `unfinished` says why where its process did so first."""

    source: str
    spool: Spool
    unfinished: str = ""


def by_host(sources: Sequence[str]) -> list[tuple[str, ...]]:
    """Sources in groups: those that share a host, directly or by another source, stand in one."""
    groups: list[tuple[set[str], list[str]]] = []
    for key in sources:
        hosts = {host.name for host in registry.sources()[key].hosts}
        together = [group for group in groups if group[0] & hosts]
        groups = [group for group in groups if not group[0] & hosts]
        groups.append((hosts.union(*(names for names, _ in together)), [*(key for _, keys in together for key in keys), key]))
    return [tuple(keys) for _, keys in groups]


@contextmanager
def crawling(jobs: Sequence[Job]) -> Iterator[Iterator[Ended]]:
    """Run the jobs; the iterator gives each source as it ends. Whoever leaves early ends the processes; what they wrote stays."""
    events: queue.SimpleQueue[Ended | Future[None]] = queue.SimpleQueue()
    stopping = threading.Event()
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            running = [pool.submit(_run, job, events, stopping) for job in jobs]
            for one in running:
                one.add_done_callback(events.put)
            try:
                yield _until_done(events, len(running))
            finally:
                stopping.set()
                pool.shutdown(cancel_futures=True)
    finally:
        for job in jobs:
            job.spool.close()


def _until_done(events: queue.SimpleQueue[Ended | Future[None]], running: int) -> Iterator[Ended]:
    while running:
        one = events.get()
        if isinstance(one, Future):
            one.result()  # raises what kept a process from being started
            running -= 1
        else:
            yield one


def _run(job: Job, events: queue.SimpleQueue[Ended | Future[None]], stopping: threading.Event) -> None:
    """One process from its start to its end, whatever ends it."""
    log = job.spool.folder / "log"
    over = time.monotonic() + job.seconds + _GRACE
    waiting = set(job.sources)
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*_CRAWLER, *job.words],
            stdin=subprocess.PIPE,  # it ends when this is closed, as our own end does
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            pass_fds=(job.spool.lock,),
        )
        try:
            while process.poll() is None and time.monotonic() < over and not stopping.wait(_GLANCE):
                waiting -= _tell(job, waiting, events)
                if not waiting:
                    over = min(over, time.monotonic() + _LEAVING)
            late = process.poll() is None
        finally:
            _stop(process)
    if stopping.is_set():
        return
    waiting -= _tell(job, waiting, events)
    why = (
        f"it did not end within {job.seconds} seconds; see TRACKER_CRAWL_SECONDS"
        if late
        else f"the crawler ended first (exit {process.returncode})"
    )
    tail = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
    for key in sorted(waiting):
        events.put(Ended(key, job.spool, ": ".join([why, *([] if late else tail)])))


def _tell(job: Job, waiting: set[str], events: queue.SimpleQueue[Ended | Future[None]]) -> set[str]:
    """Hand out the sources that have ended; returns them."""
    from crawler.fetching.output import ended

    over = {key for key in waiting if ended(job.spool.folder / key)}
    for key in sorted(over):
        events.put(Ended(key, job.spool))
    return over


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group, whatever of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()

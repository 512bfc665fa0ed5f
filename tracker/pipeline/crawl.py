"""Asks the sources in a process of its own with a time limit, and takes in what they answered (DESIGN §5)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from crawler import registry
from crawler.contract.items import item_from_dict
from crawler.contract.report import Fetch, fetch_from_dict, report_from_dict
from crawler.parsing.matching import write_terms
from tracker import settings
from tracker.errors import Problem
from tracker.history import runs
from tracker.pipeline.summary import RunSummary
from tracker.pipeline.take_in import Crawled
from tracker.pipeline.unit import work
from tracker.store.session import reading
from tracker.workspace import Workspace

Progress = Callable[[str], None]
_GRACE = 150.0  # seconds after the crawler's own time limit in which it must have ended what it had begun
_CRAWLER = (sys.executable, "-P", "-m", "crawler.fetching.process")


class CrawlFailed(Problem):
    """The crawl subprocess did not come to its end; nothing of it is believed."""


def due_sources(connection: Connection, now: datetime) -> list[str]:
    """The crawled sources whose last live run with an answer lies longer ago than their cadence, in order of keys."""
    last = runs.last_answered(connection)
    return [
        key
        for key, source in sorted(registry.sources().items())
        if key not in last or last[key] + timedelta(hours=source.cadence_hours) <= now
    ]


def crawl(workspace: Workspace, sources: Sequence[str] | None, due: bool, progress: Progress) -> list[RunSummary]:
    """Crawl `sources` (None: all that are not turned off), or of them those that are due, in one subprocess."""
    keys = (
        registry.switched_on(workspace.settings.sources_off)
        if sources is None
        else [registry.spider(key).name for key in sources]
    )
    if due:
        with reading(workspace.engine) as connection:
            waiting = set(due_sources(connection, settings.now()))
        keys = [key for key in keys if key in waiting]
    if not keys:
        return []
    progress(f"asking {len(keys)} source{'s' if len(keys) > 1 else ''}: {', '.join(keys)}")
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        out = Path(folder)
        _subprocess(workspace, keys, out, progress)
        return _take_in(workspace, out)


def _subprocess(workspace: Workspace, keys: Sequence[str], out: Path, progress: Progress) -> None:
    """Crawl into the folder `found`. A crawl that must be stopped keeps the sources that had ended; raises CrawlFailed without any."""
    limit = workspace.settings.crawl_seconds
    longest = limit * max(registry.sources()[key].time_limits for key in keys)
    (out / "terms.json").write_text(write_terms(workspace.codebook.terms), "utf-8")
    with reading(workspace.engine) as connection:
        lines = [line for key in keys for line in runs.memory(connection, key)]
    (out / "memory.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    options = {
        "--sources": ",".join(keys),
        "--out": str(out / "found"),
        "--archive": str(workspace.settings.archive),
        "--time-limit": str(limit),
        "--memory": str(out / "memory.jsonl"),
        "--terms": str(out / "terms.json"),
    }
    if workspace.settings.contact:
        options["--contact"] = workspace.settings.contact
    words = [word for pair in options.items() for word in pair]
    with (out / "log").open("wb") as log:
        process = subprocess.Popen([*_CRAWLER, *words], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(longest + _GRACE)
        except subprocess.TimeoutExpired:
            progress(f"the crawl did not end within its limit and was stopped; see TRACKER_CRAWL_SECONDS (now {limit})")
        finally:
            _stop(process)
    if not (out / "found" / "report.json").exists():
        tail = (out / "log").read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise CrawlFailed(f"the crawl ended without a report (exit {process.returncode}): {' '.join(tail)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group, whatever of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _take_in(workspace: Workspace, out: Path) -> list[RunSummary]:
    from crawler.archive.folder import Archive

    told = json.loads((out / "found" / "report.json").read_text("utf-8"))
    archive = Archive(workspace.settings.archive)
    fetches: dict[str, list[Fetch]] = defaultdict(list)
    for line in _lines(out / "found" / "fetches.jsonl"):
        fetch = fetch_from_dict(line)
        fetches[fetch.source or ""].append(fetch)
    summaries = []
    for line in told["runs"]:
        run = report_from_dict(line)
        items = [item_from_dict(item) for item in _lines(out / "found" / f"{run.source}.jsonl")]
        given = archive.digest({fetch.warc_file for fetch in fetches[run.source] if fetch.warc_file})
        summaries.append(work(workspace, Crawled(run, "live", given, fetches[run.source], items)))
    return summaries


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)

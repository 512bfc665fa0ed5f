"""Asks the sources: each is a job of its own, taken in and followed up as soon as it ends (DESIGN §5).

What an earlier process left half-way is gone on with first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from crawler import registry
from crawler.contract.items import Outcome
from crawler.contract.report import Fetch, report
from crawler.parsing.matching import write_terms
from tracker import settings
from tracker.history import runs, watched
from tracker.pipeline import crawlers, spool
from tracker.pipeline.crawlers import Job
from tracker.pipeline.left import go_on
from tracker.pipeline.summary import Progress, RunSummary, describe
from tracker.pipeline.take_in import Crawled
from tracker.pipeline.unit import work, work_on
from tracker.store.schema.columns import instant_text
from tracker.store.session import reading
from tracker.workspace import Workspace


def due_sources(connection: Connection, now: datetime) -> list[str]:
    """The crawled sources whose last live run with an answer lies longer ago than their cadence, in order of keys."""
    last = runs.last_answered(connection)
    return [
        key
        for key, source in sorted(registry.sources().items())
        if key not in last or last[key] + timedelta(hours=source.cadence_hours) <= now
    ]


def crawl(workspace: Workspace, sources: Sequence[str] | None, due: bool, progress: Progress) -> list[RunSummary]:
    """Crawl `sources` (None: all that are not turned off), or of them those that are due; `progress` hears of each as it ends.

    In order of keys.
    """
    on = registry.switched_on(workspace.settings.sources_off)
    keys = on if sources is None else [registry.spider(key).name for key in sources]
    go_on(workspace, progress)
    if due:
        with reading(workspace.engine) as connection:
            waiting = set(due_sources(connection, settings.now()))
        keys = [key for key in keys if key in waiting]
    if not keys:
        return []
    progress(f"asking {len(keys)} source{'s' if len(keys) > 1 else ''}: {', '.join(keys)}")
    summaries = list(_ask(workspace, keys, progress) if _network(keys) else _without_network(workspace, keys))
    return sorted(summaries, key=lambda run: run.source)


def _network(keys: Sequence[str]) -> bool:
    """Whether any source can be reached; where none of those that are asked can, the others are tried."""
    from crawler.fetching.network import reachable

    urls = {key: source.url for key, source in registry.sources().items()}
    asked = [urls.pop(key) for key in keys]
    return reachable(asked) or reachable(urls.values())


def _without_network(workspace: Workspace, keys: Sequence[str]) -> Iterator[RunSummary]:
    """Runs that only say that there is no network."""
    now = instant_text(settings.now())
    for key in keys:
        source = registry.sources()[key]
        missed = Fetch(source=key, method="GET", url=source.url, outcome=Outcome.NO_NETWORK)
        judged = report(source, [missed], started_at=now, finished_at=now)
        yield work(workspace, Crawled(judged, "live", "", [missed], ()))


def _ask(workspace: Workspace, keys: Sequence[str], progress: Progress) -> Iterator[RunSummary]:
    """Start the crawlers, and work on each source as it ends."""
    jobs = [_job(workspace, group) for group in crawlers.by_host(keys)]
    with crawlers.crawling(jobs) as found:
        for ended in found:
            run = work_on(workspace, ended.spool, ended.source, ended.unfinished)
            progress(describe(run))
            yield run


def _job(workspace: Workspace, keys: tuple[str, ...]) -> Job:
    """What a crawler is given: the sources, what is remembered of them and no others, the words to look for, and the measures to watch."""
    given, here = workspace.settings, spool.make(workspace.settings.spool)
    with reading(workspace.engine) as connection:
        remembered = [line for key in keys for line in runs.memory(connection, key)]
        measures = {key: _watched(connection, key, workspace.today) for key in keys}
    (here.folder / "memory.jsonl").write_text("".join(f"{line}\n" for line in remembered), "utf-8")
    (here.folder / "watched.json").write_text(json.dumps(measures), "utf-8")
    (here.folder / "terms.json").write_text(write_terms(workspace.codebook.terms), "utf-8")
    options = {
        "--sources": ",".join(keys),
        "--out": str(here.folder),
        "--archive": str(given.archive),
        "--time-limit": str(given.crawl_seconds),
        "--memory": str(here.folder / "memory.jsonl"),
        "--terms": str(here.folder / "terms.json"),
        "--watched": str(here.folder / "watched.json"),
    }
    if given.contact:
        options["--contact"] = given.contact
    longest = given.crawl_seconds * max(registry.sources()[key].time_limits for key in keys)
    return Job(keys, tuple(word for pair in options.items() for word in pair), here, longest)


def _watched(connection: Connection, key: str, day: date) -> list[dict[str, str]]:
    """The measures that a source watches."""
    found = watched.watched(connection, key, registry.sources()[key].jurisdictions, day)
    return [dict(row._mapping) for row in found]

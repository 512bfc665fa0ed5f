"""A round over the sources: what was left half-way, then each source that is asked, taken in and followed up as soon as it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler import registry
from crawler.contract.fetches import Fetch
from crawler.contract.items import Outcome
from crawler.contract.report import report
from tracker import settings
from tracker.history import runs
from tracker.pipeline import source_news
from tracker.pipeline.crawl import crawl
from tracker.pipeline.left import go_on
from tracker.pipeline.summary import Progress, RunSummary, describe
from tracker.pipeline.take_in import Crawled
from tracker.pipeline.unit import work, work_on
from tracker.store.schema.columns import instant_text
from tracker.store.session import reading
from tracker.workspace import Workspace


def ask_sources(workspace: Workspace, sources: Sequence[str] | None, due: bool, progress: Progress) -> list[RunSummary]:
    """Ask `sources` (None: all that are not turned off), or of them those that are due; `progress` hears of each as it ends.

    The runs come in order of keys.
    """
    on = registry.switched_on(workspace.settings.sources_off)
    keys = on if sources is None else [registry.spider(key).name for key in sources]
    go_on(workspace, progress)
    if due:
        with reading(workspace.engine) as connection:
            waiting = set(due_sources(connection, settings.now()))
        keys = [key for key in keys if key in waiting]
    summaries = _asked(workspace, keys, progress) if keys else []
    with workspace.writing() as writer:
        source_news.tell_silent(writer)
    return sorted(summaries, key=lambda run: run.source)


def _asked(workspace: Workspace, keys: Sequence[str], progress: Progress) -> list[RunSummary]:
    progress(f"asking {len(keys)} source{'s' if len(keys) > 1 else ''}: {', '.join(keys)}")
    return list(_each(workspace, keys, progress) if _network(keys) else _without_network(workspace, keys))


def due_sources(connection: Connection, now: datetime) -> list[str]:
    """The crawled sources whose last live run with an answer lies longer ago than their cadence, in order of keys."""
    last = runs.last_answered(connection)
    return [
        key
        for key, source in sorted(registry.sources().items())
        if key not in last or last[key] + timedelta(hours=source.cadence_hours) <= now
    ]


def _each(workspace: Workspace, keys: Sequence[str], progress: Progress) -> Iterator[RunSummary]:
    """Crawl sources, and work on each as it ends."""
    with crawl(workspace, keys) as endings:
        for ended in endings:
            run = work_on(workspace, ended.spool, ended.source, ended.unfinished)
            progress(describe(run))
            yield run


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

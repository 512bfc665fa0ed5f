"""Crawls sources in processes of their own: gives each what it needs, and hands it on as it ends (DESIGN §5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from crawler import registry
from crawler.parsing.matching import write_terms
from tracker.history import runs, watched
from tracker.pipeline import crawlers, spool
from tracker.pipeline.crawlers import Ended, Job
from tracker.store.session import reading
from tracker.workspace import Workspace


def crawl(workspace: Workspace, keys: Sequence[str]) -> AbstractContextManager[Iterator[Ended]]:
    """Start the crawlers of sources; while the context lasts, each source is given as it ends."""
    return crawlers.crawling([job(workspace, group) for group in crawlers.by_host(keys)])


def job(workspace: Workspace, keys: tuple[str, ...]) -> Job:
    """What a crawler is given: the sources, what is remembered of them and no others, the words to look for, the measures to watch, and
    what the last run could not read."""
    here = spool.make(workspace.settings.spool)
    with reading(workspace.engine) as connection:
        memory = here.write("memory.jsonl", runs.memory(connection, keys))
        measures = here.write("watched.json", [watched.as_json(connection, _jurisdictions(keys), workspace.today)])
        unobserved = here.write("unobserved.json", [json.dumps(runs.unobserved(connection, keys))])
    given = workspace.settings
    options = {
        "--sources": ",".join(keys),
        "--out": str(here.folder),
        "--archive": str(given.archive),
        "--time-limit": str(given.crawl_seconds),
        "--memory": memory,
        "--watched": measures,
        "--unobserved": unobserved,
        "--terms": here.write("terms.json", [write_terms(workspace.codebook.terms)]),
    }
    if given.contact:
        options["--contact"] = given.contact
    longest = given.crawl_seconds * max(registry.sources()[key].time_limits for key in keys)
    return Job(keys, tuple(word for pair in options.items() for word in pair), here, longest)


def _jurisdictions(keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {key: registry.sources()[key].jurisdictions for key in keys}

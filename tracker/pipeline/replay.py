"""Reads archived answers through the parsers, without the network, in this process."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from crawler import registry
from crawler.contract.fetches import Fetch
from crawler.contract.items import Item
from crawler.contract.report import report
from crawler.parsing.matching import write_terms
from tracker import settings
from tracker.pipeline.summary import Progress, RunSummary
from tracker.pipeline.take_in import Crawled
from tracker.pipeline.unit import apart, work
from tracker.store.schema.columns import instant_text
from tracker.workspace import Workspace


def replay(workspace: Workspace, paths: Sequence[Path], sources: Sequence[str] | None, progress: Progress) -> list[RunSummary]:
    """Feed archived responses through the parsers. The files are first copied into our archive, none of them if one is no archive."""
    from crawler.archive.errors import ArchiveDamaged
    from crawler.archive.folder import Archive
    from crawler.archive.index import require_answer
    from crawler.fetching.replay import replay as read_archive

    archive = Archive(workspace.settings.archive)
    for path in paths:
        require_answer(path)
    adopted = [archive.adopt(path) for path in paths]
    started = settings.now()
    fetches: dict[str | None, list[Fetch]] = defaultdict(list)
    items: dict[str | None, list[Item]] = defaultdict(list)
    damage = ""
    try:
        for fetch, parsed in read_archive(adopted, sources, workspace.codebook.terms):
            fetches[fetch.source].append(fetch)
            items[fetch.source].extend(parsed)
    except ArchiveDamaged as error:
        if not fetches:
            raise  # nothing of it can be read: there is no run to speak of
        damage = str(error)
        progress(f"the archive is damaged: {damage}")
    unrouted = len(fetches.pop(None, []))
    progress(_counted([fetch for one in fetches.values() for fetch in one], unrouted))
    given = _input(adopted, workspace)
    summaries = [_apart(workspace, crawled) for crawled in _runs(fetches, items, given, started, damage)]
    if unrouted:
        summaries.append(RunSummary("", "replay", "unrouted", ("no route claims these addresses",), unrouted=unrouted))
    return summaries


def _counted(fetches: Sequence[Fetch], unrouted: int) -> str:
    """What was read is what the archive holds; what a parser asked for and the archive lacks was not."""
    held = {(fetch.warc_file, fetch.warc_offset) for fetch in fetches if fetch.capture}
    absent = sum(fetch.capture is None for fetch in fetches)
    asked = f", {absent} asked for that the archive lacks" if absent else ""
    return f"{len(held)} exchanges read{asked}, {unrouted} of addresses that no source claims"


def _apart(workspace: Workspace, crawled: Crawled) -> RunSummary:
    return apart(crawled.report.source, crawled.mode, lambda: work(workspace, crawled))


def _runs(
    fetches: dict[str | None, list[Fetch]], items: dict[str | None, list[Item]], given: str, started: datetime, damage: str
) -> Iterator[Crawled]:
    """A run for each source of which something was read, in order of keys."""
    for key in sorted(key for key in fetches if key):
        judged = report(
            registry.sources()[key],
            fetches[key],
            started_at=instant_text(started),
            finished_at=instant_text(settings.now()),
            unfinished=damage or None,
            replay=True,
        )
        yield Crawled(judged, "replay", given, fetches[key], items[key])


def _input(paths: Sequence[Path], workspace: Workspace) -> str:
    """Names a replay: the bytes of the archives, the parsers and the terms."""
    from crawler.archive.folder import file_digest

    parsers = sorted(f"{source.key}/{source.parser_version}" for source in registry.sources().values())
    digests = sorted(file_digest(path) for path in paths)
    terms = write_terms(workspace.codebook.terms)
    return hashlib.sha256(json.dumps([digests, parsers, terms]).encode()).hexdigest()

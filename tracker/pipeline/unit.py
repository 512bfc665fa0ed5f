"""The unit of work: one source's run is taken in, and what follows from it is done. Any process may do it, from wherever it stands."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from crawler import registry
from crawler.contract.characters import one_line, shortened
from crawler.contract.verdicts import Verdict
from crawler.fetching.memory import proposed
from crawler.fetching.output import Run, read
from tracker.pipeline.follow_up import follow_up
from tracker.pipeline.spool import Spool
from tracker.pipeline.summary import RunSummary
from tracker.pipeline.take_in import Crawled, take_in
from tracker.workspace import Workspace

log = logging.getLogger(__name__)
_WORDS = 500  # characters of the reason why a run cannot be worked on


def work(workspace: Workspace, crawled: Crawled) -> RunSummary:
    """Take in a run and follow it up. One that was taken in before is only followed up."""
    report, taken = take_in(workspace, crawled)
    done = follow_up(workspace, taken.run, proposed(crawled.fetches))
    return RunSummary(
        source=report.source,
        mode=crawled.mode,
        verdict=report.verdict.value,
        reasons=report.reasons,
        run=taken.run,
        known=taken.known,
        fetches=dict(Counter(str(fetch.outcome) for fetch in crawled.fetches if fetch.outcome)),
        documents=taken.documents,
        versions=taken.versions,
        measures=done.measures,
        proposals=done.proposals,
        decided=done.decided,
        left_out=done.left_out,
    )


def work_on(workspace: Workspace, spool: Spool, source: str, unfinished: str) -> RunSummary:
    """Work on what a crawler left of a source, then forget it. A run that cannot be worked on stays, and is no fault of the others."""

    def left() -> RunSummary:
        run = read(spool.folder / source, registry.sources()[source], unfinished)
        if run is None:
            return RunSummary(source, "live", Verdict.FAILED.value, (unfinished,))
        summary = work(workspace, _live(workspace, run))
        spool.remove(source)
        return summary

    return apart(source, "live", left)


def apart(source: str, mode: str, work: Callable[[], RunSummary]) -> RunSummary:
    """The edge between one source's run and all others: one that cannot be worked on is named, and stops no other."""
    try:
        return work()
    except Exception as error:
        log.error("the run of %s cannot be worked on: %r", source, error, exc_info=log.isEnabledFor(logging.DEBUG))
        why = shortened(one_line(f"{type(error).__name__}: {error}"), _WORDS)
        return RunSummary(source, mode, Verdict.FAILED.value, (why,))


def _live(workspace: Workspace, run: Run) -> Crawled:
    """A run of our own crawler, named by the bytes that it archived. Without these it has failed, and its fetches prove nothing."""
    from crawler.archive.errors import ArchiveMissing
    from crawler.archive.folder import Archive

    files = {fetch.warc_file for fetch in run.fetches if fetch.warc_file}
    try:
        return Crawled(run.report, "live", Archive(workspace.settings.archive).digest(files), run.fetches, run.items)
    except ArchiveMissing as missing:
        failed = replace(run.report, verdict=Verdict.FAILED, reasons=(*run.report.reasons, str(missing)))
        fetches = [replace(fetch, capture=None, warc_file=None, warc_offset=None) for fetch in run.fetches]
        return Crawled(failed, "live", "", fetches, ())

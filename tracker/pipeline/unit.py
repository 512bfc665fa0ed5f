"""The unit of work: one source's run is taken in, and what follows from it is done."""

from __future__ import annotations

from collections import Counter

from crawler.fetching.memory import proposed
from tracker.pipeline.follow_up import follow_up
from tracker.pipeline.summary import RunSummary
from tracker.pipeline.take_in import Crawled, take_in
from tracker.workspace import Workspace


def work(workspace: Workspace, crawled: Crawled) -> RunSummary:
    """Take in a run and follow it up. A replay that was taken in before is only followed up."""
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
    )

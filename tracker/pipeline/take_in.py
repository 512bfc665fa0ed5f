"""Writes what one source's run saw, as evidence. Nothing is believed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.contract.fetches import Fetch
from crawler.contract.items import Item
from crawler.contract.report import RunReport
from crawler.contract.verdicts import Verdict
from tracker.evidence import runs
from tracker.evidence.runs import LostCapture, TakenIn
from tracker.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Crawled:
    """One source's run before it is taken in. `input` names what was read: see `evidence.runs.take_in`."""

    report: RunReport
    mode: str
    input: str
    fetches: Sequence[Fetch]
    items: Sequence[Item]


def take_in(workspace: Workspace, crawled: Crawled) -> tuple[RunReport, TakenIn]:
    """Write what a run saw. A run that lost what its items were read from has failed, and nothing but its fetches is kept."""
    try:
        return crawled.report, _written(workspace, crawled)
    except LostCapture as lost:
        failed = replace(crawled.report, verdict=Verdict.FAILED, reasons=(*crawled.report.reasons, str(lost)))
        return failed, _written(workspace, replace(crawled, report=failed, items=()))


def _written(workspace: Workspace, crawled: Crawled) -> TakenIn:
    with workspace.gathering(crawled.report.source) as writer:
        return runs.take_in(writer, crawled.report, crawled.mode, crawled.input, crawled.fetches, crawled.items)

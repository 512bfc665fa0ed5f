"""The news that a source was lost or works again."""

from __future__ import annotations

from typing import Any

from crawler.contract.report import Verdict
from tracker.domain.vocabulary import ChangeKind
from tracker.evidence import measures
from tracker.history import runs, sources
from tracker.store.writer import Writer

_WORDS = 200  # characters of the reason that a change shows


def tell(writer: Writer, run: Any) -> None:
    """`source_lost` where the newest live run of a source that was healthy is not believed, once; `source_restored` at the next one
    that is, or when a person accepts it.

    `run` is the row of a live run. One that met no network, might not ask or was stopped says nothing about its source.
    """
    connection = writer.connection
    silent = run.verdict in (Verdict.NO_NETWORK, Verdict.SKIPPED) or runs.stopped(run)
    if silent or sources.newest(connection, run.source) != run.id or not sources.worked_before(connection, run.source, run.id):
        return
    if run.believed is not sources.told_lost(connection, run.source):
        return
    kind, before = (ChangeKind.SOURCE_RESTORED, "lost") if run.believed else (ChangeKind.SOURCE_LOST, "healthy")
    after = "accepted" if run.accepted_at else run.verdict
    boundary = {"kind": kind.value, "before": before, "after": after, "after_terms": run.reason[:_WORDS]}
    about = {"source": run.source, "jurisdiction": sources.place(connection, run.source)}
    measures.store_change(writer, about, boundary)

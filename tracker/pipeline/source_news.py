"""The news that a source was lost or works again: told by a run, or by the time that has passed since the last."""

from __future__ import annotations

from typing import Any

from tracker.domain.vocabulary import ChangeKind
from tracker.evidence import measure_news
from tracker.history import sources
from tracker.history.sources import SourceRuns
from tracker.store.writer import Writer

_WORDS = 200  # characters of the reason that a change shows


def tell(writer: Writer, run: Any) -> None:
    """`source_lost` where a source ceases to work, once; `source_restored` when it works again, be it that a person accepts the run.

    `run` is the row of a live run. Nothing is told by one that says nothing about its source, or of a source that never worked.
    """
    connection = writer.connection
    source = sources.of_key(connection, run.source, max(writer.now, run.finished_at))
    tells = source.answered and source.answered[-1].number == run.id and source.last_ok_at is not None
    if not tells or source.works is not sources.told_lost(connection, run.source):
        return
    if source.works:
        _store(writer, source, ChangeKind.SOURCE_RESTORED, "lost", "accepted" if run.accepted_at else run.verdict, run.reason)
    else:
        _store(writer, source, ChangeKind.SOURCE_LOST, "healthy", run.verdict, run.reason)


def tell_silent(writer: Writer) -> None:
    """`source_lost` of each source that ceased to work by the mere passing of time, which no run tells."""
    for source in sources.crawled(writer.connection, writer.now):
        if source.works or source.last_ok_at is None or sources.told_lost(writer.connection, source.row.key):
            continue
        newest = source.answered[-1]
        why = f"last answer {newest.finished_at:%Y-%m-%d} ({newest.verdict}), last good one {source.last_ok_at:%Y-%m-%d}"
        _store(writer, source, ChangeKind.SOURCE_LOST, "healthy", "overdue", why)


def _store(writer: Writer, source: SourceRuns, kind: ChangeKind, before: str, after: str, why: str) -> None:
    boundary = {"kind": kind.value, "before": before, "after": after, "after_terms": why[:_WORDS]}
    measure_news.store_change(writer, {"source": source.row.key, "jurisdiction": source.row.jurisdiction}, boundary)

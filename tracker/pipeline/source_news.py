"""The news that a source was lost or works again."""

from __future__ import annotations

from typing import Any

from tracker.domain.vocabulary import ChangeKind
from tracker.evidence import measures
from tracker.history import sources
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
    kind, before = (ChangeKind.SOURCE_RESTORED, "lost") if source.works else (ChangeKind.SOURCE_LOST, "healthy")
    after = "accepted" if run.accepted_at else run.verdict
    boundary = {"kind": kind.value, "before": before, "after": after, "after_terms": run.reason[:_WORDS]}
    about = {"source": run.source, "jurisdiction": sources.place(connection, run.source)}
    measures.store_change(writer, about, boundary)

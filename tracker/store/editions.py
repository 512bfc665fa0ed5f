"""Keeps the rows of frozen editions: what a reader was told, when, and the digests of the files that say so."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from tracker.domain.periods import KnowledgeWindow
from tracker.domain.vocabulary import RootKind
from tracker.store.integrity import sealing
from tracker.store.schema import tables as t
from tracker.store.writer import Writer


def files_of(connection: Connection, name: str) -> Mapping[str, str] | None:
    """The digests of the files of a frozen edition, by file name; None where none of that name is frozen."""
    table = t.report_edition
    row = connection.execute(select(table.c.files).where(table.c.name == name)).first()
    return None if row is None else dict(json.loads(row.files))


def add(writer: Writer, window: KnowledgeWindow, versions: Mapping[str, str], files: Mapping[str, str], digest: str) -> None:
    """Freeze an edition: `versions` are those of codebook, rules and program, `digest` that of its facts."""
    row = {
        "name": window.name,
        "period_start": window.period.start,
        "period_end": window.period.end,
        "known_at": window.known,
        "zone": window.zone.key,
        **versions,
        "files": json.dumps(files, sort_keys=True),
        "digest": digest,
        "retrospective": window.retrospective,
        "created_at": writer.now,
    }
    with sealing.root(writer, RootKind.EDITION, window.name):
        sealing.add(writer, t.report_edition, [row])

"""What a run that the record holds would have us remember, read again from the archive: nobody has its crawl at hand any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from crawler.contract.fetches import Fetch
from crawler.contract.items import Outcome
from crawler.fetching.memory import Remembered, proposed
from tracker.history import runs
from tracker.store.session import reading
from tracker.workspace import Workspace


def archived_answers(workspace: Workspace, run: Any) -> list[Remembered]:
    """What a recorded run would have us remember, with the validators that its archived answers bear."""
    with reading(workspace.engine) as connection:
        return proposed(_fetched(workspace, connection, run.id, run.source))


def _fetched(workspace: Workspace, connection: Connection, number: int, source: str) -> Iterator[Fetch]:
    """What a recorded run read. With which parser it was read is not recorded, so the parse key names none: an unchanged answer is
    then parsed again from the archive.
    """
    from crawler.archive.errors import ArchiveError
    from crawler.archive.folder import Archive

    archive = Archive(workspace.settings.archive)
    for row in runs.exchanges(connection, number):
        try:
            seen = archive.at(row.warc_file, row.warc_offset)
        except ArchiveError:
            continue  # what cannot be read again is asked for without condition
        yield Fetch(
            source=source,
            method=row.method,
            url=row.url,
            outcome=Outcome(row.outcome),
            capture=seen.capture,
            warc_file=seen.file,
            warc_offset=seen.offset,
            etag=seen.headers.get("etag"),
            last_modified=seen.headers.get("last-modified"),
            parse_key="",
        )

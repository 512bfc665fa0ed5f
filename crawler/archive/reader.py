"""Exchanges read back from archive files, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.archive.decoding import Decoding
from crawler.archive.errors import ArchiveDamaged
from crawler.archive.exchange import Exchange, payload_digest
from crawler.archive.index import EXACT, Entry, Index, index, record_at
from crawler.archive.warc import Payload, headers_of, received, request_body_of, status_of


def read(paths: Iterable[Path]) -> Iterator[Exchange]:
    """Exchanges of archive files, oldest first; raises ArchiveDamaged at the end if something could not be read."""
    return read_index(index(paths))


def read_index(known: Index) -> Iterator[Exchange]:
    """The same for an index that is already there."""
    for entry in known.entries:
        yield exchange(entry, known.holder(entry))
    if wrong := (*known.damage, *(one.reason for one in known.left_out)):
        raise ArchiveDamaged("; ".join(wrong))


def exchange(entry: Entry, holder: Entry | None) -> Exchange:
    """The exchange of an entry, with the payload that its holder keeps."""
    record = record_at(entry.path, entry.place.offset)
    own = headers_of(record)
    coding, payload = own.pop("content-encoding", None), Payload(b"", None)
    if holder is entry:
        payload = received(record)
    elif holder is not None:
        kept = record_at(holder.path, holder.place.offset)
        payload, coding = received(kept), headers_of(kept).get("content-encoding")
    body, left = Decoding.undo(payload.body, coding)
    return Exchange(
        method=entry.method,
        url=entry.url,
        status=status_of(record),
        headers=own | ({"content-encoding": left} if left and holder else {}),
        body=body,
        captured_at=entry.captured_at,
        digest=_digest(entry, holder),
        file=entry.place.file,
        offset=entry.place.offset,
        absent=None if holder else "a revisit of a payload that the archive lacks",
        cut=payload.shortfall,
        request_body=_request_body(entry),
    )


def _digest(entry: Entry, holder: Entry | None) -> str:
    """The digest of the payload; where that is elsewhere and is named in a stranger's way, of the nothing that is here."""
    if holder is not None:
        return holder.digest
    return entry.digest if EXACT.fullmatch(entry.digest) else payload_digest(b"")


def _request_body(entry: Entry) -> bytes:
    return b"" if entry.asked.offset is None else request_body_of(record_at(entry.path, entry.asked.offset))

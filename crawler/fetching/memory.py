"""Fetch memory: what we last saw of an address, so that a server can answer "unchanged", or its bytes say so.

The crawler reads it through the setting FETCH_MEMORY (an object, or the import path of one) and never writes it: what a
run would add stands in its fetch records, and whoever accepts the run commits `proposed(fetches)`. An entry's parse key
holds parser version and search terms; a 304 under a stale key makes the archived payload be parsed again. A 304 itself adds
nothing, nor do the same bytes again: the entry goes on pointing at the answer that has the payload.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from crawler.contract.errors import CrawlerError
from crawler.contract.fetches import Fetch
from crawler.contract.items import CaptureRef, Outcome, RequestKey


class MemoryFileError(CrawlerError, ValueError):
    """A memory file cannot be read; the message names line and remedy."""


@dataclass(frozen=True)
class Remembered:
    """The last accepted payload of an address: its validators, its capture and where that stands, and how many requests it led to."""

    source: str
    method: str
    url: str
    etag: str | None
    last_modified: str | None
    parse_key: str
    capture: CaptureRef
    warc_file: str | None
    warc_offset: int | None
    asks: int = 0

    @property
    def validated(self) -> bool:
        """Whether the server can be asked if it changed."""
        return bool(self.etag or self.last_modified)

    @property
    def key(self) -> RequestKey:
        """What tells its request apart."""
        return RequestKey(self.method, self.url, self.capture.request_digest)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready copy; `remembered_from_dict` reads it back."""
        return vars(self) | {"capture": vars(self.capture)}


def remembered_from_dict(data: Mapping[str, Any]) -> Remembered:
    """The entry that `to_dict` wrote down."""
    return Remembered(**{**data, "capture": CaptureRef(**data["capture"])})


class FetchMemory(Protocol):
    """Anything that remembers."""

    def recall(self, source: str, key: RequestKey) -> Remembered | None:
        """What was last accepted of the answers to a request, or None."""


class FileMemory:
    """Entries read from a file of JSON lines, as `Remembered.to_dict` writes them."""

    def __init__(self, path: Path) -> None:
        self._entries: dict[tuple[str, RequestKey], Remembered] = {}
        if not path.is_file():
            raise MemoryFileError(f"{path}: no such memory file; leave --memory out to ask unconditionally")
        with path.open(
            encoding="utf-8"
        ) as lines:  # not `splitlines`: a JSON text may hold line separators that end no line of the file
            for number, line in enumerate(lines, start=1):
                try:
                    entry = remembered_from_dict(json.loads(line))
                except (ValueError, KeyError, TypeError) as error:
                    raise MemoryFileError(f"{path}, line {number}: {error!r}; write the file anew or leave it out") from error
                self._entries[entry.source, entry.key] = entry

    def recall(self, source: str, key: RequestKey) -> Remembered | None:
        """The entry of a request, or None."""
        return self._entries.get((source, key))


def proposed(fetches: Iterable[Fetch]) -> list[Remembered]:
    """What an accepted run adds: addresses whose payload was read whole, the last of each.

    Without a validator an address is remembered where its page gave nothing: the same bytes give nothing again.
    """
    entries: dict[tuple[str, RequestKey], Remembered] = {}
    for fetch in fetches:
        if fetch.outcome is not Outcome.OK or fetch.source is None or fetch.capture is None or fetch.parse_key is None:
            continue
        if fetch.unread:
            continue  # an "unchanged" would hide the records that were left out
        gave = not fetch.parse_key or fetch.items or fetch.asks or fetch.left_out  # without a key nobody knows what it gave
        if gave and not (fetch.etag or fetch.last_modified):
            continue
        entry = Remembered(
            fetch.source,
            fetch.method,
            fetch.url,
            fetch.etag,
            fetch.last_modified,
            fetch.parse_key,
            fetch.capture,
            fetch.warc_file,
            fetch.warc_offset,
            fetch.asks,
        )
        entries[entry.source, entry.key] = entry
    return list(entries.values())

"""One request and its answer, wherever it came from: the wire, an archive or a test folder.

Holds what parsing needs (the decoded body) and what evidence needs (instant, digest of the payload as it was sent, place in
the archive). It opens no file and no connection.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scrapy import Request

from crawler.archive.redaction import strip_body
from crawler.contract.items import CaptureRef, RequestKey


def payload_digest(payload: bytes) -> str:
    """`sha256:<hex>` of a payload as it was sent (after transfer coding, before content coding is undone)."""
    return "sha256:" + hashlib.sha256(payload).hexdigest()


class Captured(NamedTuple):
    """When and where an answer was kept; `request.meta["captured"]`."""

    captured_at: str
    digest: str
    file: str | None = None
    offset: int | None = None


def request_digest(body: bytes) -> str:
    """The digest of a request body without keys; empty where there is no body."""
    kept = strip_body(body)
    return payload_digest(kept) if kept else ""


def key_of(request: Request) -> RequestKey:
    """What tells a request apart."""
    return RequestKey(request.method, request.url, request_digest(request.body))


@dataclass(frozen=True)
class Exchange:
    """Method, key-free address, status, headers (small-letter names) and decoded body of one answer.

    `captured_at` is ISO 8601 in UTC; `digest` is the payload digest; `file` and `offset` say where the archive keeps the
    record (None outside an archive). `absent` says why an archived answer has no body to read, `cut` why its body is not whole. `request_body` is what was
    sent, without keys. A `content-encoding` among the headers is one that could not be undone.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    captured_at: str
    digest: str
    file: str | None = None
    offset: int | None = None
    absent: str | None = None
    cut: str | None = None
    request_body: bytes = b""

    @property
    def capture(self) -> CaptureRef:
        """The identity under which evidence cites this answer."""
        return CaptureRef(self.method, self.url, self.captured_at, self.digest, request_digest(self.request_body))

"""One request and its answer, wherever it came from: the wire, an archive or a test folder.

Holds what parsing needs (the decoded body) and what evidence needs (instant, digest of the payload as it was sent, place in
the archive). It opens no file and no connection.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from crawler.contract.items import CaptureRef
from crawler.contract.routes import Body

_RESPONSES: Mapping[Body, type[TextResponse]] = {
    Body.HTML: HtmlResponse,
    Body.XML: XmlResponse,
    Body.JSON: TextResponse,
    Body.TEXT: TextResponse,
}


def payload_digest(payload: bytes) -> str:
    """`sha256:<hex>` of a payload as it was sent (after transfer coding, before content coding is undone)."""
    return "sha256:" + hashlib.sha256(payload).hexdigest()


@dataclass(frozen=True)
class Exchange:
    """Method, key-free address, status, headers (small-letter names) and decoded body of one answer.

    `captured_at` is ISO 8601 in UTC; `digest` is the payload digest; `file` and `offset` say where the archive keeps the
    record (None outside an archive). `absent` says why an archived answer has no body to read.
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

    @property
    def capture(self) -> CaptureRef:
        """The identity under which evidence cites this answer."""
        return CaptureRef(self.method, self.url, self.captured_at, self.digest)

    def response(self, expects: Body) -> TextResponse:
        """The answer as Scrapy's response class for the expected body."""
        return _RESPONSES[expects](self.url, status=self.status, headers=dict(self.headers), body=self.body)


def decoded(payload: bytes, content_encoding: str | None) -> bytes:
    """A payload with gzip or deflate undone; other codings are left as they are (and fail to parse under a clear name)."""
    try:
        if content_encoding in ("gzip", "x-gzip"):
            return gzip.decompress(payload)
        if content_encoding == "deflate":
            return zlib.decompress(payload)
    except (OSError, EOFError, zlib.error):
        return payload
    return payload

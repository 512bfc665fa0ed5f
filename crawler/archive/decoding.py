"""Content codings undone: gzip, deflate, br and zstd, by Scrapy's own code, on the wire and in the archive alike."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import brotli
from backports import zstd
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.spiders import Spider

MAX_BYTES = 32 * 1024 * 1024
"""What an answer may hold, packed and unpacked: the setting DOWNLOAD_MAXSIZE."""
_GZIP, _BARE = 31, -15
"""How zlib is told of a gzip stream, and of one without a head."""
_BROKEN = (OSError, EOFError, ValueError, struct.error, zlib.error, brotli.error, zstd.ZstdError)


class Decoded(NamedTuple):
    """A body, and the content coding that it still has: none, unless that is unknown, broken or hides too much."""

    body: bytes
    coding: str | None


class Decoding(HttpCompressionMiddleware):
    """Scrapy's middleware, but what cannot be undone is left as it is, for the reader to refuse by name."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Response:
        """The answer with its body decoded."""
        coding = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        decoded = self.undo(response.body, coding)
        if not coding or decoded.coding:
            return response
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=decoded.body)
        return response.replace(cls=kind, headers=headers, body=decoded.body)

    @classmethod
    def undo(cls, payload: bytes, coding: str | None) -> Decoded:
        """The payload with its content coding undone."""
        codings, left = cls._split_encodings([(coding or "").encode()])  # a stranger's archive may hold any letters
        left, body = [one for one in left if one != b"identity"], payload
        try:
            for one in codings:
                body = cls._decode(body, one, MAX_BYTES)
        except _BROKEN:  # a bomb is Scrapy's own ValueError
            return Decoded(payload, coding)
        return Decoded(body, b", ".join(left).decode() or None)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        """Scrapy's, which takes a stream that breaks off for whole; raises EOFError for one."""
        decoded: bytes = HttpCompressionMiddleware._decode(body, encoding, max_size)
        if not _ends(body, encoding):
            raise EOFError(f"the {encoding.decode('latin-1')} stream breaks off")
        return decoded


def _ends(stream: bytes, coding: bytes) -> bool:
    """Whether a compressed stream has its end; what it unpacks to is within bounds."""
    if coding == b"br":
        unpacking = brotli.Decompressor()
        unpacking.process(stream)
        return bool(unpacking.is_finished())
    if coding != b"deflate":
        return _last_ends(stream, zstd.ZstdDecompressor if coding == b"zstd" else lambda: zlib.decompressobj(_GZIP))
    try:
        return _last_ends(stream, zlib.decompressobj)
    except zlib.error:  # some servers send it bare
        return _last_ends(stream, lambda: zlib.decompressobj(_BARE))


def _last_ends(stream: bytes, make: Callable[[], Any]) -> bool:
    """The same of a coding whose streams may follow each other; behind the last there may be anything else."""
    unpacking, begins = make(), stream[:3]
    unpacking.decompress(stream)
    while unpacking.eof and begins and unpacking.unused_data.startswith(begins):
        rest, unpacking = unpacking.unused_data, make()
        unpacking.decompress(rest)
    return bool(unpacking.eof)

"""Records of an archive file: how one is made and how one is taken apart. Knows warcio, and nothing of files or folders.

What names a key is taken out here, on the way in and on the way out.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, NamedTuple

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.decoding import MAX_BYTES
from crawler.archive.exchange import payload_digest
from crawler.archive.redaction import strip_body, strip_headers
from crawler.contract.errors import CrawlerError
from crawler.contract.items import CaptureRef
from crawler.contract.patterns import pattern

_SOFTWARE = ", ".join(f"{name}/{version(name)}" for name in ("Scrapy", "warcio"))
_RULES = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_UNMODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
MAX_SKIPPED = 1024 * 1024 * 1024
"""Bytes, unpacked, that are gone through to find the record behind one that is left out: some seconds."""
UNREADABLE = (ArchiveLoadFailed, EOFError, OSError, ValueError, OverflowError, zlib.error, AttributeError, TypeError, IndexError)
"""What warcio raises on bytes that are no record."""


def instant(moment: datetime) -> str:
    """The one spelling of an instant: ISO 8601, UTC, `+00:00`."""
    return moment.astimezone(UTC).isoformat()


def warcinfo_record(warc: WARCWriter, file: str, date: str) -> ArcWarcRecord:
    """The record that a file begins with (ISO 28500 §6.2): what wrote it, and by which rules."""
    record = warc.create_warcinfo_record(file, {"software": _SOFTWARE, "format": "WARC File Format 1.1", "conformsTo": _RULES})
    record.rec_headers.replace_header("WARC-Date", date)
    return record


def request_record(
    warc: WARCWriter,
    method: str,
    address: str,
    fields: Mapping[str, str],
    headers: Iterable[tuple[str, str]],
    body: bytes,
    response: ArcWarcRecord,
) -> ArcWarcRecord:
    """The request beside a response: method, host, headers and body, without keys. `fields` are those of the WARC record."""
    match = pattern(r"https?://([^/?]*)(.*)").match(address)
    line = f"{method} {(match[2] if match else address) or '/'} HTTP/1.1"
    kept, sent = strip_headers(headers), strip_body(body)
    if match and not any(name.lower() == "host" for name, _ in kept):
        kept.insert(0, ("Host", match[1].rpartition("@")[2]))  # it is added below the recorder, as the connection is opened
    if sent:
        kept = [(name, value) for name, value in kept if name.lower() != "content-length"]
        kept.append(("Content-Length", str(len(sent))))
    beside = {**fields, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    http = StatusAndHeaders(line, kept, is_http_request=True)
    payload = io.BytesIO(sent)
    return warc.create_warc_record(
        address, "request", payload=payload, length=len(sent), http_headers=http, warc_headers_dict=beside
    )


def response_record(
    warc: WARCWriter,
    address: str,
    fields: Mapping[str, str],
    status: int,
    headers: list[tuple[str, str]],
    payload: bytes,
    known: CaptureRef | None,
) -> ArcWarcRecord:
    """A response, or a revisit where `known` holds the same payload (or the server said so with 304)."""
    named = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
    kept = [(name, value) for name, value in headers if name.lower() not in ("transfer-encoding", "content-length")]
    http = StatusAndHeaders(f"{status} {named}", [*kept, ("Content-Length", str(len(payload)))], protocol="HTTP/1.1")
    digest = payload_digest(payload)
    if known is None or (status != 304 and digest != known.payload_digest):
        return warc.create_warc_record(
            address,
            "response",
            payload=io.BytesIO(payload),
            length=len(payload),
            http_headers=http,
            warc_headers_dict={**fields, "WARC-Payload-Digest": digest},
        )
    record = warc.create_revisit_record(
        address,
        known.payload_digest,
        known.url,
        warc_date(known.captured_at),
        http_headers=http,
        warc_headers_dict={**fields},
    )
    if status == 304:
        record.rec_headers.replace_header("WARC-Profile", _UNMODIFIED)
    return record


def warc_date(captured_at: str) -> str:
    """An instant as WARC 1.1 spells it."""
    moment = datetime.fromisoformat(captured_at).astimezone(UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_warc(date: str) -> str:
    """A WARC date as this project spells it."""
    return instant(datetime.fromisoformat(date))


class TooLarge(CrawlerError, ValueError):
    """A payload of more bytes than an answer may hold; the message says so."""


def finish(record: ArcWarcRecord) -> None:
    """Reads a record to its end; a record that ends before its length is a cut file, and one without end in sight is not waited for."""
    skipped = 0
    while piece := record.raw_stream.read(65_536):
        skipped += len(piece)
        if skipped > MAX_SKIPPED:
            raise TooLarge(f"the record goes on for more than {MAX_SKIPPED} bytes")
    if record.raw_stream.limit > 0:
        raise EOFError(f"the record lacks {record.raw_stream.limit} bytes")


class _Chunks(ChunkedDataReader):  # type: ignore[misc]  # warcio has no types
    """A chunked payload; warcio takes one that breaks off for whole."""

    begun = ended = False

    def _try_decode(self, length_header: bytes) -> None:
        size = length_header.partition(b";")[0].strip()
        self.ended = bool(size) and not size.strip(b"0")
        super()._try_decode(length_header)
        self.begun = True


class Payload(NamedTuple):
    """A payload, and why it is not all that the server had to send; None where nothing says so."""

    body: bytes
    shortfall: str | None


def payload_of(record: ArcWarcRecord) -> bytes:
    """The payload as it was sent: transfer coding undone, content coding kept; raises TooLarge."""
    return b"".join(_pieces(_payload(record)))


def received(record: ArcWarcRecord) -> Payload:
    """The payload of an answer, with its shortfall."""
    stream = _payload(record)
    body = b"".join(_pieces(stream))
    if stated := header_of(record, "WARC-Truncated"):  # ISO 28500 §5.13
        return Payload(body, f"the archive calls it truncated: {stated:.80}")
    if isinstance(stream, _Chunks):
        return Payload(body, "the last chunk is missing" if stream.begun and not stream.ended else None)
    return Payload(body, _shortfall(record, len(body)))


def _shortfall(record: ArcWarcRecord, arrived: int) -> str | None:
    """What an answer announced and did not bring (RFC 9112 §6.3)."""
    length = record.http_headers.get_header("Content-Length") if record.http_headers else None
    if not length or not pattern(r"\d{1,18}").fullmatch(length.strip()) or status_of(record) in (204, 304):
        return None
    return f"{arrived} of {length.strip()} bytes arrived" if arrived < int(length) else None


def whole_of(record: ArcWarcRecord) -> bytes:
    """The payload with its transfer coding; raises TooLarge."""
    return b"".join(_pieces(record.raw_stream))


def digest_of(record: ArcWarcRecord) -> str:
    """The digest of the payload, which is read and not kept; raises TooLarge."""
    stated = hashlib.sha256()
    for piece in _pieces(_payload(record)):
        stated.update(piece)
    return f"sha256:{stated.hexdigest()}"


def _payload(record: ArcWarcRecord) -> Any:
    """The payload as a stream, its transfer coding undone."""
    coding = headers_of(record).get("transfer-encoding", "").lower()
    return _Chunks(record.raw_stream) if coding == "chunked" else record.raw_stream


def _pieces(stream: Any) -> Iterator[bytes]:
    """What a stream holds; raises TooLarge where that is more than an answer may hold."""
    held = 0
    while piece := stream.read(65_536):
        held += len(piece)
        if held > MAX_BYTES:
            raise TooLarge(f"its payload has more than {MAX_BYTES} bytes")
        yield piece


def request_body_of(record: ArcWarcRecord) -> bytes:
    """The body of a request record, without keys."""
    return strip_body(payload_of(record))


def unmodified(record: ArcWarcRecord) -> bool:
    """Whether a revisit record stands for an answer that sent no payload."""
    return header_of(record, "WARC-Profile").endswith("/server-not-modified")


def status_of(record: ArcWarcRecord) -> int:
    """The status code, three digits (RFC 9110 §15); a revisit without HTTP headers is a 304. Raises ValueError."""
    if record.http_headers is None:
        return 304
    code = record.http_headers.get_statuscode()
    if len(code) != 3 or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{code[:80]!r} is no status code")
    return int(code)


def headers_of(record: ArcWarcRecord) -> dict[str, str]:
    """HTTP headers with small-letter names; values of one name joined."""
    joined: dict[str, str] = {}
    for name, value in record.http_headers.headers if record.http_headers else ():
        joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    return joined


def header_of(record: ArcWarcRecord, name: str) -> str:
    """A WARC header, or an empty string."""
    value: str | None = record.rec_headers.get_header(name)
    return value or ""

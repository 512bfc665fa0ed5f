"""The archive of responses: WARC files (ISO 28500), written before anything is parsed and read back in order of capture.

A process writes one file of its own, record by record in gzip, so that (file, offset) finds a record again. Addresses and
headers are freed of keys on the way in and on the way out. Nobody outside this module opens an archive file.

    ArchiveError
    ├── ArchiveMissing   there is no such file
    └── ArchiveDamaged   something in it cannot be read; raised only after everything readable was handed out
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.exchange import Exchange, decoded, payload_digest
from crawler.items import CaptureRef

SECRET_PARAMETERS = frozenset({"api_key", "apikey", "api-key", "key", "token", "access_token", "subscription-key"})
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "x-api-key", "webapikey", "ocp-apim-subscription-key"}
)
_UNMODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_UNREADABLE = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error, AttributeError, TypeError, IndexError)
"""What warcio raises on bytes that are no record."""


class ArchiveError(Exception):
    """An archive cannot give what was asked; the message names the file and the remedy."""


class ArchiveMissing(ArchiveError):
    """There is no such archive file."""


class ArchiveDamaged(ArchiveError):
    """A file is cut, damaged or no archive at all."""


class Place(NamedTuple):
    """Where a record stands: file name within the archive and byte offset."""

    file: str
    offset: int


@dataclass(frozen=True)
class Entry:
    """What the index knows of one response or revisit without holding its body."""

    place: Place
    path: Path
    record_id: str
    method: str
    url: str
    captured_at: str
    digest: str
    refers_to: tuple[str, str] | None
    """Address and instant of the record that holds the payload of a revisit."""


class Index(NamedTuple):
    """Entries in capture order, and what could not be read."""

    entries: tuple[Entry, ...]
    damage: tuple[str, ...]


def strip_keys(url: str) -> str:
    """An address without query parameters that carry keys; everything else stays byte for byte."""
    address, mark, query = url.partition("?")
    kept = [pair for pair in query.split("&") if not _secret(pair.partition("=")[0])]
    return address + (mark + "&".join(kept) if kept and mark else "")


def _secret(name: str) -> bool:
    return name == "OC" or name.lower() in SECRET_PARAMETERS


def instant(moment: datetime) -> str:
    """The one spelling of an instant: ISO 8601, UTC, `+00:00`."""
    return moment.astimezone(UTC).isoformat()


class Archive:
    """A folder of WARC files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[Path]:
        """The archive's files by name."""
        return sorted(self.folder.glob("*.warc.gz")) + sorted(self.folder.glob("*.warc"))

    def writer(self) -> Writer:
        """A writer on a new file of this process."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        return Writer(self.folder / name)

    def read(self) -> Iterator[Exchange]:
        """Everything that was ever captured, oldest first."""
        return read(self.files())

    def at(self, file: str, offset: int) -> Exchange:
        """The exchange at a place; a revisit gives its own headers and instant with the payload that it refers to."""
        path = self.folder / Path(file).name
        found = _entry(_record_at(path, offset), path, offset)
        found = replace(found, method=_method_after(path, found))
        return load(found, index(self.files()) if found.refers_to else Index((), ()))

    def adopt(self, path: Path) -> Path:
        """A copy of a stranger's archive file in this folder, named by its digest."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        copy = self.folder / f"adopted-{digest[:16]}{'.warc.gz' if path.suffix == '.gz' else '.warc'}"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            shutil.copyfile(path, copy)
        return copy


class Writer:
    """Appends exchanges to one file, which begins with the first of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[bytes] | None = None

    def write(
        self,
        method: str,
        url: str,
        request_headers: Iterable[tuple[str, str]],
        status: int,
        headers: Iterable[tuple[str, str]],
        payload: bytes,
        captured_at: str,
        known: CaptureRef | None = None,
    ) -> Place:
        """Writes one exchange and says where.

        `payload` is the body before content coding was undone. `known` is an earlier capture of the same address: where the
        payload has its digest, or the status is 304, a revisit record is written in place of a second copy.
        """
        stream = self._opened()
        warc = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
        place = Place(self.path.name, stream.tell())
        address, date = strip_keys(url), _warc_date(captured_at)
        response = _response_record(warc, address, date, status, list(headers), payload, known)
        kept = [(name, value) for name, value in request_headers if name.lower() not in SECRET_HEADERS]
        line = f"{method} {_path(address)} HTTP/1.1"
        request = warc.create_warc_record(
            address,
            "request",
            http_headers=StatusAndHeaders(line, kept, is_http_request=True),
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        warc.write_record(response)
        warc.write_record(request)
        stream.flush()
        return place

    def close(self) -> None:
        """Closes the file, if it was ever begun."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _opened(self) -> IO[bytes]:
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self.path.open("ab")
        return self._stream


def read(paths: Iterable[Path]) -> Iterator[Exchange]:
    """Exchanges of archive files, oldest first; raises ArchiveDamaged at the end if something could not be read."""
    return read_index(index(paths))


def read_index(known: Index) -> Iterator[Exchange]:
    """The same for an index that is already there."""
    for entry in known.entries:
        yield load(entry, known)
    if known.damage:
        raise ArchiveDamaged("; ".join(known.damage))


def load(entry: Entry, known: Index) -> Exchange:
    """The exchange of an entry; a revisit takes its payload from the index's other entries."""
    record = _record_at(entry.path, entry.place.offset)
    return _exchange(record, entry, _holder(entry, known.entries))


def index(paths: Iterable[Path]) -> Index:
    """One pass over archive files: what they hold, in capture order, and what is wrong with them."""
    entries: list[Entry] = []
    damage: list[str] = []
    for path in paths:
        if not path.is_file():
            raise ArchiveMissing(f"{path}: no such archive file; name an existing .warc or .warc.gz")
        entries += _scan(path, damage)
    entries.sort(key=lambda entry: (datetime.fromisoformat(entry.captured_at), entry.place))
    return Index(tuple(entries), tuple(damage))


def _scan(path: Path, damage: list[str]) -> list[Entry]:
    """Entries of one file with the methods that its request records tell; notes the first thing that cannot be read."""
    entries: list[Entry] = []
    methods: dict[str, str] = {}
    whole = 0
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        try:
            for record in records:
                found: list[Entry] = []
                if record.rec_type == "request":
                    methods[_header(record, "WARC-Concurrent-To")] = record.http_headers.protocol or "GET"
                elif record.rec_type in ("response", "revisit") and record.http_headers is not None:
                    found = [_entry(record, path, records.offset)]
                _finish(record)
                entries += found
                whole += 1
        except _UNREADABLE as error:
            what = " ".join(str(error).split())[:200] or type(error).__name__
            damage.append(f"{path}: after {whole} whole records, at byte {records.offset}: {what}. {_remedy(what)}")
        else:
            if not whole:
                damage.append(f"{path}: holds no record. Fetch the file again")
    return [replace(entry, method=methods.get(entry.record_id, "GET")) for entry in entries]


def _finish(record: ArcWarcRecord) -> None:
    """Reads a record to its end; a record that ends before its length is a cut file."""
    while record.raw_stream.read(65_536):
        pass
    if record.raw_stream.limit > 0:
        raise EOFError(f"the record lacks {record.raw_stream.limit} bytes")


def _remedy(what: str) -> str:
    if "non-chunked" in what:
        return "Run `warcio recompress OLD NEW` and use NEW"
    return "What stands before is used; fetch the file again for the rest"


def _entry(record: ArcWarcRecord, path: Path, offset: int) -> Entry:
    captured = instant(datetime.fromisoformat(_header(record, "WARC-Date")))
    url = strip_keys(_header(record, "WARC-Target-URI"))
    revisit = record.rec_type == "revisit"
    digest = _header(record, "WARC-Payload-Digest") if revisit else payload_digest(_payload(record))
    refers = (strip_keys(_header(record, "WARC-Refers-To-Target-URI") or url), _header(record, "WARC-Refers-To-Date"))
    place = Place(path.name, offset)
    return Entry(place, path, _header(record, "WARC-Record-ID"), "GET", url, captured, digest, refers if revisit else None)


def _holder(entry: Entry, entries: Iterable[Entry]) -> Entry | None:
    """The entry whose payload a revisit refers to, by digest, else by address and instant."""
    if entry.refers_to is None:
        return entry
    full = [other for other in entries if other.refers_to is None]
    same = [other for other in full if other.digest == entry.digest]
    address, date = entry.refers_to
    named = [other for other in full if date and other.url == address and other.captured_at == _from_warc(date)]
    return next(iter(same + named), None)


def _exchange(record: ArcWarcRecord, entry: Entry, holder: Entry | None) -> Exchange:
    headers = _headers(record)
    payload, coding, absent = b"", headers.pop("content-encoding", None), None
    if entry.refers_to is None:
        payload = _payload(record)
    elif holder is None:
        absent = "a revisit of a payload that the archive lacks"
    else:
        held = _record_at(holder.path, holder.place.offset)
        payload, coding = _payload(held), _headers(held).get("content-encoding")
    return Exchange(
        method=entry.method,
        url=entry.url,
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
        body=decoded(payload, coding),
        captured_at=entry.captured_at,
        digest=holder.digest if holder else entry.digest,
        file=entry.place.file,
        offset=entry.place.offset,
        absent=absent,
    )


def _record_at(path: Path, offset: int) -> ArcWarcRecord:
    """The record at an offset, with its body in memory."""
    if not path.is_file():
        raise ArchiveMissing(f"{path}: no such archive file; is it the archive that the record was written to?")
    with path.open("rb") as stream:
        stream.seek(offset)
        try:
            record = next(iter(ArchiveIterator(stream)))
            body = record.raw_stream.read()
            while more := record.raw_stream.read(65_536):
                body += more
        except (*_UNREADABLE, StopIteration) as error:
            raise ArchiveDamaged(f"{path}: no readable record at byte {offset}: {error!r}") from error
    record.raw_stream = io.BytesIO(body)
    return record


def _method_after(path: Path, entry: Entry) -> str:
    """The method that the request record next to a response tells."""
    with path.open("rb") as stream:
        stream.seek(entry.place.offset)
        try:
            beside = next(islice(ArchiveIterator(stream), 1, None))
        except (*_UNREADABLE, StopIteration):
            return "GET"
        ours = beside.rec_type == "request" and _header(beside, "WARC-Concurrent-To") == entry.record_id
        return beside.http_headers.protocol if ours else "GET"


def _payload(record: ArcWarcRecord) -> bytes:
    """The payload as it was sent: transfer coding undone, content coding kept."""
    stream = record.raw_stream
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    pieces = []
    while piece := stream.read(65_536):
        pieces.append(piece)
    return b"".join(pieces)


def _headers(record: ArcWarcRecord) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in record.http_headers.headers:
        joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    return joined


def _header(record: ArcWarcRecord, name: str) -> str:
    value: str | None = record.rec_headers.get_header(name)
    return value or ""


def _response_record(
    warc: WARCWriter,
    address: str,
    date: str,
    status: int,
    headers: list[tuple[str, str]],
    payload: bytes,
    known: CaptureRef | None,
) -> ArcWarcRecord:
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
            warc_headers_dict={"WARC-Date": date, "WARC-Payload-Digest": digest},
        )
    record = warc.create_revisit_record(
        address,
        known.payload_digest,
        known.url,
        _warc_date(known.captured_at),
        http_headers=http,
        warc_headers_dict={"WARC-Date": date},
    )
    if status == 304:
        record.rec_headers.replace_header("WARC-Profile", _UNMODIFIED)
    return record


def _warc_date(captured_at: str) -> str:
    moment = datetime.fromisoformat(captured_at).astimezone(UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _from_warc(date: str) -> str:
    return instant(datetime.fromisoformat(date))


def _path(address: str) -> str:
    found = re.match(r"https?://[^/?]*(.*)", address)
    return (found[1] if found else address) or "/"

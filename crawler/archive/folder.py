"""The archive of responses: WARC files (ISO 28500), written before anything is parsed and read back in order of capture.

A process writes one file of its own, record by record in gzip, so that (file, offset) finds a record again. Nobody
outside this module opens an archive file.

    ArchiveError
    ├── ArchiveMissing   there is no such file
    └── ArchiveDamaged   something in it cannot be read; raised only after everything readable was handed out
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from crawler.archive.exchange import Exchange, decoded, payload_digest
from crawler.archive.warc import (
    UNREADABLE,
    finish,
    from_warc,
    header_of,
    headers_of,
    instant,
    payload_of,
    request_record,
    response_record,
    strip_keys,
    warc_date,
)
from crawler.contract.errors import CrawlerError
from crawler.contract.items import CaptureRef

_ADOPTED = "adopted-"


class ArchiveError(CrawlerError):
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
        found = entry_at(self.folder / Path(file).name, offset)
        return load(found, index(self.files()) if found.refers_to else Index((), ()))

    def digest(self, files: Iterable[str]) -> str:
        """SHA-256 over the bytes of files of this archive; empty where none is named. Raises ArchiveMissing."""
        digests = sorted(file_digest(self.folder / Path(name).name) for name in files)
        return hashlib.sha256(",".join(digests).encode()).hexdigest() if digests else ""

    def adopt(self, path: Path) -> Path:
        """A copy of a stranger's archive file in this folder, named by its digest; a file of this folder stays as it is."""
        if path.resolve().parent == self.folder.resolve() and path.is_file():
            return path
        copy = self.folder / f"{_ADOPTED}{file_digest(path)[:16]}{'.warc.gz' if path.suffix == '.gz' else '.warc'}"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            _copy_whole(path, copy)
        return copy


def _copy_whole(path: Path, copy: Path) -> None:
    """Copy a file so that under its new name there is all of it or nothing."""
    part = copy.with_name(f".{copy.name}.{os.getpid()}")
    try:
        shutil.copyfile(path, part)
        part.replace(copy)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(copy)) from None


def file_digest(path: Path) -> str:
    """SHA-256 of an archive file's bytes; raises ArchiveMissing."""
    if not path.is_file():
        raise ArchiveMissing(f"{path}: no such archive file; name an existing .warc or .warc.gz")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def misnamed(path: Path) -> bool:
    """Whether an adopted file no longer holds the bytes that its name tells."""
    name = path.name
    return name.startswith(_ADOPTED) and not file_digest(path).startswith(name.removeprefix(_ADOPTED).partition(".")[0])


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
        address, date = strip_keys(url), warc_date(captured_at)
        response = response_record(warc, address, date, status, list(headers), payload, known)
        request = request_record(warc, method, address, date, request_headers, response)
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


def entry_at(path: Path, offset: int) -> Entry:
    """The entry of the one record at an offset, whatever stands before it; raises ArchiveDamaged."""
    record = _record_at(path, offset)
    if not _is_answer(record):
        raise ArchiveDamaged(f"{path}: the record at byte {offset} is no response")
    found = _entry(record, path, offset)
    return replace(found, method=_method_after(path, found))


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
                found = _entry(record, path, records.offset) if _is_answer(record) else None
                finish(record)
                whole += 1
                if found is not None:
                    entries.append(found)
                elif record.rec_type == "request":
                    methods[header_of(record, "WARC-Concurrent-To")] = record.http_headers.protocol or "GET"
        except UNREADABLE as error:
            what = " ".join(str(error).split())[:200] or type(error).__name__
            damage.append(f"{path}: after {whole} whole records, at byte {records.offset}: {what}. {_remedy(what)}")
        else:
            if not whole:
                damage.append(f"{path}: holds no record. Fetch the file again")
    return [replace(entry, method=methods.get(entry.record_id, "GET")) for entry in entries]


def _is_answer(record: ArcWarcRecord) -> bool:
    return record.rec_type in ("response", "revisit") and record.http_headers is not None


def _remedy(what: str) -> str:
    if "non-chunked" in what:
        return "Run `warcio recompress OLD NEW` and use NEW"
    return "What stands before is used; fetch the file again for the rest"


def _entry(record: ArcWarcRecord, path: Path, offset: int) -> Entry:
    captured = instant(datetime.fromisoformat(header_of(record, "WARC-Date")))
    url = strip_keys(header_of(record, "WARC-Target-URI"))
    revisit = record.rec_type == "revisit"
    digest = header_of(record, "WARC-Payload-Digest") if revisit else payload_digest(payload_of(record))
    refers = (strip_keys(header_of(record, "WARC-Refers-To-Target-URI") or url), header_of(record, "WARC-Refers-To-Date"))
    place = Place(path.name, offset)
    return Entry(place, path, header_of(record, "WARC-Record-ID"), "GET", url, captured, digest, refers if revisit else None)


def _holder(entry: Entry, entries: Iterable[Entry]) -> Entry | None:
    """The entry whose payload a revisit refers to, by digest, else by address and instant."""
    if entry.refers_to is None:
        return entry
    full = [other for other in entries if other.refers_to is None]
    same = [other for other in full if other.digest == entry.digest]
    address, date = entry.refers_to
    named = [other for other in full if date and other.url == address and other.captured_at == from_warc(date)]
    return next(iter(same + named), None)


def _exchange(record: ArcWarcRecord, entry: Entry, holder: Entry | None) -> Exchange:
    headers = headers_of(record)
    payload, coding, absent = b"", headers.pop("content-encoding", None), None
    if entry.refers_to is None:
        payload = payload_of(record)
    elif holder is None:
        absent = "a revisit of a payload that the archive lacks"
    else:
        held = _record_at(holder.path, holder.place.offset)
        payload, coding = payload_of(held), headers_of(held).get("content-encoding")
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
        except (*UNREADABLE, StopIteration) as error:
            raise ArchiveDamaged(f"{path}: no readable record at byte {offset}: {error!r}") from error
    record.raw_stream = io.BytesIO(body)
    return record


def _method_after(path: Path, entry: Entry) -> str:
    """The method that the request record next to a response tells."""
    with path.open("rb") as stream:
        stream.seek(entry.place.offset)
        try:
            beside = next(islice(ArchiveIterator(stream), 1, None))
            finish(beside)
        except (*UNREADABLE, StopIteration):
            return "GET"
        ours = beside.rec_type == "request" and header_of(beside, "WARC-Concurrent-To") == entry.record_id
        return beside.http_headers.protocol if ours else "GET"

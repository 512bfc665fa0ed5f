"""What archive files hold, without the bodies: one pass finds every response and revisit, its request and its place."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from crawler.archive.errors import ArchiveDamaged, ArchiveMissing
from crawler.archive.exchange import request_digest
from crawler.archive.redaction import strip_keys
from crawler.archive.warc import (
    UNREADABLE,
    digest_of,
    finish,
    from_warc,
    header_of,
    instant,
    request_body_of,
    status_of,
    unmodified,
    whole_of,
)
from crawler.contract.items import RequestKey
from crawler.contract.patterns import pattern


class Place(NamedTuple):
    """Where a record stands: file name within the archive and byte offset."""

    file: str
    offset: int


class Asked(NamedTuple):
    """A request record: method, digest of its body, and its offset where it has one."""

    method: str = "GET"
    digest: str = ""
    offset: int | None = None


GET = Asked()
EXACT = pattern("sha256:[0-9a-f]{64}")
"""A digest as this program writes it. Strangers use other algorithms and spellings."""


@dataclass(frozen=True)
class Entry:
    """What the index knows of one response or revisit without holding its body.

    `refers_to` are the names of a revisit's payload, the surest first; None for a response, which holds its own. `declared` is
    the digest that a stranger's record states in its own way.
    """

    place: Place
    path: Path
    record_id: str
    url: str
    captured_at: str
    digest: str
    refers_to: tuple[str, ...] | None
    declared: str = ""
    asked: Asked = GET

    @property
    def method(self) -> str:
        """The method of its request."""
        return self.asked.method

    @property
    def key(self) -> RequestKey:
        """What tells its request apart."""
        return RequestKey(self.asked.method, self.url, self.asked.digest)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The names of the payload of a response, each with the instant since when it is found by it: empty for a digest."""
        stated = ((self.declared, ""),) if self.declared else ()
        return (
            *((self.digest, ""), *stated, (f"{self.url} {self.captured_at}", self.captured_at)),
            (_address(self.place.file, self.url), self.captured_at),
        )


class LeftOut(NamedTuple):
    """A whole record that is no answer, because its own fields make no sense; the others of its file are read all the same."""

    url: str
    reason: str


@dataclass
class Scan:
    """What one pass over a file found, where it could not go on, what it left out, and the offset behind the last whole record."""

    entries: list[Entry] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    end: int = 0


class Index:
    """Entries in capture order, what could not be read or was left out, and every payload by its names. A revisit has the digest of its payload."""

    def __init__(self, entries: Iterable[Entry], damage: Iterable[str], left_out: Iterable[LeftOut] = ()) -> None:
        ordered = sorted(entries, key=lambda entry: (datetime.fromisoformat(entry.captured_at), entry.place))
        self._payloads: dict[str, list[tuple[str, Entry]]] = {}
        for entry in ordered:
            for name, since in entry.names if entry.refers_to is None else ():
                known = self._payloads.setdefault(name, [])
                if since or not known:
                    known.append((since, entry))
        self.entries = tuple(self._resolved(entry) for entry in ordered)
        self.damage, self.left_out = tuple(damage), tuple(left_out)

    def holder(self, entry: Entry) -> Entry | None:
        """The entry that holds the payload of an entry."""
        if entry.refers_to is None:
            return entry
        for name in entry.refers_to:
            for since, found in reversed(self._payloads.get(name, ())):
                if since <= entry.captured_at:
                    return found
        return None

    def _resolved(self, entry: Entry) -> Entry:
        holder = self.holder(entry)
        return replace(entry, digest=holder.digest) if holder else entry


def index(paths: Iterable[Path]) -> Index:
    """One pass over archive files; raises ArchiveMissing."""
    found = Scan()
    for path in paths:
        one = scan(path)
        found.entries += one.entries
        found.damage += one.damage
        found.left_out += one.left_out
    return Index(found.entries, found.damage, found.left_out)


def scan(path: Path, start: int = 0) -> Scan:
    """Entries of one file from an offset on, with what its request records say; ends at the first thing that cannot be read."""
    if not path.is_file():
        raise ArchiveMissing(f"{path}: no such archive file; name an existing .warc or .warc.gz")
    found, requests, whole = Scan(end=start), dict[str, Asked](), 0
    with path.open("rb") as stream:
        stream.seek(start)
        records = ArchiveIterator(stream)
        try:
            for record in records:
                found.end = records.offset
                _take(record, path, records.offset, found, requests)
                finish(record)
                whole += 1
            found.end = path.stat().st_size if whole else start
        except UNREADABLE as error:
            what = " ".join(str(error).split())[:200] or type(error).__name__
            found.damage.append(f"{path}: after {whole} whole records, at byte {records.offset}: {what}. {_remedy(what)}")
            found.entries = [entry for entry in found.entries if entry.place.offset < records.offset]
        else:
            if not whole and not start:
                found.damage.append(f"{path}: holds no record. Fetch the file again")
    found.entries = [replace(entry, asked=requests.get(entry.record_id, entry.asked)) for entry in found.entries]
    return found


def _take(record: ArcWarcRecord, path: Path, offset: int, found: Scan, requests: dict[str, Asked]) -> None:
    """Note a record, or that it is left out because its own fields make no sense."""
    if record.rec_type == "request" and record.http_headers is not None:
        requests[header_of(record, "WARC-Concurrent-To")] = _asked(record, offset)
    elif is_answer(record):
        try:
            status_of(record), instant(datetime.fromisoformat(header_of(record, "WARC-Date")))
            entry = entry_of(record, path, offset)
        except (ValueError, OverflowError) as error:
            reason = f"{path}: the record at byte {offset} is left out: {error}"
            found.left_out.append(LeftOut(strip_keys(header_of(record, "WARC-Target-URI")), reason))
        else:
            found.entries.append(entry)


def require_answer(path: Path) -> None:
    """Raises ArchiveDamaged for a file of which not one answer can be read, whatever its name; reads no further than the first."""
    whole = 0
    with path.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                answers = is_answer(record)
                finish(record)
                if answers:
                    return
                whole += 1
        except UNREADABLE as error:
            what = " ".join(str(error).split())[:200] or type(error).__name__
            raise ArchiveDamaged(f"{path} is no archive: after {whole} whole records: {what}. Fetch the file again") from error
    raise ArchiveDamaged(f"{path} is no archive: none of its {whole} records is an answer. Name a file that holds responses")


def is_answer(record: ArcWarcRecord) -> bool:
    """Whether a record tells of an answer: a response by HTTP, or a revisit."""
    return record.rec_type == "revisit" or (record.rec_type == "response" and record.http_headers is not None)


def _remedy(what: str) -> str:
    if "non-chunked" in what:
        return "Run `warcio recompress OLD NEW` and use NEW"
    return "What stands before is used; fetch the file again for the rest"


def _asked(record: ArcWarcRecord, offset: int) -> Asked:
    """What a whole request record tells; of a cut one even the method may be half."""
    digest = request_digest(request_body_of(record))
    finish(record)
    return Asked(record.http_headers.protocol or "GET", digest, offset if digest else None)


def entry_of(record: ArcWarcRecord, path: Path, offset: int) -> Entry:
    """The entry of a response or revisit record; its request stands elsewhere."""
    revisit, declared = record.rec_type == "revisit", header_of(record, "WARC-Payload-Digest")
    url = strip_keys(header_of(record, "WARC-Target-URI"))
    return Entry(
        place=Place(path.name, offset),
        path=path,
        record_id=header_of(record, "WARC-Record-ID"),
        url=url,
        captured_at=instant(datetime.fromisoformat(header_of(record, "WARC-Date"))),
        digest=declared if revisit else digest_of(record),
        refers_to=tuple(_references(record, path.name, url, declared)) if revisit else None,
        declared="" if revisit or EXACT.fullmatch(declared) else declared,
    )


def _references(record: ArcWarcRecord, file: str, url: str, declared: str) -> Iterator[str]:
    if declared:
        yield declared
    if EXACT.fullmatch(declared):
        return  # another payload would not be this one
    if date := header_of(record, "WARC-Refers-To-Date"):
        yield f"{strip_keys(header_of(record, 'WARC-Refers-To-Target-URI') or url)} {from_warc(date)}"
    if unmodified(record):
        yield _address(file, url)


def _address(file: str, url: str) -> str:
    return f"{file} {url}"


def entry_at(path: Path, offset: int) -> Entry:
    """The entry of the one record at an offset, whatever stands before it; raises ArchiveDamaged, ArchiveMissing."""
    record = record_at(path, offset)
    if not is_answer(record):
        raise ArchiveDamaged(f"{path}: the record at byte {offset} is no response")
    found = entry_of(record, path, offset)
    return replace(found, asked=_asked_after(path, found))


def record_at(path: Path, offset: int) -> ArcWarcRecord:
    """The record at an offset, with its body in memory."""
    if not path.is_file():
        raise ArchiveMissing(f"{path}: no such archive file; is it the archive that the record was written to?")
    with path.open("rb") as stream:
        stream.seek(offset)
        try:
            record = next(iter(ArchiveIterator(stream)))
            body = whole_of(record)
        except (*UNREADABLE, StopIteration) as error:
            raise ArchiveDamaged(f"{path}: no readable record at byte {offset}: {error!r}") from error
    record.raw_stream = io.BytesIO(body)
    return record


def _asked_after(path: Path, entry: Entry) -> Asked:
    """What the request record next to a response tells."""
    with path.open("rb") as stream:
        stream.seek(entry.place.offset)
        records = ArchiveIterator(stream)
        try:
            beside = next(islice(records, 1, None))
            ours = beside.rec_type == "request" and header_of(beside, "WARC-Concurrent-To") == entry.record_id
            return _asked(beside, records.offset) if ours and beside.http_headers else GET
        except (*UNREADABLE, StopIteration):
            return GET

"""Writes what a run saw: the run and its verdict, fetches, captures, documents and observations. It believes nothing.

Replays of the same input by the same parsers are one run: asked again, nothing is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from crawler.contract.fetches import Fetch
from crawler.contract.items import CaptureRef, DocumentItem, DocumentKind, EventItem, Item
from crawler.contract.report import RunReport
from crawler.fetching.memory import Remembered
from tracker.domain.dates import parse_instant
from tracker.domain.vocabulary import RootKind, RunStage
from tracker.errors import Refused
from tracker.store.integrity import sealing
from tracker.store.mapping import statements
from tracker.store.mapping.rows import Values, plain
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.schema.columns import instant_text
from tracker.store.writer import Writer

PRINTED_ONCE = frozenset(
    {DocumentKind.PROPOSED_RULE, DocumentKind.FINAL_RULE, DocumentKind.EMERGENCY_RULE, DocumentKind.NOTICE, DocumentKind.ORDER}
)
"""Papers of a gazette: each is published on one day."""


class LostCapture(Refused):
    """An item names a capture that no archive holds: nothing is taken in without the bytes that it was read from."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A run as written: its number, whether it was there before, and how many documents and new versions it saw."""

    run: int
    known: bool
    documents: int
    versions: int


def known_run(connection: Connection, report: RunReport, mode: str, given: str) -> int | None:
    """The run that took in the same input before; of our own crawler, the run that began at the same instant."""
    table = e.crawl_run
    same = and_(table.c.source == report.source, table.c.mode == mode, table.c.input == given)
    if mode == "live":
        same = and_(same, table.c.started_at == parse_instant(report.started_at))
    elif not given:
        return None
    return connection.scalar(select(table.c.id).where(same))


def take_in(writer: Writer, report: RunReport, mode: str, given: str, fetches: Sequence[Fetch], items: Sequence[Item]) -> TakenIn:
    """Write one source's run. `given` names its input: of a replay the archives, parsers and terms, of a live run the archive's bytes.

    Raises LostCapture where an item was read from bytes that are not archived.
    """
    if (held := known_run(writer.connection, report, mode, given)) is not None:
        return TakenIn(held, True, 0, 0)
    at_end = writer.at(parse_instant(report.finished_at))
    with sealing.root(at_end, RootKind.RUN) as root:
        run = _run(at_end, report, mode, given)
        root.name = str(run)
        return _seen(at_end, run, report, fetches, items)


def _seen(writer: Writer, run: int, report: RunReport, fetches: Sequence[Fetch], items: Sequence[Item]) -> TakenIn:
    """Write what a run saw, and its seal last."""
    captures = _captures(writer, fetches)
    _fetches(writer.connection, run, fetches, captures, parse_instant(report.started_at))
    documents = [item for item in items if isinstance(item, DocumentItem)]
    versions = _documents(writer, run, documents, captures)
    _events(writer, [item for item in items if isinstance(item, EventItem)], captures)
    sealing.alter(writer, e.crawl_run, e.crawl_run.c.id == run, {"seal": run_seal(writer.connection, run)})
    return TakenIn(run, False, len({(item.identifier, item.language, item.kind) for item in documents}), versions)


def _run(writer: Writer, report: RunReport, mode: str, given: str) -> int:
    values: Values = {
        "source": report.source,
        "mode": mode,
        "input": given,
        "started_at": parse_instant(report.started_at),
        "finished_at": writer.now,
        "verdict": report.verdict.value,
        "reason": "; ".join(report.reasons),
        "seen": report.seen,
        "outcomes": json.dumps(dict(report.outcomes), sort_keys=True),
    }
    (made,) = sealing.add(writer, e.crawl_run, [values])
    return int(made.id)


def _captures(writer: Writer, fetches: Iterable[Fetch]) -> dict[CaptureRef, int]:
    """The row of every archived capture of the run, written where it is new."""
    seen = {fetch.capture: fetch for fetch in fetches if fetch.capture is not None and fetch.warc_file}
    found = _held_captures(writer.connection, seen)
    new = [
        {
            "method": ref.method,
            "url": ref.url,
            "request_digest": ref.request_digest,
            "captured_at": parse_instant(ref.captured_at),
            "payload_digest": ref.payload_digest,
            "http_status": fetch.status,
            "warc_file": fetch.warc_file,
            "warc_offset": fetch.warc_offset,
        }
        for ref, fetch in sorted(seen.items(), key=lambda pair: _identity(pair[0]))  # two runs do not wait for each other
        if ref not in found
    ]
    numbers = {_named(row): row.id for row in sealing.add_missing(writer, e.capture, new)}
    found |= {ref: numbers[named] for ref in seen if (named := _identity(ref)) in numbers}
    return found | _held_captures(writer.connection, seen.keys() - found.keys())


def _held_captures(connection: Connection, wanted: Iterable[CaptureRef]) -> dict[CaptureRef, int]:
    table = e.capture
    by_identity = {_identity(ref): ref for ref in wanted}
    found = {}
    for chunk in statements.chunks({ref.payload_digest for ref in by_identity.values()}):
        for row in connection.execute(select(table).where(table.c.payload_digest.in_(chunk))):
            ref = by_identity.get(_named(row))
            if ref is not None:
                found[ref] = row.id
    return found


def _identity(ref: CaptureRef) -> tuple[str, str, str, datetime, str]:
    return ref.method, ref.url, ref.request_digest, parse_instant(ref.captured_at), ref.payload_digest


def _named(row: Any) -> tuple[str, str, str, datetime, str]:
    return row.method, row.url, row.request_digest, row.captured_at, row.payload_digest


def _fetches(
    connection: Connection, run: int, fetches: Sequence[Fetch], captures: Mapping[CaptureRef, int], started: datetime
) -> None:
    new = [
        {
            "run": run,
            "method": fetch.method,
            "url": fetch.url,
            "request_digest": fetch.request_digest,
            "outcome": fetch.outcome.value if fetch.outcome else "",
            "http_status": fetch.status,
            "reason": fetch.reason or "",
            "requested_at": parse_instant(fetch.capture.captured_at) if fetch.capture else started,
            "capture": captures.get(fetch.capture) if fetch.capture else None,
        }
        for fetch in fetches
    ]
    if new:
        connection.execute(insert(e.fetch), new)


def _documents(writer: Writer, run: int, items: Sequence[DocumentItem], captures: dict[CaptureRef, int]) -> int:
    """Documents, their versions and who saw them; returns how many versions are new."""
    lacking = {ref for item in items for ref in item.captures if ref not in captures}
    captures |= _held_captures(writer.connection, lacking)
    new = 0
    seen: set[tuple[int, int]] = set()
    for item in items:
        ref = _archived(item, captures)
        version, fresh = _version(writer, _document(writer, item), item, ref, captures[ref])
        new += fresh
        if (version, captures[ref]) not in seen:
            seen.add((version, captures[ref]))
            values = {"run": run, "document_version": version, "capture": captures[ref]}
            writer.connection.execute(insert(e.observation).values(**values))
    return new


def _archived(item: DocumentItem | EventItem, captures: Mapping[CaptureRef, int]) -> CaptureRef:
    """The last archived response that an item was made of."""
    for ref in reversed(item.captures):
        if ref in captures:
            return ref
    raise LostCapture(f"an item of {item.source} ({item.official_url}) names no archived response; its run is not believed")


def _document(writer: Writer, item: DocumentItem) -> int:
    table = e.document
    said = {"jurisdiction": item.jurisdiction, "title": item.title, "official_url": item.official_url}
    named = {"source": item.source, "identifier": item.identifier, "language": item.language, "kind": item.kind.value}
    held = _held_document(writer.connection, named)
    if held is not None and _another_paper(writer.connection, held.id, item):
        named["identifier"] = f"{item.identifier} ({item.dates['published']})"
        held = _held_document(writer.connection, named)
    if held is None:
        (held,) = sealing.add(writer, table, [named | said])
    return int(held.id)


def _held_document(connection: Connection, named: Values) -> Any | None:
    table = e.document
    return connection.execute(select(table).where(*(table.c[name] == value for name, value in named.items()))).first()


def _another_paper(connection: Connection, document: int, item: DocumentItem) -> bool:
    """Whether a gazette gave a number twice: what is printed once is not published on two days."""
    if item.kind not in PRINTED_ONCE or "published" not in item.dates:
        return False
    table = e.document_version
    first = connection.scalar(select(table.c.dates).where(table.c.document == document).order_by(table.c.id).limit(1))
    return first is not None and json.loads(first).get("published", item.dates["published"]) != item.dates["published"]


def _version(writer: Writer, document: int, item: DocumentItem, ref: CaptureRef, capture: int) -> tuple[int, bool]:
    plain = item.to_dict()
    body = plain.pop("text")
    del plain["captures"]
    told = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    digest = content_digest(told, body)
    table = e.document_version
    held = writer.connection.scalar(select(table.c.id).where(table.c.document == document, table.c.content_digest == digest))
    if held is not None:
        return held, False
    values = {
        "document": document,
        "capture": capture,
        "captured_at": parse_instant(ref.captured_at),
        "content_digest": digest,
        "body": body,
        "item": told,
    }
    (made,) = sealing.add(writer, table, [values | said_apart(plain)])
    return int(made.id), True


def content_digest(told: str, body: str) -> str:
    """The digest of a document's version: the item as JSON without its text, and the text."""
    return "sha256:" + hashlib.sha256(f"{told}\n{body}".encode()).hexdigest()


def said_apart(item: Mapping[str, Any]) -> Values:
    """What of an item, given as JSON, stands in columns of its own besides."""
    return {"stage": str(item.get("stage") or ""), "dates": json.dumps(item.get("dates"), sort_keys=True)}


def _events(writer: Writer, items: Sequence[EventItem], captures: Mapping[CaptureRef, int]) -> None:
    table = t.event
    for item in sorted(items, key=lambda item: (item.jurisdiction, item.kind, item.on, item.title)):
        named = {
            "jurisdiction": item.jurisdiction,
            "kind": item.kind.value,
            "happens_on": date.fromisoformat(item.on),
            "title": item.title,
        }
        if writer.connection.scalar(select(table.c.id).where(*(table.c[name] == value for name, value in named.items()))) is None:
            known = {
                "url": item.official_url,
                "source": item.source,
                "capture": captures[_archived(item, captures)],
                "recorded_at": writer.now,
            }
            sealing.add_missing(writer, table, [named | known])


def run_seal(connection: Connection, run: int) -> str:
    """SHA-256 over a run's verdict and its sorted fetches and observations, by what they say and not by row numbers."""
    row = connection.execute(select(e.crawl_run).where(e.crawl_run.c.id == run)).one()
    times = [plain(instant) for instant in (row.started_at, row.finished_at)]
    said = [row.source, row.mode, row.input, *times, row.verdict, row.reason, row.outcomes, row.seen]
    fetches = select(e.fetch, e.capture.c.payload_digest).outerjoin(e.capture, e.capture.c.id == e.fetch.c.capture)
    fetched = [
        [
            *(found.method, found.url, found.outcome, found.http_status, found.reason),
            *(instant_text(found.requested_at), found.payload_digest),
            *filter(None, (found.request_digest,)),
        ]
        for found in connection.execute(fetches.where(e.fetch.c.run == run))
    ]
    seen = (
        select(e.document_version.c.content_digest, e.capture.c.payload_digest, e.capture.c.captured_at)
        .select_from(e.observation)
        .join(e.document_version, e.document_version.c.id == e.observation.c.document_version)
        .join(e.capture, e.capture.c.id == e.observation.c.capture)
        .where(e.observation.c.run == run)
    )
    observed = [
        [found.content_digest, found.payload_digest, instant_text(found.captured_at)] for found in connection.execute(seen)
    ]
    told = json.dumps([said, sorted(fetched, key=json.dumps), sorted(observed)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def accept(writer: Writer, run: int) -> None:
    """Note that the person who writes vouches for a run."""
    sealing.alter(writer, e.crawl_run, e.crawl_run.c.id == run, {"accepted_by": writer.actor, "accepted_at": writer.now})


def followed_up(connection: Connection, run: int) -> None:
    """Note that all is done that follows from a run."""
    table = e.crawl_run
    connection.execute(update(table).where(table.c.id == run).values(stage=RunStage.FOLLOWED_UP.value))


def remember(connection: Connection, run: int, entries: Iterable[Remembered]) -> None:
    """Commit the fetch memory of a believed live run; what a later run saw of an address stands."""
    table = e.fetch_memory
    told = {" ".join(filter(None, (entry.source, *entry.key))): entry for entry in entries}
    newer: set[str] = set()
    for chunk in statements.chunks(told):
        connection.execute(delete(table).where(table.c.key.in_(chunk), table.c.run <= run))
        newer.update(connection.scalars(select(table.c.key).where(table.c.key.in_(chunk))))
    rows = [
        {"key": key, "source": entry.source, "entry": json.dumps(entry.to_dict(), sort_keys=True), "run": run}
        for key, entry in told.items()
        if key not in newer
    ]
    if rows:
        connection.execute(insert(table), rows)

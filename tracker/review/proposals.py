"""From the documents of a believed run to proposals: what the coder read is kept for a person, who decides.

A proposal is known by its provision key and quote: decided once, it is not asked again; another quote asks anew. The one decisive
rule (DESIGN §4) needs a codified list of an official source that our own crawler captured, or whose replay a person accepted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from crawler.contract.items import DocumentItem
from tracker.codebook import Codebook, bill_key, instrument_key
from tracker.coder import Proposal, Reading, propose
from tracker.coder.lists import LIST_KINDS, ListDocument, entries
from tracker.domain.entries import Measure
from tracker.domain.vocabulary import DocumentKind
from tracker.history import runs
from tracker.store.integrity import sealing
from tracker.store.mapping.rows import Values
from tracker.store.schema import evidence_tables as e

CODER = "coder 1"


@dataclass(frozen=True, slots=True)
class Found:
    """One proposal with the document that it stands in, and the document of the act that made the rule (mostly the same).

    `row` is the row of the document's version.
    """

    proposal: Proposal
    item: DocumentItem
    row: Any
    instrument: str
    act: DocumentItem
    measure: Measure | None = None

    @property
    def pinpoint(self) -> str:
        return self.proposal.pinpoint or ""

    @property
    def key(self) -> str:
        parts = (self.item.jurisdiction, self.proposal.substance, self.proposal.conduct, self.instrument, self.pinpoint)
        return "|".join(parts)

    @property
    def quote_digest(self) -> str:
        return hashlib.sha256(" ".join(self.proposal.quote.split()).encode()).hexdigest()


def read(item: DocumentItem, codebook: Codebook, today: date) -> Reading:
    """What the coder reads in a document."""
    kind = item.kind.value
    return propose(item.text, codebook, jurisdiction=item.jurisdiction, kind=kind, language=item.language, today=today)


def in_document(row: Any, item: DocumentItem, reading: Reading, measure: Measure | None) -> list[Found]:
    """The proposals of a document that is no list."""
    if item.kind.value in LIST_KINDS:
        return []
    instrument = _instrument(item, measure)
    return [Found(said, item, row, instrument, item, measure) for said in (*reading.provisions, *reading.implied)]


def _instrument(item: DocumentItem, measure: Measure | None) -> str:
    if item.instrument:
        return instrument_key(item.jurisdiction, item.instrument)
    if measure is not None and measure.session not in ("rules", "cases", "council"):
        return bill_key(measure.jurisdiction, measure.session, measure.identifier)
    return instrument_key(item.jurisdiction, f"{item.identifier} {item.title}")


def in_lists(
    connection: Connection, seen: Sequence[tuple[Any, DocumentItem]], codebook: Codebook, *, trusted: bool
) -> list[Found]:
    """The entries of the codified lists and amending instruments among the documents that a run saw.

    An entry is the rule of the earliest captured instrument that put it into the list; instruments are taken from all believed
    runs, or, where the entries may decide, only from `trusted` ones. Codified lists come first, so that their entries decide; an instrument that lists the same again says nothing new.
    """
    lists = [(row, item) for row, item in seen if item.kind.value in LIST_KINDS]
    amending = {item.identifier: item for item in _amending(connection, {item.source for _, item in lists}, trusted)}
    found: dict[tuple[str, str], Found] = {}
    for row, item in sorted(lists, key=lambda pair: pair[1].kind is not DocumentKind.CODIFIED_LIST):
        known = [_list_document(other) for other in amending.values() if other.source == item.source]
        for entry in entries(_list_document(item, as_list=True), codebook, known):
            by = amending.get(entry.amended_by or "", item)
            key = instrument_key(by.jurisdiction, by.instrument or by.identifier)
            made = Found(_as_kept(entry.proposal, item), item, row, key, by)
            found.setdefault((made.key, made.quote_digest), made)
    return list(found.values())


def _as_kept(proposal: Proposal, item: DocumentItem) -> Proposal:
    """Only an entry of a codified list decides, and opens a period only with its amending instrument; the rest waits."""
    if item.kind is DocumentKind.CODIFIED_LIST and proposal.valid_from is not None:
        return proposal
    return Proposal(**(proposal.__dict__ | {"decisive": None}))


def _amending(connection: Connection, sources: Iterable[str], trusted: bool) -> list[DocumentItem]:
    version, document, run = e.document_version, e.document, e.crawl_run
    believed = runs.trusted() if trusted else runs.believed()
    query = (
        select(version)
        .join(document, document.c.id == version.c.document)
        .join(e.observation, e.observation.c.document_version == version.c.id)
        .join(run, run.c.id == e.observation.c.run)
        .where(document.c.source.in_(list(sources)), document.c.kind == DocumentKind.AMENDING_DECREE.value, believed)
        .distinct()
    )
    return [runs.read_item(row) for row in connection.execute(query)]


def _list_document(item: DocumentItem, as_list: bool = False) -> ListDocument:
    """A document as the list rule sees it, lists known by the keys of their instruments.

    `as_list` shows an amending instrument as the list that it rewrites.
    """
    dates = {key: date.fromisoformat(value) for key, value in item.dates.items()}
    amends = tuple(instrument_key(item.jurisdiction, named) for named in item.amends)
    identifier = item.identifier
    if item.kind is DocumentKind.CODIFIED_LIST and item.instrument:
        identifier = instrument_key(item.jurisdiction, item.instrument)
    if as_list and amends:
        identifier = amends[0]
    return ListDocument(
        item.jurisdiction,
        DocumentKind.CODIFIED_LIST.value if as_list else item.kind.value,
        item.text,
        identifier,
        item.language,
        dates.get("in_force"),
        dates.get("consolidated_to"),
        amends,
    )


def keep(connection: Connection, run: int, found: Sequence[Found], now: datetime, *, trusted: bool) -> list[int]:
    """Write the proposals that were never made before; returns their numbers.

    One that is still open moves to the better document that says the same: `trusted` before any other, then the newest.
    """
    table = e.review
    numbers = []
    for one in found:
        held = connection.execute(
            _held().where(table.c.provision_key == one.key, table.c.quote_digest == one.quote_digest)
        ).first()
        if held is None:
            asked = {"provision_key": one.key, "quote_digest": one.quote_digest, "state": "open", "proposed_at": now}
            (made,) = sealing.add(connection, table, [_values(one, run) | asked], now)
            numbers.append(made.id)
        elif held.state == "open" and (trusted, one.row.captured_at) > (held.trusted, held.captured_at):
            sealing.alter(connection, table, table.c.id == held.id, _values(one, run), now)
    return numbers


def _held() -> Select[Any]:
    """Proposals with when their document was captured and whether their run may decide."""
    table, version = e.review, e.document_version
    return (
        select(table.c.id, table.c.state, version.c.captured_at, runs.trusted().label("trusted"))
        .join(version, version.c.id == table.c.document_version)
        .join(e.crawl_run, e.crawl_run.c.id == table.c.run)
    )


def _values(one: Found, run: int) -> Values:
    return {
        "run": run,
        "document_version": one.row.id,
        "capture": one.row.capture,
        "proposal": json.dumps(proposal_of(one), sort_keys=True, ensure_ascii=False),
        "decisive": one.proposal.decisive or "",
        "coder": CODER,
    }


def proposal_of(found: Found) -> Mapping[str, Any]:
    """What a person sees of a proposal, and what an acceptance writes."""
    item, act = found.item, found.act
    return found.proposal.to_dict() | {
        "jurisdiction": item.jurisdiction,
        "instrument": found.instrument,
        "pinpoint": found.pinpoint,
        "document": item.identifier,
        "document_kind": item.kind.value,
        "stage": item.stage.value if item.stage else "",
        "official_url": item.official_url,
        "source": item.source,
        "measure": [found.measure.session, found.measure.identifier] if found.measure else None,
        "act": {
            "identifier": act.identifier,
            "kind": act.kind.value,
            "title": act.title,
            "official_url": act.official_url,
            "dates": dict(act.dates),
        },
    }


def decidable(connection: Connection) -> Sequence[Any]:
    """The open proposals of official sources that a decisive rule may decide, with source and captured address, a document after another."""
    table, source = e.review, e.source
    query = (
        select(
            *(table.c[name] for name in ("document_version", "id", "provision_key", "quote_digest", "proposal")),
            *(source.c.key.label("source"), e.capture.c.url),
        )
        .join(e.document_version, e.document_version.c.id == table.c.document_version)
        .join(e.document, e.document.c.id == e.document_version.c.document)
        .join(source, source.c.key == e.document.c.source)
        .join(e.capture, e.capture.c.id == table.c.capture)
        .where(table.c.state == "open", table.c.decisive != "", source.c.official)
    )
    return connection.execute(query.order_by(table.c.document_version, table.c.id)).all()

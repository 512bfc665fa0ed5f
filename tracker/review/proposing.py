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

from sqlalchemy import Connection, insert, select

from crawler.items import DocumentItem
from tracker.codebook import bill_key, instrument_key
from tracker.coding import Proposal, Reading, load_subject, propose
from tracker.coding.lists import LIST_KINDS, ListDocument, entries
from tracker.domain.entries import Measure
from tracker.domain.vocabulary import DocumentKind
from tracker.intake.runs import read_item
from tracker.store import evidence_tables as e
from tracker.store.rows import Values

CODER = "coder 1"


@dataclass(frozen=True, slots=True)
class Found:
    """One proposal with the document that it stands in, and the document of the act that made the rule (mostly the same)."""

    proposal: Proposal
    item: DocumentItem
    version: int
    capture: int
    instrument: str
    act: DocumentItem

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


def read(item: DocumentItem, today: date) -> Reading:
    """What the coder reads in a document."""
    return propose(item.text, jurisdiction=item.jurisdiction, kind=item.kind.value, language=item.language, today=today)


def in_document(row: Any, item: DocumentItem, reading: Reading, measure: Measure | None) -> list[Found]:
    """The proposals of a document that is no list."""
    if item.kind.value in LIST_KINDS:
        return []
    instrument = _instrument(item, measure)
    return [Found(said, item, row.id, row.capture, instrument, item) for said in reading.provisions]


def _instrument(item: DocumentItem, measure: Measure | None) -> str:
    if item.instrument:
        return instrument_key(item.jurisdiction, item.instrument)
    if measure is not None and measure.session not in ("rules", "cases", "council"):
        return bill_key(measure.jurisdiction, measure.session, measure.identifier)
    return instrument_key(item.jurisdiction, f"{item.identifier} {item.title}")


def in_lists(connection: Connection, seen: Sequence[tuple[Any, DocumentItem]]) -> list[Found]:
    """The entries of the codified lists and amending instruments among the documents that a run saw.

    An entry is the rule of the earliest captured instrument that put it into the list; instruments are taken from all believed
    runs. Codified lists come first, so that their entries decide; an instrument that lists the same again says nothing new.
    """
    subject = load_subject()
    lists = [(row, item) for row, item in seen if item.kind.value in LIST_KINDS]
    amending = {item.identifier: item for item in _amending(connection, {item.source for _, item in lists})}
    found: dict[tuple[str, str], Found] = {}
    for row, item in sorted(lists, key=lambda pair: pair[1].kind is not DocumentKind.CODIFIED_LIST):
        known = [_list_document(other) for other in amending.values() if other.source == item.source]
        for entry in entries(_list_document(item, as_list=True), subject, known):
            by = amending.get(entry.amended_by or "", item)
            key = instrument_key(by.jurisdiction, by.instrument or by.identifier)
            made = Found(_as_kept(entry.proposal, item), item, row.id, row.capture, key, by)
            found.setdefault((made.key, made.quote_digest), made)
    return list(found.values())


def _as_kept(proposal: Proposal, item: DocumentItem) -> Proposal:
    """Only an entry of a codified list decides, and opens a period only with its amending instrument; the rest waits."""
    if item.kind is DocumentKind.CODIFIED_LIST and proposal.valid_from is not None:
        return proposal
    return Proposal(**(proposal.__dict__ | {"decisive": None}))


def _amending(connection: Connection, sources: Iterable[str]) -> list[DocumentItem]:
    version, document, run = e.document_version, e.document, e.crawl_run
    believed = (run.c.verdict == "healthy") | run.c.accepted_at.is_not(None)
    query = (
        select(version)
        .join(document, document.c.id == version.c.document)
        .join(e.observation, e.observation.c.document_version == version.c.id)
        .join(run, run.c.id == e.observation.c.run)
        .where(document.c.source.in_(list(sources)), document.c.kind == DocumentKind.AMENDING_DECREE.value, believed)
        .distinct()
    )
    return [read_item(row) for row in connection.execute(query)]


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


def keep(connection: Connection, run: int, found: Sequence[Found], now: datetime) -> list[int]:
    """Write the proposals that were never made before; returns their numbers."""
    table = e.review
    numbers = []
    for one in found:
        known = select(table.c.id).where(table.c.provision_key == one.key, table.c.quote_digest == one.quote_digest)
        if connection.scalar(known) is not None:
            continue
        values: Values = {
            "run": run,
            "document_version": one.version,
            "capture": one.capture,
            "provision_key": one.key,
            "quote_digest": one.quote_digest,
            "proposal": json.dumps(proposal_of(one), sort_keys=True, ensure_ascii=False),
            "decisive": one.proposal.decisive or "",
            "coder": CODER,
            "state": "open",
            "proposed_at": now,
        }
        key = connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        numbers.append(int(key[0]))
    return numbers


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
        "act": {
            "identifier": act.identifier,
            "kind": act.kind.value,
            "title": act.title,
            "official_url": act.official_url,
            "dates": dict(act.dates),
        },
    }

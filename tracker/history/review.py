"""The proposals that wait for a person, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from tracker.domain.proposals import Candidate
from tracker.errors import Refused
from tracker.history import runs
from tracker.store.mapping import proposals
from tracker.store.schema import evidence_tables as e


class UnknownProposal(Refused):
    """There is no proposal of this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A proposal and where its review stands. `state` is open, accepted, rejected or superseded.

    `decisive` names the rule that decided it, empty where a person must. `belief` is that of an acceptance.
    """

    id: int
    run: int | None
    document_version: int
    capture: int
    provision_key: str
    quote_digest: str
    proposal: Candidate
    decisive: str
    coder: str
    state: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    belief: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Review):
    """A review with its document and the archived response in which it stands."""

    document_title: str
    official_url: str
    source: str
    capture_url: str
    captured_at: datetime
    payload_digest: str
    warc_file: str
    warc_offset: int | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A proposal that was made before: its state, when its document was captured, and whether its run may decide."""

    id: int
    state: str
    captured_at: datetime
    trusted: bool


def listing(connection: Connection, state: str = "open") -> list[Review]:
    """The proposals in a state, oldest first; `all` lists every one."""
    query = select(e.review).order_by(e.review.c.id)
    rows = connection.execute(query if state == "all" else query.where(e.review.c.state == state))
    return [Review(**_fields(row._mapping)) for row in rows]


def show(connection: Connection, number: int) -> Sighting:
    """One proposal with its document and capture. Raises UnknownProposal."""
    row = connection.execute(_sightings().where(e.review.c.id == number)).first()
    if row is None:
        raise UnknownProposal(f"there is no proposal {number}", "no_proposal", proposal=number)
    return Sighting(**_fields(row._mapping))


def same(connection: Connection, candidate: Candidate) -> Earlier | None:
    """The proposal that was made before with the same provision key and quote."""
    table, version = e.review, e.document_version
    query = (
        select(table.c.id, table.c.state, version.c.captured_at, runs.trusted())
        .join(version, version.c.id == table.c.document_version)
        .join(e.crawl_run, e.crawl_run.c.id == table.c.run)
        .where(table.c.provision_key == candidate.provision_key, table.c.quote_digest == candidate.quote_digest)
    )
    row = connection.execute(query).first()
    return None if row is None else Earlier(*row)


def decidable(connection: Connection) -> list[Sighting]:
    """The open proposals of official sources that a decisive rule may decide, a document after another."""
    query = _sightings().where(e.review.c.state == "open", e.review.c.decisive != "", e.source.c.official)
    rows = connection.execute(query.order_by(e.review.c.document_version, e.review.c.id))
    return [Sighting(**_fields(row._mapping)) for row in rows]


def plain(review: Review) -> dict[str, Any]:
    """The fields by name, the proposal ready for JSON."""
    values = {field.name: getattr(review, field.name) for field in fields(review)}
    return values | {"proposal": proposals.plain(review.proposal)}


def _sightings() -> Select[Any]:
    table, version, document, capture = e.review, e.document_version, e.document, e.capture
    return (
        select(
            table,
            document.c.title.label("document_title"),
            document.c.official_url,
            document.c.source,
            capture.c.url.label("capture_url"),
            *(capture.c[name] for name in ("captured_at", "payload_digest", "warc_file", "warc_offset")),
        )
        .join(version, version.c.id == table.c.document_version)
        .join(document, document.c.id == version.c.document)
        .join(e.source, e.source.c.key == document.c.source)
        .join(capture, capture.c.id == table.c.capture)
    )


def _fields(row: RowMapping) -> dict[str, Any]:
    return {**row, "proposal": proposals.read(row["id"], row["proposal"])}

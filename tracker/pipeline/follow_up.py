"""What follows from a run that is believed: measures, proposals, what a decisive rule decides, and what became of the source.

Silence is no repeal: nothing here reads an absence. A transaction a document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from crawler import registry
from crawler.contract.items import DocumentItem
from crawler.contract.report import Verdict
from crawler.fetching.memory import Remembered
from crawler.parsing.matching import find
from tracker import review, settings
from tracker.codebook import Codebook, host_of
from tracker.domain.dates import civil_day
from tracker.domain.vocabulary import ChangeKind
from tracker.evidence import measures, runs
from tracker.review import proposals
from tracker.review.proposals import Found
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import reading, writing
from tracker.workspace import Workspace

_PASSAGE = 200  # characters of a changed passage that a change shows
_SOURCE_STATES = (ChangeKind.SOURCE_LOST.value, ChangeKind.SOURCE_RESTORED.value)


@dataclass(frozen=True, slots=True)
class Believed:
    """How many documents were read, measures told of, proposals made, and proposals decided by a rule."""

    documents: int = 0
    measures: int = 0
    proposals: int = 0
    decided: int = 0


def believe(workspace: Workspace, run: int, *, decisive: bool) -> Believed:
    """Code what a healthy or accepted run saw. `decisive` is false for a replay that no person accepted. Asked again, it adds nothing."""
    with reading(workspace.engine) as connection:
        seen = runs.observed_items(connection, run)
        successions = runs.successions(connection, run)
    for before, after, at in successions:
        with writing(workspace.engine) as connection:
            _amended(connection, workspace, before, after, at)
    told: set[tuple[str, str, str]] = set()
    numbers: list[int] = []
    for row, item in seen:
        with writing(workspace.engine) as connection:
            measure, made = _document(connection, workspace, run, row, item, decisive)
        told |= {measure} if measure else set()
        numbers += made
    with writing(workspace.engine) as connection:
        listed = proposals.in_lists(connection, seen, trusted=decisive)
        numbers += proposals.keep(connection, run, listed, settings.now(), trusted=decisive)
    decided = _decide(workspace, [one for one in listed if one.proposal.decisive]) if decisive else 0
    return Believed(len(seen), len(told), len(numbers), decided)


def _document(
    connection: Connection, workspace: Workspace, run: int, row: Any, item: DocumentItem, trusted: bool
) -> tuple[tuple[str, str, str] | None, list[int]]:
    now = settings.now()
    substances = sorted(
        {match.term.substance for match in find(f"{item.title}\n{item.text}", workspace.codebook.terms, item.language)}
    )
    if not substances:
        return None, []
    read = proposals.read(item, workspace.today)
    measure = measures.measure_of(item, workspace.codebook, substances)
    if measure is not None:
        measure = measures.with_reading(measure, read.measure.direction, read.measure.effective_on)
        measures.take(connection, measure, row.capture, now)
    found = proposals.in_document(row, item, read, measure)
    made = proposals.keep(connection, run, found, now, trusted=trusted)
    return (measure.jurisdiction, measure.session, measure.identifier) if measure else None, made


def _amended(connection: Connection, workspace: Workspace, before: int, after: int, at: datetime) -> None:
    """A change where the passages that name the subject differ from the version seen before; its day is that of the capture."""
    version = e.document_version
    rows = {row.id: row for row in connection.execute(select(version).where(version.c.id.in_((before, after))))}
    item = runs.read_item(rows[after])
    old, new = (_passages(rows[number].body, workspace.codebook, item.language) for number in (before, after))
    gone, come = [line for line in old if line not in new], [line for line in new if line not in old]
    if not gone and not come:
        return
    day = civil_day(at, workspace.policy.zone)
    said = {
        "kind": ChangeKind.DOCUMENT_AMENDED.value,
        "day": day,
        "day_latest": day,
        "before": "\n".join(gone)[:_PASSAGE],
        "after": "\n".join(come)[:_PASSAGE],
        "after_terms": f"{item.identifier}: {item.title}"[:_PASSAGE],
    }
    if not _told(connection, item.source, said):
        about = {"jurisdiction": item.jurisdiction, "source": item.source}
        measures.store_change(connection, settings.now(), about, said)


def _told(connection: Connection, source: str, said: Mapping[str, Any]) -> bool:
    """Whether a source's change with just these words is stored."""
    change, boundary = t.change, t.change_boundary
    query = select(boundary.c.id).join(change, change.c.id == boundary.c.change).where(change.c.source == source)
    same = (boundary.c[name] == value for name, value in said.items())
    return connection.scalar(query.where(*same).limit(1)) is not None


def _passages(text: str, codebook: Codebook, language: str) -> list[str]:
    """The lines that name the subject."""
    found: dict[str, None] = {}
    for match in find(text, codebook.terms, language):
        start = text.rfind("\n", 0, match.start) + 1
        end = text.find("\n", match.end)
        found[" ".join(text[start : end if end >= 0 else len(text)].split())] = None
    return list(found)


def _decide(workspace: Workspace, found: Sequence[Found]) -> int:
    """Let the decisive rule decide those of its proposals that are open, of official sources, a transaction a document.

    What was not captured at a host of the source, or links to a host of unknown type, waits for a person.
    """
    table, source = e.review, e.source
    keys = {(one.key, one.quote_digest) for one in found}
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
        .order_by(table.c.document_version, table.c.id)
    )
    with reading(workspace.engine) as connection:
        rows = [row for row in connection.execute(query) if (row.provision_key, row.quote_digest) in keys]
    rows = [row for row in rows if _vouched(workspace, row)]
    decided = 0
    for _, group in groupby(rows, key=lambda row: row.document_version):
        with writing(workspace.engine) as connection:
            decided += review.decide(connection, [row.id for row in group], workspace.policy, settings.now())
    return decided


def _vouched(workspace: Workspace, row: Any) -> bool:
    """Whether a proposal's text came from a host that its source declares, and its address can be cited."""
    facts = registry.sources().get(row.source)
    typed = host_of(json.loads(row.proposal)["official_url"]) in workspace.codebook.hosts
    return typed and facts is not None and facts.refusal(row.url) is None


def source_state(connection: Connection, source: str, run: int, now: datetime) -> None:
    """`source_lost` where a source that was healthy is not, once; `source_restored` at its next healthy run."""
    table = e.crawl_run
    row = connection.execute(select(table).where(table.c.id == run)).one()
    if row.verdict == Verdict.NO_NETWORK.value:
        return
    earlier = select(table.c.id).where(
        table.c.source == source, table.c.mode == "live", table.c.verdict == Verdict.HEALTHY.value, table.c.id < run
    )
    if connection.scalar(earlier.limit(1)) is None:
        return
    change, boundary = t.change, t.change_boundary
    told = (
        select(boundary.c.kind)
        .join(change, change.c.id == boundary.c.change)
        .where(change.c.source == source, boundary.c.kind.in_(_SOURCE_STATES))
        .order_by(change.c.id.desc())
    )
    lost = connection.scalar(told.limit(1)) == ChangeKind.SOURCE_LOST.value
    healthy = row.verdict == Verdict.HEALTHY.value
    if healthy is not lost:
        return
    kind, before = (ChangeKind.SOURCE_RESTORED, "lost") if healthy else (ChangeKind.SOURCE_LOST, "healthy")
    said = {"kind": kind.value, "before": before, "after": row.verdict, "after_terms": row.reason[:_PASSAGE]}
    place = connection.scalar(select(e.source.c.jurisdiction).where(e.source.c.key == source))
    measures.store_change(connection, now, {"source": source, "jurisdiction": place}, said)


def remember(connection: Connection, run: int, entries: Sequence[Remembered]) -> None:
    """Commit the fetch memory of a believed live run; what a later run saw of an address stands."""
    table = e.fetch_memory
    for entry in entries:
        key = f"{entry.source} {entry.method} {entry.url}"
        connection.execute(delete(table).where(table.c.key == key, table.c.run <= run))
        if connection.scalar(select(table.c.run).where(table.c.key == key)) is None:
            told = json.dumps(entry.to_dict(), sort_keys=True)
            connection.execute(insert(table).values(key=key, source=entry.source, entry=told, run=run))

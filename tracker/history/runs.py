"""Reads the runs of sources: which are believed, what each of them read, and what is remembered of a source's addresses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from crawler.contract.fields import InvalidItem
from crawler.contract.items import DocumentItem, DocumentKind, Outcome, item_from_dict
from crawler.contract.verdicts import STOPPED, UNREADABLE, Verdict, cut_off
from tracker.domain.proposals import Version
from tracker.domain.vocabulary import RunStage
from tracker.store.schema import evidence_tables as e

_BELIEVED = (Verdict.HEALTHY.value, Verdict.PARTIAL.value)
_SILENT = (Verdict.NO_NETWORK.value, Verdict.SKIPPED.value)
_ASKED_AGAIN = [outcome.value for outcome in (*UNREADABLE, Outcome.FAILED, Outcome.SOFT_ERROR, Outcome.RATE_LIMITED)]
"""How an address ended of which nothing is known; one that is gone is not asked again unless a list names it."""


def believed() -> ColumnElement[bool]:
    """Runs whose documents are coded: healthy, partial (of what they read), or accepted by a person."""
    return or_(e.crawl_run.c.verdict.in_(_BELIEVED), e.crawl_run.c.accepted_at.is_not(None))


def trusted() -> ColumnElement[bool]:
    """Runs that may decide and not only propose: of our own crawler, or accepted by a person."""
    live = and_(e.crawl_run.c.mode == "live", e.crawl_run.c.verdict.in_(_BELIEVED))
    return or_(live, e.crawl_run.c.accepted_at.is_not(None))


def run(connection: Connection, number: int) -> Any | None:
    """One run, with `believed` and `trusted`; None where there is none."""
    query = select(e.crawl_run, believed().label("believed"), trusted().label("trusted"))
    return connection.execute(query.where(e.crawl_run.c.id == number)).first()


def newest(connection: Connection, limit: int, *, verdict: str | None = None, source: str | None = None) -> Sequence[Any]:
    """The latest rows of `crawl_run`, newest first: at most `limit`, of one verdict or of one source where these are given."""
    table = e.crawl_run
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if verdict is not None:
        query = query.where(table.c.verdict == verdict)
    if source is not None:
        query = query.where(table.c.source == source)
    return connection.execute(query).all()


def fetches(connection: Connection, number: int) -> Sequence[Any]:
    """The rows of `fetch` of one run, in the order in which it asked."""
    return connection.execute(select(e.fetch).where(e.fetch.c.run == number).order_by(e.fetch.c.id)).all()


def half_way(connection: Connection) -> Sequence[Any]:
    """The believed runs that are taken in and not followed up, oldest first."""
    table = e.crawl_run
    query = select(table).where(table.c.stage == RunStage.TAKEN_IN.value, believed())
    return connection.execute(query.order_by(table.c.id)).all()


def stopped(run: Any) -> bool:
    """Whether a run was cut off because its process ended first: it then says nothing about its source."""
    return bool(run.reason.startswith(cut_off(STOPPED)))


def last_answered(connection: Connection) -> dict[str, datetime]:
    """When the last live run of each source began that met a network and was not stopped."""
    table = e.crawl_run
    answered = and_(
        table.c.mode == "live",
        table.c.verdict != Verdict.NO_NETWORK.value,
        ~table.c.reason.startswith(cut_off(STOPPED), autoescape=True),
    )
    query = select(table.c.source, table.c.started_at).where(answered).order_by(table.c.started_at)
    return {row.source: row.started_at for row in connection.execute(query)}


def exchanges(connection: Connection, number: int) -> Sequence[Any]:
    """The fetches of a run that were archived, with the place of each in the archive."""
    query = select(e.fetch, e.capture.c.warc_file, e.capture.c.warc_offset).join(e.capture, e.capture.c.id == e.fetch.c.capture)
    return connection.execute(query.where(e.fetch.c.run == number).order_by(e.fetch.c.id)).all()


def memory(connection: Connection, sources: Collection[str]) -> list[str]:
    """What is remembered of the addresses of sources, as JSON entries in order of keys."""
    table = e.fetch_memory
    return list(connection.scalars(select(table.c.entry).where(table.c.source.in_(sources)).order_by(table.c.key)))


def unobserved(connection: Connection, sources: Collection[str]) -> dict[str, list[str]]:
    """The addresses of which the last run of each source that met a network read nothing, in the order in which it asked.

    Of a partial run, or one that was cut off: the lists of a run that is held for other reasons name its addresses anew.
    """
    run, fetch = e.crawl_run, e.fetch
    asked = select(func.max(run.c.id)).where(run.c.mode == "live", run.c.verdict.not_in(_SILENT), run.c.source.in_(sources))
    left = or_(run.c.verdict == Verdict.PARTIAL.value, run.c.reason.startswith(cut_off(""), autoescape=True))
    query = select(run.c.source, fetch.c.url).join(run, run.c.id == fetch.c.run).where(run.c.id.in_(asked.group_by(run.c.source)))
    unread = query.where(left, fetch.c.method == "GET", fetch.c.outcome.in_(_ASKED_AGAIN)).order_by(fetch.c.id)
    by_source: dict[str, list[str]] = {}
    for row in connection.execute(unread):
        by_source.setdefault(row.source, []).append(row.url)
    return by_source


def observed_items(connection: Connection, number: int) -> list[tuple[Version, DocumentItem]]:
    """Each document version that a run saw, in the order in which it saw them last, with the item that was parsed from it."""
    version, sighting = e.document_version, e.observation
    last = (
        select(sighting.c.document_version, func.max(e.capture.c.captured_at).label("observed_at"))
        .join(e.capture, e.capture.c.id == sighting.c.capture)
        .where(sighting.c.run == number)
        .group_by(sighting.c.document_version)
        .subquery()
    )
    query = (
        select(version, last.c.observed_at, e.document.c.identifier)
        .join(last, last.c.document_version == version.c.id)
        .join(e.document, e.document.c.id == version.c.document)
    )
    rows = connection.execute(query.order_by(last.c.observed_at, version.c.id))
    named = ((Version(row.id, row.capture, row.captured_at, row.document, row.observed_at), _named(row)) for row in rows)
    return [(version, item) for version, item in named if item is not None]


def _named(row: Any) -> DocumentItem | None:
    """The item under the name of its document, which tells two papers of one number apart."""
    item = _item(row)
    if item is None:
        return None
    more = row.identifier.removeprefix(item.identifier)
    return replace(item, identifier=row.identifier, instrument=item.instrument and item.instrument + more) if more else item


def versions(connection: Connection, numbers: Iterable[int]) -> dict[int, Any]:
    """Document versions by number."""
    table = e.document_version
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(list(numbers))))}


def read_item(row: Any) -> DocumentItem:
    """The item of a row of `document_version`."""
    item = item_from_dict(json.loads(row.item) | {"text": row.body})
    assert isinstance(item, DocumentItem)
    return item


def _item(row: Any) -> DocumentItem | None:
    """The item of a row; None where an older release took in what no item may hold now, which is not coded any more."""
    try:
        return read_item(row)
    except InvalidItem:
        return None


def amending(connection: Connection, sources: Iterable[str], only_trusted: bool) -> list[DocumentItem]:
    """The instruments that amend a list, of these sources, which believed runs saw; or only those of runs that may decide."""
    version, document = e.document_version, e.document
    query = (
        select(version)
        .join(document, document.c.id == version.c.document)
        .join(e.observation, e.observation.c.document_version == version.c.id)
        .join(e.crawl_run, e.crawl_run.c.id == e.observation.c.run)
        .where(document.c.source.in_(list(sources)), document.c.kind == DocumentKind.AMENDING_DECREE.value)
        .where(trusted() if only_trusted else believed())
        .distinct()
    )
    return [read_item(row) for row in connection.execute(query)]


def successions(connection: Connection, number: int) -> list[tuple[int, int, datetime]]:
    """Where a believed run saw another version of a document than the sighting before it: both versions, and when it was captured.

    Two versions of one capture are two readings of it and no succession.
    """
    version, sighting = e.document_version, e.observation
    mine = select(version.c.document).join(sighting, sighting.c.document_version == version.c.id).where(sighting.c.run == number)
    query = (
        select(version.c.document, version.c.id, e.capture.c.captured_at, sighting.c.run)
        .join(sighting, sighting.c.document_version == version.c.id)
        .join(e.capture, e.capture.c.id == sighting.c.capture)
        .join(e.crawl_run, e.crawl_run.c.id == sighting.c.run)
        .where(version.c.document.in_(mine), believed())
        .order_by(version.c.document, e.capture.c.captured_at, version.c.id)
    )
    return [
        (before.id, after.id, after.captured_at)
        for before, after in pairwise(connection.execute(query))
        if after.run == number
        and (before.document == after.document and before.id != after.id and before.captured_at != after.captured_at)
    ]

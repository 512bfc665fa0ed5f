"""What was read against the record: documents, the quotes that stand in them, the runs that saw them, frozen editions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from tracker.evidence import runs
from tracker.store.mapping import statements
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.streams import streamed
from tracker.verify.problem import Problem, name_of


def documents(connection: Connection) -> Iterator[Problem]:
    """Every document version against the digest of what the parser read."""
    version, document = e.document_version, e.document
    named = (document.c.source, document.c.identifier, document.c.language)
    query = select(version, *named).join(document, document.c.id == version.c.document).order_by(version.c.id)
    for row in streamed(connection, query, at_once=10):
        apart = {"stage": row.stage, "dates": row.dates}
        same = runs.content_digest(row.item, row.body) == row.content_digest
        if not same or apart != runs.said_apart(_told(row.item)):
            what = f"document_version {row.id}, {row.source} {row.identifier} ({row.language})"
            yield Problem("document", what, "its text or facts are not those that were recorded")


def quotes(connection: Connection) -> tuple[int, list[Problem]]:
    """Every quote of a provision, open or closed, and of an open proposal, against the text in which it stands."""
    version = e.document_version

    @lru_cache(maxsize=16)
    def body(number: int) -> str:
        return connection.scalar(select(version.c.body).where(version.c.id == number)) or ""

    def shown(number: int, capture: int | None) -> bool:
        seen = e.observation.c
        query = select(seen.run).where(seen.document_version == number, seen.capture == capture)
        return connection.execute(query.limit(1)).first() is not None

    checked, problems = 0, []
    for what, quote, start, number, capture in _quoted(connection):
        checked += 1
        if start is None or body(number)[start : start + len(quote)] != quote:
            problems.append(Problem("quote", what, f"it does not stand at {start} in document_version {number}: {quote[:60]!r}"))
        elif not shown(number, capture):
            problems.append(Problem("quote", what, f"capture {capture} never showed document_version {number}"))
    return checked, problems


def _quoted(connection: Connection) -> Iterator[tuple[str, str, int | None, int, int | None]]:
    """What statements and open proposals say to stand in a document. A person may name a capture and no document, a program never does."""
    provision = t.provision
    identity = (provision.c.jurisdiction, provision.c.substance)
    for table in statements.TABLES.values():
        query, quoting = select(table), _quoting(table)
        if table is t.provision_version:
            query = select(table, *identity).join(provision, provision.c.id == table.c.provision)
            quoting = or_(quoting, table.c.document_version.is_not(None))
        for row in streamed(connection, query.where(quoting).order_by(table.c.id)):
            yield name_of(table.name, row), row.quote, row.quote_start, row.document_version, row.capture
    for row in streamed(connection, select(e.review).where(e.review.c.state == "open").order_by(e.review.c.id)):
        said = _told(row.proposal)
        quote, start = str(said.get("quote")), said.get("quote_start")
        what = f"review {row.id}, {row.provision_key}"
        yield what, quote, start if isinstance(start, int) else None, row.document_version, row.capture


def _quoting(table: Table) -> ColumnElement[bool]:
    places = (table.c[name].is_not(None) for name in ("document_version", "capture", "quote_start"))
    return and_(table.c.origin != "code", or_(*places))


def crawl_runs(connection: Connection, folder: Path) -> tuple[int, list[Problem]]:
    """Every run against its seal, and a live one against the archive files that it wrote."""
    count, problems = 0, list[Problem]()
    for row in streamed(connection, select(e.crawl_run).order_by(e.crawl_run.c.id)):
        count, what = count + 1, f"run {row.id} of {row.source}"
        if runs.run_seal(connection, row.id) != row.seal:
            problems.append(Problem("run", what, "its verdict, fetches or observations do not give its seal"))
        if row.mode == "live" and (detail := rewritten(connection, row, folder)):
            problems.append(Problem("archive", detail, f"the bytes are not those that {what} wrote"))
    for row in streamed(connection, _moved()):
        what = f"run {row.run} of {row.source}"
        problems.append(Problem("run", what, f"fetch {row.id} names a capture of another instant"))
    return count, problems


def _moved() -> Any:
    """Fetches that do not name the capture that they made; the seal of a run tells captures apart by their payload alone."""
    fetch, capture, run = e.fetch, e.capture, e.crawl_run
    joined = fetch.join(capture, capture.c.id == fetch.c.capture).outerjoin(run, run.c.id == fetch.c.run)
    query = select(fetch.c.id, fetch.c.run, run.c.source).select_from(joined)
    return query.where(fetch.c.requested_at != capture.c.captured_at).order_by(fetch.c.id)


def rewritten(connection: Connection, run: Any, folder: Path) -> str:
    """The archive files of a live run, where all are there and their bytes differ from what it sealed; else empty."""
    from crawler.archive.folder import Archive

    captures = e.capture.c.id == e.fetch.c.capture
    query = select(e.capture.c.warc_file).join(e.fetch, captures).where(e.fetch.c.run == run.id).distinct()
    files = sorted(connection.scalars(query))
    if not all((folder / name).is_file() for name in files) or Archive(folder).digest(files) == run.input:
        return ""
    return ", ".join(files)


def editions(connection: Connection, folder: Path) -> Iterator[Problem]:
    """Frozen editions whose files are gone or are not what was frozen, and those that know more of the record than there is.

    An edition names the seal of the last belief that it reports, so a record that lost its end is found by what it published.
    """
    known = connection.execute(select(t.report_edition).order_by(t.report_edition.c.name)).all()
    reported: dict[str, str] = {}
    for row in known:
        for name, digest in sorted(_told(row.files).items()):
            what, path = f"{row.name}, {name}", folder / "editions" / row.name / name
            content = path.read_bytes() if path.is_file() else None
            if content is None:
                yield Problem("edition", what, "the file is missing")
            elif hashlib.sha256(content).hexdigest() != str(digest).removeprefix("sha256:"):
                yield Problem("edition", what, "its bytes are not those that were frozen")
            elif path.suffix == ".json":
                reported[what] = str(_told(content).get("masthead", {}).get("record_seal"))
    sought = set(reported.values())
    held = {row.seal for row in streamed(connection, select(t.belief.c.seal)) if row.seal in sought}
    for what, seal in reported.items():
        if seal not in held:
            yield Problem("edition", what, "it reports a belief that the record no longer holds")
    there = {path.name for path in (folder / "editions").glob("*")}
    for name in sorted(there - {row.name for row in known}):
        detail = "the record knows no such edition: publishing it was broken off, or the end of the record is lost"
        yield Problem("edition", name, detail)


def _told(text: str | bytes) -> dict[str, Any]:
    """A JSON object; empty where somebody made it something else, which the seal of its row tells."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""The archive against the record: captures, the documents and quotes read from them, the runs that made them, frozen editions."""

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
from tracker.verify.problem import Problem, name_of


def captures(connection: Connection, folder: Path) -> tuple[int, list[Problem]]:
    """Every capture against the bytes at its place in the archive."""
    from crawler.archive.folder import misnamed
    from crawler.archive.index import Place, index

    held = connection.execute(select(e.capture).order_by(e.capture.c.id)).all()
    paths = {row.warc_file: folder / row.warc_file for row in held}
    there = {name: path for name, path in paths.items() if path.is_file()}
    problems = [Problem("archive", name, "the file is missing") for name in sorted(paths.keys() - there.keys())]
    problems += [
        Problem("archive", name, "its bytes are not those that its name tells") for name, path in there.items() if misnamed(path)
    ]
    known = index(there.values())
    torn = ((Path(damage.partition(": ")[0]).name, damage.partition(": ")[2]) for damage in known.damage)
    problems += [Problem("archive", name, detail) for name, detail in torn if not _came_so(connection, name, folder)]
    places = {entry.place: entry for entry in known.entries}
    payloads = {entry.digest for entry in known.entries if entry.refers_to is None}
    for row in held:
        if row.warc_file in there:
            at = row.warc_offset
            found = None if at is None else places.get(Place(row.warc_file, at)) or _alone(there[row.warc_file], at)
            if detail := _unlike(row, found, payloads):
                problems.append(Problem("capture", f"{row.warc_file} at byte {row.warc_offset}, {row.url}", detail))
    return len(held), problems


def _came_so(connection: Connection, name: str, folder: Path) -> bool:
    """Whether a file that ends half-way did so when its captures were recorded: a process was killed, or a stranger's file was cut."""
    from crawler.archive.folder import adopted, misnamed

    if adopted(name):
        return not misnamed(folder / name)
    run = e.crawl_run
    query = select(run).join(e.fetch, e.fetch.c.run == run.c.id).join(e.capture, e.capture.c.id == e.fetch.c.capture)
    runs_of = connection.execute(query.where(run.c.mode == "live", e.capture.c.warc_file == name).distinct()).all()
    return bool(runs_of) and not any(_rewritten(connection, one, folder) for one in runs_of)


def _alone(path: Path, offset: int) -> Any | None:
    """The entry of a record behind damage, which no pass over the file reaches; None where it cannot be read."""
    from crawler.archive.errors import ArchiveDamaged
    from crawler.archive.index import entry_at

    try:
        return entry_at(path, offset)
    except ArchiveDamaged:
        return None


def _unlike(row: Any, found: Any | None, payloads: set[str]) -> str:
    """How a capture and the record at its place differ; a revisit must name a payload that the archive holds."""
    if found is None:
        return "no response can be read there"
    if (*found.key, found.captured_at) != (row.method, row.url, row.request_digest, row.captured_at.isoformat()):
        return f"another response stands there: {found.method} {found.url} of {found.captured_at}"
    if found.digest != row.payload_digest:
        return f"the payload has the digest {found.digest}, recorded was {row.payload_digest}"
    if found.refers_to is not None and found.digest not in payloads:
        return "the archive no longer holds the payload that it revisits"
    return ""


def documents(connection: Connection) -> Iterator[Problem]:
    """Every document version against the digest of what the parser read."""
    version, document = e.document_version, e.document
    named = (document.c.source, document.c.identifier, document.c.language)
    query = select(version, *named).join(document, document.c.id == version.c.document).order_by(version.c.id)
    for row in connection.execute(query):
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

    shown = {(row.document_version, row.capture) for row in connection.execute(select(e.observation))}
    checked, problems = 0, []
    for what, quote, start, number, capture in _quoted(connection):
        checked += 1
        if start is None or body(number)[start : start + len(quote)] != quote:
            problems.append(Problem("quote", what, f"it does not stand at {start} in document_version {number}: {quote[:60]!r}"))
        elif (number, capture) not in shown:
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
        for row in connection.execute(query.where(quoting).order_by(table.c.id)):
            yield name_of(table.name, row), row.quote, row.quote_start, row.document_version, row.capture
    for row in connection.execute(select(e.review).where(e.review.c.state == "open").order_by(e.review.c.id)):
        said = _told(row.proposal)
        quote, start = str(said.get("quote")), said.get("quote_start")
        what = f"review {row.id}, {row.provision_key}"
        yield what, quote, start if isinstance(start, int) else None, row.document_version, row.capture


def _quoting(table: Table) -> ColumnElement[bool]:
    places = (table.c[name].is_not(None) for name in ("document_version", "capture", "quote_start"))
    return and_(table.c.origin != "code", or_(*places))


def crawl_runs(connection: Connection, folder: Path) -> tuple[int, list[Problem]]:
    """Every run against its seal, and a live one against the archive files that it wrote."""
    found = connection.execute(select(e.crawl_run).order_by(e.crawl_run.c.id)).all()
    problems = []
    for row in found:
        what = f"run {row.id} of {row.source}"
        if runs.run_seal(connection, row.id) != row.seal:
            problems.append(Problem("run", what, "its verdict, fetches or observations do not give its seal"))
        if row.mode == "live" and (detail := _rewritten(connection, row, folder)):
            problems.append(Problem("archive", detail, f"the bytes are not those that {what} wrote"))
    named = {row.id: row.source for row in found}
    for row in connection.execute(_moved()):
        what = f"run {row.run} of {named.get(row.run)}"
        problems.append(Problem("run", what, f"fetch {row.id} names a capture of another instant"))
    return len(found), problems


def _moved() -> Any:
    """Fetches that do not name the capture that they made; the seal of a run tells captures apart by their payload alone."""
    moved = e.fetch.c.requested_at != e.capture.c.captured_at
    query = select(e.fetch.c.id, e.fetch.c.run).join(e.capture, e.capture.c.id == e.fetch.c.capture)
    return query.where(moved).order_by(e.fetch.c.id)


def _rewritten(connection: Connection, run: Any, folder: Path) -> str:
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
    seals = set(connection.scalars(select(t.belief.c.seal)))
    known = connection.execute(select(t.report_edition).order_by(t.report_edition.c.name)).all()
    for row in known:
        for name, digest in sorted(_told(row.files).items()):
            path = folder / "editions" / row.name / name
            content = path.read_bytes() if path.is_file() else None
            if content is None:
                yield Problem("edition", f"{row.name}, {name}", "the file is missing")
            elif hashlib.sha256(content).hexdigest() != str(digest).removeprefix("sha256:"):
                yield Problem("edition", f"{row.name}, {name}", "its bytes are not those that were frozen")
            elif path.suffix == ".json" and _told(content).get("masthead", {}).get("record_seal") not in seals:
                yield Problem("edition", f"{row.name}, {name}", "it reports a belief that the record no longer holds")
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

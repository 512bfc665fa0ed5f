"""Checks that the record still is what was sealed: archived bytes, documents, quotes, rows, beliefs, runs and frozen editions.

Whatever was sealed is computed anew by the functions that sealed it. Nothing is mended here, and a difference is named, never
explained: `Problem.what` says which file or row, `Problem.detail` what differs. What a machine keeps for its own work (`lease`,
`job_run`, `fetch_memory`) is under no seal.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from tracker.domain.records import Ref
from tracker.intake import runs
from tracker.ledger import belief_seal
from tracker.program import Program
from tracker.store import evidence_tables as e
from tracker.store import rows, sealing, soundness, statements
from tracker.store import tables as t
from tracker.store.session import reading

_CLOSING = ("recorded_from", "belief"), ("recorded_to", "belief_closed")
_BITEMPORAL = {**statements.TABLES, "status": t.status_version}
_PERIODS = [
    t.status_version.c[name]
    for name in (
        "id",
        "jurisdiction",
        "substance",
        "valid_from",
        "valid_to",
        "recorded_from",
        "recorded_to",
        "belief",
        "belief_closed",
    )
]
_IDENTITY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was sealed. `kind`: archive, capture, document, quote, row, key, belief, run or edition."""

    kind: str
    what: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Verified:
    """How many captures, quotes, beliefs and runs were checked, and every problem."""

    captures: int
    quotes: int
    beliefs: int
    runs: int
    problems: tuple[Problem, ...]


def verify(program: Program) -> Verified:
    """Check the whole record and its archive; writes nothing."""
    with reading(program.engine) as connection:
        return examine(connection, program.settings.archive)


def examine(connection: Connection, archive: Path) -> Verified:
    """The same on an open connection. Where a value is malformed, no row can be trusted to be read, and only such values are told."""
    if malformed := [Problem("row", *told) for told in soundness.malformed(connection)]:
        return Verified(0, 0, 0, 0, tuple(malformed))
    loose = [Problem("key", *told) for told in (*soundness.dangling(connection), *soundness.gaps(connection))]
    unlike = [Problem("row", *told) for told in sealing.differences(connection)]
    captures, broken = _captures(connection, archive)
    quotes, unfound = _quotes(connection)
    beliefs, unsealed = _beliefs(connection)
    known, changed = _runs(connection, archive)
    frozen = _editions(connection, archive)
    problems = [*loose, *unlike, *broken, *_documents(connection), *unfound, *_rows(connection), *unsealed, *changed, *frozen]
    return Verified(captures, quotes, beliefs, known, tuple(problems))


def _captures(connection: Connection, folder: Path) -> tuple[int, list[Problem]]:
    """Every capture against the bytes at its place in the archive."""
    from crawler.archive import Place, index, misnamed

    held = connection.execute(select(e.capture).order_by(e.capture.c.id)).all()
    paths = {row.warc_file: folder / row.warc_file for row in held}
    there = {name: path for name, path in paths.items() if path.is_file()}
    problems = [Problem("archive", name, "the file is missing") for name in sorted(paths.keys() - there.keys())]
    problems += [
        Problem("archive", name, "its bytes are not those that its name tells") for name, path in there.items() if misnamed(path)
    ]
    known = index(there.values())
    problems += [Problem("archive", Path(damage.partition(": ")[0]).name, damage.partition(": ")[2]) for damage in known.damage]
    places = {entry.place: entry for entry in known.entries}
    payloads = {entry.digest for entry in known.entries if entry.refers_to is None}
    for row in held:
        if row.warc_file in there:
            at = row.warc_offset
            found = None if at is None else places.get(Place(row.warc_file, at)) or _alone(there[row.warc_file], at)
            if detail := _unlike(row, found, payloads):
                problems.append(Problem("capture", f"{row.warc_file} at byte {row.warc_offset}, {row.url}", detail))
    return len(held), problems


def _editions(connection: Connection, folder: Path) -> Iterator[Problem]:
    """The files of frozen editions that are gone or are not what was frozen."""
    for row in connection.execute(select(t.report_edition).order_by(t.report_edition.c.name)):
        for name, digest in sorted(_told(row.files).items()):
            path = folder / "editions" / row.name / name
            if not path.is_file():
                yield Problem("edition", f"{row.name}, {name}", "the file is missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != str(digest).removeprefix("sha256:"):
                yield Problem("edition", f"{row.name}, {name}", "its bytes are not those that were frozen")


def _told(text: str) -> dict[str, Any]:
    """A JSON object; empty where somebody made it something else, which the seal of its row tells."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _alone(path: Path, offset: int) -> Any | None:
    """The entry of a record behind damage, which no pass over the file reaches; None where it cannot be read."""
    from crawler.archive import ArchiveDamaged, entry_at

    try:
        return entry_at(path, offset)
    except ArchiveDamaged:
        return None


def _unlike(row: Any, found: Any | None, payloads: set[str]) -> str:
    """How a capture and the record at its place differ; a revisit must name a payload that the archive holds."""
    if found is None:
        return "no response can be read there"
    if (found.method, found.url, found.captured_at) != (row.method, row.url, row.captured_at.isoformat()):
        return f"another response stands there: {found.method} {found.url} of {found.captured_at}"
    if found.digest != row.payload_digest:
        return f"the payload has the digest {found.digest}, recorded was {row.payload_digest}"
    if found.refers_to is not None and found.digest not in payloads:
        return "the archive no longer holds the payload that it revisits"
    return ""


def _documents(connection: Connection) -> Iterator[Problem]:
    """Every document version against the digest of what the parser read."""
    version, document = e.document_version, e.document
    named = (document.c.source, document.c.identifier, document.c.language)
    query = select(version, *named).join(document, document.c.id == version.c.document).order_by(version.c.id)
    for row in connection.execute(query):
        apart = {"stage": row.stage, "dates": row.dates}
        same = runs.content_digest(row.item, row.body) == row.content_digest
        if not same or apart != runs.said_apart(runs.read_item(row)):
            what = f"document_version {row.id}, {row.source} {row.identifier} ({row.language})"
            yield Problem("document", what, "its text or facts are not those that were recorded")


def _quotes(connection: Connection) -> tuple[int, list[Problem]]:
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
            yield _name(table.name, row), row.quote, row.quote_start, row.document_version, row.capture
    for row in connection.execute(select(e.review).where(e.review.c.state == "open").order_by(e.review.c.id)):
        said = _told(row.proposal)
        quote, start = str(said.get("quote")), said.get("quote_start")
        what = f"review {row.id}, {row.provision_key}"
        yield what, quote, start if isinstance(start, int) else None, row.document_version, row.capture


def _quoting(table: Table) -> ColumnElement[bool]:
    places = (table.c[name].is_not(None) for name in ("document_version", "capture", "quote_start"))
    return and_(table.c.origin != "code", or_(*places))


def _name(table: str, row: Any) -> str:
    about = " ".join(getattr(row, name) for name in ("jurisdiction", "substance") if hasattr(row, name))
    return f"{table} {row.id}, {about}" if about else f"{table} {row.id}"


def _rows(connection: Connection) -> Iterator[Problem]:
    """Every statement, status row and change against its digest."""
    yield from _differing("assertion", connection.execute(select(t.assertion)), lambda row: rows.digest("assertion", row))
    yield from _differing("finding", connection.execute(select(t.finding)), lambda row: rows.digest("finding", row))
    yield from _differing("position", connection.execute(select(t.position)), lambda row: rows.digest("position", row))
    yield from _provisions(connection)
    digests = _digests(connection)
    yield from _relations(connection, digests)
    yield from _status_rows(connection, digests)
    yield from _changes(connection)


def _differing(table: str, found: Iterable[Any], digest: Callable[[Mapping[str, Any]], str]) -> Iterator[Problem]:
    for row in found:
        if digest(row._asdict()) != row.digest:
            yield Problem("row", _name(table, row), "what it says does not give its digest")


def _provisions(connection: Connection) -> Iterator[Problem]:
    limits: dict[int, list[Any]] = defaultdict(list)
    for limit in connection.execute(select(t.provision_limit).order_by(t.provision_limit.c.id)):
        limits[limit.provision_version].append(limit._asdict())
    identities = {row.id: row for row in connection.execute(select(t.provision))}
    versions = connection.execute(select(t.provision_version)).all()
    for number in sorted(identities.keys() - {row.provision for row in versions}):
        yield Problem("row", f"provision {number}", "it has no version: nothing was coded under it")
    for row in versions:
        key = identities.get(row.provision)
        if key is None:
            continue  # told as a key that points nowhere
        identity = [getattr(key, name) for name in _IDENTITY]
        if rows.provision_digest(row._asdict(), identity, limits[row.id]) != row.digest:
            what = f"provision_version {row.id}, {key.jurisdiction} {key.substance}"
            yield Problem("row", what, "what it says, its key or its limits do not give its digest")


def _digests(connection: Connection) -> dict[Ref, str]:
    """The digest that each statement bears."""
    return {
        Ref(kind, row.id): row.digest
        for kind, table in statements.TABLES.items()
        for row in connection.execute(select(table.c.id, table.c.digest))
    }


def _relations(connection: Connection, digests: Mapping[Ref, str]) -> Iterator[Problem]:
    for row in connection.execute(select(t.relation)):
        columns = ("target_provision", "target_assertion", "target_relation", "actor_provision")
        named = {
            column: Ref(column.partition("_")[2], found) for column in columns if (found := getattr(row, column)) is not None
        }
        actor = named.pop("actor_provision", None)
        target = " ".join(digests.get(ref, "") for ref in named.values())
        if rows.relation_digest(row._asdict(), target, digests.get(actor, "") if actor else "") != row.digest:
            told = ", ".join(f"{ref.kind} {ref.id}" for ref in named.values())
            yield Problem("row", f"relation {row.id} on {told}", "what it says or names does not give its digest")


def _status_rows(connection: Connection, digests: Mapping[Ref, str]) -> Iterator[Problem]:
    inputs: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(t.status_input)):
        inputs[row.status_version].append(digests.get(Ref(row.kind, row.ref), ""))
    found = connection.execute(select(t.status_version))
    yield from _differing("status_version", found, lambda row: rows.status_digest(row, inputs[row["id"]]))


def _changes(connection: Connection) -> Iterator[Problem]:
    boundaries: dict[int, list[Any]] = defaultdict(list)
    for boundary in connection.execute(select(t.change_boundary).order_by(t.change_boundary.c.id)):
        boundaries[boundary.change].append(boundary._asdict())
    status_rows = {row.id: row for row in connection.execute(select(*_PERIODS))}
    folds = _folds(status_rows.values())
    for row in connection.execute(select(t.change).order_by(t.change.c.id)):
        about = " ".join(str(word) for word in (row.jurisdiction, row.substance, row.source) if word)
        what = f"change {row.id}, {about}" + (f", measure {row.measure}" if row.measure else "")
        if rows.change_digest(row._asdict(), boundaries[row.id]) != row.digest:
            yield Problem("row", what, "what it says or its boundaries do not give its digest")
        closed, opened = (folds[row.belief, row.jurisdiction, row.substance, way] for way in ("belief_closed", "belief"))
        if row.belief is not None and not (_same(row.closes, closed) and _same(row.opens, opened)):
            yield Problem("row", what, "it does not name the status rows that its belief closes and opens")
        for boundary in boundaries[row.id]:
            told = boundary["status_version"]
            known = told in status_rows and _covers(status_rows[told], row, boundary["day"] or date.min)
            if not (known if row.belief is not None else told is None):
                yield Problem("row", what, f"change_boundary {boundary['id']} does not name the status row that covers its day")


def _folds(status_rows: Iterable[Any]) -> dict[tuple[Any, ...], list[str]]:
    """The numbers of the status rows that each belief opens and closes, by key."""
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in status_rows:
        for way in ("belief", "belief_closed"):
            found[getattr(row, way), row.jurisdiction, row.substance, way].append(str(row.id))
    return found


def _covers(row: Any, change: Any, day: date) -> bool:
    """Whether a status row covers `day` in the record that the change made of its key."""
    held = row.recorded_from <= change.recorded_at and (row.recorded_to is None or change.recorded_at < row.recorded_to)
    valid = (row.valid_from or date.min) <= day and (row.valid_to is None or day < row.valid_to)
    return held and valid and (row.jurisdiction, row.substance) == (change.jurisdiction, change.substance)


def _same(text: str, numbers: Iterable[str]) -> bool:
    return sorted(statements.words(text)) == sorted(numbers)


def _beliefs(connection: Connection) -> tuple[int, list[Problem]]:
    """The chain of seals, and the instants at which rows were opened and closed."""
    beliefs = connection.execute(select(t.belief).order_by(t.belief.c.id)).all()
    instants: dict[int | None, Any] = {row.id: row.recorded_at for row in beliefs} | {None: None}
    opened: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    closed: dict[int, list[str]] = defaultdict(list)
    problems: list[Problem] = []
    for table in (*_BITEMPORAL.values(), t.change):
        latest, held = 0, dict[str, int]()
        for row in connection.execute(_clocks(table)):
            opened[row.belief][table.name].append(row)
            if table is not t.change:
                closed[row.belief_closed].append(row.digest)
                problems += _unlike_its_beliefs(table, row, instants)
                if row.recorded_to is None and held.setdefault(row.digest, row.id) != row.id:
                    problems.append(
                        Problem(
                            "row", f"{table.name} {row.id}", f"it says what row {held[row.digest]} says: nothing is held twice"
                        )
                    )
            if row.belief < latest:
                detail = f"it says that belief {row.belief} recorded it, but its number is of belief {latest} or later"
                problems.append(Problem("row", f"{table.name} {row.id}", detail))
            latest = max(latest, row.belief)
    before = ""
    for row in beliefs:
        said = {name: value for name, value in row._asdict().items() if name not in ("id", "seal")}
        own = opened[row.id]
        if belief_seal(said, before, [one.digest for found in own.values() for one in found], closed[row.id]) != row.seal:
            told = "; ".join(f"{name} {soundness.spans(one.id for one in found)}" for name, found in own.items())
            detail = f"its seal does not fit it, the seal before it, or the rows that it opened ({told}) and closed"
            problems.append(Problem("belief", f"belief {row.id} of {row.recorded_at.isoformat()}", detail))
        before = row.seal
    return len(beliefs), problems


def _unlike_its_beliefs(table: Table, row: Any, instants: Mapping[int | None, Any]) -> Iterator[Problem]:
    for instant, belief in _CLOSING:
        if getattr(row, instant) != instants.get(getattr(row, belief)):
            detail = f"{instant} is not the instant of its belief {getattr(row, belief)}"
            yield Problem("row", f"{table.name} {row.id}", detail)


def _clocks(table: Table) -> Any:
    """The clocks of the rows that a belief opened."""
    names = ("id", "digest", "recorded_from", "recorded_to", "belief", "belief_closed")
    columns = [table.c[name] for name in names if name in table.c]
    return select(*columns).where(table.c.belief.is_not(None)).order_by(table.c.id)


def _runs(connection: Connection, folder: Path) -> tuple[int, list[Problem]]:
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
    from crawler.archive import Archive

    captures = e.capture.c.id == e.fetch.c.capture
    query = select(e.capture.c.warc_file).join(e.fetch, captures).where(e.fetch.c.run == run.id).distinct()
    files = sorted(connection.scalars(query))
    if not all((folder / name).is_file() for name in files) or Archive(folder).digest(files) == run.input:
        return ""
    return ", ".join(files)

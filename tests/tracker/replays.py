"""Records and archives for tests of intake, belief and review: official answers from case folders and answers made here, as WARC files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text

from crawler import registry
from crawler.archive.folder import Archive
from crawler.contract.fetches import Fetch
from crawler.contract.items import CaptureRef, DocumentItem, DocumentKind, Item, Outcome
from crawler.contract.report import report
from tests.crawler import casefolder
from tests.databases import upgraded
from tracker.evidence import loading
from tracker.pipeline.replay import replay
from tracker.pipeline.summary import RunSummary
from tracker.pipeline.take_in import Crawled
from tracker.pipeline.unit import work
from tracker.store.mapping.rows import plain
from tracker.store.schema.columns import metadata
from tracker.store.session import reading, writing
from tracker.workspace import Workspace

NOW = "2026-11-25T12:00:00Z"
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>Verifying you are human</body></html>"

FINLAND = (
    "fi_finlex/gazette_2016_166_fi",
    "fi_finlex/consolidated_2014_1130",
    "fi_finlex/gazette_2024_550_fi",
    "fi_finlex/gazette_2024_550_sv",
)
"""The watched list with the decrees that put the plant into it and kept it there."""

Answer = tuple[str, bytes, str, int, Iterable[tuple[str, str]]]
"""Address, body, instant of capture, status and headers."""

LIST_URL = "https://data.finlex.fi/eli/sd/2014/1130/ajantasa"


def empty(data: Path, database_url: str = "") -> Workspace:
    """A record with its codebook and without the baseline."""
    workspace = upgraded(data, database_url)
    with writing(workspace.engine, datetime.fromisoformat(NOW)) as writer:
        loading.load_codebook(writer, workspace.codebook)
    return workspace


def answer(url: str, body: bytes, at: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """An answer made by hand, for `warc`."""
    return url, body, at, status, headers


def recorded(case: str, at: str | None = None, body: bytes | None = None) -> Answer:
    """The answer of a case folder, captured when it was or at `at`, with its own body or another."""
    _, exchange = casefolder.load(casefolder.CASES / case)
    headers = list(exchange.headers.items())
    return exchange.url, exchange.body if body is None else body, at or exchange.captured_at, exchange.status, headers


def warc(folder: Path, *answers: Any) -> Path:
    """An archive file of case folders (by name) and answers, in that order."""
    writer = Archive(folder).writer()
    for one in answers:
        url, body, at, status, headers = recorded(one) if isinstance(one, str) else one
        writer.write("GET", url, [], status, headers, body, at)
    writer.close()
    return writer.path


def replayed(workspace: Workspace, path: Path, *sources: str) -> list[RunSummary]:
    """Replay an archive in silence."""
    return replay(workspace, [path], sources or None, lambda _: None)


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with reading(engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table))) for table in metadata.sorted_tables
        }


def rows(engine: Engine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a query gives, with days and instants as the same text from either database."""
    with reading(engine) as connection:
        return [tuple(map(plain, row)) for row in connection.execute(text(query), values)]


def proposals(engine: Engine, state: str = "open") -> list[dict[str, Any]]:
    """The proposals in a state with their numbers, oldest first."""
    answers = rows(engine, "SELECT id, proposal FROM review WHERE state = :state ORDER BY id", state=state)
    return [json.loads(said) | {"id": number} for number, said in answers]


def document(url: str, body: str, at: str, **fields: Any) -> DocumentItem:
    """A document of Finland's source as a response of `at` showed it."""
    said = {
        "source": "fi_finlex",
        "jurisdiction": "FI",
        "identifier": "7/2026",
        "kind": DocumentKind.STATUTE,
        "title": "A decree",
        "official_url": url,
        "language": "fi",
    }
    return DocumentItem(**{**said, **fields}, text=body, captures=(capture(url, at),))


def capture(url: str, at: str) -> CaptureRef:
    """The identity of a response whose payload nobody looks at."""
    return CaptureRef("GET", url, at, "sha256:" + "0" * 64)


def fetched(source: str, url: str, at: str, file: str = "x.warc.gz") -> Fetch:
    """A good answer that stands in an archive file."""
    return Fetch(
        source=source,
        method="GET",
        url=url,
        outcome=Outcome.OK,
        first=True,
        status=200,
        capture=capture(url, at),
        warc_file=file,
        warc_offset=0,
    )


def live(workspace: Workspace, source: str, items: Sequence[Item], at: str) -> RunSummary:
    """A healthy run of our own crawler that saw these documents at `at`, and as many pages besides as its floor asks for."""
    facts = registry.sources()[source]
    fetches = [fetched(source, item.captures[-1].url, at) for item in items]
    fetches += [fetched(source, f"{facts.url}#{number}", at) for number in range(facts.floor)]
    run_report = report(facts, fetches, started_at=at, finished_at=at)
    return work(workspace, Crawled(run_report, "live", "", fetches, items))

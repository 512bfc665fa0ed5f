"""Runs the crawler, takes in what it saw, and lets coding and belief follow where a run is believed (DESIGN §5).

A live crawl is a subprocess of its own with a time limit; a replay goes through the same parsers in this process. Evidence is always
written; measures, proposals and belief only after a verdict of `healthy`, or when a person accepts the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from crawler import registry
from crawler.contract.items import Item, Outcome, item_from_dict
from crawler.contract.report import Fetch, RunReport, Verdict, fetch_from_dict, report, report_from_dict
from crawler.fetching.memory import proposed
from tracker import settings
from tracker.evidence import runs as intake_runs
from tracker.evidence.runs import LostCapture, TakenIn
from tracker.pipeline import follow_up
from tracker.pipeline.follow_up import Believed
from tracker.store.integrity import sealing
from tracker.store.schema import evidence_tables as e
from tracker.store.schema.columns import instant_text
from tracker.store.session import reading, writing
from tracker.workspace import Workspace

Progress = Callable[[str], None]
_GRACE = 150.0  # seconds after the crawler's own time limit in which it must have ended what it had begun
_CRAWLER = (sys.executable, "-P", "-m", "crawler.fetching.process")


class CrawlFailed(RuntimeError):
    """The crawl subprocess did not come to its end; nothing of it is believed."""


class UnknownRun(ValueError):
    """There is no such run, or nothing is left to accept in it."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One source's run as a person reads it. `run` is None where nothing was written; `known` marks a replay seen before."""

    source: str
    mode: str
    verdict: str
    reasons: tuple[str, ...]
    run: int | None = None
    known: bool = False
    fetches: Mapping[str, int] = field(default_factory=dict)
    documents: int = 0
    versions: int = 0
    measures: int = 0
    proposals: int = 0
    decided: int = 0
    unrouted: int = 0


def due_sources(connection: Connection, now: datetime) -> list[str]:
    """The crawled sources whose last live run with an answer lies longer ago than their cadence, in order of keys."""
    table = e.crawl_run
    answered = (table.c.mode == "live") & (table.c.verdict != Verdict.NO_NETWORK.value)
    last: dict[str, datetime] = {}
    for row in connection.execute(select(table.c.source, table.c.started_at).where(answered).order_by(table.c.started_at)):
        last[row.source] = row.started_at
    found = []
    for key, source in sorted(registry.sources().items()):
        if key not in last or last[key] + timedelta(hours=source.cadence_hours) <= now:
            found.append(key)
    return found


def crawl(workspace: Workspace, sources: Sequence[str] | None, due: bool, progress: Progress) -> list[RunSummary]:
    """Crawl `sources` (None: all), or of them those that are due, in one subprocess."""
    keys = list(registry.sources()) if sources is None else [registry.spider(key).name for key in sources]
    if due:
        with reading(workspace.engine) as connection:
            waiting = set(due_sources(connection, settings.now()))
        keys = [key for key in keys if key in waiting]
    if not keys:
        return []
    progress(f"asking {len(keys)} source{'s' if len(keys) > 1 else ''}: {', '.join(keys)}")
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        out = Path(folder)
        _subprocess(workspace, keys, out, progress)
        return _take_in(workspace, out)


def _subprocess(workspace: Workspace, keys: Sequence[str], out: Path, progress: Progress) -> None:
    """Crawl into the folder `found`. A crawl that must be stopped keeps the sources that had ended; raises CrawlFailed without any."""
    limit = workspace.settings.crawl_seconds
    longest = limit * max(registry.sources()[key].time_limits for key in keys)
    (out / "terms.json").write_text(json.dumps(_terms(workspace)), "utf-8")
    with reading(workspace.engine) as connection:
        lines = [row.entry for row in connection.execute(select(e.fetch_memory).order_by(e.fetch_memory.c.key))]
    (out / "memory.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    options = {
        "--sources": ",".join(keys),
        "--out": str(out / "found"),
        "--archive": str(workspace.settings.archive),
        "--time-limit": str(limit),
        "--memory": str(out / "memory.jsonl"),
        "--terms": str(out / "terms.json"),
    }
    if workspace.settings.contact:
        options["--contact"] = workspace.settings.contact
    words = [word for pair in options.items() for word in pair]
    with (out / "log").open("wb") as log:
        process = subprocess.Popen([*_CRAWLER, *words], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(longest + _GRACE)
        except subprocess.TimeoutExpired:
            progress(f"the crawl did not end within its limit and was stopped; see TRACKER_CRAWL_SECONDS (now {limit})")
        finally:
            _stop(process)
    if not (out / "found" / "report.json").exists():
        tail = (out / "log").read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise CrawlFailed(f"the crawl ended without a report (exit {process.returncode}): {' '.join(tail)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group, whatever of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _terms(workspace: Workspace) -> dict[str, list[str]]:
    """Search words by language, for the spiders."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in workspace.codebook.terms:
        for language in term.languages:
            found[language].append(term.text)
    return dict(found)


def _take_in(workspace: Workspace, out: Path) -> list[RunSummary]:
    from crawler.archive.folder import Archive

    told = json.loads((out / "found" / "report.json").read_text("utf-8"))
    archive = Archive(workspace.settings.archive)
    fetches: dict[str, list[Fetch]] = defaultdict(list)
    for line in _lines(out / "found" / "fetches.jsonl"):
        fetch = fetch_from_dict(line)
        fetches[fetch.source or ""].append(fetch)
    summaries = []
    for line in told["runs"]:
        run = report_from_dict(line)
        items = [item_from_dict(item) for item in _lines(out / "found" / f"{run.source}.jsonl")]
        given = archive.digest({fetch.warc_file for fetch in fetches[run.source] if fetch.warc_file})
        summaries.append(_write(workspace, run, "live", given, fetches[run.source], items))
    return summaries


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def replay(workspace: Workspace, paths: Sequence[Path], sources: Sequence[str] | None, progress: Progress) -> list[RunSummary]:
    """Feed archived responses through the parsers. The files are first copied into our archive."""
    from crawler.archive.folder import Archive, ArchiveDamaged
    from crawler.fetching.replay import replay as read_archive

    archive = Archive(workspace.settings.archive)
    adopted = [archive.adopt(path) for path in paths]
    given = _input(adopted, workspace)
    started = settings.now()
    fetches: dict[str | None, list[Fetch]] = defaultdict(list)
    items: dict[str | None, list[Item]] = defaultdict(list)
    damage = ""
    try:
        for fetch, found in read_archive(adopted, sources, _terms(workspace)):
            fetches[fetch.source].append(fetch)
            items[fetch.source].extend(found)
    except ArchiveDamaged as error:
        if not fetches:
            raise  # nothing of it can be read: there is no run to speak of
        damage = str(error)
        progress(f"the archive is damaged: {damage}")
    unrouted = len(fetches.pop(None, []))
    progress(f"{sum(map(len, fetches.values()))} exchanges read, {unrouted} of addresses that no source claims")
    summaries = []
    for key in sorted(key for key in fetches if key):
        run = report(
            registry.sources()[key],
            fetches[key],
            started_at=instant_text(started),
            finished_at=instant_text(settings.now()),
            unfinished=damage or None,
            replay=True,
        )
        summaries.append(_write(workspace, run, "replay", given, fetches[key], items[key]))
    if unrouted:
        summaries.append(RunSummary("", "replay", "unrouted", ("no route claims these addresses",), unrouted=unrouted))
    return summaries


def _input(paths: Sequence[Path], workspace: Workspace) -> str:
    """Names a replay: the bytes of the archives, the parsers and the terms."""
    from crawler.archive.folder import file_digest

    parsers = sorted(f"{source.key}/{source.parser_version}" for source in registry.sources().values())
    digests = sorted(file_digest(path) for path in paths)
    return hashlib.sha256(json.dumps([digests, parsers, _terms(workspace)], sort_keys=True).encode()).hexdigest()


def _write(
    workspace: Workspace, run: RunReport, mode: str, given: str, fetches: Sequence[Fetch], items: Sequence[Item]
) -> RunSummary:
    """Take in one source's run. Where it is believed, let coding and belief follow; what was fetched is remembered last."""
    run, taken = _evidence(workspace, run, mode, given, fetches, items)
    with writing(workspace.engine) as connection:
        if mode == "live":
            follow_up.source_state(connection, run.source, taken.run, settings.now())
        accepted = connection.scalar(select(e.crawl_run.c.accepted_at).where(e.crawl_run.c.id == taken.run)) is not None
    healthy, live = run.verdict is Verdict.HEALTHY, mode == "live"
    believed = follow_up.believe(workspace, taken.run, decisive=live or accepted) if healthy or accepted else Believed()
    if healthy and live:
        with writing(workspace.engine) as connection:
            follow_up.remember(connection, taken.run, proposed(fetches))
    return RunSummary(
        source=run.source,
        mode=mode,
        verdict=run.verdict.value,
        reasons=run.reasons,
        run=taken.run,
        known=taken.known,
        fetches=Counter(str(fetch.outcome) for fetch in fetches if fetch.outcome),
        documents=taken.documents,
        versions=taken.versions,
        measures=believed.measures,
        proposals=believed.proposals,
        decided=believed.decided,
    )


def _evidence(
    workspace: Workspace, run: RunReport, mode: str, given: str, fetches: Sequence[Fetch], items: Sequence[Item]
) -> tuple[RunReport, TakenIn]:
    """Write what a run saw. A run that lost what its items were read from has failed, and nothing but its fetches is kept."""
    try:
        with writing(workspace.engine) as connection:
            return run, intake_runs.take_in(connection, run, mode, given, fetches, items)
    except LostCapture as lost:
        failed = replace(run, verdict=Verdict.FAILED, reasons=(*run.reasons, str(lost)))
    with writing(workspace.engine) as connection:
        return failed, intake_runs.take_in(connection, failed, mode, given, fetches, ())


def accept_run(workspace: Workspace, run: int, person: str) -> RunSummary:
    """A person vouches for a held run or a replay: its documents are believed, and its codified lists may decide.

    What a live run fetched is remembered last, as of any believed run.
    """
    with writing(workspace.engine) as connection:
        row = connection.execute(select(e.crawl_run).where(e.crawl_run.c.id == run)).first()
        _may_accept(run, row, person)
        now = settings.now()
        sealing.alter(connection, e.crawl_run, e.crawl_run.c.id == run, {"accepted_by": person, "accepted_at": now}, now)
    assert row is not None
    believed = follow_up.believe(workspace, run, decisive=True)
    if row.mode == "live":
        with reading(workspace.engine) as connection:
            seen = proposed(_fetched(workspace, connection, run, row.source))
        with writing(workspace.engine) as connection:
            follow_up.remember(connection, run, seen)
    return RunSummary(
        row.source,
        row.mode,
        row.verdict,
        (f"accepted by {person}",),
        run=run,
        fetches=json.loads(row.outcomes),
        documents=believed.documents,
        measures=believed.measures,
        proposals=believed.proposals,
        decided=believed.decided,
    )


def _fetched(workspace: Workspace, connection: Connection, run: int, source: str) -> Iterator[Fetch]:
    """What a recorded run read, with the validators that its archived answers bear.

    With which parser it was read is not recorded, so the parse key names none: an unchanged answer is then parsed again from the archive.
    """
    from crawler.archive.folder import Archive, ArchiveError

    archive, fetch, capture = Archive(workspace.settings.archive), e.fetch, e.capture
    query = select(fetch, capture.c.warc_file, capture.c.warc_offset).join(capture, capture.c.id == fetch.c.capture)
    for row in connection.execute(query.where(fetch.c.run == run).order_by(fetch.c.id)).all():
        try:
            seen = archive.at(row.warc_file, row.warc_offset)
        except ArchiveError:
            continue  # what cannot be read again is asked for without condition
        yield Fetch(
            source=source,
            method=row.method,
            url=row.url,
            outcome=Outcome(row.outcome),
            capture=seen.capture,
            warc_file=seen.file,
            warc_offset=seen.offset,
            etag=seen.headers.get("etag"),
            last_modified=seen.headers.get("last-modified"),
            parse_key="",
        )


def _may_accept(run: int, row: Any, person: str) -> None:
    if row is None:
        raise UnknownRun(f"there is no run {run}; see: kratom-tracker runs list")
    if not person.strip():
        raise UnknownRun(f"run {run} needs the name of the person who vouches for it")
    if row.accepted_at is not None:
        raise UnknownRun(f"run {run} was accepted by {row.accepted_by} on {row.accepted_at:%Y-%m-%d}")
    if row.verdict == Verdict.NO_NETWORK.value:
        raise UnknownRun(f"run {run} met no network: there is nothing in it to accept")
    if row.mode == "live" and row.verdict == Verdict.HEALTHY.value:
        raise UnknownRun(f"run {run} was healthy and is believed: there is nothing left to accept in it")


def describe(run: RunSummary) -> str:
    """One line on a run."""
    if run.known and not run.proposals and not run.decided:
        return f"{run.source}: replayed before as run {run.run}; nothing changes"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(run.fetches.items()))
    why = f" ({'; '.join(run.reasons)})" if run.reasons else ""
    found = f"{run.documents} documents, {run.measures} measures, {run.proposals} proposals, {run.decided} decided"
    return f"{run.source}: {run.verdict}{why}; {counts or 'nothing fetched'}; {found}"


def told(summaries: Sequence[RunSummary]) -> Iterator[str]:
    """A line on each run; a network that is not there is said once."""
    for run in summaries:
        if not run.source:
            yield f"{run.unrouted} exchanges of addresses that no source claims"
        elif run.verdict != Verdict.NO_NETWORK:
            yield describe(run)
    if unreached := [run.source for run in summaries if run.verdict == Verdict.NO_NETWORK]:
        yield f"no network; not reached: {', '.join(unreached)}"

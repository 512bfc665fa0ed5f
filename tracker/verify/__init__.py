"""Checks that the record still is what was sealed: archived bytes, documents, quotes, rows, beliefs, runs and frozen editions.

Whatever was sealed is computed anew by the functions that sealed it, row by row: memory does not grow with the record. Nothing is mended
here, and a difference is named, never explained: `Problem.what` says which file or row, `Problem.detail` what differs. What a machine
keeps for its own work (`lease`, `job_run`, `fetch_memory`, the stage of a run) is under no seal. Views are under none either, but who reads
one that was altered reads something else than the record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from tracker.store.integrity import roots, soundness, viewing
from tracker.store.session import reading
from tracker.verify import archived, believed, captures
from tracker.verify.chain import chain
from tracker.verify.problem import Problem
from tracker.workspace import Workspace

__all__ = ["Problem", "Verified", "examine", "verify"]

_VIEW = "it is missing, or does not say what this program makes it say; db upgrade makes it anew"


@dataclass(frozen=True, slots=True)
class Verified:
    """How many captures, quotes, beliefs and runs were checked, and every problem."""

    captures: int
    quotes: int
    beliefs: int
    runs: int
    problems: tuple[Problem, ...]


def verify(workspace: Workspace) -> Verified:
    """Check the whole record and its archive; writes nothing."""
    with reading(workspace.engine) as connection:
        found = examine(connection, workspace.settings.archive)
    with workspace.engine.connect() as connection:  # PostgreSQL shows what a view should be by making it for a moment
        views = [Problem("view", name, _VIEW) for name in viewing.differing(connection)]
    return replace(found, problems=(*found.problems, *views))


def examine(connection: Connection, archive: Path) -> Verified:
    """The same on an open connection. Where a value is malformed, no row can be trusted to be read, and only such values are told."""
    if malformed := [Problem("row", *told) for told in soundness.malformed(connection)]:
        return Verified(0, 0, 0, 0, tuple(malformed))
    loose = [Problem("key", *told) for told in (*soundness.dangling(connection), *soundness.gaps(connection))]
    unlike = [Problem("row", *told) for told in roots.differences(connection)]
    broken = captures.check(connection, archive)
    quotes, unfound = archived.quotes(connection)
    beliefs, unsealed = chain(connection)
    known, changed = archived.crawl_runs(connection, archive)
    read = (*broken, *archived.documents(connection), *unfound)
    problems = [*loose, *unlike, *read, *believed.held(connection), *unsealed, *changed, *archived.editions(connection, archive)]
    return Verified(captures.count(connection), quotes, beliefs, known, tuple(problems))

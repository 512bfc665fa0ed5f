"""A person vouches for a held run or a replay: its documents are believed, and its codified lists may decide."""

from __future__ import annotations

import json
from typing import Any

from crawler.contract.verdicts import Verdict
from tracker.errors import Refused
from tracker.evidence import runs as evidence
from tracker.history import runs
from tracker.pipeline.answers import archived_answers
from tracker.pipeline.follow_up import follow_up
from tracker.pipeline.summary import RunSummary
from tracker.workspace import Workspace


class UnknownRun(Refused):
    """There is no such run, or nothing is left to accept in it."""


def accept_run(workspace: Workspace, number: int, person: str) -> RunSummary:
    """Note who vouches for a run, and follow it up. What a live run fetched is remembered last, as of any believed run."""
    with workspace.writing(person) as writer:
        row = runs.run(writer.connection, number)
        _may_accept(number, row, person)
        evidence.accept(writer, number)
    assert row is not None
    done = follow_up(workspace, number, archived_answers(workspace, row))
    return RunSummary(
        row.source,
        row.mode,
        row.verdict,
        (f"accepted by {person}",),
        run=number,
        fetches=json.loads(row.outcomes),
        documents=done.documents,
        measures=done.measures,
        proposals=done.proposals,
        decided=done.decided,
        left_out=done.left_out,
    )


def _may_accept(number: int, row: Any, person: str) -> None:
    if row is None:
        raise UnknownRun(f"there is no run {number}", "no_run", run=number)
    if not person.strip():
        raise UnknownRun(f"run {number} needs the name of the person who vouches for it", "no_person", run=number)
    if row.accepted_at is not None:
        day = f"{row.accepted_at:%Y-%m-%d}"
        raise UnknownRun(f"run {number} was accepted by {row.accepted_by} on {day}", "run_accepted", run=number)
    if row.verdict == Verdict.NO_NETWORK.value:
        raise UnknownRun(f"run {number} met no network", "run_met_no_network", run=number)
    if row.mode == "live" and row.verdict == Verdict.HEALTHY.value:
        raise UnknownRun(f"run {number} was healthy and is believed", "run_believed", run=number)

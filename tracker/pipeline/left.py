"""What earlier processes left half-way, and how the next one goes on from there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crawler import registry
from crawler.contract.verdicts import STOPPED
from tracker.history import runs
from tracker.pipeline import spool
from tracker.pipeline.answers import archived_answers
from tracker.pipeline.follow_up import follow_up
from tracker.pipeline.summary import Progress, RunSummary, describe
from tracker.pipeline.unit import apart, work_on
from tracker.store.session import reading
from tracker.workspace import Workspace


def go_on(workspace: Workspace, progress: Progress) -> None:
    """Work on what crawlers wrote and nobody took in, then on what was taken in and not followed up."""
    for here in spool.left(workspace.settings.spool):
        try:
            for key in here.sources():
                if key in registry.sources():
                    progress(f"left half-way: {describe(work_on(workspace, here, key, STOPPED))}")
        finally:
            here.close()
    with reading(workspace.engine) as connection:
        waiting = runs.half_way(connection)
    others = spool.sources(workspace.settings.spool)
    for run in waiting:
        if run.source not in others:
            done = apart(run.source, run.mode, partial(_coded, workspace, run))
            wrong = "; ".join((*done.reasons, *done.left_out))
            progress(
                f"left half-way: run {run.id} of {run.source}: {done.proposals} proposals, {done.decided} decided"
                + (f"; {wrong}" if wrong else "")
            )


def _coded(workspace: Workspace, run: Any) -> RunSummary:
    """Follow up a run that the record holds."""
    done = follow_up(workspace, run.id, archived_answers(workspace, run) if run.mode == "live" else ())
    summary = RunSummary(run.source, run.mode, run.verdict, (), run=run.id, left_out=done.left_out)
    return replace(summary, proposals=done.proposals, decided=done.decided)

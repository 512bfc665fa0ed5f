"""What earlier processes left half-way, and how the next one goes on from there."""

from __future__ import annotations

from crawler import registry
from crawler.contract.verdicts import STOPPED
from tracker.history import runs
from tracker.pipeline import spool
from tracker.pipeline.answers import archived_answers
from tracker.pipeline.follow_up import follow_up
from tracker.pipeline.summary import Progress, describe
from tracker.pipeline.unit import work_on
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
            done = follow_up(workspace, run.id, archived_answers(workspace, run) if run.mode == "live" else ())
            progress(f"left half-way: run {run.id} of {run.source}: {done.proposals} proposals, {done.decided} decided")

"""`schedule run|list`: the jobs that come by themselves."""

from __future__ import annotations

import typer

from tracker.cli.options import Data, Json, open_record, open_workspace
from tracker.cli.output import cell, log, show_json, show_table

app = typer.Typer(help="What runs by itself, and when.", no_args_is_help=True, rich_markup_mode=None)


@app.command("run")
def run_schedule(data: Data = None) -> None:
    """Lead the schedule until stopped. Crawl what is due, and write the weekly report on its Monday morning.

    One process leads at a time. A second one waits as long as a lease lasts and then gives up with exit status 1, unless the leader
    has gone. SIGTERM and Ctrl-C stop it cleanly: a running crawl is ended and its lease given back.

    \b
    Example:
      kratom-tracker schedule run --data data
    """
    from tracker import jobs

    with open_workspace(data, make=True) as workspace:
        jobs.lead(workspace, jobs.declared(workspace), log)


@app.command("list")
def list_schedule(data: Data = None, json: Json = False) -> None:
    """What runs next, what ran last and how it ended, and who leads.

    \b
    Examples:
      kratom-tracker schedule list
      kratom-tracker schedule list --json
    """
    from tracker import jobs

    with open_record(data) as record:
        plan = jobs.plan(record.connection, jobs.declared(record.workspace), record.now)
        leader = jobs.leader(record.connection, record.now)
    if json:
        show_json({"leader": leader, "jobs": plan})
        return
    columns = ("job", "next", "last tick", "outcome", "finished", "note")
    show_table(
        [
            (
                p["job"],
                *(p[n] for n in ("next", "last_tick", "outcome", "finished_at", "note")),
            )
            for p in plan
        ],
        columns,
    )
    print(
        f"led by {leader['holder']} until {cell(leader['until'])}"
        if leader
        else "nobody leads; start with: kratom-tracker schedule run"
    )

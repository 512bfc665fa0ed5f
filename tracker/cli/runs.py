"""`runs list|show|accept`: what became of the runs of the crawler, and a person's word for one."""

from __future__ import annotations

import json as encoded
from typing import Annotated, Any

import typer

from tracker.cli.crawl import show_summaries
from tracker.cli.options import LARGEST, Data, Json, open_record, open_workspace, typed
from tracker.cli.output import show_facts, show_json, show_table

_SHOWN = 200

app = typer.Typer(help="Runs of the crawler and their verdicts.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_runs(
    verdict: Annotated[
        str | None, typer.Option("--verdict", metavar="VERDICT", help="healthy, partial, held, failed, skipped or no_network.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """The latest runs, newest first.

    \b
    Examples:
      kratom-tracker runs list
      kratom-tracker runs list --verdict held --json
    """
    from crawler.contract.verdicts import Verdict
    from tracker.domain.vocabulary import term
    from tracker.history import runs

    wanted = term(Verdict, verdict) if verdict else None
    with open_record(data) as record:
        shown = [_run(row) for row in runs.newest(record.connection, _SHOWN, verdict=wanted)]
    if json:
        show_json(shown)
        return
    columns = ("id", "source", "mode", "started_at", "verdict", "seen", "accepted_by", "reason")
    show_table([[run[name] for name in columns] for run in shown], columns)


def _run(row: Any) -> dict[str, Any]:
    return dict(row._mapping) | {"outcomes": encoded.loads(row.outcomes or "{}")}


@app.command("show")
def show_run(
    number: Annotated[int, typer.Argument(metavar="RUN", max=LARGEST, help="Number of a run.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """One run with every exchange that did not come to a plain answer.

    \b
    Example:
      kratom-tracker runs show 7
    """
    from tracker.history import runs
    from tracker.pipeline.accept import UnknownRun

    with open_record(data) as record:
        row = runs.run(record.connection, number)
        if row is None:
            raise UnknownRun(f"there is no run {number}", "no_run", run=number)
        fetches = [dict(one._mapping) for one in runs.fetches(record.connection, number)]
    if json:
        show_json(_run(row) | {"fetches": fetches})
        return
    show_facts((name, value) for name, value in _run(row).items() if value)
    other = [one for one in fetches if one["outcome"] not in ("ok", "not_modified")]
    columns = ("outcome", "http_status", "url", "reason")
    show_table([[one[name] for name in columns] for one in other], columns, whole=True)


@app.command("accept")
def accept_run(
    number: Annotated[int, typer.Argument(metavar="RUN", max=LARGEST, help="Number of a held run or of a replay.")],
    person: Annotated[
        str, typer.Option("--by", callback=typed, metavar="NAME", help="The person who vouches for it; the record names them.")
    ],
    data: Data = None,
    json: Json = False,
) -> None:
    """Vouch for a held run or a replay, so that what it saw is believed.

    \b
    Example:
      kratom-tracker runs accept 7 --by "A. Reader"
    """
    from tracker.pipeline import accept

    with open_workspace(data) as workspace:
        show_summaries([accept.accept_run(workspace, number, person)], json)

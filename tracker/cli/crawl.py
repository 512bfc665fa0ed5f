"""`crawl` and `runs list|show|accept`: ask the sources, and judge what they answered."""

from __future__ import annotations

import dataclasses
import json as encoded
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Data, Json, asking, working
from tracker.cli.output import progress, show_facts, show_json, show_table
from tracker.cli.review import propose

if TYPE_CHECKING:
    from tracker.pipeline.summary import RunSummary

_SHOWN = 200

runs = typer.Typer(help="Runs of the crawler and their verdicts.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add the verbs that stand alone."""
    app.command()(crawl)
    app.command()(propose)


def crawl(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]…", help="Keys of sources; else all.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only those whose cadence says it is time.")] = False,
    replay: Annotated[
        list[Path] | None,
        typer.Option(
            "--replay", metavar="WARC", exists=True, readable=True, help="Parse archived responses; may be given again."
        ),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Ask sources, archive what they answer, and take in what is new; or replay archived answers without the network.

    Exit status 1 where a run is not healthy; a run that is held waits for: kratom-tracker runs accept.

    \b
    Examples:
      kratom-tracker crawl --due
      kratom-tracker crawl us_congress us_federal_register
      kratom-tracker crawl --replay answers.warc.gz
    """
    from tracker.pipeline import crawl as crawling
    from tracker.pipeline import replay as replaying

    if replay and due:
        raise typer.BadParameter("--due asks the sources, --replay an archive; give one of them")
    with working(data, make=True) as opened:
        if replay:
            summaries = replaying.replay(opened, replay, sources or None, progress)
        else:
            summaries = crawling.crawl(opened, sources or None, due, progress)
    show_summaries(summaries, json)
    if any(run.verdict not in ("healthy", "unrouted") for run in summaries):
        raise typer.Exit(1)


def show_summaries(summaries: Sequence[RunSummary], json: bool = False) -> None:
    """Print what became of each source that was asked."""
    from tracker.pipeline.summary import lines

    if json:
        show_json([dataclasses.asdict(run) for run in summaries])
        return
    for line in lines(summaries):
        print(line)
    if not summaries:
        print("no source is due")


@runs.command("list")
def list_runs(
    verdict: Annotated[
        str | None, typer.Option("--verdict", metavar="VERDICT", help="healthy, held, failed or no_network.")
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
    from tracker.history import runs as recorded

    if verdict not in (None, "healthy", "held", "failed", "no_network"):
        raise typer.BadParameter(f"{verdict!r} is no verdict; known: healthy, held, failed, no_network", param_hint="--verdict")
    with asking(data) as asked:
        found = [_run(row) for row in recorded.newest(asked.connection, _SHOWN, verdict=verdict)]
    if json:
        show_json(found)
        return
    columns = ("id", "source", "mode", "started_at", "verdict", "seen", "accepted_by", "reason")
    show_table([[run[name] for name in columns] for run in found], columns)


def _run(row: Any) -> dict[str, Any]:
    return dict(row._mapping) | {"outcomes": encoded.loads(row.outcomes or "{}")}


@runs.command("show")
def show_run(
    number: Annotated[int, typer.Argument(metavar="RUN", help="Number of a run.")], data: Data = None, json: Json = False
) -> None:
    """One run with every exchange that did not come to a plain answer.

    \b
    Example:
      kratom-tracker runs show 7
    """
    from tracker.history import runs as recorded
    from tracker.pipeline.accept import UnknownRun

    with asking(data) as asked:
        row = recorded.run(asked.connection, number)
        if row is None:
            raise UnknownRun(f"there is no run {number}; see: kratom-tracker runs list")
        fetches = [dict(one._mapping) for one in recorded.fetches(asked.connection, number)]
    if json:
        show_json(_run(row) | {"fetches": fetches})
        return
    show_facts((name, value) for name, value in _run(row).items() if value)
    other = [one for one in fetches if one["outcome"] not in ("ok", "not_modified")]
    columns = ("outcome", "http_status", "url", "reason")
    show_table([[one[name] for name in columns] for one in other], columns, whole=True)


@runs.command("accept")
def accept_run(
    number: Annotated[int, typer.Argument(metavar="RUN", help="Number of a held run or of a replay.")],
    person: Annotated[str, typer.Option("--by", metavar="NAME", help="The person who vouches for it; the record names them.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Vouch for a held run or a replay, so that what it saw is believed.

    \b
    Example:
      kratom-tracker runs accept 7 --by "A. Reader"
    """
    from tracker.pipeline import accept

    with working(data) as opened:
        show_summaries([accept.accept_run(opened, number, person)], json)

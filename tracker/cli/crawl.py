"""`crawl`: ask the sources, or replay what they answered."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.options import Data, Json, open_workspace
from tracker.cli.output import log, show_json, show_not_loaded

if TYPE_CHECKING:
    from tracker.pipeline.summary import RunSummary


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
    """Ask sources, or replay what they answered. What they say is archived, and what is new is taken in; a replay needs no network.

    Each source is taken in as soon as it ends; what an earlier crawl left half-way is gone on with first.

    Exit status 1 where a run is neither healthy nor skipped (no key, robots.txt), or a document could not be coded. Of a partial run,
    what was read is believed and what was not is named and asked again first; a run that is held waits for: kratom-tracker runs accept.

    \b
    Examples:
      kratom-tracker crawl --due
      kratom-tracker crawl us_congress us_federal_register
      kratom-tracker crawl --replay answers.warc.gz
    """
    from tracker.pipeline import replay as replaying
    from tracker.pipeline import rounds

    if replay and due:
        raise typer.BadParameter("--due asks the sources, --replay an archive; give one of them")
    with open_workspace(data, make=True) as workspace:
        if replay:
            summaries = replaying.replay(workspace, replay, sources or None, log)
        else:
            show_not_loaded()
            summaries = rounds.ask_sources(workspace, sources or None, due, log)
    show_summaries(summaries, json)
    if any(run.left_out or run.verdict not in ("healthy", "skipped", "unrouted") for run in summaries):
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

"""`run`: the main job, from an empty folder to a report and maps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tracker.cli.map import Format, write_map
from tracker.cli.options import Data, latest, open_workspace
from tracker.cli.output import log, show_not_loaded

if TYPE_CHECKING:
    from maps import Map
    from tracker.pipeline.summary import RunSummary
    from tracker.store.session import Connection
    from tracker.workspace import Workspace

_KNOWN_ENOUGH = 10
_TROUBLED = ("partial", "held", "failed")
_REGIONS = ("us", "world")
_FORMATS = (Format.SVG, Format.PNG, Format.HTML, Format.CSV)


def run(data: Data = None) -> None:
    """The main job, from sources to report and maps.

    It brings up the record, asks the sources that are due, reads what is new, writes the last full week's report and
    the maps of today.

    Without a network it says so and still writes report and maps from what is known. Exit status 1 where a source was asked and
    its run is partial, held or failed, and where no map can be drawn.

    \b
    Examples:
      kratom-tracker run
      kratom-tracker run --data data
    """
    from tracker import reports, settings
    from tracker.pipeline import rounds

    log("opening the record")
    with open_workspace(data, make=True) as workspace:
        show_not_loaded()
        summaries = rounds.ask_sources(workspace, None, True, log)
        log("writing the report of the last full week")
        report = reports.publish(workspace, None, now=settings.now())
        for note in report.notes:
            log(note)
        maps, undrawn = _maps(workspace)
    _tell(summaries, report.paths, maps)
    if undrawn or any(summary.left_out or summary.verdict in _TROUBLED for summary in summaries):
        raise typer.Exit(1)


def _maps(workspace: Workspace) -> tuple[list[Path], bool]:
    """The maps that were written, and whether they could not be drawn."""
    from maps.errors import BoundariesUnreadable

    try:
        return list(write_maps(workspace)), False
    except BoundariesUnreadable as error:
        log(str(error))
        return [], True


def write_maps(workspace: Workspace) -> Iterator[Path]:
    """Maps of today, for each substance of which enough is known to show a map; one that shows nothing new is left as it is."""
    from tracker import settings
    from tracker.atlas import drawn, pictures
    from tracker.store.session import reading

    with reading(workspace.engine) as connection:
        known = latest(connection, settings.now())
        for substance in _main_substances(connection, workspace):
            for region in _REGIONS:
                stem = workspace.settings.data / "site" / "maps" / f"{region}-{substance}"
                plan = pictures.plan_of_day(connection, workspace.codebook, region, substance, workspace.today, known)
                source = plan.digest(workspace.version)
                if not drawn.is_drawn(stem, source, _FORMATS):
                    log(f"drawing {region}, {substance}")
                    _write_map(plan.draw(), stem)
                    drawn.keep(stem, source, _FORMATS)
                yield from (stem.with_name(f"{stem.name}.{written}") for written in _FORMATS)


def _write_map(picture: Map, stem: Path) -> None:
    for written in _FORMATS:
        write_map(picture, written, stem.with_name(f"{stem.name}.{written}"))


def _main_substances(connection: Connection, workspace: Workspace) -> list[str]:
    from tracker.history import status

    answers = status.on_day(connection, workspace.today)
    known = Counter(key.substance for key, answer in answers.items() if answer.status != "unknown")
    substances = sorted(workspace.codebook.substances.values(), key=lambda substance: substance.rank)
    return [substance.code for substance in substances if known[substance.code] >= _KNOWN_ENOUGH]


def _tell(summaries: Sequence[RunSummary], report: Sequence[Path], maps: Sequence[Path]) -> None:
    """The last lines: what could not be reached, and where to look."""
    unreached = [summary.source for summary in summaries if summary.verdict == "no_network"]
    troubled = [summary for summary in summaries if summary.left_out or summary.verdict in _TROUBLED]
    if unreached:
        print(f"no network; not reached: {', '.join(unreached)}")
    for summary in troubled:
        print(f"{summary.source}: {summary.verdict}: {'; '.join([*summary.reasons, *summary.left_out])}")
    if not summaries:
        print("no source was due")
    print("report")
    for path in report:
        print(f"  {path}")
    print("maps")
    for path in maps:
        print(f"  {path}")
    print("what is known: kratom-tracker status; what waits for a person: kratom-tracker review list, kratom-tracker runs list")

"""`export`: the record for others to work with, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import Data, Json, Known, Substance, instant_of, open_workspace
from tracker.cli.output import instant as shown
from tracker.cli.output import progress, show_json
from tracker.domain.periods import Unit
from tracker.export.choices import Format


def export(
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Where to; else DATA/export, for a panel DATA/panel-PERIOD.")
    ] = None,
    formats: Annotated[
        list[Format] | None,
        typer.Option("--format", help="May be given again; else csv, json and sqlite, for a panel csv. pdf is the codebook's."),
    ] = None,
    panel: Annotated[Unit | None, typer.Option("--panel", help="A panel by such periods instead of the views.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the panel; else 2010-01-01.")] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day of the panel; else the day of --known.")
    ] = None,
    substance: Substance = None,
    known: Known = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write the record as files for others. Every view, one SQLite file, codebook, labels for Stata and R, citation, digests.

    Nothing recorded after --known goes in. The same record and instant give the same bytes. An older export of the same kind in the folder
    is replaced, one of another kind never. --format xlsx is one workbook with data, codebook and how to cite (extra xlsx).
    With --panel: a row a jurisdiction, substance and period, in long and wide shape, and counts that keep states and territories apart.

    \b
    Examples:
      kratom-tracker export
      kratom-tracker export --output open-data --format csv --format parquet --format pdf
      kratom-tracker export --known 2026-12-01T00:00:00Z
      kratom-tracker export --panel month --from 2015-01-01 --to 2026-06-30 --substance CODE
    """
    from tracker.domain.dates import parse_day, parse_instant
    from tracker.export import folder as export_folder

    for name, value in (("--from", since), ("--to", until), ("--substance", substance)):
        if value is not None and panel is None:
            raise typer.BadParameter(f"{name} is an option of a panel; add --panel month", param_hint=name)
    first, last = (parse_day(word) if word else None for word in (since, until))
    instant = parse_instant(known) if known else None
    with open_workspace(data) as workspace:
        folder = output or workspace.settings.data / (f"panel-{panel}" if panel else "export")
        at = instant_of(workspace, instant)
        progress(f"writing {folder}, as known at {shown(at)}")
        if panel is None:
            files = export_folder.write(workspace, folder, at, formats or [Format.CSV, Format.JSON, Format.SQLITE])
        else:
            code = workspace.codebook.substance(substance).code if substance else None
            files = export_folder.write_panel(workspace, folder, at, formats or [Format.CSV], panel, first, last, code)
    if json:
        show_json([str(path) for path in files])
        return
    for path in files:
        print(path)

"""`report` and `map`: an edition of a period, and the picture of a day."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.options import Data, Json, Known, On, Substance, asking, working
from tracker.cli.output import progress, show_json

if TYPE_CHECKING:
    from maps import Map


class Format(StrEnum):
    """What a map is written as."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    HTML = "html"
    GEOJSON = "geojson"
    CSV = "csv"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(report)
    app.command("map")(draw)


def report(
    week: Annotated[str | None, typer.Option("--week", metavar="WEEK", help="Such as 2026-W47; else the last full week.")] = None,
    period: Annotated[str | None, typer.Option("--period", metavar="PERIOD", help="A month as 2026-11, a year as 2026.")] = None,
    known: Known = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF; needs kratom-tracker[pdf].")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write the edition of a week, month or year; asked again, the frozen edition is served.

    \b
    Examples:
      kratom-tracker report
      kratom-tracker report --week 2026-W47
      kratom-tracker report --period 2026-11 --known 2026-12-01T12:00:00Z --pdf
    """
    from tracker import reports, settings
    from tracker.domain.dates import parse_instant

    if week and period:
        raise typer.BadParameter("give --week or --period, not both")
    at = parse_instant(known) if known else None
    with working(data) as opened:
        made = reports.publish(opened, week or period, known=at, now=settings.now(), pdf=pdf)
    if json:
        show_json({"edition": made.edition, "frozen": made.frozen, "notes": made.notes, "files": made.paths})
        return
    for note in made.notes:
        progress(note)
    for path in made.paths:
        print(path)


def draw(
    region: Annotated[str, typer.Argument(metavar="REGION", help="us, world, us-counties or country:XX, such as country:AU.")],
    substance: Substance = None,
    on: On = None,
    known: Known = None,
    written: Annotated[Format, typer.Option("--format", help="What it is written as.")] = Format.SVG,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", dir_okay=False, help="Where to; else standard output.")
    ] = None,
    data: Data = None,
) -> None:
    """Draw the status of a region on a day.

    \b
    Examples:
      kratom-tracker map us --output us.svg
      kratom-tracker map world --on 2026-08-01 --format png --output world.png
      kratom-tracker map us --format csv
    """
    from tracker import reports

    if output is None and written in (Format.PNG, Format.PDF):
        raise typer.BadParameter(f"a {written} is no text; say where to write it: --output map.{written}")
    with asking(data, on, known) as asked:
        picture = reports.status_map(
            asked.connection, asked.workspace, region, asked.substance(substance), asked.day, asked.instant
        )
    if output is None:
        sys.stdout.write(as_text(picture, written))
        return
    write_map(picture, written, output)
    progress(f"written: {output}")


def as_text(picture: Map, written: Format) -> str:
    """A map in one of the text formats."""
    return {Format.SVG: picture.svg, Format.HTML: picture.html, Format.GEOJSON: picture.geojson, Format.CSV: picture.csv}[
        written
    ]()


def write_map(picture: Map, written: Format, path: Path) -> None:
    """Write a map to a file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if written is Format.PNG:
        picture.png(path)
    elif written is Format.PDF:
        picture.pdf(path)
    else:
        path.write_text(as_text(picture, written), "utf-8")

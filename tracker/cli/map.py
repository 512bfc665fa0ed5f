"""`map`: the picture of a day."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.options import Data, Known, On, Substance, open_record
from tracker.cli.output import progress

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


def draw(
    region: Annotated[str, typer.Argument(metavar="REGION", help="us, world, us-counties or country:XX, such as country:AU.")],
    substance: Substance = None,
    on: On = None,
    known: Known = None,
    form: Annotated[Format, typer.Option("--format", help="What it is written as.")] = Format.SVG,
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
    from tracker.atlas import pictures

    if output is None and form in (Format.PNG, Format.PDF):
        raise typer.BadParameter(f"a {form} is no text; say where to write it: --output map.{form}")
    with open_record(data, on, known) as record:
        picture = pictures.of_day(
            record.connection, record.workspace.codebook, region, record.substance(substance), record.day, record.known_at
        )
    if output is None:
        sys.stdout.write(as_text(picture, form))
        return
    write_map(picture, form, output)
    progress(f"written: {output}")


def as_text(picture: Map, form: Format) -> str:
    """A map in one of the text formats."""
    return {Format.SVG: picture.svg, Format.HTML: picture.html, Format.GEOJSON: picture.geojson, Format.CSV: picture.csv}[form]()


def write_map(picture: Map, form: Format, path: Path) -> None:
    """Write a map to a file, all of it or nothing, making its folder."""
    from tracker import files

    if form not in (Format.PNG, Format.PDF):
        files.replace(path, as_text(picture, form).encode())
        return
    with files.replacing(path) as part:
        picture.png(part) if form is Format.PNG else picture.pdf(part)

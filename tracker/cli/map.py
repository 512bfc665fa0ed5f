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
    form: Annotated[
        Format | None, typer.Option("--format", help="What it is written as; else as the ending of --output says, else svg.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", dir_okay=False, help="Where to; else standard output.")
    ] = None,
    bom: Annotated[bool, typer.Option("--bom/--no-bom", help="Begin a CSV file with a mark by which Excel knows UTF-8.")] = True,
    data: Data = None,
) -> None:
    """Draw the status of a region on a day.

    \b
    Examples:
      kratom-tracker map us --output us.svg
      kratom-tracker map world --on 2026-08-01 --output world.png
      kratom-tracker map us --format csv
    """
    from tracker.atlas import pictures

    chosen = _form(form, output)
    with open_record(data, on, known) as record:
        picture = pictures.of_day(
            record.connection, record.workspace.codebook, region, record.substance(substance), record.day, record.known_at
        )
    if output is None:
        sys.stdout.write(as_text(picture, chosen))
        return
    write_map(picture, chosen, output, bom=bom)
    progress(f"written: {output}")


def _form(form: Format | None, output: Path | None) -> Format:
    """The format that is asked for, by its name or by the ending of the file; both together must say the same."""
    if output is None:
        if form in (Format.PNG, Format.PDF):
            raise typer.BadParameter(f"a {form} is no text; say where to write it: --output map.{form}")
        return form or Format.SVG
    ending = {"htm": "html", "json": "geojson"}.get(output.suffix[1:].lower(), output.suffix[1:].lower())
    if form and ending in (form.value, ""):
        return form
    if ending not in list(Format):
        known = ", ".join(f".{one}" for one in Format)
        raise typer.BadParameter(
            f"{output.name} does not say what to write; give it one of the endings {known}", param_hint="--output"
        )
    if form:
        raise typer.BadParameter(
            f"{output.name} is to be a {form}; give it the ending .{form} or leave --format away", param_hint="--format"
        )
    return Format(ending)


def as_text(picture: Map, form: Format) -> str:
    """A map in one of the text formats."""
    return {Format.SVG: picture.svg, Format.HTML: picture.html, Format.GEOJSON: picture.geojson, Format.CSV: picture.csv}[form]()


def write_map(picture: Map, form: Format, path: Path, *, bom: bool = True) -> None:
    """Write a map to a file, all of it or nothing, making its folder; `bom` is for a CSV."""
    from tracker import files

    if form not in (Format.PNG, Format.PDF):
        files.replace(path, as_text(picture, form).encode("utf-8-sig" if bom and form is Format.CSV else "utf-8"))
        return
    with files.replacing(path) as part:
        picture.png(part) if form is Format.PNG else picture.pdf(part)

"""`report`: an edition of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.options import Data, Json, Known, open_workspace
from tracker.cli.output import progress, show_json

if TYPE_CHECKING:
    pass


def report(
    week: Annotated[str | None, typer.Option("--week", metavar="WEEK", help="Such as 2026-W47; else the last full week.")] = None,
    period: Annotated[str | None, typer.Option("--period", metavar="PERIOD", help="A month as 2026-11, a year as 2026.")] = None,
    known: Known = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF; needs kratom-tracker[pdf].")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write the edition of a week, month or year. Asked again, the frozen edition is served.

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
    with open_workspace(data) as workspace:
        published = reports.publish(workspace, week or period, known=at, now=settings.now(), pdf=pdf)
    if json:
        show_json({"edition": published.edition, "frozen": published.frozen, "notes": published.notes, "files": published.paths})
        return
    for note in published.notes:
        progress(note)
    for path in published.paths:
        print(path)

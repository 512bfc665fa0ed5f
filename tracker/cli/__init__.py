"""The command line. Verbs ask the packages below and render; no rule of law, no SQL that another package needs, stands here.

Importing this package is cheap: every verb imports what it works with when it is called.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from tracker.cli import (
    asking,
    coding,
    crawling,
    database,
    explaining,
    exporting,
    publishing,
    reviewing,
    running,
    scheduling,
    serving,
    sources,
    sql,
)
from tracker.cli.edge import Edge

app = typer.Typer(
    cls=Edge,
    name="kratom-tracker",
    help="What the law says, jurisdiction by jurisdiction, and since when we know it.\n\n"
    "\b\nExample:\n  kratom-tracker run\n  kratom-tracker status US-TN\n\n"
    "Exit status: 0 done, 1 ran and found a problem, 2 wrong use.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in (running, asking, explaining, sql, crawling, coding, publishing, exporting, serving, database):
    group.add_to(app)
app.add_typer(sources.app, name="sources")
app.add_typer(reviewing.review, name="review")
app.add_typer(crawling.runs, name="runs")
app.add_typer(database.db, name="db")
app.add_typer(scheduling.app, name="schedule")


def main(argv: Sequence[str] | None = None) -> None:
    """The process's entry; ends with SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    typer.main.get_command(app).main(args=argv, prog_name="kratom-tracker")

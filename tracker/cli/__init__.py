"""The command line. Verbs ask the packages below and render; no rule of law, no SQL that another package needs, stands here.

Importing this package is cheap: every verb imports what it works with when it is called.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from tracker.cli import code, crawl, db, explain, export, review, run, schedule, serve, sources, sql, status
from tracker.cli import map as picture
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
for group in (run, status, explain, sql, crawl, code, picture, export, serve, db):
    group.add_to(app)
app.add_typer(sources.app, name="sources")
app.add_typer(review.review, name="review")
app.add_typer(crawl.runs, name="runs")
app.add_typer(db.db, name="db")
app.add_typer(schedule.app, name="schedule")


def main(argv: Sequence[str] | None = None) -> None:
    """The process's entry; ends with SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    typer.main.get_command(app).main(args=argv, prog_name="kratom-tracker")

"""The command line, a file a verb. Verbs ask the rooms below and render; no rule of law, no SQL and no name of a table stands here.

Importing this package is cheap: every verb imports what it works with when it is called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated

import typer

from tracker.cli import (
    changes,
    code,
    crawl,
    db,
    doctor,
    explain,
    export,
    history,
    propose,
    report,
    review,
    run,
    runs,
    schedule,
    serve,
    sources,
    sql,
    status,
    verify,
)
from tracker.cli import map as picture
from tracker.cli.edge import Edge
from tracker.cli.streams import guarded

VERBS: tuple[Callable[..., None], ...] = (
    run.run,
    status.status,
    history.history,
    changes.changes,
    explain.explain,
    sql.sql,
    crawl.crawl,
    propose.propose,
    code.code,
    report.report,
    picture.draw,
    export.export,
    serve.serve,
    doctor.doctor,
    verify.verify,
)
"""In the order in which they are listed."""


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"kratom-tracker {version('kratom-tracker')}")
        raise typer.Exit


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


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """What holds for every verb."""


for verb in VERBS:
    app.command("map" if verb is picture.draw else None)(verb)
for group in (sources, review, runs, db, schedule):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])


def main(argv: Sequence[str] | None = None) -> None:
    """The process's entry; ends with SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if argv is None else [*argv]
    with guarded():
        _command().main(args=words, prog_name="kratom-tracker", obj=words)


@cache
def _command() -> typer.core.TyperGroup:
    """The whole command line: made once, because typer reads the signature of every verb."""
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    return command

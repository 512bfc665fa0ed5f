"""`doctor`: is this machine, and this record, fit for work?"""

from __future__ import annotations

import typer

from tracker.cli.options import Data, Json
from tracker.cli.output import show_json, show_table


def doctor(data: Data = None, json: Json = False) -> None:
    """Whether machine and record are fit for work. Exit status 1 where something must be mended.

    It tells versions, the record and its schema, folders and space, optional parts, the network, the clock, and sources that were
    never asked or are overdue.

    \b
    Examples:
      kratom-tracker doctor
      kratom-tracker doctor --data data --json
    """
    from tracker import settings
    from tracker.cli.checks import examine

    checks = examine(settings.load(data=data))
    if json:
        show_json([check._asdict() for check in checks])
    else:
        show_table(checks, ("what", "state", "found"), whole=True)
    if any(check.state == "problem" for check in checks):
        raise typer.Exit(1)

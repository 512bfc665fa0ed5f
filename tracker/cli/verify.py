"""`verify`: is the record still what was sealed?"""

from __future__ import annotations

import dataclasses

import typer

from tracker.cli.options import Data, Json, open_workspace
from tracker.cli.output import show_json


def verify(data: Data = None, json: Json = False) -> None:
    """Whether the record is what was sealed. Archived bytes, quotes, every row. Exit status 1 where it is not.

    \b
    Example:
      kratom-tracker verify
    """
    from tracker.verify import verify as verified

    with open_workspace(data) as workspace:
        report = verified(workspace)
    if json:
        show_json(dataclasses.asdict(report))
    else:
        for problem in report.problems:
            print(problem)
        checked = f"{report.captures} captures, {report.quotes} quotes, {report.beliefs} beliefs and {report.runs} runs checked"
        print(f"{checked}: {f'{len(report.problems)} problems' if report.problems else 'every one is as it was recorded'}")
    if report.problems:
        raise typer.Exit(1)

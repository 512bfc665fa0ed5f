"""`verify`: is the record still what was sealed?"""

from __future__ import annotations

import dataclasses

import typer

from tracker.cli.options import Data, Json, open_workspace
from tracker.cli.output import show_json


def verify(data: Data = None, json: Json = False) -> None:
    """Whether the record still is what was sealed: archived bytes, quotes, every row. Exit status 1 where it is not.

    \b
    Example:
      kratom-tracker verify
    """
    from tracker.verify import verify as verified

    with open_workspace(data) as workspace:
        found = verified(workspace)
    if json:
        show_json(dataclasses.asdict(found))
    else:
        for problem in found.problems:
            print(problem)
        checked = f"{found.captures} captures, {found.quotes} quotes, {found.beliefs} beliefs and {found.runs} runs checked"
        print(f"{checked}: {f'{len(found.problems)} problems' if found.problems else 'every one is as it was recorded'}")
    if found.problems:
        raise typer.Exit(1)

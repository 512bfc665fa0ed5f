"""`review list|show|accept|reject`: what a person decides about what the coder read."""

from __future__ import annotations

import json as encoded
from typing import Annotated, Any

import typer

from tracker.cli.options import Data, Json, open_record, open_workspace
from tracker.cli.output import cell, show_facts, show_json, show_table, show_written, written_facts

app = typer.Typer(help="Proposals that wait for a person.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(metavar="ID", help="Number of a proposal, as in review list.")]
Person = Annotated[str, typer.Option("--by", metavar="NAME", help="The person who decides; the record names them.")]


@app.command("list")
def list_proposals(
    state: Annotated[str, typer.Option("--state", metavar="STATE", help="open, accepted, rejected, superseded or all.")] = "open",
    data: Data = None,
    json: Json = False,
) -> None:
    """The proposals in a state, oldest first.

    \b
    Examples:
      kratom-tracker review list
      kratom-tracker review list --state all --json
    """
    from tracker import review as reviews

    if state not in ("open", "accepted", "rejected", "superseded", "all"):
        raise typer.BadParameter(f"{state!r} is no state; known: open, accepted, rejected, superseded, all", param_hint="--state")
    with open_record(data) as record:
        found = [_proposal(row) for row in reviews.listing(record.connection, state)]
    if json:
        show_json(found)
        return
    columns = ("id", "state", "jurisdiction", "substance", "conduct", "effect", "from", "document", "proposed", "quote")
    show_table([_cells(row) for row in found], columns)


def _proposal(row: Any) -> dict[str, Any]:
    return dict(row._mapping) | {"proposal": encoded.loads(row.proposal)}


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    said = row["proposal"]
    return (
        row["id"],
        row["state"],
        *(said[name] for name in ("jurisdiction", "substance", "conduct", "effect", "valid_from", "document")),
        row["proposed_at"],
        said["quote"],
    )


@app.command("show")
def show_proposal(number: Number, data: Data = None, json: Json = False) -> None:
    """One proposal with its quote, document and capture, and what it meets in the record.

    \b
    Example:
      kratom-tracker review show 12
    """
    from tracker import review as reviews

    with open_record(data) as record:
        found = _proposal(reviews.show(record.connection, number))
        met = [dict(row._mapping) for row in reviews.asked(record.connection, number)]
    if json:
        show_json(found | {"meets": met})
        return
    show_facts((name, value) for name, value in found.items() if name != "proposal")
    print("proposes")
    show_facts(((name, value) for name, value in found["proposal"].items() if value), "  ")
    for row in met:
        print(f"meets: {row['status']} since {cell(row['valid_from']) or 'the start'} ({row['citation']})")
    if met and found["state"] == "open":
        print("an acceptance must say --replaces (and --from DAY) or --no-replaces")


@app.command("accept")
def accept_proposals(
    numbers: Annotated[list[int], typer.Argument(metavar="ID…", help="Numbers of proposals, written as one belief.")],
    person: Person,
    replaces: Annotated[bool | None, typer.Option("--replaces/--no-replaces", help="Whether it replaces what it meets.")] = None,
    first_day: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day, where the text states none.")] = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="CAUSE", help="law, record, method or research; else derived.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why; the record keeps it.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Confirm proposals: they become provisions of the record, all in one belief.

    \b
    Examples:
      kratom-tracker review accept 12 13 14 --by "A. Reader" --replaces --from 2026-07-01
      kratom-tracker review accept 15 --by "A. Reader" --no-replaces
    """
    from tracker import review as reviews
    from tracker.domain.dates import parse_day
    from tracker.domain.vocabulary import Cause, term

    day = parse_day(first_day) if first_day else None
    given = term(Cause, cause) if cause else None
    with open_workspace(data) as workspace:
        written = reviews.accept(workspace, numbers, person, replaces=replaces, from_day=day, cause=given, note=note)
    if json:
        show_json({"proposals": numbers} | written_facts(written))
        return
    show_written(written)


@app.command("reject")
def reject_proposal(
    number: Number,
    person: Person,
    reason: Annotated[str, typer.Option("--reason", help="Why; the record keeps it.")],
    data: Data = None,
) -> None:
    """Reject a proposal; the same words in the same place are never asked again.

    \b
    Example:
      kratom-tracker review reject 12 --by "A. Reader" --reason "speaks of another plant"
    """
    from tracker import review as reviews

    with open_workspace(data) as workspace:
        reviews.reject(workspace, number, person, reason)
    print(f"proposal {number} is rejected")

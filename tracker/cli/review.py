"""`propose`, and `review list|show|accept|reject`: what the coder reads, and what a person decides about it."""

from __future__ import annotations

import json as encoded
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.options import Data, Json, asking, working
from tracker.cli.output import cell, show_facts, show_json, show_table, show_written, written_facts
from tracker.cli.sql import read_text

review = typer.Typer(help="Proposals that wait for a person.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(metavar="ID", help="Number of a proposal, as in review list.")]
Person = Annotated[str, typer.Option("--by", metavar="NAME", help="The person who decides; the record names them.")]


def propose(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A text file, UTF-8.")],
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", metavar="CODE", help="Whose text it is.")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="What sort of paper, such as bill; an unknown one lists all.")
    ],
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="BCP 47 tag, such as fi.")] = None,
    json: Json = False,
) -> None:
    """What the coder reads in an official text. It proposes and decides nothing; nothing is recorded.

    \b
    Examples:
      kratom-tracker propose act.txt --jurisdiction US-TN --kind act
      kratom-tracker propose luettelo.txt --jurisdiction FI --kind codified_list --language fi --json
    """
    from tracker import coder, settings
    from tracker.codebook import load as load_codebook
    from tracker.domain.dates import civil_day, zone

    given = settings.load()
    codebook = load_codebook(given.codebook)
    place = codebook.jurisdiction(jurisdiction)
    today = civil_day(settings.now(), zone(given.zone or codebook.default_zone))
    reading = coder.propose(read_text(file), codebook, jurisdiction=place.code, kind=kind, language=language, today=today)
    told = reading.to_dict()
    if json:
        show_json(told)
        return
    show_facts((name, value) for name, value in told["measure"].items())
    for title, group in (("proposes", told["provisions"]), ("implies", told["implied"]), ("carves out", told["carve_outs"])):
        for one in group:
            print(f"{title}: {one['substance']}, {one['conduct']}: {one['effect']}")
            show_facts(((n, v) for n, v in one.items() if n not in ("substance", "conduct", "effect") and v), "  ")
    print(f"because: {'; '.join(reason for reason in told['reasons'] if reason)}")


@review.command("list")
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
    with asking(data) as asked:
        found = [_proposal(row) for row in reviews.listing(asked.connection, state)]
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


@review.command("show")
def show_proposal(number: Number, data: Data = None, json: Json = False) -> None:
    """One proposal with its quote, document and capture, and what it meets in the record.

    \b
    Example:
      kratom-tracker review show 12
    """
    from tracker import review as reviews

    with asking(data) as asked:
        found = _proposal(reviews.show(asked.connection, number))
        met = [dict(row._mapping) for row in reviews.asked(asked.connection, number)]
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


@review.command("accept")
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
    with working(data) as opened:
        written = reviews.accept(opened, numbers, person, replaces=replaces, from_day=day, cause=given, note=note)
    if json:
        show_json({"proposals": numbers} | written_facts(written))
        return
    show_written(written)


@review.command("reject")
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

    with working(data) as opened:
        reviews.reject(opened, number, person, reason)
    print(f"proposal {number} is rejected")

"""`review list|show|accept|reject`: what a person decides about what the coder read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import LARGEST, Data, Json, open_record, open_workspace, typed
from tracker.cli.output import show_facts, show_json, show_table, show_written, written_facts
from tracker.cli.remedies import REMEDIES

if TYPE_CHECKING:
    from tracker.history.review import Review

app = typer.Typer(help="Proposals that wait for a person.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(metavar="ID", max=LARGEST, help="Number of a proposal, as in review list.")]
Person = Annotated[
    str, typer.Option("--by", callback=typed, metavar="NAME", help="The person who decides; the record names them.")
]


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
    from tracker.history import review as reviews

    if state not in ("open", "accepted", "rejected", "superseded", "all"):
        raise typer.BadParameter(f"{state!r} is no state; known: open, accepted, rejected, superseded, all", param_hint="--state")
    with open_record(data) as record:
        listed = reviews.listing(record.connection, state)
    if json:
        show_json([reviews.plain(one) for one in listed])
        return
    columns = ("id", "state", "jurisdiction", "substance", "conduct", "effect", "from", "document", "proposed", "quote")
    show_table([_cells(one) for one in listed], columns)


def _cells(review: Review) -> tuple[Any, ...]:
    rule = review.proposal
    rule_columns = (rule.jurisdiction, rule.substance, rule.conduct, rule.effect, rule.valid_from, rule.document)
    return (review.id, review.state, *rule_columns, review.proposed_at, rule.quote)


@app.command("show")
def show_proposal(number: Number, data: Data = None, json: Json = False) -> None:
    """One proposal and what it meets in the record. With its quote, document and capture.

    \b
    Example:
      kratom-tracker review show 12
    """
    from tracker.history import review as reviews
    from tracker.review import decide

    with open_record(data) as record:
        review = reviews.show(record.connection, number)
        met = decide.open_conflicts(record.connection, number)
    if json:
        show_json(reviews.plain(review) | {"meets": [asdict(one) for one in met]})
        return
    shown = reviews.plain(review)
    proposal = shown.pop("proposal")
    show_facts(shown)
    print("proposes")
    show_facts(((name, value) for name, value in proposal.items() if value), "  ")
    for one in met:
        print(f"meets: {one}")
    if met and review.state == "open":
        print(f"an acceptance must {REMEDIES['conflicts']}")


@app.command("accept")
def accept_proposals(
    numbers: Annotated[
        list[int], typer.Argument(metavar="ID…", max=LARGEST, help="Numbers of proposals, written as one belief.")
    ],
    person: Person,
    replaces: Annotated[bool | None, typer.Option("--replaces/--no-replaces", help="Whether it replaces what it meets.")] = None,
    first_day: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day, where the text states none.")] = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="CAUSE", help="law, record, method or research; else derived.")
    ] = None,
    note: Annotated[str, typer.Option("--note", callback=typed, help="Why; the record keeps it.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Confirm proposals. They become provisions of the record, all in one belief.

    \b
    Examples:
      kratom-tracker review accept 12 13 14 --by "A. Reader" --replaces --from 2026-07-01
      kratom-tracker review accept 15 --by "A. Reader" --no-replaces
    """
    from tracker.domain.dates import parse_day
    from tracker.domain.vocabulary import Cause, term
    from tracker.review import decide

    day = parse_day(first_day) if first_day else None
    given = term(Cause, cause) if cause else None
    with open_workspace(data) as workspace:
        written = decide.accept(workspace, numbers, person, replaces=replaces, from_day=day, cause=given, note=note)
    if json:
        show_json({"proposals": numbers} | written_facts(written))
        return
    show_written(written)


@app.command("reject")
def reject_proposal(
    number: Number,
    person: Person,
    reason: Annotated[str, typer.Option("--reason", callback=typed, help="Why; the record keeps it.")],
    data: Data = None,
) -> None:
    """Reject a proposal. The same words in the same place are never asked again.

    \b
    Example:
      kratom-tracker review reject 12 --by "A. Reader" --reason "speaks of another plant"
    """
    from tracker.review import decide

    with open_workspace(data) as workspace:
        decide.reject(workspace, number, person, reason)
    print(f"proposal {number} is rejected")

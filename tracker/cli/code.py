"""`code`: a person's own coding, one row on the command line or many from a CSV file; tried before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import Data, Json, open_workspace, typed
from tracker.cli.output import show_json, show_written, written_facts


def code(
    person: Annotated[
        str, typer.Option("--by", callback=typed, metavar="NAME", help="The person who codes; the record names them.")
    ],
    what: Annotated[
        str | None, typer.Argument(metavar="[WHAT]", help="provision, assertion, finding, position, relation, withdraw or case.")
    ] = None,
    fields: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…", help="Its fields; an unknown one lists all.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="CSV", help="Rows of a CSV file; its columns are the fields, and `what`.")
    ] = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="CAUSE", help="law, record, method or research; else derived.")
    ] = None,
    note: Annotated[str, typer.Option("--note", callback=typed, help="Why; the record keeps it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Record what a person read. A provision, assertion, finding, position, relation or case. All rows become one belief, or none does.

    Dates are 2026, 2026-07 or 2026-07-01. Statements are named as `explain` prints them (provision:12), or by the `label` of
    another row; `revises` puts a row in the place of a held statement.

    \b
    Examples:
      kratom-tracker code finding jurisdiction=US-VI substance=CODE looked_in="V.I. Code, titles 19 and 12A" terms="word; other word" --by "A. Reader" --dry-run
      kratom-tracker code provision jurisdiction=US-TN substance=CODE conduct=possess effect=prohibited from=2026-07-01 instrument="Acts 2026 ch. 500" pinpoint="T.C.A. 39-17-452" quote="…" url=https://publications.tnsosfiles.com/acts --by "A. Reader" --cause law
      kratom-tracker code relation relation=stay target=provision:12 from=2026-12-01 citation="Doe v. State, No. 26-1" --by "A. Reader"
      kratom-tracker code --file coded.csv --by "A. Reader" --dry-run
    """
    from tracker.domain.vocabulary import Cause, term
    from tracker.review import by_hand as coding

    rows = coding.read_file(file) if file else [_row(what, fields or [])]
    given = term(Cause, cause) if cause else None
    with open_workspace(data) as workspace:
        coded, policy = coding.read_rows(rows, workspace.codebook, person), workspace.policy
        with workspace.writing(person) as writer:
            written = coding.write(writer, coded, policy=policy, cause=given, note=note)
            if dry_run:
                writer.connection.rollback()
    if json:
        show_json({"written": bool(written or coded.cases) and not dry_run, "cases": len(coded.cases)} | written_facts(written))
        return
    if dry_run:
        print("tried only; nothing is written:")
    for case in coded.cases:
        print(f"{case.jurisdiction}, {case.identifier}: {case.stage} on {case.stage_on}")
    if written or not coded.cases:
        show_written(written)


def _row(what: str | None, fields: list[str]) -> dict[str, str]:
    if not what:
        raise typer.BadParameter("name what you code (provision, finding, …) and its fields, or give --file")
    row = {"what": what}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise typer.BadParameter(f"{field!r} is no FIELD=VALUE")
        if value.strip():
            row[name] = value.strip()
    return row

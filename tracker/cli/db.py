"""`db upgrade|check|current|copy|role`: the schema of the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import Data, Json, open_workspace
from tracker.cli.output import progress, show_json, show_table

app = typer.Typer(help="The record's schema.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade(data: Data = None) -> None:
    """Bring the record to the schema of this program. A new one is made where there is none.

    \b
    Example:
      kratom-tracker db upgrade --data data
    """
    from tracker.store.admin import migrate

    with open_workspace(data, make=True) as workspace:
        print(f"the record has the schema of this program: {migrate.current(workspace.engine)}")


@app.command()
def current(data: Data = None, json: Json = False) -> None:
    """The record's schema, and the one that this program needs.

    \b
    Example:
      kratom-tracker db current
    """
    from tracker import settings
    from tracker.cli.checks import reachable_record
    from tracker.store.admin import migrate

    with reachable_record(settings.load(data=data)) as engine:
        revision, needed = migrate.current(engine), migrate.head()
    if json:
        show_json({"current": revision, "needed": needed})
        return
    print(f"the record has schema {revision or 'none'}; this program needs {needed}")


@app.command()
def check(data: Data = None, json: Json = False) -> None:
    """Whether the record has exactly this schema. Exit status 1 where it is not what this program would make.

    \b
    Example:
      kratom-tracker db check
    """
    from tracker import settings
    from tracker.cli.checks import reachable_record
    from tracker.cli.remedies import in_words
    from tracker.store.admin import migrate
    from tracker.store.session import BadDatabase

    with reachable_record(settings.load(data=data)) as engine:
        revision = migrate.current(engine)
        try:
            if refused := migrate.difference(revision):
                raise refused
            migrate.check(engine)
            problem = ""
        except (migrate.SchemaDiffers, BadDatabase) as error:
            problem = in_words(error)
    if json:
        show_json({"current": revision, "sound": not problem, "problem": problem})
    elif problem:
        progress(problem)
    else:
        print(f"the record's schema is sound: {revision}")
    if problem:
        raise typer.Exit(1)


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Address of the database to read.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Address of an empty database.")],
    json: Json = False,
) -> None:
    """Copy a whole record into an empty database. Both are compared row by row. The archive of captures is not part of it.

    \b
    Example:
      kratom-tracker db copy sqlite:///data/tracker.db postgresql://host/record
    """
    from tracker.store.admin.copy import copy as copied
    from tracker.store.session import connected

    with connected(source) as read, connected(target) as write:
        tables = copied(read, write)
    if json:
        show_json([{"table": one.table, "rows": one.rows, "digest": one.digest} for one in tables])
        return
    show_table([(one.table, one.rows, one.digest) for one in tables], ("table", "rows", "digest"), whole=True)
    print(f"{sum(one.rows for one in tables)} rows in {len(tables)} tables, every one the same in both databases")


@app.command()
def role(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the role.")],
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", metavar="FILE", help="File that holds its password; else it keeps what it has."),
    ] = None,
    data: Data = None,
) -> None:
    """Make a role for analysts on PostgreSQL. They read every table and view and nothing else. Asked again it changes nothing.

    \b
    Example:
      kratom-tracker db role analyst --password-file analyst.password
    """
    from tracker.store.admin.role import reader

    password = password_file.read_text("utf-8").rstrip("\r\n") if password_file else None
    with open_workspace(data) as workspace:
        made = reader(workspace.engine, name, password)
    print(f"the role {name} {'was made' if made.new else 'was there'} and may read the record")
    for left in made.left:
        print(f"{left}; ask again as a superuser, who can take that from it: kratom-tracker db role {name}")

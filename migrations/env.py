"""Runs Alembic's commands on one connection: those of the program on the connection that it gives, those of people on the record that
the settings name. Only what moves a record to another revision writes; the views are taken away before and made anew after. `--sql` prints
what would be done, and asks no record."""

from __future__ import annotations

import sys
from typing import Any

from alembic import context
from alembic.util.exc import CommandError
from sqlalchemy import Connection

import tracker.store.schema.evidence_tables
import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.errors import TrackerError
from tracker.store.schema import views
from tracker.store.schema.columns import metadata
from tracker.store.session import connected, reading


def moves() -> bool:
    """Whether the command takes the record to another revision; `current` and `check` only read."""
    try:
        context.get_revision_argument()
    except KeyError:  # Alembic's way to say that the command has none
        return False
    return True


def migrate(connection: Connection) -> None:
    if not moves():
        ask(connection)
        return
    views.drop(connection)
    ask(connection)
    if context.get_context().get_current_revision() == context.get_head_revision():
        views.create(connection)


def ask(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=context.config.attributes.get("schema"),
        render_as_batch=False,
        transactional_ddl=True,
        include_object=_is_ours,
    )
    context.run_migrations()


def _is_ours(_object: Any, name: str | None, kind: str, reflected: bool, _like: Any) -> bool:
    """Views are compared by themselves; a table that others put beside ours is theirs."""
    return name not in views.VIEWS and not (kind == "table" and reflected and name not in metadata.tables)


def by_hand() -> None:
    from tracker import settings
    from tracker.cli.checks import reachable_record
    from tracker.store.admin.migrate import write

    given = settings.load()
    if not moves():
        with reachable_record(given) as engine, reading(engine) as connection:
            migrate(connection)
        return
    with connected(given.database) as engine:
        write(engine, migrate)


def printed() -> None:
    from tracker import settings
    from tracker.store.admin import script

    start, end = context.get_starting_revision_argument(), context.get_revision_argument()
    with connected(settings.load().database) as engine:
        written = script.of(engine, context.script, str(start or script.BASE), str(end or script.BASE))
    print(written, end="", file=context.config.output_buffer or sys.stdout)


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    from tracker.cli.remedies import in_words

    try:
        (printed if context.is_offline_mode() else by_hand)()
    except TrackerError as error:
        raise CommandError(in_words(error)) from None


run()

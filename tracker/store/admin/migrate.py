"""Brings a record to the schema of this program, with Alembic's configuration built in code so that a wheel needs no ini file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text

from migrations.seals import BrokenChain
from tracker.errors import Problem
from tracker.store.integrity import guarding, others, viewing
from tracker.store.schema import views
from tracker.store.session import BadDatabase, DBAPIError, locked

# PostgreSQL: a view depends on it, a view uses the column, a view cannot lose or move columns
_IN_THE_WAY = (views.BUILT_ON, "0A000", "42P16")
# and, where those are set aside: they are another's, or use what is gone
_KEPT_FROM_IT = (*_IN_THE_WAY, "42501", "42703", "42P01")


class SchemaDiffers(Problem):
    """The record's schema is not this program's; the message names every difference and the remedy."""


def _config(connection: Connection | None = None, schema: str | None = None) -> Config:
    config = Config(stdout=StringIO())  # what Alembic says of its own is no part of what a verb prints
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes |= {"connection": connection, "schema": schema}
    return config


@cache
def _scripts() -> ScriptDirectory:
    """The migrations of this program; to read them costs more than to ask a record for its revision."""
    return ScriptDirectory.from_config(_config())


def head() -> str:
    """The newest revision that this program knows."""
    revision = _scripts().get_current_head()
    assert revision is not None
    return revision


def current(engine: Engine) -> str | None:
    """The revision of the record; None where it has no schema yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def difference(held: str | None) -> BadDatabase | None:
    """Why a record with the schema `held` cannot be used; None where it is this program's."""
    if _newer(held):
        return BadDatabase(f"the record has schema {held}, newer than this program knows ({head()})", "schema_newer")
    if held == head():
        return None
    return BadDatabase(f"the record has schema {held or 'none'}, this program needs {head()}", "schema_old")


def _newer(held: str | None) -> bool:
    known = {script.revision for script in _scripts().walk_revisions()}
    return held is not None and held not in known


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade under the writer's lock; a record of a newer program is refused and left as it is."""
    held = current(engine)
    refused = difference(held)
    if refused and _newer(held):
        raise refused
    if refused is None and revision == "head":
        _restore_views(engine)
        return
    write(engine, lambda connection: command.upgrade(_config(connection), revision))
    if held is not None:
        _give_back(engine)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back; `base` leaves nothing but Alembic's own table."""
    write(engine, lambda connection: command.downgrade(_config(connection), revision))


def _restore_views(engine: Engine) -> None:
    """Views hold no data and may change without a migration: those that are missing or older are made anew."""
    with engine.connect() as connection:
        if not viewing.differing(connection):
            return
    write(engine, _make_views)


def _make_views(connection: Connection) -> None:
    at = viewing.clock(connection)
    views.drop(connection)
    views.create(connection, at)


def write(engine: Engine, work: Callable[[Connection], None]) -> None:
    """Do it under the writer's lock, with the views of others set aside where they are in its way.

    SQLite would not let a table be renamed under them. PostgreSQL mostly does, and they keep what hangs on them.
    """
    with refusing(engine):
        if engine.dialect.name == "postgresql":
            try:
                with locked(engine) as connection, others.keeping_rights(connection):
                    work(connection)
                return
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in _IN_THE_WAY:
                    raise
        with locked(engine) as connection, others.aside(connection), others.keeping_rights(connection):
            work(connection)


@contextmanager
def refusing(engine: Engine) -> Iterator[None]:
    """A record whose seals do not hold is refused, and so is one where views of others are in the way; nothing has changed then."""
    try:
        yield
    except BrokenChain as broken:
        raise BadDatabase(str(broken), "seals_broken") from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") not in _KEPT_FROM_IT:
            raise
        with engine.connect() as connection:
            theirs = ", ".join(others.built_on_the_record(connection))
        if not theirs:
            raise
        raise BadDatabase(
            f"others built views on the record that keep its own from being made anew: {theirs}", "views_of_others"
        ) from None


def _give_back(engine: Engine) -> None:
    """Let SQLite return to the disk what an older schema took; it does so only outside of a transaction."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("VACUUM")


def check(engine: Engine) -> None:
    """Raise SchemaDiffers where tables, indexes, checks, exclusions, triggers or views are not those that this program makes."""
    with locked(engine) as connection:
        lost = [*_autogenerated(connection), *guarding.differences(connection, _make)]
    if lost:
        raise SchemaDiffers(
            f"the record's schema is not what this program makes: {'; '.join(lost)}",
            "schema_damaged",
        )
    with engine.connect() as connection:
        check_views(connection)


def check_views(connection: Connection) -> None:
    """Raise SchemaDiffers where a view is missing or is not what this program makes, BadDatabase where that cannot be seen."""
    if not viewing.comparable(connection):
        role, database = connection.execute(text("SELECT current_user, current_database()")).one()
        raise BadDatabase(
            f"views cannot be compared: {role} may make no temporary ones in {database}",
            "no_temporary",
            role=role,
            database=database,
        )
    if differing := viewing.differing(connection):
        raise SchemaDiffers(f"views are missing or of another release: {', '.join(differing)}", "views_differ")


def _autogenerated(connection: Connection) -> Iterator[str]:
    """What a migration would have to change of tables and indexes."""
    try:
        command.check(_config(connection))
    except CommandError as error:
        yield str(error)


def _make(connection: Connection, schema: str | None) -> None:
    command.upgrade(_config(connection, schema), "head")

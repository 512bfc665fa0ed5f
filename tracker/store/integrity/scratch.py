"""An empty schema of the moment, to see there what this program would make. The record beside it is neither read nor changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import Connection, text

from tracker import files
from tracker.store.session import connected, locked, sqlite_url

SCHEMA = "fresh_schema_to_compare"


@contextmanager
def beside(connection: Connection) -> Iterator[Connection]:
    """On PostgreSQL the same connection, in the schema SCHEMA, which is undone; of SQLite one to a file of the moment."""
    if connection.dialect.name == "postgresql":
        with connection.begin_nested() as undone:
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            connection.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
            yield connection
            undone.rollback()
        return
    with on_sqlite() as made:
        yield made


@contextmanager
def on_sqlite() -> Iterator[Connection]:
    """A connection to an empty file of the moment."""
    with (
        files.scratch(Path(gettempdir()), "kratom-tracker-fresh-") as folder,
        connected(sqlite_url(folder / "fresh.db")) as engine,
        locked(engine) as made,
    ):
        yield made


def schema_of(connection: Connection) -> str | None:
    """How Alembic's own table is to be named there: SQLite has no schemas."""
    return SCHEMA if connection.dialect.name == "postgresql" else None

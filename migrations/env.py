"""Runs migrations on one connection, with the views taken away before and made anew after (they hold no data)."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, text

import tracker.store.schema.evidence_tables
import tracker.store.schema.tables  # noqa: F401 - fills the metadata
from tracker.store.schema import views
from tracker.store.schema.columns import metadata
from tracker.store.session import LOCK, connect


def migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
    views.drop(connection)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=context.config.attributes.get("schema"),
        render_as_batch=False,
        transactional_ddl=True,
        include_object=lambda _object, name, _kind, *_rest: name not in views.VIEWS,
    )
    context.run_migrations()
    if context.get_context().get_current_revision() == context.get_head_revision():
        views.create(connection)


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = os.environ.get("TRACKER_DATABASE_URL", "sqlite:///data/tracker.db")
    with connect(url).connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        migrate(connection)


run()

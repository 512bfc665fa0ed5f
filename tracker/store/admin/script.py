"""What a change of schema would do, as SQL that other programs can run: it is done on an empty schema of the moment, and written down.

A script says what it says before it sees a record. What reads rows to work out what it writes can therefore be written down for a fresh
record, which has none, and is refused for one that has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event

from tracker.store.integrity import scratch
from tracker.store.schema import views
from tracker.store.session import BadDatabase

BASE = "base"

_READS = re.compile(r"\s*(SELECT|SHOW|WITH|PRAGMA (?!\w+ ?=))", re.IGNORECASE)
_OF_A_SCHEMA = re.compile(
    r"\b(sqlite_(temp_)?(master|schema)|pragma_\w+|pg_\w+|alembic_version|current_schema|version\(\))", re.IGNORECASE
)
_OF_THE_MOMENT = re.compile(r"(RELEASE |ROLLBACK TO )?SAVEPOINT ")


def of(engine: Engine, revisions: ScriptDirectory, start: str, end: str) -> str:
    """The SQL that leads a schema from revision `start` to `end` on the database of the engine, whose record is not asked.

    Raises BadDatabase where a revision between works from rows and the script is not for an empty database.
    """
    if engine.dialect.name == "sqlite":
        with scratch.on_sqlite() as connection:
            return _written(connection, revisions, start, end)
    with engine.connect() as asked, asked.begin(), scratch.beside(asked) as connection:
        return _written(connection, revisions, start, end)


def _written(connection: Connection, revisions: ScriptDirectory, start: str, end: str) -> str:
    script = _Script(fresh=start == BASE)
    if start != BASE:
        _move(connection, revisions, BASE, start)
    with _taken_down(connection, script):
        if start != BASE:
            views.drop(connection)
        _move(connection, revisions, start, end, on_version_apply=(lambda step, **_: script.step(step.up_revision_id),))
        if end == revisions.get_current_head():
            views.create(connection)
    return str(script)


def _move(connection: Connection, revisions: ScriptDirectory, start: str, end: str, **options: Any) -> None:
    down = end == BASE or (start != BASE and start > end)
    steps = revisions._downgrade_revs if down else revisions._upgrade_revs
    options |= {
        "script": revisions,
        "fn": lambda held, _: steps(end, held),
        "version_table_schema": scratch.schema_of(connection),
    }
    moving = MigrationContext.configure(connection, opts=options)
    with Operations.context(moving):
        moving.run_migrations()


class _Script:
    """Statements as they were run; `fresh` says that they are meant for an empty database."""

    def __init__(self, *, fresh: bool) -> None:
        self._fresh, self._lines, self._rows_read = fresh, list[str](), ""

    def step(self, revision: str) -> None:
        """A revision is done."""
        if self._rows_read and not self._fresh:
            raise BadDatabase(
                f"revision {revision} works from the rows of a record, which no script of SQL can say ({self._rows_read}); nothing was changed",
                "works_from_rows",
            )
        self._rows_read = ""

    def add(self, statement: str, parameters: Any) -> None:
        """A statement as it is run."""
        if _READS.match(statement):
            if not _OF_A_SCHEMA.search(statement):
                self._rows_read = " ".join(statement.split())[-60:]
        elif parameters:
            raise BadDatabase(f"a statement has values, which stand in no script: {' '.join(statement.split())[:100]}")
        elif not _OF_THE_MOMENT.match(statement):
            self._lines.append(statement.strip().replace(f"{scratch.SCHEMA}.", ""))

    def __str__(self) -> str:
        return "".join(f"{line};\n\n" for line in ("BEGIN", *self._lines, "COMMIT"))


@contextmanager
def _taken_down(connection: Connection, script: _Script) -> Iterator[None]:
    """Meanwhile the script gets every statement that is run on the connection."""
    percent = "%%" if connection.dialect.paramstyle == "pyformat" else "%"

    def take(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        script.add(statement.replace(percent, "%"), parameters)

    event.listen(connection, "before_cursor_execute", take)
    yield
    event.remove(connection, "before_cursor_execute", take)

"""What is asked of the database: as many statements for a record of thousands of places as for one of few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from tests.tracker.cli.coded import LATER, bans, record
from tests.tracker.cli.conftest import Ask
from tracker import settings, workspace
from tracker.store.schema import tables as t
from tracker.store.session import reading

MOST = 10
NEW = 40
QUESTIONS = [
    ("status",),
    ("status", "--known", "2026-11-25T12:00:00Z"),
    ("status", "--substance", "7-oh", "--on", "2026-08-01"),
    ("status", "--substance", "mitragynine", "--known", "2026-11-25T12:00:00Z"),
    ("status", "US-TN", "Thailand"),
    ("status", "US-TN", "--substance", "kratom", "--known", "2026-11-25T12:00:00Z"),
    ("history", "US-TN"),
    ("history", "US-TN", "--all"),
    ("history", "US-TN", "--substance", "kratom", "--known", "2026-11-25T12:00:00Z"),
    ("explain", "US-TN"),
]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The reading statements that any engine executes in the meantime; what opens and sets up a connection is not among them."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def grow(data: Path) -> None:
    """Bans in places of which nothing was known."""
    opened = workspace.existing(settings.load())
    known = select(t.status_version.c.jurisdiction)
    with reading(opened.engine) as connection:
        unknown = select(t.jurisdiction.c.code).where(t.jurisdiction.c.code.not_in(known))
        codes = list(connection.scalars(unknown.order_by(t.jurisdiction.c.code).limit(NEW)))
    opened.engine.dispose()
    assert len(codes) == NEW
    record(data, bans(codes), LATER)


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_the_statements_of_a_question(words: tuple[str, ...], ask: Ask, data: Path) -> None:
    with counted() as few:
        before = ask(*words)
    assert before.code == 0
    grow(data)
    with counted() as many:
        after = ask(*words)
    assert after.code == 0
    assert len(few) == len(many), many
    if words[0] == "status":
        assert len(many) <= MOST

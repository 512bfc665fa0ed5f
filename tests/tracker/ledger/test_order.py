"""What history lists comes in one order, whatever the collation of the database and wherever it puts NULL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.tracker.domain.build import provision
from tests.tracker.domain.memory import ZONE
from tests.tracker.ledger.sql import SqlLedger, prepare
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause
from tracker.history import changes, status
from tracker.history.places import all_places
from tracker.store.admin import migrate
from tracker.store.session import connect, locked, reading, sqlite_url

NOW, FAR = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
KEYS = [
    Key(code, "kratom")
    for code in ("US", "ocd-division/country:us/state:ca/place:san_diego", "US-CA", "ca", "Ünland", "CA", "US_CA")
]


@pytest.fixture
def worded(postgres_server: str) -> Iterator[str]:
    """A database that sorts words as a dictionary does: case and punctuation last."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'")
        yield postgres_server.rsplit("/", 1)[0] + "/" + name
        maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")


def listed(engine: Engine) -> list[list[object]]:
    migrate.upgrade(engine)
    with locked(engine) as connection:
        prepare(connection, KEYS)
        said = [
            provision(f"{key.jurisdiction} {number}", rule, start, key=key)
            for key in KEYS
            for number, (rule, start) in enumerate([("sell prohibited", ""), ("possess prohibited", "2026-09-01")])
        ]
        SqlLedger(connection).write(NOW, said, Cause.RECORD)
    with reading(engine) as connection:
        return [
            list(all_places(connection)),
            list(status.on_day(connection, date(2026, 6, 1))),
            [(row.id, row.key, row.day) for row in changes.stored(connection, NOW, FAR)],
            [(row.id, row.key, row.day) for row in changes.derived(connection, date(2026, 1, 1), date(2027, 1, 1), FAR, ZONE)],
            [(row.id, row.key, row.day) for row in changes.coming(connection, date(2026, 6, 1), FAR)],
        ]


def test_lists_come_in_one_order_on_both(tmp_path: Path, worded: str) -> None:
    engines = [connect(sqlite_url(tmp_path / "tracker.db")), connect(worded)]
    with engines[1].connect() as connection:
        assert connection.scalar(text("SELECT 'ca' < 'US' AND 'CA' > 'ca'")), "a collation that differs from ours"
    one, other = (listed(engine) for engine in engines)
    for engine in engines:
        engine.dispose()
    assert one == other
    assert [row[2] for row in one[2][:2]] == [None, date(2026, 9, 1)], "the open past comes first"  # type: ignore[index]

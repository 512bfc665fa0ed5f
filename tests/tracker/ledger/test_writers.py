"""Two writers at once: each waits for the other, no number is given twice, nothing is lost, and a failed write leaves nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select, text

from tests.tracker.domain.build import provision, relation
from tests.tracker.ledger.sql import POLICY, SqlLedger, dump, prepare, seals_hold
from tracker import ledger
from tracker.domain.records import Key
from tracker.history import status
from tracker.ledger import Batch, UnknownTarget
from tracker.store.schema import tables as t
from tracker.store.session import connect, locked, reading, writing

WRITERS, WRITES = 2, 12
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEYS = [Key(code, "kratom") for code in ("XA", "XB")]


def test_two_writers_lose_nothing(engine: Engine, database_url: str) -> None:
    with locked(engine) as connection:
        prepare(connection, KEYS)
    together = Barrier(WRITERS)

    def write(key: Key) -> list[datetime]:
        own = connect(database_url)
        together.wait()
        instants = []
        for number in range(WRITES):
            said = provision(f"{key.jurisdiction} {number}", "sell prohibited", f"{2000 + number}", key=key)
            with locked(own) as connection:
                written = SqlLedger(connection).write(NOW, [said])
            assert written
            instants.append(written.recorded_at)
        own.dispose()
        return instants

    with ThreadPoolExecutor(WRITERS) as pool:
        found = list(pool.map(write, KEYS))
    assert all(instants == sorted(instants) for instants in found)
    with reading(engine) as connection:
        beliefs = connection.execute(select(t.belief.c.id, t.belief.c.recorded_at).order_by(t.belief.c.id)).all()
        assert [row.id for row in beliefs] == list(range(1, WRITERS * WRITES + 1))
        assert [row.recorded_at for row in beliefs] == sorted(instant for instants in found for instant in instants)
        assert connection.scalar(select(func.count()).select_from(t.provision_version)) == WRITERS * WRITES
        for key in KEYS:
            rows = status.timeline(connection, key)
            assert [row.valid_from for row in rows] == [None, *(date(2000 + number, 1, 1) for number in range(WRITES))]
        seals_hold(connection)


def test_a_reader_sees_one_state(engine: Engine) -> None:
    with locked(engine) as connection:
        prepare(connection, KEYS)
        SqlLedger(connection).write(NOW, [provision("P", "sell prohibited", "2020", key=KEYS[0])])
    with reading(engine) as reader:
        before = status.of_key(reader, KEYS[0], date(2026, 1, 1))
        with locked(engine) as connection:
            SqlLedger(connection).write(NOW, [provision("Q", "possess prohibited", "2020", key=KEYS[0])])
        assert status.of_key(reader, KEYS[0], date(2026, 1, 1)) == before
    with reading(engine) as reader:
        assert status.of_key(reader, KEYS[0], date(2026, 1, 1)).status == "banned"


def test_a_failed_write_leaves_nothing(engine: Engine) -> None:
    with locked(engine) as connection:
        prepare(connection, KEYS)
        SqlLedger(connection).write(NOW, [provision("P", "sell prohibited", "2020", key=KEYS[0])])
    with reading(engine) as connection:
        before = dump(connection)

    def fail() -> None:
        with locked(engine) as connection:
            SqlLedger(connection).write(
                NOW, [provision("Q", "sell prohibited", "2021", key=KEYS[0]), relation("R", "end", "nobody")]
            )

    with pytest.raises(UnknownTarget):
        fail()
    with reading(engine) as connection:
        assert dump(connection) == before
    with writing(engine, NOW, "test") as writer:
        assert ledger.write(writer, Batch(), policy=POLICY) is None


def test_what_the_lock_holds_off(engine: Engine, database_url: str) -> None:
    """While one writes, another cannot begin to."""
    other = connect(database_url)
    if other.dialect.name == "sqlite":
        with locked(engine), other.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=100")
            with pytest.raises(Exception, match="database is locked"):
                connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        with locked(engine), other.connect() as connection:
            connection.execute(text("SET LOCAL statement_timeout = '300ms'"))
            with pytest.raises(Exception, match="statement timeout"):
                connection.execute(text("LOCK TABLE alembic_version IN EXCLUSIVE MODE"))
    other.dispose()

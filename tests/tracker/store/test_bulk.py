"""Rows in bulk: what is underway is told when it ends, and a transaction given up leaves nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from tests.databases import Database, upgraded
from tracker.store import bulk
from tracker.store.schema import tables as t
from tracker.store.session import connected, locked

ROWS = [{"code": f"s{number}", "name": "", "definition": "", "rank": number} for number in range(5_000)]


def test_what_is_refused_at_the_end_is_told_by_waiting(database: Database, tmp_path: Path) -> None:
    strangers = [{"instrument": f"no such act {number}", "alias": "alias"} for number in range(5_000)]
    with database.copy(upgraded, tmp_path / "data") as record, connected(record.settings.database) as engine:
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"), locked(engine) as connection:
            bulk.begin(connection, t.instrument_alias, strangers)()
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(t.instrument_alias)) == 0


def _given_up(engine: Engine) -> None:
    with locked(engine) as connection:
        bulk.begin(connection, t.substance, ROWS)
        raise KeyboardInterrupt


def test_a_transaction_given_up_while_rows_are_underway_leaves_none(database: Database, tmp_path: Path) -> None:
    with database.copy(upgraded, tmp_path / "data") as record, connected(record.settings.database) as engine:
        with pytest.raises(KeyboardInterrupt):
            _given_up(engine)
        with locked(engine) as connection:
            assert connection.scalar(select(func.count()).select_from(t.substance)) == 0
            bulk.begin(connection, t.substance, ROWS)
            assert connection.scalar(select(func.count()).select_from(t.substance)) == len(ROWS), "the next question waits"

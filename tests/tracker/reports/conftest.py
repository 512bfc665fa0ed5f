"""The empty record of a report test, with the codebook in it, on each database or on SQLite alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.tracker.reports.record import Kept, filled
from tracker.store import migrate
from tracker.store.session import connect, sqlite_url


@pytest.fixture
def kept(engine: Engine, tmp_path: Path) -> Kept:
    """On SQLite and on PostgreSQL."""
    return filled(engine, tmp_path)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Kept]:
    """On SQLite alone, where the database makes no difference."""
    engine = connect(sqlite_url(tmp_path / "local.db"))
    migrate.upgrade(engine)
    yield filled(engine, tmp_path)
    engine.dispose()

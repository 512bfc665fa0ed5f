"""Two hosts start at once on one record: one upgrades, the other waits and finds it done. Both databases end with the same names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, inspect, text

from tests.databases import Database, upgraded
from tracker.store.admin import migrate
from tracker.store.schema import views
from tracker.store.session import connect

HOSTS = 2


def test_two_upgrades_at_once_make_one_record(blank_url: str) -> None:
    together = Barrier(HOSTS)

    def upgrade() -> str | None:
        engine = connect(blank_url)
        together.wait()
        migrate.upgrade(engine)
        held = migrate.current(engine)
        engine.dispose()
        return held

    with ThreadPoolExecutor(HOSTS) as pool:
        found = [future.result() for future in [pool.submit(upgrade) for _ in range(HOSTS)]]
    assert found == [migrate.head()] * HOSTS
    engine = connect(blank_url)
    migrate.check(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
        assert set(inspect(connection).get_view_names()) >= views.VIEWS.keys()
    engine.dispose()


@pytest.fixture
def both(sqlite: Database, postgresql: Database, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    with sqlite.copy(upgraded, tmp_path / "sqlite") as one, postgresql.copy(upgraded, tmp_path / "postgresql") as other:
        engines = one.open().engine, other.open().engine
        yield engines
        for engine in engines:
            engine.dispose()


def test_constraints_and_indexes_have_the_same_names_on_both(both: tuple[Engine, Engine]) -> None:
    on_sqlite, on_postgres = (_names(engine) for engine in both)
    assert on_sqlite == on_postgres
    assert all(name and not name.startswith("sqlite_") for _, _, name in on_sqlite)


def _names(engine: Engine) -> set[tuple[str, str, str]]:
    seen = inspect(engine)
    asked: dict[str, Callable[[str], list[dict[str, object]]]] = {
        "foreign key": seen.get_foreign_keys,  # type: ignore[dict-item]
        "unique": seen.get_unique_constraints,  # type: ignore[dict-item]
        "check": seen.get_check_constraints,  # type: ignore[dict-item]
        "index": seen.get_indexes,  # type: ignore[dict-item]
    }
    names = set()
    for table in set(seen.get_table_names()) - {"alembic_version"}:
        names.add((table, "primary key", str(seen.get_pk_constraint(table)["name"])))
        for kind, ask in asked.items():
            names |= {(table, kind, str(one["name"])) for one in ask(table) if not _of_constraint(one)}
    return names


def _of_constraint(one: dict[str, object]) -> bool:
    """PostgreSQL lists the index behind a constraint once more; SQLite holds the exclusion as a trigger."""
    return bool(one.get("duplicates_constraint")) or str(one["name"]).startswith("ex_")

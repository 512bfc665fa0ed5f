"""Views that are missing or of another release are named and made anew, and analysts keep the views that they built on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from tests.databases import Database
from tracker.cli.remedies import in_words
from tracker.store.admin import migrate
from tracker.store.integrity import viewing
from tracker.store.schema import views
from tracker.store.session import BadDatabase, connect, locked

OLDER = "CREATE VIEW coverage AS SELECT key AS source, 1 AS gone, jurisdiction FROM source"


def run(engine: Engine, *statements: str) -> None:
    with locked(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


def differing(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return viewing.differing(connection)


def test_a_fresh_record_has_the_views_of_this_program(engine: Engine) -> None:
    assert differing(engine) == []
    migrate.check(engine)


def test_missing_and_older_views_are_named_and_made_anew(engine: Engine) -> None:
    run(engine, "DROP VIEW upcoming", "DROP VIEW coverage", OLDER)
    assert differing(engine) == ["upcoming", "coverage"]
    with pytest.raises(migrate.SchemaDiffers, match="upcoming, coverage") as raised:
        migrate.check(engine)
    assert in_words(raised.value).endswith("kratom-tracker db upgrade")
    migrate.upgrade(engine)
    migrate.check(engine)
    assert set(inspect(engine).get_view_names()) == views.VIEWS.keys()


def test_to_compare_changes_nothing(engine: Engine) -> None:
    run(engine, "DROP VIEW upcoming")
    assert differing(engine) == differing(engine) == ["upcoming"]
    assert set(inspect(engine).get_view_names()) == views.VIEWS.keys() - {"upcoming"}


def test_an_analysts_view_stays_where_views_are_made_anew(engine: Engine) -> None:
    run(engine, "CREATE VIEW theirs AS SELECT source, works FROM coverage", "DROP VIEW upcoming")
    migrate.upgrade(engine)
    migrate.check(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM theirs")).all() == []


@pytest.mark.parametrize("start", ["0004", "0006", "0007"])
def test_an_analysts_view_stays_through_migrations(sqlite: Database, tmp_path: Path, start: str) -> None:
    with sqlite.empty(tmp_path / "data") as record:
        record.data.mkdir()
        engine = connect(record.settings.database)
        migrate.upgrade(engine, start)
        run(
            engine,
            "CREATE VIEW calendar AS SELECT happens_on FROM event",
            'CREATE VIEW "their own" AS SELECT * FROM calendar',
            """CREATE TRIGGER heard INSTEAD OF INSERT ON "their own" BEGIN
                INSERT INTO jurisdiction (code, name, level) VALUES ('ZZ', new.happens_on, 'country'); END""",
        )
        migrate.upgrade(engine)
        migrate.check(engine)
        run(engine, """INSERT INTO "their own" (happens_on) VALUES ('2026-01-01')""")
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT name FROM jurisdiction")) == "2026-01-01"
        engine.dispose()


def test_on_postgresql_a_view_in_the_way_is_named_and_nothing_changes(postgresql: Database, tmp_path: Path) -> None:
    with postgresql.empty(tmp_path / "data") as record:
        engine = connect(record.settings.database)
        migrate.upgrade(engine)
        run(engine, "DROP VIEW coverage", OLDER, "CREATE VIEW theirs AS SELECT gone FROM coverage", "DROP VIEW upcoming")
        with pytest.raises(BadDatabase, match=r"keep its own from being made anew: theirs$") as raised:
            migrate.upgrade(engine)
        assert "drop them, run: kratom-tracker db upgrade" in in_words(raised.value)
        assert differing(engine) == ["upcoming", "coverage"]
        with pytest.raises(BadDatabase, match="theirs"):
            migrate.downgrade(engine)
        assert migrate.current(engine) == migrate.head()
        run(engine, "DROP VIEW theirs")
        migrate.upgrade(engine)
        migrate.check(engine)
        engine.dispose()


def test_on_postgresql_views_of_an_older_schema_carry_an_analysts_view(postgresql: Database, tmp_path: Path) -> None:
    with postgresql.empty(tmp_path / "data") as record:
        engine = connect(record.settings.database)
        migrate.upgrade(engine, "0007")
        with locked(engine) as connection:
            views.create(connection)
        run(engine, "CREATE VIEW theirs AS SELECT jurisdiction, effective_status FROM status_effective")
        migrate.upgrade(engine)
        migrate.check(engine)
        engine.dispose()

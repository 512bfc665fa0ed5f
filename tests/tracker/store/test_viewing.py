"""Views that are missing or of another release are named and made anew, and analysts keep the views that they built on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from tests.databases import Database
from tracker.cli.remedies import in_words
from tracker.export import snapshot
from tracker.store.admin import migrate
from tracker.store.integrity import viewing
from tracker.store.schema import views
from tracker.store.session import BadDatabase, connect, connected, locked, sqlite_url

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


MOVED = "CREATE VIEW coverage AS SELECT works, verdict, source, jurisdiction FROM shape"
SHAPE = """CREATE TABLE shape (works boolean, verdict text, source text, jurisdiction text)"""


def test_on_postgresql_a_role_without_temporary_views_is_told_what_it_lacks(postgresql: Database, tmp_path: Path) -> None:
    with postgresql.empty(tmp_path / "data") as record:
        engine = connect(record.settings.database)
        migrate.upgrade(engine)
        name = engine.url.database
        run(
            engine,
            f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC",
            "CREATE ROLE plain LOGIN",
            "GRANT USAGE ON SCHEMA public TO plain",
        )
        try:
            with (
                connected(engine.url.set(username="plain").render_as_string(False)) as as_plain,
                as_plain.connect() as connection,
            ):
                with pytest.raises(BadDatabase, match=f"plain may make no temporary ones in {name}") as raised:
                    migrate.check_views(connection)
                assert in_words(raised.value).endswith(f"GRANT TEMPORARY ON DATABASE {name} TO plain")
                assert viewing.differing(connection) == []
        finally:
            run(engine, "REVOKE ALL ON SCHEMA public FROM plain", "DROP ROLE plain")
            engine.dispose()


def test_the_views_of_a_snapshot_are_sound_at_their_own_instant(engine: Engine, tmp_path: Path) -> None:
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    snapshot.write(engine, tmp_path / "record.db", at)
    with connected(sqlite_url(tmp_path / "record.db")) as copy:
        migrate.check(copy)
        run(copy, "DROP VIEW coverage")
        assert differing(copy) == ["coverage"]
        migrate.upgrade(copy)
        migrate.check(copy)
        with copy.connect() as connection:
            assert viewing.clock(connection) == at


@pytest.fixture
def analyst(postgresql: Database, tmp_path: Path) -> Iterator[Engine]:
    """A record whose columns of `coverage` are to move, and on it two views of an analyst, who owns them and lets others read one."""
    with postgresql.empty(tmp_path / "data") as record:
        engine = connect(record.settings.database)
        migrate.upgrade(engine)
        run(
            engine,
            *("DROP VIEW coverage", SHAPE, MOVED, "CREATE ROLE asks", "CREATE SCHEMA desk AUTHORIZATION asks"),
            """CREATE VIEW desk."50 %" WITH (security_barrier=true) AS SELECT source, works FROM coverage WHERE verdict LIKE '5%'""",
            'CREATE VIEW desk.above AS SELECT source FROM desk."50 %" WHERE works',
            *('ALTER VIEW desk."50 %" OWNER TO asks', "ALTER VIEW desk.above OWNER TO asks", "GRANT SELECT ON coverage TO asks"),
            *("GRANT SELECT ON desk.above TO PUBLIC", "COMMENT ON VIEW desk.above IS 'what works''s'"),
        )
        yield engine
        engine.dispose()
    with connected(postgresql._server) as server, server.begin() as connection:
        connection.execute(text("DROP ROLE asks"))


def of_the_analyst(engine: Engine) -> list[tuple[Any, ...]]:
    asked = """SELECT v.relname, pg_get_viewdef(v.oid), pg_get_userbyid(v.relowner), v.relacl::text, v.reloptions::text,
        obj_description(v.oid) FROM pg_class v WHERE relnamespace = 'desk'::regnamespace AND relkind = 'v' ORDER BY 1"""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(asked))]


def test_on_postgresql_an_analysts_views_come_back_where_columns_move(analyst: Engine) -> None:
    before = of_the_analyst(analyst)
    assert len(before) == 2
    migrate.upgrade(analyst)
    migrate.check(analyst)
    assert of_the_analyst(analyst) == before
    run(analyst, "SELECT * FROM desk.above")


def test_on_postgresql_a_materialised_view_in_the_way_is_named(analyst: Engine) -> None:
    run(analyst, "CREATE MATERIALIZED VIEW desk.kept AS SELECT source FROM coverage")
    before = of_the_analyst(analyst)
    with pytest.raises(BadDatabase, match=r"keep its own from being made anew: .*desk\.kept"):
        migrate.upgrade(analyst)
    assert of_the_analyst(analyst) == before
    assert differing(analyst) == ["coverage"]


def test_on_postgresql_views_of_an_older_schema_carry_an_analysts_view(postgresql: Database, tmp_path: Path) -> None:
    with postgresql.empty(tmp_path / "data") as record:
        engine = connect(record.settings.database)
        migrate.upgrade(engine, "0007")
        run(
            engine,
            """CREATE VIEW status_effective AS SELECT jurisdiction, substance, status AS own_status, status AS binding_status,
                jurisdiction AS binding_from, status AS effective_status, count(*) OVER () AS local_known FROM status_version""",
            "CREATE VIEW theirs AS SELECT jurisdiction, effective_status FROM status_effective",
        )
        migrate.upgrade(engine)
        migrate.check(engine)
        engine.dispose()

"""Alembic's own commands with the shipped alembic.ini, from another folder, on the record that the settings name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from tests.databases import Database
from tests.tracker.store.test_migrations import catalogue
from tracker import cli
from tracker.store.admin import migrate
from tracker.store.session import connect, locked

INI = Path(__file__).parents[3] / "alembic.ini"


def alembic(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("TRACKER_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "alembic", "-c", str(INI), *words],
        cwd=folder,
        env=kept | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["current"], 0, f"{migrate.head()} (head)"),
        (["check"], 0, "No new upgrade operations detected."),
        (["history"], 0, f"-> {migrate.head()} (head)"),
        (["upgrade", "head", "--sql"], 0, f"UPDATE alembic_version SET version_num='{migrate.head()}'"),
        (["upgrade", "0007:0008", "--sql"], 0, "COMMIT;"),
        (["upgrade", "0005:head", "--sql"], 255, "revision 0006 works from the rows of a record"),
        (["upgrade", "0001:head", "--sql"], 255, "upgrade with: kratom-tracker db upgrade"),
        (["downgrade", "0007:0006", "--sql"], 0, "request_digest"),
        (["downgrade", "head:base", "--sql"], 255, "works from the rows of a record"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_only_reads_leaves_the_record_as_it_is(
    engine: Engine, database_url: str, tmp_path: Path, words: list[str], status: int, told: str
) -> None:
    before = catalogue(engine)
    done = alembic(tmp_path, *words, TRACKER_DATABASE_URL=database_url)
    assert done.returncode == status, done.stderr
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert catalogue(engine) == before
    migrate.check(engine)


def printed(url: str, folder: Path, *words: str) -> str:
    done = alembic(folder, *words, "--sql", TRACKER_DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def feed(url: str, script: str) -> None:
    """Run a script with the database's own program, which stops at the first error."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        words = ["sqlite3", "-bail", str(address.database)]
    else:
        words = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", address.set(drivername="postgresql").render_as_string(False)]
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    quiet = os.environ | {"PGOPTIONS": "-c client_min_messages=warning"}
    done = subprocess.run(words, input=script, env=quiet, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.fixture
def empty_url(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database.empty(tmp_path_factory.mktemp("fed")) as record:
        yield record.settings.database


def test_the_printed_schema_is_sound_to_every_check(
    blank_url: str, empty_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(empty_url, printed(blank_url, tmp_path, "upgrade", "head"))
    migrated, fed = connect(blank_url), connect(empty_url)
    migrate.upgrade(migrated)
    assert catalogue(fed) == catalogue(migrated)
    migrated.dispose(), fed.dispose()
    monkeypatch.setenv("TRACKER_DATABASE_URL", empty_url)
    for verb in ("db check", "verify", "doctor --json"):
        with pytest.raises(SystemExit) as ended:
            cli.main([*verb.split(), "--data", str(tmp_path)])
        told = capsys.readouterr().out
        assert ended.value.code == 0, told
    assert {check["what"]: check["state"] for check in json.loads(told)}["record"] == "ok"


def test_a_printed_range_does_what_the_upgrade_does(blank_url: str, empty_url: str, tmp_path: Path) -> None:
    upgraded, fed = connect(blank_url), connect(empty_url)
    for engine in (upgraded, fed):
        migrate.upgrade(engine, "0006")
        with locked(engine) as connection:
            connection.execute(text("INSERT INTO jurisdiction (code, name, level) VALUES ('ZZ', 'Nowhere', 'country')"))
    feed(empty_url, printed(blank_url, tmp_path, "upgrade", "0006:head"))
    migrate.upgrade(upgraded)
    assert catalogue(fed) == catalogue(upgraded)
    with fed.connect() as connection:
        assert connection.scalar(text("SELECT name FROM jurisdiction")) == "Nowhere"
    upgraded.dispose(), fed.dispose()


def test_no_record_is_needed_and_none_is_made(tmp_path: Path) -> None:
    assert "CREATE TABLE belief" in printed(f"sqlite:///{tmp_path / 'data' / 'none.db'}", tmp_path, "upgrade", "head")
    assert list(tmp_path.iterdir()) == []


def test_alembic_goes_down_and_up_where_tracker_toml_points(blank_url: str, tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text(f'database_url = "{blank_url}"\n', "utf-8")
    engine = connect(blank_url)
    migrate.upgrade(engine)
    before = catalogue(engine)
    assert alembic(tmp_path, "downgrade", "-1").returncode == 0
    assert migrate.current(engine) not in (None, migrate.head())
    assert alembic(tmp_path, "upgrade", "head").returncode == 0
    assert catalogue(engine) == before
    engine.dispose()


def test_no_record_is_said_and_none_is_made(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = alembic(tmp_path, "current")
    assert done.returncode == 255
    assert "there is no record in data" in done.stdout
    assert done.stderr == ""
    assert not list((tmp_path / "data").iterdir())

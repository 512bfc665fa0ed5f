"""Alembic's own commands with the shipped alembic.ini, from another folder, on the record that the settings name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.tracker.store.test_migrations import catalogue
from tracker.store.admin import migrate
from tracker.store.session import connect

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
        (["upgrade", "head", "--sql"], 255, "kratom-tracker db copy SOURCE TARGET"),
        (["downgrade", "head:base", "--sql"], 255, "nothing was read or changed"),
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

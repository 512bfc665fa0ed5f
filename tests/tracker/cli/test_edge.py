"""The process's edge: what goes wrong is one line that says what to do."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from crawler.archive.errors import ArchiveMissing
from tests.databases import Database, Record
from tests.tracker.cli.conftest import Ask, Use
from tracker import settings, workspace
from tracker.cli import edge, main, status
from tracker.domain.records import RefusedEntry
from tracker.ledger import ClockBehind
from tracker.store import session, sqlite_file

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (RefusedEntry("a minimum age needs the component age"), 2, "component age"),
        (ClockBehind("set the clock right"), 1, "set the clock right"),
        (ArchiveMissing("there is no file"), 1, "there is no file"),
        (
            OSError(errno.ENOSPC, "No space left on device", "data/archive/a.warc.gz"),
            1,
            "a.warc.gz: No space left on device; free some",
        ),
        (OSError(errno.EROFS, "Read-only file system", "data"), 1, "--data"),
        (PermissionError(errno.EACCES, "Permission denied", "data/site"), 1, "permissions"),
        (OperationalError("", {}, sqlite3.OperationalError("database is locked")), 1, "another process writes"),
        (OperationalError("", {}, sqlite3.OperationalError("attempt to write a readonly database")), 1, "permissions"),
        (OperationalError("", {}, sqlite3.OperationalError("database or disk is full")), 1, "free some space"),
        (OperationalError("", {}, Exception("connection refused\nIs the server running?")), 1, "TRACKER_DATABASE_URL"),
    ],
)
def test_a_named_error_is_one_line(error: Exception, code: int, words: str) -> None:
    told = edge.in_words(error)
    assert told is not None
    assert told[1] == code
    assert words in told[0]
    assert "\n" not in told[0]


def test_an_error_that_nobody_named_keeps_its_traceback(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a fault of the program")

    monkeypatch.setattr(status, "show_table", broken)
    with pytest.raises(KeyError):
        main(["status"])


def test_without_a_record_it_says_how_to_make_one(ask: Ask, fresh: Path) -> None:
    assert re.search("kratom-tracker (run|db upgrade)", ask("status").refused(2))
    assert not fresh.exists(), "asking makes nothing"


def test_without_the_file_even_its_schema_cannot_be_told(ask: Ask, tmp_path: Path) -> None:
    """On SQLite alone: an address of PostgreSQL names a database that is there."""
    for words in (("db", "current"), ("db", "check")):
        assert "kratom-tracker run" in ask(*words, "--data", str(tmp_path / "elsewhere")).refused(2)
    assert not (tmp_path / "elsewhere").exists(), "asking makes nothing"


def test_a_file_that_is_no_record_is_told(ask: Ask, tmp_path: Path) -> None:
    """On SQLite alone: it is about the file."""
    (tmp_path / "tracker.db").write_bytes(b"a shopping list, long enough to be read as a header " * 20)
    assert "no record of this program" in ask("status", "--data", str(tmp_path)).refused(1)


def test_a_record_of_a_newer_program_is_left_alone(ask: Ask, data: Path) -> None:
    opened = workspace.existing(settings.load())
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    opened.engine.dispose()
    for words in (("status",), ("db", "upgrade"), ("run",)):
        assert "install a newer" in ask(*words).refused(2)
    assert "install a newer" in ask("db", "check").refused(1)


@pytest.mark.parametrize("words", [("status",), ("db", "upgrade"), ("sql", "SELECT 1"), ("serve", "--port", "0")])
def test_a_database_that_the_server_lacks_is_told(
    words: tuple[str, ...], ask: Ask, use: Use, postgres_server: str, tmp_path: Path
) -> None:
    """On PostgreSQL alone: it is about the server."""
    use(Record(tmp_path / "data", postgres_server.rpartition("/")[0] + "/absent"))
    told = ask(*words).refused(1)
    assert '"absent" does not exist' in told
    assert "TRACKER_DATABASE_URL" in told


@pytest.mark.parametrize(
    "words", [("status",), ("db", "current"), ("db", "check"), ("db", "role", "x"), ("doctor",), ("export",)]
)
def test_no_connection_is_left_open(words: tuple[str, ...], ask: Ask, use: Use, postgresql: Database, tmp_path: Path) -> None:
    """On PostgreSQL alone, which counts them; also of a verb that is refused because there is no record yet."""
    with postgresql.empty(tmp_path / "data") as record:
        use(record)
        ask(*words)
        assert_nobody_is_connected(record.database_url)


def assert_nobody_is_connected(database_url: str) -> None:
    import psycopg

    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(100):  # a server needs a moment to see that somebody has left
            (found,) = connection.execute(others).fetchone() or ()
            if found == 0:
                return
            time.sleep(0.05)
    raise AssertionError(f"{found} connections are left")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TRACKER_DATABASE_URL", "mysql://somebody:secret@host/name", "not supported"),
        ("TRACKER_DATABASE_URL", "nonsense", "no database address"),
        ("TRACKER_ZONE", "Mars/Olympus", "America/New_York"),
        ("TRACKER_NOW", "noon", "2026-11-25T12:00:00Z"),
        ("TRACKER_REPORT_HOUR", "25", "TRACKER_REPORT_HOUR"),
        ("TRACKER_LINK_HOSTS", "example.org", "JSON object"),
    ],
)
def test_a_wrong_setting_is_named(
    variable: str, value: str, words: str, ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    told = ask("status").refused(2)
    assert words in told
    assert "secret" not in told


def test_a_broken_settings_file_is_named(ask: Ask, data: Path, tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text("zone = ")
    assert "tracker.toml" in ask("status").refused(2)


def test_a_record_to_which_another_writes_is_told(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (session, sqlite_file):
        monkeypatch.setattr(module, "PATIENCE", 1)
    opened = workspace.existing(settings.load())
    with session.locked(opened.engine):
        answer = ask("review", "reject", "1", "--by", "A. Reader", "--reason", "why")
    opened.engine.dispose()
    assert "another process writes" in answer.refused(1)


@pytest.mark.parametrize("words", [["status"], ["sql", "SELECT * FROM status_history", "--format", "csv"]])
def test_a_closed_pipe_is_no_error(words: list[str], data: Path) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", *words], cwd=PROJECT, stdout=writing, stderr=subprocess.PIPE, env=os.environ
    )
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    _, said = process.communicate()
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize(
    ("written", "words"),
    [(b"zoen = 'Europe/Berlin'", "zoen"), (b"\xff\xfe", "UTF-8"), (b"[link_hosts]\n'example.org' = 'paper'", "vendor")],
)
def test_a_settings_file_with_an_unknown_word_is_named(written: bytes, words: str, ask: Ask, data: Path, tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_bytes(written)
    assert words in ask("status").refused(2)

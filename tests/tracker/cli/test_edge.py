"""The process's edge: what goes wrong is one line that says what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from crawler.archive import ArchiveMissing
from tests.tracker.cli.conftest import Ask
from tracker.cli import asking, edge, main
from tracker.domain.records import RefusedEntry
from tracker.ledger import ClockBehind

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

    monkeypatch.setattr(asking, "show_table", broken)
    with pytest.raises(KeyError):
        main(["status"])


def test_without_a_record_it_says_how_to_make_one(ask: Ask, data: Path, tmp_path: Path) -> None:
    told = ask("status", "--data", str(tmp_path / "elsewhere")).refused(2)
    assert "kratom-tracker run" in told
    assert not (tmp_path / "elsewhere").exists(), "asking makes nothing"


def test_a_file_that_is_no_record_is_told(ask: Ask, data: Path, tmp_path: Path) -> None:
    (data / "tracker.db").write_bytes(b"a shopping list, long enough to be read as a header " * 20)
    for name in ("tracker.db-wal", "tracker.db-shm"):
        (data / name).unlink(missing_ok=True)
    assert "no record of this program" in ask("status").refused(1)


def test_a_record_of_a_newer_program_is_left_alone(ask: Ask, data: Path) -> None:
    with sqlite3.connect(data / "tracker.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for words in (("status",), ("db", "upgrade"), ("run",)):
        assert "install a newer" in ask(*words).refused(2)
    assert "install a newer" in ask("db", "check").refused(1)


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


def test_a_locked_record_is_told(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker import review

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(review, "reject", locked)
    assert "another process writes" in ask("review", "reject", "1", "--by", "A. Reader", "--reason", "why").refused(1)


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

"""`db`: a record is made and checked."""

from __future__ import annotations

from pathlib import Path

from tests.tracker.cli.conftest import Ask
from tracker import settings, workspace


def test_a_record_is_made_and_checked(ask: Ask, fresh: Path) -> None:
    assert "kratom-tracker" in ask("status").refused(2)
    assert ask("db", "upgrade").code == 0
    held = ask("db", "current", "--json").json
    assert held["current"] == held["needed"]
    assert ask("db", "check").code == 0
    assert fresh.is_dir()


def test_a_schema_that_differs_is_a_problem(ask: Ask, data: Path) -> None:
    opened = workspace.existing(settings.load())
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE claim ADD COLUMN surplus TEXT")
    opened.engine.dispose()
    answer = ask("db", "check")
    assert answer.code == 1
    assert "surplus" in answer.err

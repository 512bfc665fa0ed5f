"""`doctor`: what is sound, what is good to know, and what must be mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.tracker.cli.conftest import Ask
from tracker import settings
from tracker.store.session import connected, locked


def test_the_doctor_finds_a_sound_record_and_what_is_good_to_know(ask: Ask, data: Path) -> None:
    answer = ask("doctor", "--json")
    checks = {check["what"]: check for check in answer.json}
    assert checks["record"]["state"] == "ok"
    assert checks["network"]["state"] == "note"
    assert "fi_finlex" in checks["sources never run"]["found"]
    assert checks["clock"]["state"] == "ok"
    assert {check["what"] for check in answer.json if check["state"] == "problem"} <= {"kratom-tracker"}


def test_the_doctor_finds_a_clock_behind_the_record(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_NOW", "2025-01-01T00:00:00Z")
    answer = ask("doctor", "--json")
    assert answer.code == 1
    assert {check["what"]: check["state"] for check in answer.json}["clock"] == "problem"


def test_a_missing_view_is_a_problem_until_the_upgrade_makes_it_anew(ask: Ask, data: Path) -> None:
    with connected(settings.load().database) as engine, locked(engine) as connection:
        connection.execute(text("DROP VIEW upcoming"))
    answer = ask("doctor", "--json")
    found = {check["what"]: check for check in answer.json}["record"]
    assert (answer.code, found["state"]) == (1, "problem")
    assert "upcoming; make them anew with: kratom-tracker db upgrade" in found["found"]
    assert "upcoming" in ask("db", "check").refused(1)
    assert ask("db", "upgrade").code == 0
    assert ask("db", "check").code == 0


def test_the_doctor_works_before_there_is_a_record(ask: Ask, fresh: Path) -> None:
    checks = {check["what"]: check for check in ask("doctor", "--json").json}
    assert checks["record"]["state"] == "note"
    assert "kratom-tracker" in checks["record"]["found"], "how to make one"
    assert not fresh.exists()

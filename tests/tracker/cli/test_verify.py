"""`verify`: what was altered is found."""

from __future__ import annotations

from pathlib import Path

from tests.tracker.cli.conftest import Ask
from tests.tracker.test_verify import tampered
from tracker import settings, workspace


def test_verify_finds_what_was_altered(ask: Ask, data: Path) -> None:
    sound = ask("verify", "--json")
    assert (sound.code, sound.json["problems"]) == (0, [])
    opened = workspace.existing(settings.load())
    of_kratom = "jurisdiction = 'US-TN' AND substance = 'kratom'"
    tampered(opened, f"UPDATE assertion SET status = 'regulated' WHERE {of_kratom} AND status = 'banned'")
    opened.engine.dispose()
    altered = ask("verify")
    assert altered.code == 1
    assert "assertion" in altered.out

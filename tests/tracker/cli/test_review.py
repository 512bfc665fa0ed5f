"""`review` and `code`: who decides has a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tracker.cli.conftest import Ask


@pytest.mark.parametrize(
    "words",
    [
        ("code", "finding", "jurisdiction=US-VI", "substance=kratom", "looked_in=V.I. Code", "terms=kratom"),
        ("review", "reject", "1", "--reason", "another plant"),
    ],
)
def test_who_decides_must_have_a_name(words: tuple[str, ...], ask: Ask, data: Path) -> None:
    assert "the record names them" in ask(*words, "--by", " ").refused(2)

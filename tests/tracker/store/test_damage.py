"""Damaged files of a record are told for what they are, by whichever verb meets them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Database
from tests.shipped import load
from tracker.cli import main
from tracker.store.integrity import damage
from tracker.store.session import connect, sqlite_url

PAGE = 4096
VERBS = (
    ["status"],
    ["history", "US-TN"],
    ["changes"],
    ["verify"],
    ["report"],
    ["sources", "list"],
    ["sql", "SELECT * FROM change"],
)


@pytest.fixture
def file(sqlite: Database, tmp_path: Path) -> Iterator[Path]:
    with sqlite.copy(load, tmp_path / "data") as record:
        yield record.data / "tracker.db"


def pages(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(5):
        at = chance.randrange(1, len(content) // PAGE) * PAGE
        content[at : at + PAGE] = chance.randbytes(PAGE)
    return content


def letters(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(2_000):
        content[chance.randrange(PAGE, len(content))] = chance.randrange(256)
    return content


DAMAGES: dict[str, Callable[[bytearray, random.Random], bytes]] = {
    "another file": lambda content, _: b"no record" * 1_000,
    "half of it": lambda content, _: content[: len(content) // 2],
    "no head": lambda content, _: bytes(100) + content[100:],
    "pages": pages,
    "letters": letters,
}


@pytest.mark.parametrize("how", DAMAGES)
def test_no_verb_falls_over_a_damaged_record_and_the_doctor_finds_it(
    how: str, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_NOW", "2026-11-28T12:00:00Z")
    file.write_bytes(DAMAGES[how](bytearray(file.read_bytes()), random.Random(how)))
    for verb in VERBS:
        assert ended([*verb, "--data", str(file.parent)]) in (0, 1, 2), verb
    capsys.readouterr()
    assert ended(["doctor", "--data", str(file.parent)]) == 1
    (told,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("record ")]
    assert "problem" in told
    assert "another folder" in told or "copy" in told, "how to go on"


def ended(words: list[str]) -> int:
    """The exit status; what is no SystemExit is a traceback."""
    with pytest.raises(SystemExit) as end:
        main(words)
    return int(end.value.code or 0)


def test_a_sound_file_has_no_damage(file: Path) -> None:
    engine = connect(sqlite_url(file))
    assert damage.of_file(engine) == damage.of_rows(engine) == ""
    engine.dispose()


def test_a_row_that_is_not_what_was_sealed_is_damage_of_rows(file: Path) -> None:
    engine = connect(sqlite_url(file))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE substance SET name = 'other' WHERE code = (SELECT min(code) FROM substance)")
    assert damage.of_file(engine) == ""
    assert damage.of_rows(engine).startswith("substance")
    engine.dispose()

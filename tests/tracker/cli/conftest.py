"""A record on each database, made from codebook and baseline once, and a way to ask the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database, Record
from tests.shipped import NOW, load
from tracker.cli import main


@dataclass(frozen=True)
class Told:
    """What a verb said, and with which exit status it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self, code: int = 2) -> str:
        """The one line that a refusal is."""
        assert self.code == code, self.err
        assert self.out == ""
        assert "Traceback" not in self.err
        return self.err


Ask = Callable[..., Told]
Use = Callable[[Record], Path]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Lets every verb work with a record, as a user does who sets the environment."""

    def used(record: Record) -> Path:
        monkeypatch.setenv("TRACKER_DATA", str(record.data))
        monkeypatch.setenv("TRACKER_DATABASE_URL", record.database_url)
        return record.data

    return used


@pytest.fixture
def data(database: Database, use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a record of one's own on each database, which every verb of the test works with; the clock stands at NOW."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_NOW", NOW)
    with database.copy(load, tmp_path / "data") as record:
        yield use(record)


@pytest.fixture
def fresh(data: Path, database: Database, use: Use, tmp_path: Path) -> Iterator[Path]:
    """A data folder that is not there yet, and an empty database, which every verb of the test works with."""
    with database.empty(tmp_path / "fresh" / "deep") as record:
        yield use(record)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(*words: str) -> Told:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return Told(int(ended.value.code or 0), out, err)

    return asked

"""A record made from codebook and baseline once, and a way to ask the command line in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tracker import program, settings
from tracker.cli import main

NOW = "2026-11-25T12:00:00Z"


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


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a record that was made at NOW. Not to be written to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_NOW", NOW)
        folder = tmp_path_factory.mktemp("baseline")
        made = program.prepared(settings.load(data=folder))
        made.engine.dispose()
    return folder


@pytest.fixture
def data(baseline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own, which every verb of the test works with; the clock stands at NOW."""
    folder = tmp_path / "data"
    shutil.copytree(baseline, folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_NOW", NOW)
    monkeypatch.setenv("TRACKER_DATA", str(folder))
    return folder


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(*words: str) -> Told:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return Told(int(ended.value.code or 0), out, err)

    return asked

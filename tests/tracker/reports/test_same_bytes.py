"""The same record gives the same bytes, in whatever order a process holds the members of its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Database
from tests.shipped import NOW, load
from tests.tracker import hostile, replays


def test_an_edition_is_the_same_under_any_seed(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three processes, because the seed of one is fixed as it starts: this takes their three starts."""
    monkeypatch.setenv("TRACKER_NOW", NOW)
    with sqlite.copy(load, tmp_path / "data") as record:
        opened = record.open()
        replays.replayed(opened, replays.warc(tmp_path / "theirs", *hostile.answers()), "us_federal_register")
        opened.engine.dispose()
        editions = {seed: published(record.data, seed) for seed in ("0", "1", "2")}
    assert set(editions["0"]) == {".csv", ".html", ".json", ".md"}
    assert editions["0"] == editions["1"] == editions["2"]


def published(data: Path, seed: str) -> dict[str, bytes]:
    """The files of a month's draft, by ending, as a process of that seed writes them."""
    command = [sys.executable, "-m", "tracker.cli", "report", "--period", "2026-11", "--data", str(data)]
    subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True)
    paths = list((data / "reports").iterdir())
    found = {path.suffix: path.read_bytes() for path in paths}
    for path in paths:
        path.unlink()
    return found

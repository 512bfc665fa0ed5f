"""A wheel carries all that the program needs, and works in a folder with a `maps/` and a `crawler.py` of its own.

On SQLite alone: a wheel without its extras knows no other database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was unpacked."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, cwd=out)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(out / "site")
    return out / "site"


def call(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    environment |= {"PYTHONPATH": str(installed), "TRACKER_NOW": "2026-11-25T12:00:00Z"}
    command = [sys.executable, "-P", "-m", "tracker.cli", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder whose own files bear the program's names."""
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "__init__.py").write_text("raise SystemExit('the wrong maps')")
    for name in ("crawler.py", "tracker.py", "migrations.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong module')")
    return tmp_path


def test_the_main_job_runs_from_a_wheel_in_a_crowded_folder(installed: Path, crowded: Path) -> None:
    done = call(installed, crowded, "run", "--data", "out")
    assert done.returncode == 0, done.stderr
    assert (crowded / "out" / "tracker.db").exists()
    assert list((crowded / "out" / "reports").rglob("*.html"))
    drawn = call(installed, crowded, "map", "us", "--data", "out", "--output", "us.svg")
    assert drawn.returncode == 0, drawn.stderr
    assert (crowded / "us.svg").read_text("utf-8").startswith("<svg")
    told = call(installed, crowded, "status", "US-TN", "--data", "out", "--on", "2026-11-25", "--json")
    assert told.returncode == 0, told.stderr
    assert any(row["jurisdiction"] == "US-TN" and row["status"] == "banned" for row in json.loads(told.stdout))


def test_the_wheel_holds_no_tests_and_no_data_of_this_machine(installed: Path) -> None:
    names = {path.name for path in installed.iterdir()}
    assert {"crawler", "maps", "migrations", "tracker"} <= names
    assert "tests" not in names
    assert not list(installed.rglob("*.db"))

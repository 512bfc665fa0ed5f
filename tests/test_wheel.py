"""A source distribution carries all that a build and the tests need; the wheel that is built from it carries all that the program needs, and works
in a folder with a `maps/` and a `crawler.py` of its own.

On SQLite alone: a wheel without its extras knows no other database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `source`, the unpacked source distribution, and `site`, the unpacked wheel that was built from it."""
    out = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, cwd=out)
    (packed,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    with tarfile.open(packed) as files:
        files.extractall(out, filter="data")
    (out / packed.name.removesuffix(".tar.gz")).rename(out / "source")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(out / "site")
    return out


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """A folder into which the wheel was unpacked."""
    return built / "site"


@pytest.fixture(scope="module")
def metadata(installed: Path) -> Message:
    (found,) = installed.glob("*.dist-info/METADATA")
    return message_from_string(found.read_text("utf-8"))


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


def test_the_source_distribution_holds_every_file_of_the_clone(built: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no clone, so nobody knows which files belong to it")
    known = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
    held = {path.relative_to(built / "source").as_posix() for path in (built / "source").rglob("*") if path.is_file()}
    assert known - held == set()
    assert {name for name in held - known if "egg-info" not in name} <= {"PKG-INFO", "setup.cfg"}


def test_tests_run_from_the_source_distribution(built: Path) -> None:
    """Those of each room that read files beside the code: documents, cases, codebook, migrations, boundaries."""
    some = (
        "tests/docs/test_design.py",
        "tests/tracker/test_layers.py",
        "tests/crawler/test_sources_table.py",
        "tests/maps/test_regions.py",
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *some],
        cwd=built / "source",
        env=environment | {"PYTHONPATH": str(built / "source")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    history = [sys.executable, "-m", "alembic", "-c", str(built / "source/alembic.ini"), "history"]
    assert "(head)" in subprocess.run(history, cwd=built, env=environment, capture_output=True, text=True, check=True).stdout


def test_licences_travel_with_the_package(installed: Path, metadata: Message) -> None:
    expression = metadata["License-Expression"].split(" AND ")
    texts = {path.stem for path in installed.glob("*.dist-info/licenses/LICENSES/*.txt")}
    assert texts == set(expression) == {path.stem for path in (ROOT / "LICENSES").iterdir()}
    assert (ROOT / "LICENSES/Apache-2.0.txt").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")


def test_metadata_and_citation_say_the_same(metadata: Message) -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["license"]) == (metadata["Version"], "Apache-2.0")
    assert [data["license"] for data in cited["references"]] == ["CC-BY-4.0"]
    assert set(cited["keywords"]) <= set(metadata["Keywords"].split(","))
    assert len(metadata.get_all("Classifier", [])) > 10
    assert len(metadata.get_all("Project-URL", [])) == 2

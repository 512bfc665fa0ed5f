"""A new source: the steps of CONTRIBUTING, followed to the letter in a copy of the project, and wrong uses of its commands."""

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawler import new, record

ROOT = Path(__file__).parents[2]
STEPS = re.search(r"\n## Add a source.*?(?=\n## )", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
FACTS = {
    "jurisdictions=()": 'jurisdictions=("FI",)',
    'publisher=""': 'publisher="The printer of acts"',
    'name=""': 'name="Acts"',
    "languages=()": 'languages=("en",)',
    'licence=""': 'licence="free"',
}
ACT = "<html><body><h1>Act 1</h1><main><p>The green leaf is listed.</p></main></body></html>\n"
NONE = "<html><body><p class='none'>No act was found.</p></body></html>\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project without the cases of its sources."""
    others = shutil.ignore_patterns("__pycache__", "fi_*", "gb_*", "us_*")
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=others)
    shutil.copytree(ROOT / "crawler", tmp_path / "crawler", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "pyproject.toml", "scrapy.cfg"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("maps", "migrations", "tracker"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command of CONTRIBUTING with this interpreter's tools."""
    program, *words = shlex.split(command)
    module = words if program == ".venv/bin/python" else ["-m", Path(program).name, *words]
    return subprocess.run([sys.executable, "-B", *module], cwd=project, capture_output=True, text=True, timeout=120, check=False)


def files(project: Path) -> dict[str, str]:
    found = (path for name in ("crawler", "tests", "README.md") for path in [project / name, *(project / name).rglob("*")])
    digests = {str(path.relative_to(project)): path for path in found if path.is_file() and "__pycache__" not in path.parts}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in digests.items()}


def test_the_steps_of_contributing_add_a_source_and_touch_nothing_else(project: Path) -> None:
    assert STEPS
    written, recorded, listed, tested = re.findall(r"`(\.venv/bin/[^`]+)`", STEPS.group())
    before = files(project)
    assert run(project, written).returncode == 0

    unfilled = run(project, recorded)
    assert (unfilled.returncode, "'xx_gazette' lacks jurisdictions" in unfilled.stderr) == (1, True)
    source = project / "crawler/sources/world/xx_gazette.py"
    text = source.read_text("utf-8")
    for empty, fact in FACTS.items():
        assert empty in text
        text = text.replace(empty, fact)
    source.write_text(text, "utf-8")
    cases = project / "tests/crawler/cases/xx_gazette"
    (cases / "source.json").write_text('{"terms": {"en": ["green leaf"]}}')
    (cases / "good_act" / "body.html").write_text(ACT)
    (cases / "refused_empty" / "body.html").write_text(NONE)

    for command in (recorded, listed, tested):
        done = run(project, command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "9 passed" in done.stdout, "four cases read, four described, one source with its refusals"
    for checked in ("check", "format --check"):
        assert run(project, f".venv/bin/ruff {checked} crawler/sources/world/xx_gazette.py").returncode == 0
    own = {"README.md", "crawler/sources/world/xx_gazette.py"}
    after = files(project)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert {name for name in changed if not name.startswith("tests/crawler/cases/xx_gazette/")} == own
    assert "| `xx_gazette` | FI | Acts | The printer of acts |" in (project / "README.md").read_text("utf-8")
    assert "xx_gazette" in run(project, ".venv/bin/scrapy list").stdout.split()
    typed = "from tracker.codebook import load; print(load().link_type('https://www.example.org/acts/1'))"
    assert run(project, f'.venv/bin/python -c "{typed}"').stdout.strip() == "official"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["Not-A-Word"], "'Not-A-Word' is not one word"),
        (["fi_finlex"], "there is a source 'fi_finlex' already"),
        (["xx_gazette", "moon"], "no folder 'moon'; known: us, world"),
        ([], "usage"),
    ],
)
def test_a_skeleton_that_cannot_be_written_is_refused(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert new.main(words) == 2
    assert told in capsys.readouterr().err


def test_a_case_that_cannot_be_recorded_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert record.main(["fi_finlex/of_no_such_name"]) == 1
    assert "holds no case" in capsys.readouterr().err

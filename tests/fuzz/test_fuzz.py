"""Some mutated inputs of every target, always the same ones. `EXAMPLES` in the environment sets how many of each are tried."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz import run, target
from tests.fuzz.target import Hang, Target
from tests.fuzz.targets import NAMES, load

RUNS = {"archives": 1_000, "coder": 400, "pages": 20, "parsers": 3_000, "timeline": 200}
"""Some two to four seconds each; a page of a report takes 50 ms."""


@pytest.fixture(autouse=True)
def _silent() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", NAMES)
def test_no_input_crashes_hangs_or_gives_another_type(name: str) -> None:
    one, seed = load(name), 0 if "EXAMPLES" not in os.environ else int.from_bytes(os.urandom(4), "big")
    tries = RUNS[name] * max(1, int(os.environ.get("EXAMPLES", "60")) // 60)
    for number, data in enumerate(islice(run.inputs(one, seed), tries)):
        try:
            one.run(data)
        except Exception as error:
            raise AssertionError(f"input {number} of {name} with seed {seed}: {data[:200]!r}") from error


@pytest.mark.parametrize("name", NAMES)
def test_every_seed_is_well(name: str) -> None:
    one = load(name)
    for seed in one.seeds:
        one.run(seed)


def test_the_same_seed_gives_the_same_inputs() -> None:
    one, other = (list(islice(run.inputs(load("parsers"), seed), 20)) for seed in (3, 3))
    assert one == other
    assert one != list(islice(run.inputs(load("parsers"), 4), 20))


def test_a_fault_ends_it_and_its_input_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "CRASH", tmp_path / "crash")

    def faulty(_: int, data: bytes) -> None:
        assert b"<" in data

    one = Target("faulty", lambda: ([b"<p>"], faulty))
    with pytest.raises(AssertionError):
        run.plain(one, 10_000, 0, 0)
    with pytest.raises(AssertionError):
        one.run((tmp_path / "crash").read_bytes())


def test_what_goes_on_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "HANG", 0.1)

    def endless(_: int, data: bytes) -> None:
        while data:
            pass

    with pytest.raises(Hang, match=r"more than 0\.1 seconds of the processor"):
        Target("endless", lambda: ([b"a"], endless)).run(b"\0\0a")


@pytest.mark.parametrize("way", [[], ["--plain"]], ids=["guided", "plain"])
def test_the_command_tries_so_many(tmp_path: Path, way: list[str]) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "archives", "--runs", "50", *way]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "50 inputs of archives without a fault" in done.stdout or "Done 50 " in done.stderr

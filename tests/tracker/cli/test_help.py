"""Every verb is documented with an example, and help costs nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.tracker.cli.conftest import Ask
from tracker.cli import app

PROJECT = Path(__file__).parents[3]
HEAVY = {
    "geopandas",
    "matplotlib",
    "scrapy",
    "twisted",
    "pandas",
    "sqlalchemy",
    "alembic",
    "apscheduler",
    "pydantic_settings",
    "jinja2",
}
READING = (
    *("status", "history", "changes", "explain", "sql", "sources list", "sources show", "runs list", "runs show"),
    *("review list", "review show", "schedule list", "db current", "doctor", "verify", "propose", "report"),
)


def verbs(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, child in getattr(command, "commands", {}).items():
        if hasattr(child, "commands"):
            yield from verbs(child, (*words, name))
        else:
            yield (*words, name), child


VERBS = dict(verbs(typer.main.get_command(app)))


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_says_what_it_does_and_shows_an_example(words: tuple[str, ...], ask: Ask) -> None:
    answer = ask(*words, "--help")
    assert answer.code == 0
    assert "Example" in answer.out
    assert f"kratom-tracker {' '.join(words)}" in answer.out
    for parameter in VERBS[words].params:
        assert getattr(parameter, "help", "") or parameter.param_type_name == "argument" or parameter.name == "help"


@pytest.mark.parametrize("words", READING)
def test_every_reading_verb_gives_json(words: str) -> None:
    names = {name for parameter in VERBS[tuple(words.split())].params for name in parameter.opts}
    assert "--json" in names


def test_the_root_names_every_verb(ask: Ask) -> None:
    answer = ask("--help")
    assert all(words[0] in answer.out for words in VERBS)
    assert "0 done, 1 ran and found a problem, 2 wrong use" in answer.out


@pytest.mark.parametrize("words", [(), ("sources",), ("review",), ("runs",), ("db",), ("schedule",)], ids=" ".join)
def test_summaries_fit(words: tuple[str, ...], ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = ask(*words, "--help").out.partition("Commands:")[2]
    assert listed
    assert "..." not in listed


def test_the_version_is_told(ask: Ask) -> None:
    assert ask("--version").out == f"kratom-tracker {version('kratom-tracker')}\n"


def test_help_of_every_verb_loads_nothing_heavy() -> None:
    script = f"""
import contextlib, io, sys
from tracker.cli import main
for words in {[*map(list, VERBS), []]}:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        main([*words, "--help"])
print(*sys.modules)
"""
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True
    )
    assert {name.split(".")[0] for name in process.stdout.split()} & HEAVY == set()


@pytest.mark.parametrize("words", [["nonsense"], ["status", "--nonsense"], ["review", "accept"], ["sql"], ["report", "--week"]])
def test_wrong_words_are_wrong_use(words: list[str], ask: Ask, data: Path) -> None:
    ask(*words).refused(2)

"""`crawl`: what became of each source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler import registry
from tests.tracker.cli.conftest import HELD, REACHED, UNREACHED, Ask
from tracker.pipeline.summary import RunSummary


@pytest.mark.parametrize(
    ("summaries", "code"),
    [((REACHED,), 0), ((REACHED, HELD), 1), ((UNREACHED,), 1), ((), 0)],
    ids=["healthy", "held", "no network", "none due"],
)
def test_crawl_ends_with_what_became_of_it(
    summaries: tuple[RunSummary, ...], code: int, ask: Ask, data: Path, answers: Callable[..., list[Any]]
) -> None:
    asked = answers(*summaries)
    answer = ask("crawl", "--due")
    assert answer.code == code
    assert asked == [(None, True)]
    assert all(run.source in answer.out for run in summaries)
    assert answer.err == "asking\n"


def test_crawl_refuses_an_unknown_source_and_contradictions(ask: Ask, data: Path, tmp_path: Path) -> None:
    assert "fi_finlex" in ask("crawl", "fi_finlax").refused(2)
    (tmp_path / "a.warc.gz").write_bytes(b"")
    assert "--replay" in ask("crawl", "--due", "--replay", str(tmp_path / "a.warc.gz")).refused(2)


def test_a_summary_as_json(ask: Ask, data: Path, answers: Callable[..., list[Any]]) -> None:
    answers(REACHED)
    (told,) = json.loads(ask("crawl", "fi_finlex", "--json").out)
    assert (told["source"], told["verdict"], told["fetches"]) == ("fi_finlex", "healthy", {"ok": 3})


def test_an_archive_of_which_nothing_can_be_read_is_a_problem(ask: Ask, data: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.warc.gz").write_bytes(b"garbage")
    assert "after 0 whole records" in ask("crawl", "--replay", str(tmp_path / "answers.warc.gz")).refused(1)
    assert ask("runs", "list", "--json").json == []


@pytest.mark.parametrize("words", [("crawl",), ("run",)])
def test_a_source_that_cannot_be_loaded_is_named_and_the_others_are_asked(
    words: tuple[str, ...],
    ask: Ask,
    data: Path,
    answers: Callable[..., list[Any]],
    press: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "not_loaded", lambda: (("zz_lost", "source 'zz_lost' lacks licence"),))
    asked = answers(REACHED)
    answer = ask(*words)
    assert (answer.code, len(asked)) == (0, 1)
    assert "left out, it cannot be loaded: zz_lost: source 'zz_lost' lacks licence" in answer.err

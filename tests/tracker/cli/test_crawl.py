"""`crawl`: what became of each source."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler import registry
from tests.tracker.cli.conftest import HELD, REACHED, UNREACHED, Ask
from tests.tracker.replays import FINLAND, warc
from tracker.pipeline.summary import RunSummary

NO_ANSWER = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:x>\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
CUT = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nContent-Length: 99\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html>"


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
    assert answer.err == "2026-11-25T12:00:00Z asking\n"


def test_crawl_refuses_an_unknown_source_and_contradictions(ask: Ask, data: Path, tmp_path: Path) -> None:
    assert "fi_finlex" in ask("crawl", "fi_finlax").refused(2)
    (tmp_path / "a.warc.gz").write_bytes(b"")
    assert "--replay" in ask("crawl", "--due", "--replay", str(tmp_path / "a.warc.gz")).refused(2)


def test_a_summary_as_json(ask: Ask, data: Path, answers: Callable[..., list[Any]]) -> None:
    answers(REACHED)
    (told,) = json.loads(ask("crawl", "fi_finlex", "--json").out)
    assert (told["source"], told["verdict"], told["fetches"]) == ("fi_finlex", "healthy", {"ok": 3})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"garbage", "after 0 whole records"),
        (b"", "none of its 0 records is an answer"),
        (gzip.compress(b"<html>Not found</html>"), "after 0 whole records"),
        (NO_ANSWER, "none of its 1 records"),
        (CUT, "after 0 whole records"),
    ],
    ids=["garbage", "empty", "a page", "no answer", "cut in its first answer"],
)
def test_a_file_that_is_no_archive_is_refused_and_not_adopted(
    ask: Ask, data: Path, tmp_path: Path, content: bytes, told: str
) -> None:
    (bad := tmp_path / "answers.warc.gz").write_bytes(content)
    good = warc(tmp_path, *FINLAND)
    assert told in ask("crawl", "--replay", str(good), "--replay", str(bad)).refused(1)
    assert ask("runs", "list", "--json").json == []
    assert not list((data / "archive").glob("adopted-*"))


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

"""The whole recorded corpus through the tracker: what it tells and proposes, and that a second replay changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import SHARED, needs_shared
from tests.crawler import casefolder
from tests.tracker.replays import dump, proposals, replayed, rows
from tracker.verify import verify
from tracker.workspace import Workspace


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.warc.gz"
    subprocess.run([sys.executable, SHARED / "corpus/to_warc.py", path], check=True, capture_output=True)
    return path


@needs_shared
def test_the_whole_corpus_twice(researched: Workspace, corpus: Path) -> None:
    before = rows(researched.engine, "SELECT * FROM status_version")
    *told, unrouted = replayed(researched, corpus)
    assert {run.source: run.verdict for run in told} == dict.fromkeys((run.source for run in told), "healthy")
    assert unrouted.unrouted > 200
    answered = {run.source: {how: n for how, n in run.fetches.items() if how != "not_in_archive"} for run in told}
    assert answered == casefolder.of_corpus("outcomes")
    (kept,) = rows(researched.engine, "SELECT count(*) FROM \"fetch\" WHERE outcome <> 'not_in_archive'")
    assert kept == (sum(sum(counts.values()) for counts in answered.values()),)
    assert {run.source: run.documents for run in told if run.documents} == casefolder.of_corpus("documents")
    assert {run.source: run.measures for run in told if run.measures} == casefolder.of_corpus("measures")
    expected = sum(map(Counter, casefolder.of_corpus("proposals").values()), Counter())
    assert Counter(one["instrument"] for one in proposals(researched.engine)) == expected
    assert rows(researched.engine, "SELECT * FROM status_version") == before, "a replay alone moves no status"

    whole = dump(researched.engine)
    *again, unrouted_again = replayed(researched, corpus)
    assert all(run.known for run in again)
    assert [run.run for run in again] == [run.run for run in told]
    assert unrouted_again == unrouted
    assert dump(researched.engine) == whole
    verdict = verify(researched)
    (captures,) = rows(researched.engine, "SELECT count(*) FROM capture")
    assert (verdict.captures, verdict.quotes, verdict.runs, verdict.problems) == (*captures, expected.total(), len(told), ())

"""The whole recorded corpus through the tracker: what it tells and proposes, and that a second replay changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import SHARED, needs_shared
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
    outcomes = sum((Counter(run.fetches) for run in told), Counter())
    assert (outcomes["ok"], outcomes["gone"], outcomes["empty"], outcomes["soft_error"]) == (47, 2, 2, 1)
    assert sum(outcomes[bad] for bad in ("blocked", "layout_changed", "failed", "no_network")) == 0
    assert rows(researched.engine, "SELECT count(*) FROM \"fetch\" WHERE outcome <> 'not_in_archive'") == [(52,)]
    assert {run.source: run.documents for run in told if run.documents} == {
        "fi_finlex": 11,
        "gb_bills": 7,
        "gb_legislation": 5,
        "us_congress": 2,
    }
    assert sum(run.measures for run in told) == 2
    assert Counter((one["jurisdiction"], one["instrument"]) for one in proposals(researched.engine)) == {
        ("FI", "http://data.finlex.fi/eli/sd/2016/166"): 3,
        ("US", "US 119 HR 8000"): 3,
        ("US", "US 119 HR 9913"): 1,
    }
    assert rows(researched.engine, "SELECT * FROM status_version") == before, "a replay alone moves no status"

    whole = dump(researched.engine)
    *again, unrouted_again = replayed(researched, corpus)
    assert all(run.known for run in again)
    assert [run.run for run in again] == [run.run for run in told]
    assert unrouted_again == unrouted
    assert dump(researched.engine) == whole
    found = verify(researched)
    assert (found.captures, found.quotes, found.runs, found.problems) == (51, 7, len(told), ())

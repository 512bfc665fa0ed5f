"""Mutated answers go through the record: they may be refused, kept or proposed, and move no status."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text

from tests.fuzz.mutator import mutated
from tests.tracker.replays import FINLAND, Answer, recorded, replayed, warc
from tracker.pipeline.accept import accept_run
from tracker.store.session import reading
from tracker.workspace import Workspace

LISTS = {"fi_finlex": "fi_finlex/consolidated_2014_1130", "us_ecfr": "us_ecfr/list_without_them"}
TRIES = max(1, int(os.environ.get("EXAMPLES", "60")) // 60) * 40


@pytest.fixture(autouse=True)
def _silent() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def answers(case: str) -> Iterator[Answer]:
    """A list, mutated, as its publisher would answer on the days after its own."""
    _, body, at, _, _ = recorded(case)
    for number in range(TRIES):
        later = datetime.fromisoformat(at) + timedelta(minutes=number + 1)
        yield recorded(case, later.isoformat(), mutated(body, Random(f"{case} {number}")))


def statuses(engine: Engine) -> set[str]:
    """Every row of every belief in a status."""
    with reading(engine) as connection:
        return {repr(tuple(row)) for row in connection.execute(text("SELECT * FROM status_version"))}


@pytest.mark.parametrize("source", LISTS)
def test_no_mutated_list_moves_a_status(researched: Workspace, tmp_path: Path, source: str) -> None:
    """Not even when a person accepts the whole run, so that the one rule may decide that reads such lists."""
    known = FINLAND if source == "fi_finlex" else (LISTS[source],)
    (first,) = replayed(researched, warc(tmp_path / "first", *known), source)
    accept_run(researched, first.run or 0, "A. Reader")
    before = statuses(researched.engine)
    (told,) = replayed(researched, warc(tmp_path / "mutated", *answers(LISTS[source])), source)
    assert accept_run(researched, told.run or 0, "A. Reader").documents, "some are still read"
    assert before
    assert statuses(researched.engine) == before

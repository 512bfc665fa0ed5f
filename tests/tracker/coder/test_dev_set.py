"""The labelled texts: the figures that the coder reaches, as floors. Other texts, which nobody tunes to, are scored elsewhere."""

import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import SHARED, needs_shared
from tests.tracker.coder.reading import TODAY
from tracker.codebook import load
from tracker.coder import Reading, propose

LABELLED = SHARED / "corpus" / "labelled"

pytestmark = needs_shared


@pytest.fixture(scope="module")
def score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", LABELLED / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def readings() -> list[tuple[dict[str, Any], str, Reading]]:
    found = []
    for line in (LABELLED / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        text = (LABELLED / "dev" / f"{case['id']}.txt").read_text(encoding="utf-8")
        reading = propose(text, load(), jurisdiction=case["jurisdiction"] or "US", kind=case["document_kind"], today=TODAY)
        found.append((case, text, reading))
    return found


def test_the_bars_of_the_sure_cases(score: ModuleType, readings: list[tuple[dict[str, Any], str, Reading]]) -> None:
    figures, worst = score.figures([(case, reading.to_dict()) for case, _, reading in readings if not case.get("doubt")])
    assert figures["precision"] == 1.0, worst
    assert figures["recall"] >= 0.98, worst
    assert figures["stage"] == figures["stages"], worst
    assert figures["date"] == figures["dates"], worst


def test_the_bars_of_all_cases(score: ModuleType, readings: list[tuple[dict[str, Any], str, Reading]]) -> None:
    figures, worst = score.figures([(case, reading.to_dict()) for case, _, reading in readings])
    assert figures["precision"] >= 0.99, worst
    assert figures["recall"] >= 0.95, worst


def test_nothing_is_taken_for_law_in_force_that_is_not(readings: list[tuple[dict[str, Any], str, Reading]]) -> None:
    assert [case["id"] for case, _, reading in readings if reading.sets_status_now and not case["sets_status_now"]] == []
    standing = [reading.sets_status_now for case, _, reading in readings if case["sets_status_now"]]
    assert sum(standing) >= 0.7 * len(standing)


def test_negatives_give_nothing(readings: list[tuple[dict[str, Any], str, Reading]]) -> None:
    assert [case["id"] for case, _, reading in readings if case["negative"] and reading.provisions] == []


def test_every_quote_stands_in_its_text(readings: list[tuple[dict[str, Any], str, Reading]]) -> None:
    for case, text, reading in readings:
        for proposal in (*reading.provisions, *reading.implied, *reading.carve_outs):
            assert text[proposal.quote_start : proposal.quote_end] == proposal.quote, case["id"]
            assert len(proposal.quote.split()) <= 40, case["id"]

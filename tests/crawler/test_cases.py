"""Every recorded answer yields what its folder expects, and no source stands without good and bad examples."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler import registry
from crawler.contract.items import Outcome
from tests.crawler import casefolder

FOLDERS = casefolder.folders()
NEEDED, POSSIBLE = {"url", "captured_at", "constructed"}, {"status", "headers", "terms", "watched", "note"}


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_case(folder: Path) -> None:
    expected = folder / "expected.json"
    assert expected.is_file(), f"run python -m tests.crawler.record {name(folder)} and read what it wrote"
    assert casefolder.run(folder) == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_case_is_described(folder: Path) -> None:
    meta, exchange = casefolder.load(folder)
    written = set(json.loads((folder / "meta.json").read_text("utf-8")))
    assert (NEEDED - written, written - NEEDED - POSSIBLE) == (set(), set())
    assert isinstance(meta["constructed"], bool)
    assert datetime.fromisoformat(exchange.captured_at).utcoffset() is not None
    assert registry.spider(folder.parent.name).facts.route(exchange.method, exchange.url, exchange.request_body), (
        "no route claims the address"
    )


def test_a_crash_is_never_expected() -> None:
    """It is a fault of ours to mend; no answer is refused by it."""
    outcomes = {name(folder): json.loads((folder / "expected.json").read_text("utf-8"))["outcome"] for folder in FOLDERS}
    assert [case for case, outcome in outcomes.items() if outcome == Outcome.PARSER_ERROR] == []


@pytest.mark.parametrize("key", registry.sources())
def test_source_has_a_good_case_and_three_refusals(key: str) -> None:
    cases = [folder for folder in FOLDERS if folder.parent.name == key]
    outcomes = {folder: json.loads((folder / "expected.json").read_text("utf-8")) for folder in cases}
    statuses = {folder: casefolder.load(folder)[0]["status"] for folder in cases}
    assert any(read["outcome"] == Outcome.OK and read["items"] for read in outcomes.values()), "no good case"
    assert any(read["outcome"] == Outcome.EMPTY for read in outcomes.values()), "no empty answer"
    assert any(read["outcome"] == Outcome.BLOCKED and statuses[folder] == 200 for folder, read in outcomes.items()), (
        "no blocking page with status 200"
    )
    assert any(read["outcome"] == Outcome.LAYOUT_CHANGED for read in outcomes.values()), "no broken shape"


def test_case_folders_belong_to_sources() -> None:
    assert {folder.parent.name for folder in FOLDERS} <= set(registry.sources())

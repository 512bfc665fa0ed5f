"""What is not final is asked for by its source, as the record names it: from the researched measures to the first requests."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crawler import registry
from crawler.contract.watched import read_watched
from tests.crawler.localsite import first_requests
from tracker.history.watched import watched
from tracker.store.session import reading
from tracker.workspace import Workspace

DAY = date(2026, 11, 28)


def asked(workspace: Workspace, key: str, day: date = DAY) -> list[str]:
    """What a source asks for because it is watched, as its crawler is told."""
    spider = registry.spider(key)
    with reading(workspace.engine) as connection:
        rows = watched(connection, key, spider.facts.jurisdictions, day)
    told = json.dumps({key: [dict(row._mapping) for row in rows]})
    lists = first_requests(spider())
    return [url for url in first_requests(spider(watched=read_watched(told, key))) if url not in lists]


def test_what_was_researched_is_watched_by_the_source_of_its_place(researched: Workspace) -> None:
    status = "https://www.govinfo.gov/bulkdata/BILLSTATUS/119"
    bills = [f"{status}/hr/BILLSTATUS-119hr8000.xml", f"{status}/s/BILLSTATUS-119s5383.xml"]
    assert asked(researched, "us_congress") == bills
    assert asked(researched, "us_congress", date(2027, 1, 20)) == bills, "across the turn of a Congress"
    assert asked(researched, "us_congress", date(2027, 4, 1)) == [], "a session that is long over is no longer watched"


def test_a_rule_making_that_is_not_final_is_asked_for_by_the_register(researched: Workspace) -> None:
    documents = "https://www.federalregister.gov/api/v1/documents"
    numbers = ("2026-13580", "2026-13581", "2026-17429", "2026-13608")
    assert asked(researched, "us_federal_register") == [f"{documents}/{number}.json" for number in numbers]


@pytest.mark.parametrize("key", registry.sources())
def test_every_source_can_ask_for_whatever_is_watched(researched: Workspace, key: str) -> None:
    assert all(registry.sources()[key].route("GET", url) for url in asked(researched, key))

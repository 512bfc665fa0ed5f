"""No cursor passes the day on which its page was read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from crawler.contract.items import Outcome
from crawler.parsing.cursors import usable_validator
from crawler.parsing.parse_result import fetch_of, read
from crawler.sources.us.us_ecfr import UsEcfr
from tests.crawler import casefolder

TITLES = casefolder.CASES / "us_ecfr" / "titles"
AT = "2026-08-29T00:00:00+00:00"


def test_a_code_that_is_said_to_be_complete_ahead_is_read_as_of_the_day() -> None:
    _, exchange = casefolder.load(TITLES)
    answer = json.loads(exchange.body)
    for title in answer["titles"]:
        title["up_to_date_as_of"] = "2027-01-01"
    reading = read(UsEcfr(), replace(exchange, body=json.dumps(answer).encode()))
    assert reading.outcome is Outcome.OK
    assert [remark.text for remark in reading.remarks] == ["2027-01-01 lies ahead: all of it is read, whatever its days"]
    assert "/full/2026-08-29/title-21.xml?part=1308" in reading.requests[0].url


@pytest.mark.parametrize("day", ["0000-00-00", "soon"])
def test_a_code_that_is_complete_up_to_no_day_is_refused(day: str) -> None:
    _, exchange = casefolder.load(TITLES)
    answer = json.loads(exchange.body)
    answer["titles"] = [title | {"up_to_date_as_of": day} for title in answer["titles"]]
    assert read(UsEcfr(), replace(exchange, body=json.dumps(answer).encode())).outcome is Outcome.LAYOUT_CHANGED


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("Sat, 29 Aug 2026 00:00:00 GMT", True),
        ("Sat, 29 Aug 2026 00:00:01 GMT", False),
        ("Fri, 31 Dec 2100 00:00:00 GMT", False),
        ("yesterday", True),
        (None, True),
    ],
)
def test_a_last_modified_that_lies_ahead_is_not_sent_back(stated: str | None, kept: bool) -> None:
    assert usable_validator(stated, AT) == (stated if kept else None)
    _, exchange = casefolder.load(TITLES)
    headers = {**exchange.headers} | ({"last-modified": stated} if stated else {})
    dated = replace(exchange, headers=headers, captured_at=AT)
    assert fetch_of(UsEcfr.facts, read(UsEcfr(), dated), dated).last_modified == (stated if kept else None)

"""How an answer ended, from status, headers and body alone."""

import pytest

from crawler.contract.items import Outcome
from crawler.contract.routes import Body
from crawler.parsing.outcomes import classify
from tests.conftest import SHARED, needs_shared
from tests.crawler.localspider import LocalSpider

FACTS = LocalSpider.facts
PAGE = b"<!DOCTYPE html><html><head><title>HB 1</title></head><body>An act</body></html>"
F5 = b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Support ID: 1</body></html>"


def outcome(status: int, body: bytes, expects: Body = Body.HTML, **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return classify(status, named, body, expects, FACTS).outcome


@pytest.mark.parametrize(
    ("status", "body", "expects", "expected"),
    [
        (200, PAGE, Body.HTML, Outcome.OK),
        (200, b'{"a": 1}', Body.JSON, Outcome.OK),
        (200, b"\xef\xbb\xbf<?xml version='1.0'?><a/>", Body.XML, Outcome.OK),
        (200, b"plain", Body.TEXT, Outcome.OK),
        (200, F5, Body.HTML, Outcome.BLOCKED),
        (200, F5, Body.JSON, Outcome.BLOCKED),
        (200, b"<html><body>Please verify you are human</body></html>", Body.HTML, Outcome.BLOCKED),
        (200, b"", Body.JSON, Outcome.EMPTY),
        (200, b" \n", Body.HTML, Outcome.EMPTY),
        (204, b"", Body.HTML, Outcome.EMPTY),
        (200, PAGE, Body.JSON, Outcome.SOFT_ERROR),
        (200, PAGE, Body.XML, Outcome.SOFT_ERROR),
        (200, b'{"error": 1}', Body.XML, Outcome.SOFT_ERROR),
        (200, b"<html><title>Site maintenance</title><body>Back soon</body></html>", Body.HTML, Outcome.SOFT_ERROR),
        (304, b"", Body.HTML, Outcome.NOT_MODIFIED),
        (404, b"", Body.HTML, Outcome.GONE),
        (410, PAGE, Body.HTML, Outcome.GONE),
        (403, b"Forbidden", Body.HTML, Outcome.BLOCKED),
        (403, b'{"error": {"code": "API_KEY_INVALID"}}', Body.JSON, Outcome.FAILED),
        (429, b'{"error": {"code": "OVER_RATE_LIMIT"}}', Body.JSON, Outcome.RATE_LIMITED),
        (400, b"{}", Body.JSON, Outcome.FAILED),
        (500, PAGE, Body.HTML, Outcome.FAILED),
        (503, b"down", Body.HTML, Outcome.FAILED),
        (302, b"", Body.HTML, Outcome.SOFT_ERROR),
    ],
)
def test_classify(status: int, body: bytes, expects: Body, expected: Outcome) -> None:
    assert outcome(status, body, expects) is expected


def test_a_challenge_in_the_headers_is_blocked_whatever_the_status() -> None:
    assert outcome(202, b"", x_amzn_waf_action="challenge") is Outcome.BLOCKED
    assert outcome(200, PAGE, cf_mitigated="challenge") is Outcome.BLOCKED
    assert outcome(202, b"") is Outcome.EMPTY


def test_a_law_that_speaks_of_robots_is_no_challenge() -> None:
    law = b"<html><title>HB 2</title><body>" + b"Whoever sells tickets shall show a CAPTCHA. " * 100 + b"</body></html>"
    assert outcome(200, law) is Outcome.OK


def test_a_page_with_a_bot_beacon_is_still_a_page() -> None:
    beacon = b"<script>window.__CF$cv$params={r:'1'}</script>"
    page = b"<html><title>Bill</title><body>" + beacon + b"Section 1. Be it enacted. " * 200 + b"</body></html>"
    assert outcome(200, page) is Outcome.OK


@needs_shared
@pytest.mark.parametrize("status", [200, 403, 503])
def test_recorded_challenges_are_blocked_whatever_the_status(status: int) -> None:
    pages = sorted((SHARED / "corpus/us/errors").glob("cloudflare_*.html"))
    assert len(pages) == 6
    for page in pages:
        for expects in (Body.HTML, Body.JSON):
            assert outcome(status, page.read_bytes(), expects) is Outcome.BLOCKED, page.name


@needs_shared
@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("apidatagov_500_2.html", 500, Outcome.FAILED),
        ("example_com_404_1.html", 404, Outcome.GONE),
        ("federalregister_404_empty_docnumber.html", 404, Outcome.GONE),
        ("federalregister_api_404.json", 404, Outcome.GONE),
        ("regulationsgov_400_invalid_1.json", 400, Outcome.FAILED),
        ("regulationsgov_403_invalid_0.json", 403, Outcome.FAILED),
        ("regulationsgov_500_v4_document_detail_3.json", 500, Outcome.FAILED),
    ],
)
def test_recorded_errors(name: str, status: int, expected: Outcome) -> None:
    assert outcome(status, (SHARED / "corpus/us/errors" / name).read_bytes(), Body.JSON) is expected


@needs_shared
def test_no_genuine_page_of_the_corpus_is_taken_for_a_challenge() -> None:
    pages = [path for path in (SHARED / "corpus").glob("*/*/*.htm*") if path.parent.name != "errors"]
    assert len(pages) > 40
    blocked = [page.name for page in pages if outcome(200, page.read_bytes()) is Outcome.BLOCKED]
    assert blocked == []

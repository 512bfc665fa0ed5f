"""A host is asked as it wants to be asked: at its rate, later when it says so, and not at all while nobody knows its rules."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.contract.items import Outcome
from crawler.fetching.politeness import retry_after
from tests.crawler.localsite import Page, Site, crawl, serving

PAGE: Page = (200, {"Content-Type": "text/html"}, b"<html><body><h1>Ordinance 7</h1></body></html>")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as here:
        here.pages = {"/good": PAGE, "/other": PAGE}
        yield here


def paths(site: Site) -> list[str]:
    return [asked.partition("?")[0] for asked, _ in site.asked]


def test_sources_of_one_host_share_its_rate(site: Site, tmp_path: Path) -> None:
    result = crawl(site, tmp_path, "/good", "/other", DELAY=0.4, TWIN=True)
    assert [result.run(source)["outcomes"] for source in ("local", "twin")] == [{"ok": 2}, {"ok": 2}]
    assert sorted(paths(site)) == ["/good", "/good", "/other", "/other", "/robots.txt", "/robots.txt"]
    # Six turns of one host; apart, each source would take two delays. A busy machine hears some later than they were sent.
    assert site.times[-1] - site.times[0] > 4 * 0.4


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("spelling", ["seconds", "date"])
def test_a_host_that_says_wait_is_left_alone_so_long(status: int, spelling: str, site: Site, tmp_path: Path) -> None:
    class Later(dict[str, str]):
        """Headers whose date is made when they are sent."""

        def items(self):  # type: ignore[no-untyped-def]
            until = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
            return {"Retry-After": "1" if spelling == "seconds" else until}.items()

    site.pages["/good"] = [(status, Later(), b""), PAGE]
    result = crawl(site, tmp_path, "/good", "/other", DELAY=0.7)
    assert result.run()["outcomes"] == {"ok": 2}
    busy = paths(site).index("/good")
    assert site.times[busy + 1] - site.times[busy] > 0.9, "nothing else was asked meanwhile"
    assert paths(site).count("/good") == 2
    assert [exchange.status for exchange in result.archive.read()].count(status) == 1, "the busy answer is archived, too"


def test_a_wait_longer_than_the_run_ends_the_source_as_rate_limited(site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = site.pages["/other"] = (503, {"Retry-After": "3600"}, b"")
    began = time.monotonic()
    result = crawl(site, tmp_path, "/good", "/other", DELAY=0.7)
    assert time.monotonic() - began < 25
    assert result.run()["outcomes"] == {"rate_limited": 2}
    assert result.run()["verdict"] == "failed"
    assert len(paths(site)) == 2, "robots.txt and one page; the other is not asked any more"
    reasons = {path: str(fetch.reason) for path, fetch in result.fetches().items()}
    assert "Retry-After: 3600" in reasons.pop(paths(site)[1])
    assert ["asked again next time" in reason for reason in reasons.values()] == [True]


def test_a_host_that_stays_busy_is_not_asked_for_ever(site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = (429, {"Retry-After": "0"}, b"")
    result = crawl(site, tmp_path, "/good")
    assert result.fetches()["/good"].outcome is Outcome.RATE_LIMITED
    assert paths(site) == ["/robots.txt", *["/good"] * 3]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_unreadable_robots_txt_means_wait(status: int, site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = (status, {"Retry-After": "0"}, b"User-agent: *\nAllow: /\n")
    result = crawl(site, tmp_path, "/good", "/other")
    assert set(paths(site)) == {"/robots.txt"}
    assert result.run()["outcomes"] == {"robots_denied": 2}
    assert f"answers {status}: nothing is asked of it now" in str(result.fetches()["/good"].reason)


def test_a_robots_txt_that_hangs_up_means_wait(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = None
    result = crawl(site, tmp_path, "/good")
    assert set(paths(site)) == {"/robots.txt"}
    assert result.fetches()["/good"].outcome is Outcome.FAILED
    assert "robots.txt" in str(result.fetches()["/good"].reason)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_robots_txt_that_is_refused_means_that_there_are_no_rules(status: int, site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = (status, {}, b"User-agent: *\nDisallow: /\n")
    assert crawl(site, tmp_path, "/good").run()["outcomes"] == {"ok": 1}


NOW = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": " 7 "}, 7),
        ({"Retry-After": "Sun, 01 Mar 2026 12:01:30 GMT", "Date": NOW}, 90),
        ({"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT", "Date": NOW}, 0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    assert retry_after(Response("https://a.test/", headers=sent)) == seconds

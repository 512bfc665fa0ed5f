"""legislation.gov.uk: what a run asks for, and that every recorded answer ends in a typed outcome, the same each time."""

import csv
import re

from crawler.archive.exchange import Exchange, payload_digest
from crawler.contract.items import DocumentItem, DocumentKind, Outcome
from crawler.families.gb_acts import WATCHED
from crawler.parsing.parse_result import Reading, read
from crawler.sources.world.gb_legislation import LOG_DAYS, GbLegislation
from tests.conftest import SHARED, needs_shared
from tests.crawler import casefolder
from tests.crawler.localsite import first_requests

LOG = re.compile(r"https://www\.legislation\.gov\.uk/update/\d{4}-\d\d-\d\d/(legislation|draft)/data\.feed\?.+")


def test_a_run_asks_for_watched_documents_searches_and_the_log() -> None:
    terms = {"en": ("green leaf", "leaf"), "*": ("leaf",), "cy": ("deilen",), "de": ("Blatt",)}
    urls = first_requests(GbLegislation(terms=casefolder.terms(terms)))
    searches = [url for url in urls if "/all/data.feed?text=" in url]
    logs = [url for url in urls if LOG.fullmatch(url)]
    assert urls[: len(WATCHED)] == [f"https://www.legislation.gov.uk/{path}/data.xml" for path in WATCHED]
    assert [url.split("text=")[1].split("&")[0] for url in searches] == ["%22green+leaf%22", "%22leaf%22", "%22deilen%22"]
    assert len(set(logs)) == 2 * (LOG_DAYS + 1)
    assert len(urls) == len(WATCHED) + len(searches) + len(logs)


def test_the_crawl_delay_of_robots_txt_is_kept() -> None:
    assert all(host.robots and host.delay >= 5 for host in GbLegislation.facts.hosts)


def _readings(terms: tuple[str, ...]) -> list[tuple[str, Reading]]:
    spider = GbLegislation(terms=casefolder.terms({"en": terms}))
    found = []
    with (SHARED / "corpus" / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["source_slug"] == "uk-legislation":
                body = (SHARED / "corpus" / row["path"]).read_bytes()
                url = row["request_url"].replace(" (data.xml)", "/data.xml")
                status, headers = int((row["http_status"] or "200")[:3]), {"content-type": row["content_type"]}
                exchange = Exchange("GET", url, status, headers, body, "2026-11-22T00:00:00+00:00", payload_digest(body))
                found.append((row["path"], read(spider, exchange)))
    return found


def _told(reading: Reading) -> object:
    return reading.outcome, reading.reason, reading.items, [request.url for request in reading.requests]


@needs_shared
def test_every_recorded_answer_ends_typed_and_twice_the_same() -> None:
    first, second = _readings(("leaf",)), _readings(("leaf",))
    assert [(path, _told(reading)) for path, reading in first] == [(path, _told(reading)) for path, reading in second]
    unrouted = [path for path, reading in first if reading.outcome is None]
    assert unrouted == [
        "world/uk-legislation/changes_affected_ukpga_2018_12.feed",
        "world/uk-legislation/not_found_404_trimmed.html",
    ]
    assert {reading.outcome for _, reading in first} - {None} == {Outcome.OK, Outcome.EMPTY, Outcome.SOFT_ERROR}


@needs_shared
def test_every_recorded_document_is_read() -> None:
    read_from = {path: reading.items for path, reading in _readings(()) if path.endswith(".xml")}
    for path, items in read_from.items():
        assert len(items) == 1, path
        document = items[0]
        assert isinstance(document, DocumentItem)
        assert document.text, path
        assert ("consolidated_to" in document.dates) is (document.kind is DocumentKind.STATUTE), path
        assert not {"\ue000", "\ue001"} & set(document.text), path

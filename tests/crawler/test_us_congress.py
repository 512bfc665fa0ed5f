"""What a case folder cannot say of the bill spider: settings, and the publisher's instant of change."""

from dataclasses import replace

import pytest

from crawler.contract.items import Outcome, Stage
from crawler.contract.watched import WatchedMeasure
from crawler.parsing.parse_result import read
from crawler.sources.us.us_congress import UsCongress
from tests.crawler import casefolder
from tests.crawler.localsite import first_requests


def test_a_watched_measure_is_taken_whatever_it_says() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_names_no_term")
    assert read(UsCongress(), exchange).items == ()
    (item,) = read(UsCongress(watched=[WatchedMeasure("US", "116", "HR 5183")]), exchange).items
    assert item.to_dict()["identifier"] == "BILLSTATUS-116hr5183"


SITEMAP = casefolder.CASES / "us_congress" / "sitemap_119hr"


def asked(spider: UsCongress) -> list[tuple[str, str]]:
    _, exchange = casefolder.load(SITEMAP)
    return [(request.url[-12:-4], request.meta["lastmod"]) for request in read(spider, exchange).requests]


def test_a_sitemap_gives_what_changed_within_its_last_week() -> None:
    assert asked(UsCongress()) == [("19hr9913", "2026-08-09T20:20:00.649Z")]


def test_a_watched_measure_is_asked_for_across_the_turn_of_a_congress() -> None:
    """Whatever the index lists, which from January on is the next congress alone."""
    named = [("119", "HR 8000"), ("119", "SJRES 12"), ("rules", "FR Doc. 2026-13580")]
    spider = UsCongress(watched=[WatchedMeasure("US", *name) for name in named])
    status = "https://www.govinfo.gov/bulkdata/BILLSTATUS/119"
    assert first_requests(spider) == [
        UsCongress.facts.url,
        f"{status}/hr/BILLSTATUS-119hr8000.xml",
        f"{status}/sjres/BILLSTATUS-119sjres12.xml",
    ]


def test_a_whole_congress_can_be_filled_once() -> None:
    assert len(asked(UsCongress(changed_since="2025-01-03"))) == 3


def test_an_old_text_of_a_status_without_terms_is_not_read_again() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_names_no_term")
    assert len(read(UsCongress(), exchange).requests) == 1
    body = exchange.body.replace(b"<updateDate>2019-", b"<updateDate>2020-")
    later = replace(exchange, body=body, captured_at="2020-12-31T00:00:00+00:00")
    assert read(UsCongress(), later).requests == ()
    assert len(read(UsCongress(changed_since="2019-01-03"), later).requests) == 1


def test_a_text_that_no_route_reads_is_not_asked_for() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_hr8000")
    elsewhere = replace(exchange, body=exchange.body.replace(b"/xml/BILLS-119hr8000ih.xml", b"/pdf/BILLS-119hr8000ih.pdf"))
    assert read(UsCongress(watched=[WatchedMeasure("US", "119", "HR 8000")]), elsewhere).requests == ()


@pytest.mark.parametrize("ahead", ["2099-12-31T00:00:00Z", "9999-01-01", "2026-08-12T00:00:00Z"])
def test_a_sitemap_with_a_day_ahead_is_read_whole_and_says_so(ahead: str) -> None:
    """One day ahead, of one file, must not hide what changed in all others."""
    _, exchange = casefolder.load(SITEMAP)
    assert exchange.captured_at.startswith("2026-08-1")
    exchange = replace(exchange, captured_at="2026-08-11T23:59:59+00:00")
    moved = replace(exchange, body=exchange.body.replace(b"2026-08-09T20:20:00.649Z", ahead.encode()))
    reading = read(UsCongress(), moved)
    assert len(reading.requests) == 3
    assert [remark.text for remark in reading.remarks] == [f"{ahead[:10]} lies ahead: all of it is read, whatever its days"]
    assert read(UsCongress(), exchange).remarks == ()


def test_a_status_file_updated_ahead_has_its_text_read() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_names_no_term")
    ahead = replace(exchange, body=exchange.body.replace(b"<updateDate>2019-", b"<updateDate>2099-"))
    reading = read(UsCongress(), ahead)
    assert len(reading.requests) == 1
    assert [remark.text for remark in reading.remarks] == ["2099-12-03 lies ahead: all of it is read, whatever its days"]


@pytest.mark.parametrize("kind", ["hr", "s"])
def test_an_index_that_lost_the_bills_of_a_chamber_is_refused(kind: str) -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "index_newest_congress")
    newest = max(request.url.split("/")[-2][:3] for request in read(UsCongress(), exchange).requests)
    lost = replace(exchange, body=exchange.body.replace(f"/{newest}{kind}/".encode(), f"/100{kind}/".encode()))
    reading = read(UsCongress(), lost)
    assert (reading.outcome, reading.requests) == (Outcome.LAYOUT_CHANGED, ())
    assert f"lists no sitemap of {kind} of congress {newest}" in (reading.reason or "")


def test_a_bill_that_goes_back_amended_has_not_passed_both_chambers() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_hr8000")
    watched = UsCongress(watched=[WatchedMeasure("US", "119", "HR 8000")])
    passage = "<item><actionDate>2026-11-2{}</actionDate><text>{}</text><actionCode>{}</actionCode></item>"
    houses = passage.format(1, "Passed/agreed to in House: On passage Passed without objection.", "8000")

    def stages(words: str) -> list[Stage | None]:
        added = f"<actions>{passage.format(6, words, '17000')}{houses}"
        body = exchange.body.replace(b"<actions>", added.encode(), 1)
        (item,) = read(watched, replace(exchange, body=body)).items
        return [action.stage for action in item.actions[:2]]  # type: ignore[union-attr]

    both, first = Stage.PASSED_BOTH_CHAMBERS, Stage.PASSED_FIRST_CHAMBER
    assert stages("Passed/agreed to in Senate: Passed Senate without amendment by Unanimous Consent.") == [both, first]
    assert stages("Passed/agreed to in Senate: Passed Senate with an amendment by Voice Vote.") == [None, first]
    assert stages("Passed/agreed to in Senate: On passage, the bill as amended, passed.") == [None, first]


@pytest.mark.parametrize(("words", "stage"), [("Signed by President.", Stage.ENACTED), ("Vetoed by President.", Stage.VETOED)])
def test_what_the_president_did_is_told_by_code_and_word(words: str, stage: Stage) -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_hr8000")
    signed = f"<actions><item><actionDate>2026-11-26</actionDate><text>{words}</text><actionCode>E30000</actionCode></item>"
    body = exchange.body.replace(b"<actions>", signed.encode(), 1)
    (item,) = read(UsCongress(watched=[WatchedMeasure("US", "119", "HR 8000")]), replace(exchange, body=body)).items
    assert item.stage is stage  # type: ignore[union-attr]

"""What a case folder cannot say of the bill spider: watched measures and the publisher's instant of change."""

from dataclasses import replace

from crawler.reading import read
from crawler.spiders.us.us_congress import UsCongress
from tests.crawler import casefolder


def test_a_watched_measure_is_taken_whatever_it_says() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_names_no_term")
    assert read(UsCongress(), exchange).items == ()
    (item,) = read(UsCongress(watched=["116hr5183"]), exchange).items
    assert item.to_dict()["identifier"] == "BILLSTATUS-116hr5183"


def test_requests_carry_the_instant_of_the_last_change() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "sitemap_119hr")
    assert [request.meta["lastmod"] for request in read(UsCongress(), exchange).requests] == [
        "2026-07-22T08:20:00.649Z",
        "2026-08-09T20:20:00.649Z",
        "2026-06-11T20:20:00.649Z",
    ]


def test_a_text_that_no_route_reads_is_not_asked_for() -> None:
    _, exchange = casefolder.load(casefolder.CASES / "us_congress" / "status_hr8000")
    elsewhere = replace(exchange, body=exchange.body.replace(b"/xml/BILLS-119hr8000ih.xml", b"/pdf/BILLS-119hr8000ih.pdf"))
    assert read(UsCongress(watched=["119hr8000"]), elsewhere).requests == ()

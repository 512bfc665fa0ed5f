"""The Bills API: what a run asks for."""

from crawler.contract.watched import WatchedMeasure
from crawler.families.gb_acts import PHRASES
from crawler.sources.world.gb_bills import GbBills
from tests.crawler import casefolder
from tests.crawler.localsite import first_requests


def test_a_run_searches_for_the_watched_acts_and_every_term_once() -> None:
    urls = first_requests(GbBills(terms=casefolder.terms({"en": ["green leaf"], "*": ["leaf"], "de": ["Blatt"]})))
    assert len(urls) == len(PHRASES) + 2
    assert urls[-2:] == [
        "https://bills-api.parliament.uk/api/v1/Bills?SearchTerm=green+leaf&Skip=0&Take=20",
        "https://bills-api.parliament.uk/api/v1/Bills?SearchTerm=leaf&Skip=0&Take=20",
    ]


def test_a_watched_bill_is_asked_for_by_its_number() -> None:
    urls = first_requests(GbBills(watched=[WatchedMeasure("GB", "35", "bills/2818"), WatchedMeasure("GB", "35", "HL Bill 7")]))
    assert urls[len(PHRASES) :] == [
        f"https://bills-api.parliament.uk/api/v1/Bills/2818{part}" for part in ("", "/Stages", "/Publications")
    ]

"""The Bills API: what a run asks for."""

import asyncio

from crawler.sources.world.gb_bills import PHRASES, GbBills
from tests.crawler import casefolder


def test_a_run_searches_for_the_watched_acts_and_every_term_once() -> None:
    async def collect() -> list[str]:
        terms = casefolder.terms({"en": ["green leaf"], "*": ["leaf"], "de": ["Blatt"]})
        return [request.url async for request in GbBills(terms=terms).start()]

    urls = asyncio.run(collect())
    assert len(urls) == len(PHRASES) + 2
    assert urls[-2:] == [
        "https://bills-api.parliament.uk/api/v1/Bills?SearchTerm=green+leaf&Skip=0&Take=20",
        "https://bills-api.parliament.uk/api/v1/Bills?SearchTerm=leaf&Skip=0&Take=20",
    ]

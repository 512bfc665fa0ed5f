"""Reads exchanges within limits: what a page does to its parser costs that page."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.exchange import Exchange
from crawler.contract.items import Outcome
from crawler.parsing.bounded import Bounded, Limits, NotDone
from crawler.parsing.parse_result import Parser, Reading, read

LIMITS = Limits(seconds=10, memory=320 * 1024 * 1024)
"""Ten times what the largest recorded answer takes."""


class _Page(NamedTuple):
    parser: int
    exchange: Exchange


class Reader:
    """Reads for the parsers that it is told of, all in one process beside this one."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._parsers: dict[int, Parser] = {}
        self._read = Bounded(self._reading, limits)

    def read(self, parser: Parser, exchange: Exchange) -> Reading:
        """What an exchange says to a source; `parser_error` where reading it was ended."""
        if parser.facts.route(exchange.method, exchange.url, exchange.request_body) is None:
            return read(parser, exchange)
        if id(parser) not in self._parsers:
            self._parsers[id(parser)] = parser
            self._read.close()  # the copy does not know it
        try:
            return self._read(_Page(id(parser), exchange))
        except NotDone as ended:
            return Reading(Outcome.PARSER_ERROR, f"reading it {ended}")

    def close(self) -> None:
        """Read no more."""
        self._read.close()

    def _reading(self, page: _Page) -> Reading:
        return read(self._parsers[page.parser], page.exchange)

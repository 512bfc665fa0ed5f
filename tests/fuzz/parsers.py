"""Every parser, on mutated answers of the case folders: items, or a refusal by name.

PDF files are left out: another process reads each, within limits of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler import registry
from crawler.contract.items import DocumentItem, EventItem, Outcome
from crawler.contract.routes import Body
from crawler.parsing.parse_result import Reading, read
from tests.crawler import casefolder
from tests.fuzz.mutator import LARGEST
from tests.fuzz.target import Target


def _make() -> tuple[Sequence[bytes], Callable[[int, bytes], None]]:
    cases = [(folder.parent.name, *casefolder.load(folder)) for folder in casefolder.folders()]
    cases = [
        case for case in cases if len(case[2].body) <= LARGEST and case[2].headers["content-type"] != casefolder.TYPES[Body.PDF]
    ]
    parsers = {key: registry.spider(key)(terms=casefolder.terms(meta["terms"])) for key, meta, _ in cases}

    def run(number: int, data: bytes) -> None:
        key, _, exchange = cases[number]
        check(read(parsers[key], replace(exchange, body=data)))

    return [exchange.body for _, _, exchange in cases], run


def check(reading: Reading) -> None:
    """That a reading is of the right types, and no crash."""
    assert isinstance(reading.outcome, Outcome)
    assert reading.outcome is not Outcome.PARSER_ERROR, reading.reason
    assert reading.outcome is Outcome.OK or (reading.reason and not reading.items)
    for item in reading.items:
        assert isinstance(item, DocumentItem | EventItem)
        json.dumps(item.to_dict(), ensure_ascii=False, allow_nan=False).encode()
    for request in reading.requests:
        assert request.url.isascii()


TARGET = Target("parsers", _make)

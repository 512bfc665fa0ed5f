"""The coder, on mutated texts of what the case folders yield: a reading whose quotes stand in the text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date

from crawler import registry
from crawler.contract.items import DocumentItem
from crawler.parsing.parse_result import read
from tests.crawler import casefolder
from tests.fuzz.mutator import LARGEST
from tests.fuzz.target import Target
from tracker import codebook
from tracker.coder import propose

TODAY = date(2026, 11, 23)


def _make() -> tuple[Sequence[bytes], Callable[[int, bytes], None]]:
    items, book = [item for item in _documents() if len(item.text) < LARGEST], codebook.load()

    def run(number: int, data: bytes) -> None:
        item, text = items[number], data.decode("utf-8", "replace")
        where = {"jurisdiction": item.jurisdiction, "language": item.language}
        reading = propose(text, book, kind=item.kind.value, today=TODAY, **where)
        json.dumps(reading.to_dict(), allow_nan=False)
        for one in (*reading.provisions, *reading.implied, *reading.carve_outs):
            assert text[one.quote_start : one.quote_end] == one.quote
            assert isinstance(one.valid_from, date | None)

    return [item.text.encode() for item in items], run


def _documents() -> list[DocumentItem]:
    found = []
    for folder in casefolder.folders():
        meta, exchange = casefolder.load(folder)
        reading = read(registry.spider(folder.parent.name)(terms=casefolder.terms(meta["terms"])), exchange)
        found += [item for item in reading.items if isinstance(item, DocumentItem) and item.text]
    return found


TARGET = Target("coder", _make)

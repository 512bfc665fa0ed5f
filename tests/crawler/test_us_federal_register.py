"""What a case folder cannot say of the Federal Register spider: what it asks for, and what never reaches an item."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from crawler.contract.items import Item
from crawler.parsing.parse_result import read
from crawler.sources.us.us_federal_register import SINCE, UsFederalRegister
from tests.crawler import casefolder
from tests.crawler.localsite import first_requests


def test_each_term_is_searched_as_a_phrase() -> None:
    spider = UsFederalRegister(terms=casefolder.terms({"en": ["leaf tea"], "de": ["Blatt"], "*": ["x-15"]}))
    asked = [parse_qsl(urlsplit(url).query) for url in first_requests(spider)]
    assert [dict(pairs)["conditions[term]"] for pairs in asked] == ['"leaf tea"', '"x-15"']
    assert ("conditions[publication_date][gte]", SINCE) in asked[0]
    assert [value for name, value in asked[0] if name == "conditions[type][]"] == ["RULE", "PRORULE", "NOTICE", "PRESDOCU"]
    assert {"action", "effective_on", "full_text_xml_url"} <= {value for name, value in asked[0] if name == "fields[]"}


def test_counts_and_guesses_of_the_register_never_reach_an_item() -> None:
    meta, exchange = casefolder.load(casefolder.CASES / "us_federal_register" / "document_2026_17429_temporary_order")
    record = json.loads(exchange.body)
    changed = record | {"page_views": {"count": 1}, "regulations_dot_gov_info": {}, "excerpts": "another query"}
    assert changed != record

    def items(body: dict[str, object]) -> tuple[Item, ...]:
        return read(
            UsFederalRegister(terms=casefolder.terms(meta["terms"])), replace(exchange, body=json.dumps(body).encode())
        ).items

    assert items(record)
    assert items(record) == items(changed)


def test_a_correction_is_of_another_document_and_makes_no_rule() -> None:
    meta, exchange = casefolder.load(casefolder.CASES / "us_federal_register" / "document_2026_17429_temporary_order")
    spider = UsFederalRegister(terms=casefolder.terms(meta["terms"]))
    for number, corrected in (("C1-2026-16628", "FR Doc. 2026-16628"), ("R2-2026-00012", "FR Doc. 2026-00012")):
        record = json.loads(exchange.body) | {"document_number": number, "action": "Final rule; correction.", "type": "Rule"}
        item = read(spider, replace(exchange, body=json.dumps(record).encode())).items[0].to_dict()
        assert (item["identifier"], item["kind"], item["stage"]) == (f"FR Doc. {number}", "notice", None)
        assert corrected in item["amends"]

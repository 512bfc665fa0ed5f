"""Items refuse what no item may hold, and survive being written down."""

import json
import subprocess
import sys

import pytest

from crawler.contract.fields import InvalidItem
from crawler.contract.items import (
    ActionItem,
    CaptureRef,
    DocumentItem,
    DocumentKind,
    EventItem,
    EventKind,
    Outcome,
    Stage,
    item_from_dict,
)

CAPTURE = CaptureRef("GET", "https://a.test/", "2026-03-01T00:00:00+00:00", "sha256:" + "0" * 64)
FIELDS = {
    "source": "local",
    "jurisdiction": "US-UT",
    "identifier": "SB 45",
    "kind": "bill",
    "title": "Amendments",
    "official_url": "https://a.test/",
    "language": "en",
    "text": "An act",
}


def test_a_document_survives_being_written_down() -> None:
    item = DocumentItem(
        **FIELDS,
        stage=Stage.ENACTED,
        dates={"introduced": "2026-01-20", "in_force": "2026-05-06"},
        actions=(ActionItem("2026-03-01", "signed", Stage.ENACTED), ActionItem("2026-01-20", "filed")),
        aliases=("S.B. 45",),
        captures=(CAPTURE,),
    )
    assert item_from_dict(json.loads(json.dumps(item.to_dict()))) == item


def test_an_event_survives_being_written_down() -> None:
    item = EventItem(
        source="local",
        jurisdiction="US",
        kind=EventKind.COMMENT_DEADLINE,
        on="2026-04-01",
        title="Comments close",
        official_url="https://a.test/",
        captures=(CAPTURE,),
    )
    assert item_from_dict(json.loads(json.dumps(item.to_dict()))) == item


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("kind", "leaflet", "'leaflet' is no DocumentKind"),
        ("stage", "dead", "'dead' is no Stage"),
        ("dates", {"effective": "2026-01-01"}, "unknown key 'effective'"),
        ("dates", {"made": "1.1.2026"}, "not a civil date"),
        ("dates", {"made": "2026-02-30"}, "day"),
        ("identifier", "", "lacks identifier"),
        ("language", "", "lacks language"),
    ],
)
def test_a_document_refuses(field: str, value: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        DocumentItem(**{**FIELDS, field: value})


@pytest.mark.parametrize(
    ("captured_at", "digest"),
    [
        ("2026-03-01T00:00:00", "sha256:" + "0" * 64),
        ("2026-03-01T00:00:00-05:00", "sha256:" + "0" * 64),
        ("2026-03-01T00:00:00+00:00", "sha1:ABC"),
    ],
)
def test_a_capture_refuses(captured_at: str, digest: str) -> None:
    with pytest.raises(InvalidItem):
        CaptureRef("GET", "https://a.test/", captured_at, digest)


def test_what_is_no_item_is_refused() -> None:
    with pytest.raises(InvalidItem, match="no kind of item"):
        item_from_dict({"item": "rumour"})


def test_terms_are_plain_strings() -> None:
    assert json.dumps([Outcome.OK, DocumentKind.BILL, Stage.TRO]) == '["ok", "bill", "tro"]'


def test_items_need_the_standard_library_only() -> None:
    code = "import sys, crawler.contract.items; print(sorted({'scrapy', 'lxml', 'parsel', 'twisted'} & set(sys.modules)))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"

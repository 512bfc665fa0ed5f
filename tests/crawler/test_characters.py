"""The one door: what may be recorded and shown of a text, and what a field may hold at all."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from crawler.contract.characters import escaped, one_line, plain, shortened
from crawler.contract.fetches import Fetch
from crawler.contract.fields import InvalidItem
from crawler.contract.items import ActionItem, CaptureRef, DocumentItem, EventItem, EventKind, Outcome, item_from_dict
from crawler.fetching.memory import FileMemory, Remembered

AT = "2026-03-01T00:00:00+00:00"
CAPTURE = CaptureRef("GET", "https://a.test/", AT, "sha256:" + "0" * 64)
EVERY = "".join(map(chr, range(0x110000)))
LONG = "x" * 100_000


def document(**fields: Any) -> DocumentItem:
    known = {"source": "local", "jurisdiction": "US-UT", "identifier": "SB 45", "kind": "bill", "title": "Amendments"}
    return DocumentItem(**{**known, "official_url": "https://a.test/", "language": "en", "text": "An act", **fields})


def test_nothing_that_acts_passes() -> None:
    shown = plain(EVERY)
    assert all(unicodedata.category(sign) not in ("Cc", "Cs", "Zl", "Zp") for sign in set(shown) - {"\n", "\t"})
    assert not {unicodedata.bidirectional(sign) for sign in shown} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }
    shown.encode()  # no half of a surrogate pair is left
    assert plain(shown) == shown


def test_what_is_text_stays() -> None:
    text = "Zażółć gęślą jaźń\tก\u0e31ญชา 漢字 עברית \u200fא\n🌿\u200d x"
    assert plain(text) == text
    assert plain("one\r\ntwo\rthree\u2028four\x85five") == "one\ntwo\nthree\nfour\nfive"
    assert one_line(" a\n\x1b[31mb\u2029c ") == "a b c"


def test_a_cut_text_says_how_long_it_was() -> None:
    cut = shortened("y" * 10_000, 500)
    assert len(cut) <= 500
    assert cut.endswith("… (10,000 characters)")
    assert shortened(cut, 500) == cut


def test_json_on_a_terminal_says_the_same() -> None:
    value = {"title": "a\x1b[31m\x7f\x9b\u202e\U000e0041 b"}
    told = json.dumps(value, ensure_ascii=False)
    assert json.loads(escaped(told)) == value
    assert escaped(told).isprintable()


def test_items_are_cleaned_as_they_are_made() -> None:
    item = document(
        title="A\x00 title\x1b[2J " + LONG,
        identifier="SB\x85 45",
        aliases=("S\u2028B 45",),
        text="one\x00\u2028two\ud800",
        official_url="https://a.test/" + LONG,
        actions=(ActionItem("2026-01-20", f"filed\x1b {LONG}"),),
    )
    assert (item.identifier, item.aliases, item.text) == ("SB 45", ("S B 45",), "one\ntwo\ufffd")
    assert item.title.startswith("A title x")
    assert "characters)" in item.title
    assert "characters)" in item.actions[0].text
    assert " " in item.official_url
    assert item_from_dict(json.loads(json.dumps(item.to_dict()))) == item


def test_a_day_that_stands_for_none_is_none() -> None:
    item = document(dates={"in_force": "9999-12-31", "made": "0001-01-01", "published": "2026-01-02"})
    assert item.dates == {"published": "2026-01-02"}


@pytest.mark.parametrize(
    "fields",
    [
        {"identifier": LONG},
        {"identifier": 5},
        {"title": None},
        {"title": "\x00\x1b"},
        {"text": True},
        {"aliases": (["x"],)},
        {"dates": {"made": 20260101}},
        {"dates": {"made": "２０２６-01-01"}},
    ],
    ids=str,
)
def test_what_no_item_may_hold(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidItem):
        document(**fields)


def test_a_step_or_an_event_needs_a_known_day() -> None:
    with pytest.raises(InvalidItem, match="no known day"):
        ActionItem("9999-12-31", "signed")
    event = {"source": "local", "jurisdiction": "US", "kind": EventKind.HEARING, "official_url": "https://a.test/"}
    with pytest.raises(InvalidItem, match="no known day"):
        EventItem(on="0001-01-01", title="Hearing", **event)


@pytest.mark.parametrize(
    "url", ["https://a.test/\x1b[2J", "https://a.test/\u2028", "https://a.test/\ud800", "https://a.test/" + LONG]
)
def test_an_answer_is_cited_by_an_address(url: str) -> None:
    with pytest.raises(InvalidItem, match="no address"):
        CaptureRef("GET", url, AT, "sha256:" + "0" * 64)


def test_what_an_exchange_quotes_is_cleaned() -> None:
    fetch = Fetch(
        source="local",
        method="GET",
        url="https://a.test/",
        outcome=Outcome.FAILED,
        reason=f"it\x1b says\u2028{LONG}",
        etag='"\x85"',
    )
    assert fetch.reason is not None
    assert fetch.reason.startswith("it says xxx")
    assert len(fetch.reason) <= 500
    assert fetch.etag is None


def test_a_memory_with_line_separators_is_read(tmp_path: Path) -> None:
    """One of a source must not keep the process, and so all sources of it, from being started."""
    entries = [
        Remembered("local", "GET", f"https://a.test/{number}", '"x\u2028y\u00a0z"', None, "key", CAPTURE, None, None)
        for number in (1, 2)
    ]
    path = tmp_path / "memory.jsonl"
    path.write_text("".join(json.dumps(entry.to_dict(), ensure_ascii=False) + "\n" for entry in entries), "utf-8")
    memory = FileMemory(path)
    assert [memory.recall("local", entry.key) for entry in entries] == entries


def test_a_further_name_that_is_too_long_is_left_out() -> None:
    assert document(aliases=("S.B. 45", LONG), amends=(LONG,)).aliases == ("S.B. 45",)


def test_a_command_to_a_terminal_goes_whole() -> None:
    assert plain("in schedule\x1b[31m I\x1b[0m") == "in schedule I"
    assert plain("\x1b]0;another title\x07An act\x9b2J") == "An act"
    assert plain("a \x1b alone, \ud800") == "a  alone, \ufffd"

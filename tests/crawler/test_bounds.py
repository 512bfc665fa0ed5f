"""How much an answer, a record and a page may hold: what goes beyond is named, and what stands beside it is read."""

from pathlib import Path

import pytest

from crawler.archive import warc
from crawler.archive.errors import ArchiveDamaged
from crawler.archive.folder import Archive
from crawler.archive.index import Entry, index, record_at
from crawler.contract.items import Outcome
from crawler.contract.routes import Body
from crawler.parsing import responses
from crawler.parsing.parse_result import read
from crawler.parsing.responses import body_response
from crawler.parsing.selecting import LayoutChanged
from tests.crawler.localspider import LocalSpider
from tests.crawler.test_reading import exchange

LARGE, SMALL = bytes(200_000), b"small"


@pytest.fixture
def archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """A large answer before a small one in an archive file, where an answer may hold 100,000 bytes."""
    writer = Archive(tmp_path).writer()
    for address, body in (("https://example.org/large", LARGE), ("https://example.org/small", SMALL)):
        writer.write("GET", address, [], 200, [], body, "2026-11-27T10:00:00+00:00")
    writer.close()
    large, _ = index(tmp_path.glob("*.warc.gz")).entries
    monkeypatch.setattr(warc, "MAX_BYTES", 100_000)
    return large


def test_a_record_that_holds_too_much_is_left_out_and_the_next_is_read(archived: Entry) -> None:
    found = index([archived.path])
    assert [entry.url for entry in found.entries] == ["https://example.org/small"]
    ((url, reason),) = found.left_out
    assert (url, "its payload has more than 100000 bytes" in reason) == ("https://example.org/large", True)
    with pytest.raises(ArchiveDamaged, match="more than 100000 bytes"):
        record_at(archived.path, archived.place.offset)


def test_a_record_without_end_ends_the_file(archived: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_SKIPPED", 1_000)
    assert "goes on for more than 1000 bytes" in index([archived.path]).damage[0]


@pytest.mark.parametrize(
    ("expects", "body", "what"),
    [
        (Body.HTML, b"<html>" + b"<p>" * 20, "elements"),
        (Body.XML, b"<a>" + b"<b/>" * 20 + b"</a>", "elements"),
        (Body.JSON, b"[" + b"1," * 20 + b"1]", "values"),
        (Body.JSON, b'{"a":' * 20, "values"),
        (Body.CSV, b"a,b\n" + b"1,2\n" * 20, "values"),
    ],
)
def test_a_body_of_too_many_parts_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, expects: Body, body: bytes, what: str
) -> None:
    monkeypatch.setattr(responses, "_PARTS", {kind: (*parts[:2], 10) for kind, parts in responses._PARTS.items()})
    with pytest.raises(LayoutChanged, match=f"https://example.org/a has more than 10 {what}"):
        body_response("https://example.org/a", body, expects)


def test_a_page_that_is_nested_too_deep_has_changed_its_layout() -> None:
    class Deep(LocalSpider):
        def parse_page(self, response):  # type: ignore[no-untyped-def]
            yield from self.parse_page(response)

    reading = read(Deep(), exchange("/deep", b"<html><h1>a</h1></html>"))
    assert reading.outcome is Outcome.LAYOUT_CHANGED
    assert reading.reason is not None
    assert reading.reason.endswith("is nested deeper than can be followed")

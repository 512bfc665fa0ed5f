"""A body that breaks off is no version of anything: cut anywhere, no recorded answer gives another item than it gives whole."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from backports import zstd

from crawler import registry
from crawler.archive.decoding import Decoding
from crawler.archive.exchange import Exchange, payload_digest
from crawler.archive.reader import read as exchanges
from crawler.contract.items import Outcome
from crawler.contract.routes import Body
from crawler.contract.watched import WatchedMeasure
from crawler.parsing.endings import refuse_cut
from crawler.parsing.parse_result import read
from crawler.parsing.responses import body_response
from crawler.parsing.selecting import CutOff
from tests.crawler import casefolder
from tests.crawler.localsite import crawl, serving
from tests.crawler.localspider import LocalSpider

PLACES = 10
URL = "https://a.test/x"
WHOLE = {
    Body.HTML: b"<html><h1>An act</h1></html>\n",
    Body.XML: b'<?xml version="1.0"?>\n<!-- <a> -->\n<!DOCTYPE bill [<!ENTITY b "c">]>\n<bill><bill/>An act</bill>\n<!-- end -->\n',
    Body.RSS: b"<rss><channel/></rss>",
    Body.JSON: b'\xef\xbb\xbf{"a": [1]}\r\n',
    Body.CSV: b"a,b\r\n1,2\r\n",
    Body.PDF: b"%PDF-1.4\n%%EOF\n" + b"\0" * 500,
}
CUT = {
    Body.HTML: b"<html><h1>An act</h1>",
    Body.XML: b"<bill><section>An act</section>",
    Body.RSS: b"<rss><channel/>",
    Body.JSON: b'{"a": [1',
    Body.CSV: b"a,b\r\n1,2",
    Body.PDF: b"%PDF-1.4\n%%EOF\n" + b"1 0 obj " * 500,
}


@pytest.mark.parametrize("folder", casefolder.folders(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_recorded_answer_that_is_cut_gives_no_other_item(folder: Path) -> None:
    meta, exchange = casefolder.load(folder)
    watched = [WatchedMeasure(**measure) for measure in meta["watched"]]
    parser = registry.spider(folder.parent.name)(terms=casefolder.terms(meta["terms"]), watched=watched)
    whole = read(parser, exchange)
    if not whole.items:
        return
    for place in (len(exchange.body) * step // (PLACES + 1) for step in range(1, PLACES + 1)):
        cut = read(parser, replace(exchange, body=exchange.body[:place]))
        if exchange.body[place:].strip():
            assert cut.outcome is Outcome.FAILED or (cut.outcome is not Outcome.OK and not cut.items), f"cut at byte {place}"


@pytest.mark.parametrize("expects", WHOLE)
def test_each_kind_of_body_has_its_end(expects: Body) -> None:
    refuse_cut(body_response(URL, WHOLE[expects], expects), expects)
    with pytest.raises(CutOff, match=f"the {expects} at {URL} breaks off"):
        refuse_cut(body_response(URL, CUT[expects], expects), expects)


def test_a_page_in_utf_16_has_its_end() -> None:
    refuse_cut(body_response(URL, "<html><p>An act</p></HTML>".encode("utf-16"), Body.HTML), Body.HTML)


def test_what_is_closed_at_once_is_whole() -> None:
    refuse_cut(body_response(URL, b'<?xml version="1.0"?><feed a="b"/>', Body.XML), Body.XML)


def test_facts_may_say_that_whole_pages_have_no_end() -> None:
    class Open(LocalSpider):
        facts = replace(
            LocalSpider.facts,
            key="open",
            routes=tuple(replace(route, open_ended=True) for route in LocalSpider.facts.routes),
        )

    page = Exchange(
        "GET", LocalSpider.facts.url + "/page", 200, {}, CUT[Body.HTML], "2026-01-01T00:00:00+00:00", payload_digest(b"")
    )
    assert [read(spider(), page).outcome for spider in (Open, LocalSpider)] == [Outcome.OK, Outcome.FAILED]


def bare(page: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(page) + packing.flush()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "bare"])
def test_a_packed_body_that_breaks_off_is_not_unpacked(coding: str) -> None:
    page = b"".join(b"<p>Section %d</p>" % number for number in range(2_000))
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "br": brotli.compress,
        "zstd": zstd.compress,
        "deflate": zlib.compress,
        "bare": bare,
    }
    packed, named = pack[coding](page), coding.replace("bare", "deflate")
    assert Decoding.undo(packed, named) == (page, None)
    for place in (1, len(packed) // 2, len(packed) - 1):
        assert Decoding.undo(packed[:place], named) == (packed[:place], named)


def test_gzip_members_may_follow_each_other_and_the_last_has_its_end() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two" * 99)
    assert Decoding.undo(packed, "gzip").body == b"one" + b"two" * 99
    assert Decoding.undo(packed[:-4], "gzip").coding == "gzip"
    assert Decoding.undo(packed + b"\0\0", "gzip").coding is None


PAGE = b"<html><h1>An act</h1></html>"
ANSWERS = {
    "length": (b"Content-Length: 99", PAGE, "28 of 99 bytes arrived"),
    "between chunks": (b"Transfer-Encoding: chunked", b"1c\r\n" + PAGE + b"\r\n", "the last chunk is missing"),
    "within a chunk": (b"Transfer-Encoding: chunked", b"ff\r\n" + PAGE, "the last chunk is missing"),
    "whole": (b"Content-Length: 28", PAGE, None),
    "longer": (b"Content-Length: 9", PAGE, None),
    "whole chunks": (b"Transfer-Encoding: chunked", b"1c\r\n" + PAGE + b"\r\n0\r\n\r\n", None),
    "trailer": (b"Transfer-Encoding: chunked", b"1c\r\n" + PAGE + b"\r\n0\r\nA: b\r\n\r\n", None),
    "no longer chunked": (b"Transfer-Encoding: chunked", PAGE, None),
    "no number": (b"Content-Length: many", PAGE, None),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_archive_says_what_was_cut(name: str, tmp_path: Path) -> None:
    header, payload, cut = ANSWERS[name]
    (exchange,) = exchanges([archived(tmp_path / "theirs.warc", header, payload)])
    assert exchange.cut == cut
    reading = read(LocalSpider(), replace(exchange, url=LocalSpider.facts.url + "/page"))
    assert reading.outcome is (Outcome.FAILED if cut else Outcome.OK)
    assert (reading.reason or "").endswith(cut or "")


def test_an_archive_that_calls_a_record_truncated_is_believed(tmp_path: Path) -> None:
    file = archived(tmp_path / "theirs.warc", b"A: b", PAGE, b"WARC-Truncated: length\r\n")
    (exchange,) = exchanges([file])
    assert exchange.cut == "the archive calls it truncated: length"


def archived(path: Path, header: bytes, payload: bytes, fields: bytes = b"") -> Path:
    """A stranger's archive of one answer."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + header + b"\r\n\r\n" + payload
    record = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://a.test/x\r\n"
    record += b"WARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n" + fields
    path.write_bytes(record + b"Content-Length: %d\r\n\r\n" % len(answer) + answer + b"\r\n\r\n")
    return path


def test_an_answer_that_breaks_off_is_asked_again_archived_and_not_read(tmp_path: Path) -> None:
    short = {"Content-Length": "99"}
    with serving() as site:
        site.pages = {
            "/short": (200, short, PAGE),
            "/mended": [(200, short, PAGE), (200, {}, PAGE)],
            "/open": (200, {}, PAGE.removesuffix(b"</html>")),
        }
        result = crawl(site, tmp_path, "/short", "/mended", "/open", RETRY_TIMES=1)
    assert {path: fetch.outcome for path, fetch in result.fetches().items()} == {
        "/short": Outcome.FAILED,
        "/mended": Outcome.OK,
        "/open": Outcome.FAILED,
    }
    assert result.fetches()["/short"].reason == "the answer is cut off: the server sent less than it announced"
    assert [item.identifier[-7:] for item in result.items()] == ["/mended"]
    kept = [exchange.cut for exchange in result.archive.read() if exchange.url.endswith("/short")]
    assert kept == ["the archive calls it truncated: disconnect"] * 2

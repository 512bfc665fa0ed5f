"""Bodies by kind: what a parse method gets of text in any encoding, tables, ZIP files, feeds and PDF; what is no such thing is refused."""

import io
import zipfile
from typing import Any

import pypdf
import pytest
from scrapy.http import Response, TextResponse

from crawler.archive.exchange import Exchange, payload_digest
from crawler.contract.items import Outcome
from crawler.contract.routes import Body
from crawler.parsing import pdf, zips
from crawler.parsing.charset import encoding_of, text_of
from crawler.parsing.feeds import FeedEntry, feed_of
from crawler.parsing.outcomes import classify
from crawler.parsing.pdf import pdf_of
from crawler.parsing.responses import body_response, response_of
from crawler.parsing.selecting import LayoutChanged, json_of, one, xml_of
from crawler.parsing.tables import csv_of
from crawler.parsing.zips import zip_of
from tests.conftest import SHARED, needs_shared
from tests.crawler.localspider import LocalSpider

URL = "https://a.test/x"
WORDS = "Beschluß über § 7 – “façade”"


def response(body: bytes, expects: Body, content_type: str = "") -> Any:
    return body_response(URL, body, expects, content_type)


class TestEncodings:
    @pytest.mark.parametrize(
        ("body", "content_type", "encoding"),
        [
            (WORDS.encode(), "", "utf-8"),
            (WORDS.encode(), "text/html; charset=ISO-8859-1", "utf-8"),
            (WORDS.encode("cp1252"), "text/html; charset=utf-8", "cp1252"),
            (WORDS.encode("cp1252"), "text/html; charset=ISO-8859-1", "cp1252"),
            (WORDS.encode("cp1252"), "", "cp1252"),
            (b"\xef\xbb\xbf" + WORDS.encode(), "text/html; charset=windows-1252", "utf-8"),
            (WORDS.encode("utf-16"), "text/html; charset=utf-8", "utf-16-le"),
            (WORDS.encode("utf-16-le"), "", "utf-16-le"),
            (WORDS.encode("utf-16-be"), "", "utf-16-be"),
            (b"\xfe\xff" + WORDS.encode("utf-16-be"), "", "utf-16-be"),
            ("Постановление".encode("koi8-r"), "text/plain; charset=koi8-r", "koi8-r"),
            ("<meta charset='shift_jis'>薬事法".encode("shift_jis"), "", "cp932"),
            ("薬事法".encode("iso-2022-jp"), "text/plain; charset=iso-2022-jp", "iso2022_jp"),
            (b"plain", "text/plain; charset=no-such-thing", "utf-8"),
        ],
    )
    def test_what_the_bytes_show_goes_before_what_is_said_of_them(self, body: bytes, content_type: str, encoding: str) -> None:
        assert encoding_of(body, content_type) == encoding
        for expects in (Body.TEXT, Body.HTML):
            assert "\ufffd" not in response(body, expects, content_type).text
        if encoding[:3] in ("utf", "cp1"):
            assert text_of(body, content_type) == (WORDS if body != b"plain" else "plain")

    def test_one_stray_byte_does_not_make_a_text_something_else(self) -> None:
        assert text_of(WORDS.encode() + b"\x96" + WORDS.encode()) == WORDS + "\ufffd" + WORDS

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-8-sig"])
    @pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252"])
    def test_json_xml_and_html_are_read_whatever_they_declare(self, encoding: str, declared: str) -> None:
        sent = f"text/html; charset={declared}"
        assert json_of(response(f'{{"a": "{WORDS}"}}'.encode(encoding), Body.JSON, sent)) == {"a": WORDS}
        xml = f"<?xml version='1.0' encoding='{declared}'?><a>{WORDS}</a>".encode(encoding)
        assert one(xml_of(response(xml, Body.XML)), "/a/text()").get() == WORDS
        html = f"<html><meta charset='{declared}'><h1>{WORDS}</h1></html>".encode(encoding)
        assert one(response(html, Body.HTML), "//h1/text()").get() == WORDS

    def test_a_response_knows_status_headers_and_what_was_asked(self) -> None:
        body = WORDS.encode("cp1252")
        sent = {"content-type": "text/plain; charset=utf-8"}
        digest = payload_digest(body)
        exchange = Exchange("POST", URL, 203, sent, body, "2026-01-01T00:00:00+00:00", digest, request_body=b"q=1")
        made = response_of(exchange, Body.TEXT)
        assert isinstance(made, TextResponse)
        assert (made.text, made.status, made.request.body, made.request.method) == (WORDS, 203, b"q=1", "POST")
        assert made.headers["Content-Type"] == b"text/plain; charset=utf-8"


class TestTables:
    def test_rows_are_read_by_the_names_of_the_head(self) -> None:
        table = '\ufeffBill_id ,Title\r\n"HB1  ","An act, ""so called""\nin two lines"\r\n\r\nSB2,\r\n'
        assert csv_of(response(table.encode(), Body.CSV)) == [
            {"Bill_id": "HB1", "Title": 'An act, "so called"\nin two lines'},
            {"Bill_id": "SB2", "Title": ""},
        ]

    def test_the_route_names_the_dialect(self) -> None:
        rows = csv_of(response(b'HB1|say "so|\nSB2|b\n', Body.CSV), delimiter="|", quote=None, columns=("number", "title"))
        assert rows == [{"number": "HB1", "title": 'say "so'}, {"number": "SB2", "title": "b"}]

    @pytest.mark.parametrize(
        ("table", "told"),
        [
            (b"", "does not name columns"),
            (b"a,a\n1,2\n", "does not name columns"),
            (b"a,b\n1,2,3\n", "row 1 of the table at https://a.test/x has 3 fields, its head 2"),
            (b"a,b\n1,2\n3", "row 2 of the table at https://a.test/x has 1 fields, its head 2"),  # cut between two fields
            (b'a,b\n1,"2\n3,4\n', "line 3"),
        ],
    )
    def test_what_is_no_table_is_refused(self, table: bytes, told: str) -> None:
        with pytest.raises(LayoutChanged, match=told):
            csv_of(response(table, Body.CSV))

    def test_a_field_may_hold_a_whole_bill(self) -> None:
        ((_, text),) = (row.values() for row in csv_of(response(b"a,b\n1," + b"x" * 500_000, Body.CSV)))
        assert len(text) == 500_000

    @needs_shared
    def test_the_recorded_tables_are_read(self) -> None:
        committees = (SHARED / "corpus/us/state-va/lis_20261_Committees.csv").read_bytes()
        assert csv_of(response(committees, Body.CSV))[1] == {"CHAMBER": "H", "COM_NAME": "Appropriations", "COM_COMNO": "H02"}
        chile = (SHARED / "corpus/world/cl-bcn/search_leyes.csv").read_bytes()
        assert "Identificación de la Norma" in csv_of(response(chile, Body.CSV), delimiter=";")[0]


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as file:
        for name, body in members:
            file.writestr(zipfile.ZipInfo(name), body, packing)
    return made.getvalue()


class TestZip:
    def test_members_are_documents_with_their_names(self) -> None:
        body = zipped(("sub/", b""), ("sub/MAINBILL.TXT", b"number,title\nA1,An act\n"), ("readme.pdf", b"%PDF"))
        members = zip_of(response(body, Body.ZIP))
        assert members.names == ("sub/MAINBILL.TXT", "readme.pdf")
        (table,) = members.members(Body.CSV, ".txt")
        assert table.url == f"{URL}#sub/MAINBILL.TXT"
        assert isinstance(table, TextResponse)
        assert csv_of(table) == [{"number": "A1", "title": "An act"}]

    @pytest.mark.parametrize(
        ("limit", "value", "told"),
        [
            ("MAX_MEMBERS", 1, "2 members, more than 1"),
            ("MAX_BYTES", 5, "a member of 6 bytes, 'b', more than 5"),
            ("MAX_TOTAL", 10, "unpacks to 11 bytes, more than 10"),
        ],
    )
    def test_a_limit_is_named(self, limit: str, value: int, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(zips, limit, value)
        with pytest.raises(LayoutChanged, match=told):
            zip_of(response(zipped(("a", b"12345"), ("b", b"123456")), Body.ZIP))

    def test_a_bomb_is_refused_before_it_is_unpacked(self) -> None:
        with pytest.raises(LayoutChanged, match="more than 200 times"):
            zip_of(response(zipped(("a", bytes(5_000_000))), Body.ZIP))

    def test_a_member_that_is_larger_than_the_file_says_is_not_read(self) -> None:
        body = zipped(("a", b"hello " * 2_000))
        said = (12_000).to_bytes(4, "little")
        assert body.count(said) == 2
        lied = body.replace(said, (600).to_bytes(4, "little"))
        with pytest.raises(LayoutChanged, match="cannot be read"):
            zip_of(response(lied, Body.ZIP)).read("a")

    @pytest.mark.parametrize(
        "body", [b"", b"PK\x03\x04 no file", b"<html></html>", zipped(("a", b"b"))[:-10]], ids=["empty", "magic", "page", "cut"]
    )
    def test_what_is_no_zip_is_refused(self, body: bytes) -> None:
        with pytest.raises(LayoutChanged, match="no readable ZIP"):
            zip_of(response(body, Body.ZIP))

    def test_an_encrypted_or_missing_member_is_named(self) -> None:
        body = bytearray(zipped(("a", b"b" * 20), packing=zipfile.ZIP_STORED))
        body[6] |= 1
        body[body.index(b"PK\x01\x02") + 8] |= 1
        members = zip_of(response(bytes(body), Body.ZIP))
        with pytest.raises(LayoutChanged, match=r"'a' of the ZIP file at https://a.test/x cannot be read: .*encrypted"):
            members.read("a")
        with pytest.raises(LayoutChanged, match="no member 'c'; it has a"):
            members.read("c")


RSS = """<rss version="2.0"><channel><title>House</title>
<item><title>HB 1 &amp; more</title><link>https://a.test/1</link><guid>g1</guid>
<pubDate>Tue, 03 Mar 2026 23:30:00 -0500</pubDate><description>An act</description></item>
<item><title>HB 2</title><link>https://a.test/2</link><pubDate>soon</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>House</title><entry><id>urn:1</id><title type="html">HB 1 &amp; more</title>
<link rel="self" href="https://a.test/self"/><link href="https://a.test/1"/><updated>2026-03-03T23:30:00-05:00</updated>
<summary>An act</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item rdf:about="a1"><title>HB 1 &amp; more</title><link>https://a.test/1</link>
<dc:date>2026-03-03</dc:date><description>An act</description></item></rdf:RDF>"""


class TestFeeds:
    @pytest.mark.parametrize(("feed", "key"), [(RSS, "g1"), (ATOM, "urn:1"), (RDF, "a1")])
    def test_every_kind_gives_the_same_entries(self, feed: str, key: str) -> None:
        found = feed_of(response(feed.encode(), Body.RSS))
        assert found[0] == FeedEntry(key, "HB 1 & more", "https://a.test/1", "2026-03-03", "An act")

    def test_an_entry_may_lack_day_and_key(self) -> None:
        assert feed_of(response(RSS.encode(), Body.RSS))[1] == FeedEntry("https://a.test/2", "HB 2", "https://a.test/2", None, "")

    @pytest.mark.parametrize("body", [b"<bills/>", b"no feed", b""])
    def test_what_is_no_feed_is_refused(self, body: bytes) -> None:
        with pytest.raises(LayoutChanged):
            feed_of(response(body, Body.RSS))


def printed(words: str, password: str = "", owner: str | None = None) -> bytes:
    """A PDF of one page with one line."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, part in enumerate(parts, start=1):
        places += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj%s endobj\n" % (number, part)
    end = b"xref\n0 6\n%strailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % (places, len(body))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(body + end))
    if password or owner:
        writer.encrypt(password, owner)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


class TestPdf:
    def test_its_text_is_read(self) -> None:
        assert pdf_of(response(printed("Section 1. An act"), Body.PDF)) == "Section 1. An act"

    def test_one_that_anybody_may_open_is_read_although_it_is_locked_against_changes(self) -> None:
        assert pdf_of(response(printed("Section 1.", owner="secret"), Body.PDF)) == "Section 1."

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            (printed("x", password="secret"), "it is encrypted"),
            (b"", "cannot be read"),
            (b"<html>no PDF</html>", "cannot be read"),
            (printed("x")[:300], "cannot be read"),
            (printed(""), "has no text"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_reason(self, body: bytes, told: str) -> None:
        with pytest.raises(LayoutChanged, match=told):
            pdf_of(response(body, Body.PDF))

    @pytest.mark.parametrize(
        ("limit", "value", "told"),
        [("MAX_BYTES", 10, "more than 10"), ("MAX_PAGES", 0, "1 pages, more than 0"), ("MAX_SECONDS", 0.01, "not read within")],
    )
    def test_limits_of_size_pages_and_time(self, limit: str, value: float, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, limit, value)
        with pytest.raises(LayoutChanged, match=told):
            pdf_of(response(printed("x"), Body.PDF))

    @needs_shared
    def test_a_recorded_bill_is_read(self) -> None:
        text = pdf_of(response((SHARED / "corpus/us/state-sd/2026_SB77_293465_Introduced.pdf").read_bytes(), Body.PDF))
        assert "Be it enacted" in " ".join(text.split()) or "BE IT ENACTED" in text


@pytest.mark.parametrize("expects", [Body.CSV, Body.ZIP, Body.PDF, Body.RSS])
def test_a_page_in_place_of_a_file_is_a_soft_error(expects: Body) -> None:
    page = b"<!DOCTYPE html><html><title>HB 1</title><body>An act</body></html>"
    for body in (page, b'{"error": 1}', page.decode().encode("utf-16")):
        assert classify(200, {}, body, expects, LocalSpider.facts).outcome is Outcome.SOFT_ERROR
    good = {Body.CSV: b"a,b", Body.ZIP: zipped(("a", b"b")), Body.PDF: printed("x"), Body.RSS: RSS.encode()}
    assert classify(200, {}, good[expects], expects, LocalSpider.facts).outcome is Outcome.OK


def test_bytes_come_as_bytes() -> None:
    made = response(b"PK", Body.ZIP)
    assert type(made) is Response

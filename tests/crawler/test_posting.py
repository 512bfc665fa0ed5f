"""One address, many questions: answers to POST are told apart by what was asked, live, in the archive and in a replay."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.exchange import request_digest
from crawler.archive.folder import Archive
from crawler.archive.redaction import strip_body
from crawler.contract.hosts import MissingFact
from crawler.contract.items import CaptureRef, Outcome
from crawler.fetching.memory import proposed
from tests.crawler.localsite import Site, crawl, serving
from tests.crawler.localspider import HOST, LocalSpider

LIST = '{"query":"{ bills { number } }"}'
QUERY = '{"query":"{ bill(number: $number) }","variables":{"number":"%s"}}'
AT = "2026-03-01T00:00:00+00:00"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as here:
        here.posted = {
            LIST.encode(): b'{"data": {"bills": [{"number": "HB 1"}, {"number": "SB 2"}]}}',
            (QUERY % "HB 1").encode(): b'{"data": {"bill": {"title": "An act"}}}',
            (QUERY % "SB 2").encode(): b'{"data": {"bill": {"title": "An act"}}}',
        }
        yield here


def test_two_questions_to_one_address_are_two_captures_and_replay_alike(site: Site, tmp_path: Path) -> None:
    live = crawl(site, tmp_path, f"/graphql {LIST}")
    assert live.run()["outcomes"] == {"ok": 3}
    found = {item.identifier: item.captures[0] for item in live.items()}
    assert found.keys() == {"HB 1", "SB 2"}
    assert found["HB 1"].payload_digest == found["SB 2"].payload_digest
    assert found["HB 1"].request_digest == request_digest((QUERY % "HB 1").encode())
    assert found["SB 2"].request_digest == request_digest((QUERY % "SB 2").encode())
    assert [fetch.request_digest for fetch in live.exchanges()] == [
        exchange.capture.request_digest for exchange in live.archive.read() if exchange.method == "POST"
    ]

    asked = len(site.asked)
    again = crawl(site, tmp_path, f"/graphql {LIST}", key=None, REPLAY_WARC=[str(path) for path in live.archive.files()])
    assert {item.identifier: item for item in again.items()} == {item.identifier: item for item in live.items()}
    assert len(site.asked) == asked


def test_a_question_that_was_never_asked_is_not_in_the_archive(site: Site, tmp_path: Path) -> None:
    live = crawl(site, tmp_path, f"/graphql {QUERY % 'HB 1'}")
    files = [str(path) for path in live.archive.files()]
    again = crawl(site, tmp_path, f"/graphql {QUERY % 'HB 9'}", key=None, REPLAY_WARC=files)
    assert again.run()["outcomes"] == {"not_in_archive": 1}
    (fetch,) = again.exchanges()
    assert fetch.request_digest == request_digest((QUERY % "HB 9").encode())


def test_the_request_record_holds_the_body_and_is_read_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    writer = archive.writer()
    places = [
        writer.write("POST", "https://a.test/q", [("Content-Length", "999")], 200, [], b"[]", AT, request_body=body)
        for body in (b'{"page":1}', b'{"page":2}')
    ]
    writer.close()
    with writer.path.open("rb") as stream:
        sent = [record.content_stream().read() for record in ArchiveIterator(stream) if record.rec_type == "request"]
    assert sent == [b'{"page":1}', b'{"page":2}']
    read_back = list(archive.read())
    assert [one.request_body for one in read_back] == sent
    assert [archive.at(*place) for place in places] == read_back
    assert len({one.capture for one in read_back}) == 2, "one address, one instant, one payload: the body tells them apart"


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"", b""),
        (b"page=1&size=20", b"page=1&size=20"),
        (b"page=1&api_key=hush&size=20", b"page=1&size=20"),
        (b"client_id=me&client_secret=hush&password=hush", b"client_id=me"),
        (b'{"page": 1}', b'{"page": 1}'),
        (
            b'{"page": 1, "token": "hush", "more": [{"API_KEY": "hush", "a": "\xc3\xa4"}]}',
            '{"page":1,"more":[{"a":"ä"}]}'.encode(),
        ),
        (
            b"<s:Envelope><m:Token>hush</m:Token><Id>1</Id></s:Envelope>",
            b"<s:Envelope><m:Token></m:Token><Id>1</Id></s:Envelope>",
        ),
        (b"<Keys>a</Keys>", b"<Keys>a</Keys>"),
        (b"{ not json token=1", b"{ not json token=1"),
        (b"\xff\x00\x01", b"\xff\x00\x01"),
    ],
)
def test_a_body_is_kept_without_keys(body: bytes, kept: bytes, tmp_path: Path) -> None:
    assert strip_body(body) == kept
    assert strip_body(kept) == kept, "what is read back has the digest of what was written"
    writer = Archive(tmp_path).writer()
    writer.write("POST", "https://a.test/", [], 200, [], b"x", AT, request_body=body)
    writer.close()
    (one,) = Archive(tmp_path).read()
    assert one.capture.request_digest == request_digest(body) == request_digest(kept)


def test_memory_tells_bodies_apart(site: Site, tmp_path: Path) -> None:
    fetches = list(crawl(site, tmp_path, f"/graphql {LIST}").fetches().values())
    assert proposed(fetches) == [], "without a validator there is nothing to remember"
    one, other = (CaptureRef("POST", HOST, AT, "sha256:" + "0" * 64, request_digest(body)) for body in (b"a", b"b"))
    told = [replace(fetches[0], outcome=Outcome.OK, etag='"1"', url=HOST, method="POST", capture=ref) for ref in (one, other)]
    assert [entry.capture for entry in proposed(told)] == [one, other]


def test_a_route_reads_by_what_was_asked() -> None:
    spider = LocalSpider()
    for body, parse in ((LIST, "parse_list"), (QUERY % "HB 1", "parse_bill")):
        route = spider.facts.route("POST", HOST + "/graphql", body.encode())
        assert route is not None
        assert route.parse == parse
    with pytest.raises(MissingFact, match="with that body"):
        spider.post(HOST + "/graphql", json={"query": "{ votes }"})


def test_forms_and_envelopes_have_their_kind() -> None:
    request = LocalSpider().post(HOST + "/graphql", form={"q": "bills ä"})
    assert (request.body, request.headers["Content-Type"]) == (b"q=bills+%C3%A4", b"application/x-www-form-urlencoded")
    request = LocalSpider().post(HOST + "/graphql", xml="<bills/>", headers={"SOAPAction": "List"})
    assert (request.body, request.headers["SOAPAction"]) == (b"<bills/>", b"List")
    assert request.headers["Content-Type"] == b"text/xml; charset=utf-8"

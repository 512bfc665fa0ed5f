"""A real crawl of a server on the loopback interface: what is archived, what is asked, and how each answer is typed."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from backports import zstd
from scrapy import Request

from crawler.archive.exchange import payload_digest
from crawler.contract.items import Outcome
from crawler.families.base import unchanged
from crawler.fetching.memory import proposed
from crawler.fetching.output import read as read_output
from crawler.parsing.matching import Term
from crawler.parsing.parse_result import Reading
from tests.crawler.localsite import Result, Site, crawl, serving
from tests.crawler.localspider import LocalSpider

PAGE = b"<html><body><h1>Ordinance 7</h1></body></html>"
INDEX = b"<html><body><a href='/good'>7</a><a href='/other'>8</a></body></html>"
ANOTHER = Term("another", "any", ("en",)).to_dict()
HUMAN = b"<html><head><title>One moment</title></head><body>Please verify you are human</body></html>"


def remember(memory: Path, result: Result) -> None:
    """Add what an accepted crawl would have us remember."""
    with memory.open("a") as lines:
        lines.writelines(json.dumps(entry.to_dict()) + "\n" for entry in proposed(result.exchanges()))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as here:
        yield here


def test_each_answer_has_its_outcome_and_is_archived(site: Site, tmp_path: Path) -> None:
    site.pages = {
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /private\n"),
        "/good": (200, {"Content-Type": "text/html"}, PAGE),
        "/human": (200, {"Content-Type": "text/html"}, HUMAN),
        "/broken": (200, {"Content-Type": "text/html"}, b"<html><h2>New look</h2></html>"),
        "/empty": (200, {}, b""),
        "/down": (503, {}, b"down"),
        "/private": (200, {}, PAGE),
        "/moved": (301, {"Location": "/target"}, b""),
        "/target": (200, {}, PAGE),
        "/next": (200, {}, b"<html><a href='/linked'>on</a></html>"),
        "/linked": (200, {}, PAGE),
    }
    paths = ("/good", "/human", "/broken", "/empty", "/down", "/private", "/moved", "/next", "/missing")
    result = crawl(site, tmp_path, *paths)

    assert {path: fetch.outcome for path, fetch in result.fetches().items()} == {
        "/good": Outcome.OK,
        "/human": Outcome.BLOCKED,
        "/broken": Outcome.LAYOUT_CHANGED,
        "/empty": Outcome.EMPTY,
        "/down": Outcome.FAILED,
        "/private": Outcome.ROBOTS_DENIED,
        "/target": Outcome.OK,
        "/next": Outcome.OK,
        "/linked": Outcome.OK,
        "/missing": Outcome.GONE,
    }
    assert result.run()["verdict"] == "held"
    assert result.run()["outcomes"]["ok"] == 4
    assert not any(asked.startswith("/private") for asked, _ in site.asked)
    archived = {exchange.url.split("/", 3)[3]: exchange for exchange in result.archive.read()}
    assert archived["broken"].body == b"<html><h2>New look</h2></html>"
    assert archived["moved"].status == 301
    (good,) = [item for item in result.items() if item.title == "Ordinance 7" and item.identifier.endswith("/good")]
    assert good.captures == (archived["good"].capture,)
    fetch = result.fetches()["/good"]
    assert fetch.warc_file is not None
    assert fetch.warc_offset is not None
    assert result.archive.at(fetch.warc_file, fetch.warc_offset).body == PAGE


def test_an_answer_is_archived_before_it_is_parsed(site: Site, tmp_path: Path) -> None:
    site.pages = {"/good": (200, {}, PAGE), "/next": (200, {}, b'<html><a href="/kill"></html>'), "/kill": (200, {}, PAGE)}
    result = crawl(site, tmp_path, "/good", "/next")
    assert result.code == -9, "the parser should have ended the process"
    assert not (result.folder / "local/report.json").exists()
    assert [exchange.body for exchange in result.archive.read() if exchange.url.endswith("/kill")] == [PAGE]
    assert [item.identifier.rpartition("/")[2] for item in result.items()] == ["good"], "what was read before is kept"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_packed_page_is_read_live_and_from_the_archive_alike(coding: str, site: Site, tmp_path: Path) -> None:
    packed = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress}[coding](PAGE)
    site.pages["/good"] = (200, {"Content-Type": "text/html", "Content-Encoding": coding}, packed)
    site.pages["/broken"] = (200, {"Content-Type": "text/html", "Content-Encoding": coding}, PAGE)
    result = crawl(site, tmp_path, "/good", "/broken")
    assert coding in site.headers("/good")["accept-encoding"]
    assert [item.title for item in result.items()] == ["Ordinance 7"]
    assert result.items()[0].captures[0].payload_digest == payload_digest(packed)
    assert result.fetches()["/broken"].outcome is Outcome.FAILED
    again = crawl(site, tmp_path, "/good", "/broken", key=None, REPLAY_WARC=[str(path) for path in result.archive.files()])
    assert again.items() == result.items()
    assert again.run()["outcomes"] == result.run()["outcomes"]


def test_a_key_reaches_the_server_and_nothing_else(site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = (200, {}, PAGE)
    result = crawl(site, tmp_path, "/good")
    assert ("/good?api_key=hush") in [asked for asked, _ in site.asked]
    left = b"".join(path.read_bytes() for path in result.folder.rglob("*.json*"))
    assert b"hush" not in left
    assert all("hush" not in exchange.url for exchange in result.archive.read())
    assert result.fetches()["/good"].outcome is Outcome.OK


def test_without_its_key_a_source_is_skipped(site: Site, tmp_path: Path) -> None:
    result = crawl(site, tmp_path, "/good", key=None)
    assert result.fetches()["/good"].outcome is Outcome.SKIPPED_NO_KEY
    assert site.asked == []
    assert result.run()["verdict"] == "skipped"
    assert "set the environment variable LOCAL_KEY" in result.run()["reasons"][0]


def test_unchanged_pages_are_asked_conditionally_and_503_is_no_304(site: Site, tmp_path: Path) -> None:
    site.pages = {
        "/good": (200, {"ETag": '"1"', "Content-Type": "text/html"}, PAGE),
        "/later": (200, {"ETag": '"2"', "Content-Type": "text/html"}, PAGE),
    }
    first = crawl(site, tmp_path, "/good", "/later")
    memory = tmp_path / "memory.jsonl"
    remember(memory, first)

    site.pages["/later"] = (503, {}, b"down")
    second = crawl(site, tmp_path, "/good", "/later", MEMORY=str(memory))
    assert site.headers("/good")["if-none-match"] == '"1"'
    assert second.fetches()["/good"].outcome is Outcome.NOT_MODIFIED
    assert second.fetches()["/later"].outcome is Outcome.FAILED
    assert second.items() == []
    assert second.run()["seen"] == 1
    unchanged = [exchange for exchange in second.archive.read() if exchange.status == 304]
    assert [exchange.body for exchange in unchanged] == [PAGE], "a revisit record leads to the payload"

    remember(memory, second)
    third = crawl(site, tmp_path, "/good", MEMORY=str(memory), SEARCH_TERMS=[ANOTHER])
    assert third.fetches()["/good"].outcome is Outcome.OK, "under other terms the archived payload is parsed again"
    (again,) = third.items()
    assert again.captures in [item.captures for item in first.items()]
    assert [capture.url.rpartition("/")[2] for capture in again.captures] == ["good"]
    assert site.headers("/good")["if-none-match"] == '"1"'


def test_what_is_remembered_without_its_payload_is_asked_without_condition(site: Site, tmp_path: Path) -> None:
    """An entry that points at a 304 says nothing that could be parsed."""
    site.pages = {
        "/index": (200, {"ETag": '"1"', "Content-Type": "text/html"}, INDEX),
        "/good": (200, {"ETag": '"2"', "Content-Type": "text/html"}, PAGE),
        "/other": (200, {}, PAGE),
    }
    memory = tmp_path / "memory.jsonl"
    remember(memory, first := crawl(site, tmp_path, "/index"))
    second = crawl(site, tmp_path, "/index", MEMORY=str(memory)).fetches()
    assert second["/good"].outcome is second["/index"].outcome is Outcome.NOT_MODIFIED
    places = {fetch.url: (fetch.warc_file, fetch.warc_offset) for fetch in second.values()}
    entries = [replace(entry, warc_file=(at := places[entry.url])[0], warc_offset=at[1]) for entry in proposed(first.exchanges())]
    memory.write_text("".join(json.dumps(entry.to_dict()) + "\n" for entry in entries))

    third = crawl(site, tmp_path, "/index", MEMORY=str(memory))
    assert "if-none-match" not in site.headers("/index"), "a list must yield its requests"
    assert site.headers("/good")["if-none-match"] == '"2"', "what it says is known"
    assert {path: fetch.outcome for path, fetch in third.fetches().items()} == {
        "/index": Outcome.OK,
        "/good": Outcome.NOT_MODIFIED,
        "/other": Outcome.OK,
    }
    fourth = crawl(site, tmp_path, "/good", MEMORY=str(memory), SEARCH_TERMS=[ANOTHER])
    assert "if-none-match" not in site.headers("/good")
    assert [item.title for item in fourth.items()] == ["Ordinance 7"]


def test_an_unchanged_list_yields_its_requests(site: Site, tmp_path: Path) -> None:
    site.pages = {
        "/index": (200, {"ETag": '"1"', "Content-Type": "text/html"}, INDEX),
        "/good": (200, {"ETag": '"2"', "Content-Type": "text/html"}, PAGE),
        "/other": (200, {"ETag": '"3"', "Content-Type": "text/html"}, PAGE),
    }
    memory = tmp_path / "memory.jsonl"
    results = []
    for _ in range(3):
        results.append(crawl(site, tmp_path, "/index", FLOOR=3, **({"MEMORY": str(memory)} if results else {})))
        remember(memory, results[-1])
    assert [(result.run()["verdict"], result.run()["outcomes"], result.run()["seen"]) for result in results] == [
        ("healthy", {"ok": 3}, 3),
        ("healthy", {"not_modified": 3}, 3),
        ("healthy", {"not_modified": 3}, 3),
    ]
    assert results[2].items() == [], "what is unchanged is not read twice"
    index = results[2].fetches()["/index"]
    assert index.capture is not None
    assert index.capture != results[0].fetches()["/index"].capture, "it was seen anew"
    assert index.status == 304

    site.pages["/other"] = (200, {"ETag": '"4"', "Content-Type": "text/html"}, PAGE.replace(b"7", b"8"))
    fourth = crawl(site, tmp_path, "/index", FLOOR=3, MEMORY=str(memory))
    assert [item.title for item in fourth.items()] == ["Ordinance 8"]
    fifth = crawl(site, tmp_path, "/index", FLOOR=3, MEMORY=str(memory), SEARCH_TERMS=[ANOTHER])
    assert fifth.run()["outcomes"] == {"ok": 3}, "under other terms all of it is parsed again"
    assert site.headers("/index")["if-none-match"] == '"1"'


def test_the_same_bytes_that_gave_nothing_are_not_read_again(site: Site, tmp_path: Path) -> None:
    """Many servers know no validators: what they send whole and unchanged is as a 304, where nothing was read in it."""
    html = {"Content-Type": "text/html"}
    site.pages = {"/good": (200, html, PAGE), "/blank": (200, html, PAGE)}
    memory = tmp_path / "memory.jsonl"
    remember(memory, crawl(site, tmp_path, "/good", "/blank"))
    second = crawl(site, tmp_path, "/good", "/blank", MEMORY=str(memory))
    assert {path: fetch.outcome for path, fetch in second.fetches().items()} == {
        "/good": Outcome.OK,
        "/blank": Outcome.NOT_MODIFIED,
    }
    blank = second.fetches()["/blank"]
    assert (blank.status, blank.reason) == (200, "the same bytes as before, which gave nothing")
    assert (second.run()["verdict"], [item.title for item in second.items()]) == ("healthy", ["Ordinance 7"])
    kept = [exchange.body for exchange in second.archive.read() if exchange.url.endswith("/blank")]
    assert kept == [PAGE, PAGE], "a revisit record leads to the payload"
    third = crawl(site, tmp_path, "/good", "/blank", MEMORY=str(memory), SEARCH_TERMS=[ANOTHER])
    assert third.run()["outcomes"] == {"ok": 2}, "under other terms all of it is read again"
    site.pages["/blank"] = (200, html, b"<html><body>Another page</body></html>")
    fourth = crawl(site, tmp_path, "/good", "/blank", MEMORY=str(memory))
    assert fourth.fetches()["/blank"].outcome is Outcome.LAYOUT_CHANGED, "other bytes are read"


def test_an_unchanged_page_that_led_on_leads_on_again(site: Site, tmp_path: Path) -> None:
    """A detail may lead to another, such as a status file to the text of a bill."""
    site.pages = {
        "/next": (200, {"ETag": '"1"', "Content-Type": "text/html"}, b"<html><a href='/linked'>on</a></html>"),
        "/linked": (503, {}, b"down"),
    }
    memory = tmp_path / "memory.jsonl"
    first = crawl(site, tmp_path, "/next")
    remember(memory, first)
    site.pages["/linked"] = (200, {"Content-Type": "text/html"}, PAGE)
    second = crawl(site, tmp_path, "/next", MEMORY=str(memory))
    assert site.headers("/next")["if-none-match"] == '"1"'
    assert second.run()["outcomes"] == {"not_modified": 1, "ok": 1}
    assert [item.title for item in second.items()] == ["Ordinance 7"]


def test_what_the_last_run_could_not_read_is_asked_first(site: Site, tmp_path: Path) -> None:
    site.pages = {"/good": (200, {}, PAGE), "/other": (200, {}, PAGE), "/index": (200, {}, INDEX)}
    unread = [f"{site.address}{path}" for path in ("/other", "/lost", "/index")]
    result = crawl(site, tmp_path, "/index", UNOBSERVED=json.dumps({"local": unread, "else": ["/x"]}), CONCURRENT_REQUESTS=1)
    assert [path.partition("?")[0] for path, _ in site.asked if "robots" not in path] == ["/other", "/lost", "/index", "/good"]
    assert result.fetches()["/lost"].normal, "that it is gone now is an answer"
    assert result.run()["verdict"] == "healthy"


def test_a_list_that_was_never_reached_makes_a_cut_off_run_a_failure(site: Site, tmp_path: Path) -> None:
    """The lists are known before the first is asked, so that what is missing of them is known too."""
    site.pages = {"/kill": (200, {}, PAGE), "/index": (200, {}, INDEX)}
    result = crawl(site, tmp_path, "/kill", "/index")
    found = read_output(result.folder / "local", LocalSpider.facts, "killed")
    assert found is not None
    assert found.report.verdict == "failed"
    assert [(fetch.url.rpartition("/")[2], fetch.reason) for fetch in found.fetches] == [
        ("kill", "the run was cut off before it was asked"),
        ("index", "the run was cut off before it was asked"),
    ]


def test_an_unchanged_list_that_can_no_longer_be_read_is_named() -> None:
    """A parser that was changed and kept its version."""
    seen = Reading(Outcome.NOT_MODIFIED, "status 304")
    assert unchanged(seen, refused := Reading(Outcome.LAYOUT_CHANGED, "no entries")) is refused
    wanted = (Request("https://a.test/"),)
    assert unchanged(seen, Reading(Outcome.OK, None, (), wanted)) == Reading(Outcome.NOT_MODIFIED, "status 304", (), wanted)


def test_the_archive_stands_in_for_the_network(site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = (200, {"Content-Type": "text/html"}, PAGE)
    first = crawl(site, tmp_path, "/good")
    asked = len(site.asked)
    files = [str(path) for path in first.archive.files()]
    again = crawl(site, tmp_path, "/good", "/unknown", key=None, REPLAY_WARC=files)
    assert len(site.asked) == asked
    assert again.items() == first.items()
    assert again.fetches()["/unknown"].outcome is Outcome.NOT_IN_ARCHIVE
    assert first.archive.files() == again.archive.files(), "a replay records nothing"

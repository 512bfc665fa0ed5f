"""A real crawl of a server on the loopback interface: what is archived, what is asked, and how each answer is typed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from backports import zstd

from crawler.archive.exchange import payload_digest
from crawler.contract.items import Outcome
from crawler.fetching.memory import proposed
from crawler.parsing.matching import Term
from tests.crawler.localsite import Site, crawl, serving

PAGE = b"<html><body><h1>Ordinance 7</h1></body></html>"
HUMAN = b"<html><head><title>One moment</title></head><body>Please verify you are human</body></html>"


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
    site.pages = {"/good": (200, {}, PAGE), "/kill": (200, {}, PAGE)}
    result = crawl(site, tmp_path, "/good", "/kill")
    assert result.code == 9, "the parser should have ended the process"
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
    memory.write_text("".join(json.dumps(entry.to_dict()) + "\n" for entry in proposed(first.fetches().values())))

    site.pages["/later"] = (503, {}, b"down")
    second = crawl(site, tmp_path, "/good", "/later", MEMORY=str(memory))
    assert site.headers("/good")["if-none-match"] == '"1"'
    assert second.fetches()["/good"].outcome is Outcome.NOT_MODIFIED
    assert second.fetches()["/later"].outcome is Outcome.FAILED
    assert second.items() == []
    assert second.run()["seen"] == 1
    unchanged = [exchange for exchange in second.archive.read() if exchange.status == 304]
    assert [exchange.body for exchange in unchanged] == [PAGE], "a revisit record leads to the payload"

    third = crawl(site, tmp_path, "/good", MEMORY=str(memory), SEARCH_TERMS=[Term("another", "any", ("en",)).to_dict()])
    assert third.fetches()["/good"].outcome is Outcome.OK, "under other terms the archived payload is parsed again"
    (again,) = third.items()
    assert again.captures in [item.captures for item in first.items()]
    assert [capture.url.rpartition("/")[2] for capture in again.captures] == ["good"]
    assert site.headers("/good")["if-none-match"] == '"1"'


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

"""A real crawl of a server on the loopback interface: what is archived, what is asked, and how each answer is typed."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.archive import Archive
from crawler.health import Fetch, fetch_from_dict
from crawler.items import Outcome, item_from_dict
from crawler.memory import proposed

ROOT = Path(__file__).parents[2]
PAGE = b"<html><body><h1>Ordinance 7</h1></body></html>"
HUMAN = b"<html><head><title>One moment</title></head><body>Please verify you are human</body></html>"


@dataclass
class Site:
    """A server that answers from a table and remembers what it was asked."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def headers(self, path: str) -> dict[str, str]:
        return next(headers for asked, headers in reversed(self.asked) if asked.partition("?")[0] == path)


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            here.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = here.pages.get(path, (404, {}, b"nothing here"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Result:
    """The files that a crawl left."""

    code: int
    folder: Path
    archive: Archive

    def fetches(self) -> dict[str, Fetch]:
        lines = (self.folder / "fetches.jsonl").read_text().splitlines()
        found = [fetch_from_dict(json.loads(line)) for line in lines]
        return {"/" + "".join(fetch.url.split("/")[3:]): fetch for fetch in found}

    def items(self) -> list[Any]:
        return [item_from_dict(json.loads(line)) for line in (self.folder / "local.jsonl").read_text().splitlines()]

    def run(self) -> dict[str, Any]:
        (told,) = json.loads((self.folder / "report.json").read_text())["runs"]
        return dict(told)


def crawl(site_or_port: Site | int, tmp_path: Path, *paths: str, key: str | None = "hush", **settings: Any) -> Result:
    port = site_or_port if isinstance(site_or_port, int) else site_or_port.port
    out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
    command = [sys.executable, "-m", "tests.crawler.localspider", str(port), str(out), str(tmp_path / "archive")]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {"LOCAL_KEY": key} if key else {}
    done = subprocess.run(
        [*command, json.dumps(settings), *paths], cwd=ROOT, env=environment, timeout=90, check=False, capture_output=True
    )
    return Result(done.returncode, out, Archive(tmp_path / "archive"))


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
    site.pages["/kill"] = (200, {}, PAGE)
    result = crawl(site, tmp_path, "/kill")
    assert result.code == 9, "the parser should have ended the process"
    assert not (result.folder / "report.json").exists()
    assert [exchange.body for exchange in result.archive.read() if exchange.url.endswith("/kill")] == [PAGE]


def test_a_key_reaches_the_server_and_nothing_else(site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = (200, {}, PAGE)
    result = crawl(site, tmp_path, "/good")
    assert ("/good?api_key=hush") in [asked for asked, _ in site.asked]
    left = b"".join(path.read_bytes() for path in result.folder.iterdir())
    assert b"hush" not in left
    assert all("hush" not in exchange.url for exchange in result.archive.read())
    assert result.fetches()["/good"].outcome is Outcome.OK


def test_without_its_key_a_source_is_skipped(site: Site, tmp_path: Path) -> None:
    result = crawl(site, tmp_path, "/good", key=None)
    assert result.fetches()["/good"].outcome is Outcome.SKIPPED_NO_KEY
    assert site.asked == []
    assert result.run()["verdict"] == "failed"


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

    third = crawl(site, tmp_path, "/good", MEMORY=str(memory), SEARCH_TERMS={"en": ["another"]})
    assert third.fetches()["/good"].outcome is Outcome.OK, "under other terms the archived payload is parsed again"
    (again,) = third.items()
    assert again.captures in [item.captures for item in first.items()]
    assert [capture.url.rpartition("/")[2] for capture in again.captures] == ["good"]
    assert site.headers("/good")["if-none-match"] == '"1"'


def test_no_network_is_found_once_and_fast(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    began = time.monotonic()
    result = crawl(port, tmp_path, "/good", "/other")
    assert time.monotonic() - began < 15
    assert result.run()["verdict"] == "no_network"
    assert [fetch.outcome for fetch in result.fetches().values()] == [Outcome.NO_NETWORK]


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

"""A server on the loopback interface, and a crawl of it in a process of its own."""

import asyncio
import json
import os
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawler.archive.folder import Archive
from crawler.contract.fetches import Fetch, fetch_from_dict
from crawler.contract.items import item_from_dict
from crawler.families.base import SourceSpider
from tests.crawler import forks

ROOT = Path(__file__).parents[2]


def first_requests(spider: SourceSpider) -> list[str]:
    """The addresses that a spider asks for before it has seen anything."""

    async def collect() -> list[str]:
        return [request.url async for request in spider.start()]

    return asyncio.run(collect())


Page = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A server that answers from a table and remembers what it was asked, and when.

    A list of pages is answered one after the other, the last for ever; None hangs up without an answer, status 0 after 3 seconds.
    `posted` are the answers to bodies of POST, as JSON.
    """

    pages: dict[str, Page | list[Page] | None] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    posted: dict[bytes, bytes] = field(default_factory=dict)
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def page(self, path: str) -> Page | None:
        found = self.pages.get(path, (404, {}, b"nothing here"))
        if not isinstance(found, list):
            return found
        return found.pop(0) if len(found) > 1 else found[0]

    def headers(self, path: str) -> dict[str, str]:
        return next(headers for asked, headers in reversed(self.asked) if asked.partition("?")[0] == path)


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Site]:
    """A site that answers; by TLS where a PEM file with key and certificate is given."""
    here = Site(scheme="https" if certificate else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            here.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            here.times.append(time.monotonic())
            page = here.page(path)
            if page is None:
                self.close_connection = True
                return
            status, headers, body = page
            if not status:
                time.sleep(3)
                return
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")  # or Twisted asks again on what this server is about to close
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.asked.append((f"{self.path} {body.decode()}", {name.lower(): value for name, value in self.headers.items()}))
            found = here.posted.get(body)
            page = here.page(self.path) or (400, {}, b"no such query")
            status, headers, answer = (200, {"Content-Type": "application/json"}, found) if found else page
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")  # or Twisted asks again on what this server is about to close
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = server.server_port
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Result:
    """The files that a crawl left."""

    code: int
    folder: Path
    archive: Archive
    log: bytes

    def lines(self) -> list[dict[str, Any]]:
        lines = (self.folder / "local/exchanges.jsonl").read_text().splitlines()
        return [line for line in map(json.loads, lines) if "fetch" in line]

    def exchanges(self) -> list[Fetch]:
        return [fetch_from_dict(line["fetch"]) for line in self.lines()]

    def fetches(self) -> dict[str, Fetch]:
        return {"/" + "".join(fetch.url.split("/")[3:]): fetch for fetch in self.exchanges()}

    def items(self) -> list[Any]:
        return [item_from_dict(item) for line in self.lines() for item in line["items"]]

    def run(self, source: str = "local") -> dict[str, Any]:
        return dict(json.loads((self.folder / source / "report.json").read_text()))


def crawl(
    site: Site,
    tmp_path: Path,
    *paths: str,
    key: str | None = "hush",
    environment: Mapping[str, str] | None = None,
    **settings: Any,
) -> Result:
    """A crawl of a site's paths in a process of its own."""
    out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
    log = out.with_suffix(".log")
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    kept |= {"LOCAL_KEY": key} if key else {}
    words = (site.address, str(out), str(tmp_path / "archive"), json.dumps(settings), *paths)
    code = forks.run("tests.crawler.localspider", *words, environment={**kept, **(environment or {})}, log=log)
    return Result(code, out, Archive(tmp_path / "archive"), log.read_bytes())

"""Servers on the loopback interface for real crawls."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEAD = "<html><body><h1>Asetus kuluttajamarkkinoilta kielletyistä psykoaktiivisista aineista</h1>"
LIST = f"{HEAD}<p>Kratom (Mitragyna Speciosa)</p><p>MDPV</p><p id='end'>Loppu</p></body></html>".encode()
DECREE = f"{HEAD}<p>Kratom (Mitragyna Speciosa)</p><p id='end'>Voimaan 1.4.2016</p></body></html>".encode()
HTML = {"Content-Type": "text/html; charset=utf-8"}
STATUS = "SELECT status, valid_from, recorded_from, recorded_to FROM status_version WHERE jurisdiction = 'FI' ORDER BY id"

PATIENCE = 90  # seconds that a test waits at most; none asserts how long anything took


@dataclass
class Site:
    """A server that answers from a table; `/wait` waits until it is released."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    host: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    def good(self) -> None:
        page = 200, HTML, LIST
        self.pages = {"/list": page, "/decree": (200, HTML | {"ETag": '"1"'}, DECREE), "/hang": page, "/wait": page}

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def wait_for(self, path: str) -> None:
        """Wait until a path is asked."""
        deadline = time.monotonic() + PATIENCE
        while path not in self.paths():
            assert time.monotonic() < deadline, f"nobody asks for {path}"
            time.sleep(0.05)

    def wait(self, path: str) -> None:
        if path == "/wait":
            self.released.wait(120)


@contextmanager
def serving() -> Iterator[Site]:
    """A site that answers."""
    here = Site()
    here.good()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, self.headers.get("If-None-Match")))
            here.wait(self.path)
            status, headers, body = here.pages.get(self.path, (404, {}, b"nothing here"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # of a crawler that is stopped
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.host = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield here
    here.released.set()
    server.shutdown()
    thread.join()
    server.server_close()

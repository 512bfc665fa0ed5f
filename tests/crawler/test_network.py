"""Whether there is a network: a host that answers, a proxy that leads somewhere, and nothing at all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawler.fetching.network import reachable
from tests.crawler.localsite import serving

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"127.0.0.1:{closed.getsockname()[1]}"


@contextmanager
def proxy(answer: bytes) -> Iterator[str]:
    """A proxy that gives one answer to whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answered() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        threading.Thread(target=answered, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_one_host_that_listens_is_enough() -> None:
    with serving() as site:
        assert reachable([f"http://{nobody()}/list", f"{site.address}/list"])


def test_no_network_is_found_fast() -> None:
    began = time.monotonic()
    assert not reachable([f"http://{nobody()}/list", f"https://{nobody()}/list"])
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("answer", "there"), [(b"HTTP/1.1 200 Connection established\r\n\r\n", True), (b"HTTP/1.1 503 No route\r\n\r\n", False)]
)
def test_a_proxy_must_lead_somewhere(monkeypatch: pytest.MonkeyPatch, answer: bytes, there: bool) -> None:
    with proxy(answer) as address:
        monkeypatch.setenv("https_proxy", address)
        assert reachable(["https://law.test/list"]) is there


def test_a_proxy_that_is_not_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://{nobody()}")
    assert not reachable(["https://law.test/list"])

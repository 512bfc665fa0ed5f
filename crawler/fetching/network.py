"""Whether there is a network at all: found once, before anything is asked. Standard library only."""

from __future__ import annotations

import base64
import http.client
import queue
import socket
import threading
import time
import urllib.request
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

PROBE_SECONDS = 5.0


def reachable(urls: Iterable[str], seconds: float = PROBE_SECONDS) -> bool:
    """Whether a connection to any host of these addresses comes about in time, through the proxy where there is one."""
    results: queue.Queue[bool] = queue.Queue()
    hosts = {urlsplit(url)._replace(path="", query="", fragment="") for url in urls}
    for host in hosts:
        threading.Thread(target=lambda host=host: results.put(_connects(host, seconds)), daemon=True).start()
    deadline = time.monotonic() + seconds
    for _ in hosts:
        try:
            if results.get(timeout=max(deadline - time.monotonic(), 0)):
                return True
        except queue.Empty:
            return False
    return False


def _connects(host: SplitResult, seconds: float) -> bool:
    proxy = urllib.request.getproxies().get(host.scheme)
    try:
        if not proxy or urllib.request.proxy_bypass(host.hostname or ""):
            socket.create_connection(_endpoint(host), timeout=seconds).close()
        else:
            _through(urlsplit(proxy if "://" in proxy else f"http://{proxy}"), host, seconds)
    except (OSError, http.client.HTTPException):
        return False
    return True


def _through(proxy: SplitResult, host: SplitResult, seconds: float) -> None:
    """Let a proxy connect to a host: one that merely lets us connect to itself proves no network behind it. What is asked without TLS
    has no tunnel; there the proxy itself must do."""
    connection = http.client.HTTPConnection(*_endpoint(proxy), timeout=seconds)
    headers = {}
    if proxy.username:
        named = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(named.encode()).decode()}"
    if host.scheme == "https":
        connection.set_tunnel(*_endpoint(host), headers=headers)
    try:
        connection.connect()
    finally:
        connection.close()


def _endpoint(address: SplitResult) -> tuple[str, int]:
    return address.hostname or "", address.port or (443 if address.scheme == "https" else 80)

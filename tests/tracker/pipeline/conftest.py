"""A record whose sources stand on the loopback interface."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import registry
from tests.databases import Database, upgraded
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.pipeline import quietspider
from tests.tracker.pipeline.site import Site, serving
from tracker.pipeline import crawlers
from tracker.workspace import Workspace

ROOT = Path(__file__).parents[3]


@pytest.fixture
def site() -> Iterator[Site]:
    """The server of `quiet` and `stuck`."""
    with serving() as here:
        yield here


@pytest.fixture
def slow_site() -> Iterator[Site]:
    """The server of `slow`."""
    with serving() as here:
        yield here


@pytest.fixture
def quiet(
    site: Site, slow_site: Site, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Workspace]:
    """An empty record, on each database, whose sources are those of `quietspider`."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
    hosts = (site.host, slow_site.host, dead)
    found = quietspider.spiders(*hosts)
    monkeypatch.setattr(registry, "spider_classes", lambda: found)
    monkeypatch.setattr(crawlers, "_CRAWLER", (sys.executable, "-m", "tests.tracker.pipeline.quietspider", "--until-closed"))
    monkeypatch.setenv("QUIET_HOSTS", " ".join(hosts))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TRACKER_LINK_HOSTS", '{"127.0.0.1": "official"}')
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with database.copy(upgraded, tmp_path / "data") as record:
        made = replays.empty(record.data, record.database_url)
        yield made
        made.engine.dispose()

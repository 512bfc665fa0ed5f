"""Scrapy's own commands in a clone that has the crawler and nothing else: neither tracker nor maps can be imported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler import registry
from crawler.archive.folder import Archive
from tests.crawler import casefolder
from tests.crawler.localsite import ROOT, Site, serving

Scrapy = Callable[..., subprocess.CompletedProcess[str]]
LIST, ACT = (casefolder.CASES / "fi_finlex" / name for name in ("list_full_page", "akn_statute_2024_550"))
PAGE = (200, {"Content-Type": "text/html"}, b"<title>An act</title>")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "crawler", folder / "crawler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "scrapy.cfg", folder)
    for name in ("tracker", "maps", "migrations"):
        (folder / f"{name}.py").write_text("raise ImportError('the crawler stands alone')\n")
    return folder


@pytest.fixture(scope="module")
def scrapy(clone: Path) -> Scrapy:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.lower().endswith("_proxy")}
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *words], cwd=clone, env=kept, capture_output=True, text=True, timeout=60, check=False
        )

    return run


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as here:
        here.pages = {"/act": PAGE, "/moved": (302, {"Location": "/act"}, b""), "/robots.txt": (404, {}, b"")}
        yield here


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """An archive with a list of a source and an act on it, and the act's address."""
    writer = Archive(tmp_path_factory.mktemp("archive")).writer()
    for case in (LIST, ACT):
        _, exchange = casefolder.load(case)
        writer.write("GET", exchange.url, [], 200, list(exchange.headers.items()), exchange.body, exchange.captured_at)
    writer.close()
    return str(writer.path), exchange.url


def test_list_names_every_source(scrapy: Scrapy) -> None:
    done = scrapy("list")
    assert (done.returncode, done.stdout.split()) == (0, list(registry.sources())), done.stderr


def test_fetch_prints_a_page_of_any_address(scrapy: Scrapy, site: Site) -> None:
    done = scrapy("fetch", "-s", "PRIVATE_ADDRESSES_ALLOWED=1", f"{site.address}/moved")
    assert (done.returncode, done.stdout.strip()) == (0, PAGE[2].decode()), done.stderr
    assert [path for path, _ in site.asked] == ["/robots.txt", "/moved", "/act"]
    assert "regulatory-status-tracker" in site.headers("/act")["user-agent"]


@pytest.mark.parametrize("start", [True, False], ids=["with-an-address", "with-none"])
def test_the_shell_asks_any_address(scrapy: Scrapy, site: Site, start: bool) -> None:
    url = f"{site.address}/act"
    title = "response.css('title::text').get()"
    words = [url, "-c", title] if start else ["-c", f"(fetch({url!r}), {title})[1]"]
    done = scrapy("shell", "-s", "PRIVATE_ADDRESSES_ALLOWED=1", *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[-2] == "An act", done.stderr


def test_a_forbidden_a_private_and_a_local_address_are_refused_by_name(scrapy: Scrapy, site: Site, clone: Path) -> None:
    private = scrapy("fetch", f"{site.address}/act")
    assert (private.stdout, site.asked) == ("", [])
    assert "127.0.0.1, which is no public address" in private.stderr
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /")
    forbidden = scrapy("fetch", "-s", "PRIVATE_ADDRESSES_ALLOWED=1", f"{site.address}/act")
    assert forbidden.stdout == ""
    assert "robots_denied" in forbidden.stderr
    local = scrapy("fetch", (clone / "scrapy.cfg").as_uri())
    assert local.stdout == ""
    assert "is no web address; nothing else is asked" in local.stderr


def test_an_address_of_a_source_is_asked_as_its_source_does(scrapy: Scrapy, archived: tuple[str, str]) -> None:
    archive, url = archived
    fetched = scrapy("fetch", "-s", f"REPLAY_WARC={archive}", url)
    assert "550/2024" in fetched.stdout, fetched.stderr
    shell = scrapy("shell", "-s", f"REPLAY_WARC={archive}", url, "-c", "(spider.name, response.status)")
    assert shell.stdout.split("\n")[-2] == "('fi_finlex', 200)", shell.stderr


def test_an_archive_answers_for_an_address_that_no_source_owns(scrapy: Scrapy, tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer()
    writer.write("GET", "https://nobody.test/", [], 200, [], PAGE[2], "2026-01-01T00:00:00+00:00")
    writer.close()
    done = scrapy("fetch", "-s", f"REPLAY_WARC={writer.path}", "https://nobody.test/")
    assert done.stdout.strip() == PAGE[2].decode(), done.stderr


def test_crawl_writes_items(scrapy: Scrapy, archived: tuple[str, str], tmp_path: Path) -> None:
    archive, _ = archived
    items = tmp_path / "x.jsonl"
    done = scrapy("crawl", "fi_finlex", "-s", f"REPLAY_WARC={archive}", "-O", str(items))
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["identifier"] for line in items.read_text().splitlines()] == ["550/2024"]
    assert "not_in_archive" in done.stderr

"""Every way to sign in, against a server on this machine: what goes over the wire, and that no secret stays anywhere else."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.contract.items import Outcome
from tests.crawler.localsite import Page, Result, Site, crawl, serving

PAGE: Page = (200, {"Content-Type": "text/html"}, b"<html><body><h1>Ordinance 7</h1></body></html>")
SECRETS = (b"h+sh secret", b"h%2Bsh%20secret", b"t0ken", b"c00kie", b"client-7")
ENVIRONMENT = {"LOCAL_KEY": "h+sh secret", "LOCAL_ID": "client-7"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as here:
        here.pages = {
            "/good": PAGE,
            "/other": PAGE,
            "/oauth/token": (200, {}, b'{"access_token": "t0ken-1", "token_type": "bearer", "expires_in": 3600}'),
            "/session": (200, {"Set-Cookie": "sid=c00kie-1; Path=/; HttpOnly"}, b"welcome"),
            "/token": (200, {}, b'"t0ken-9"'),
        }
        yield here


def signed_in(site: Site, tmp_path: Path, way: str, *paths: str, **settings: Any) -> Result:
    return crawl(site, tmp_path, *paths, key=None, environment=ENVIRONMENT, SIGN_IN=way, **settings)


def clean(result: Result) -> bool:
    """Whether nothing that a crawl left holds a secret: files, archive (unpacked) and log."""
    files = [path for path in result.folder.parent.rglob("*") if path.is_file()]
    archived = [exchange.url.encode() + exchange.body + repr(exchange.headers).encode() for exchange in result.archive.read()]
    left = [path.read_bytes() for path in files if path.suffix != ".gz"] + archived + [result.log]
    raw = [gzip.decompress(path.read_bytes()) for path in result.archive.files()]
    return not any(secret in words for secret in SECRETS for words in (*left, *raw))


@pytest.mark.parametrize(
    ("way", "header", "value", "first"),
    [
        ("header", "x-api-key", "Token h+sh secret", None),
        ("oauth", "authorization", "Bearer t0ken-1", "/oauth/token"),
        ("cookie", "cookie", "sid=c00kie-1", "/session"),
        ("posted cookie", "cookie", "sid=c00kie-1", "/session"),
        ("token", "authorization", "Bearer t0ken-9", "/token"),
    ],
)
def test_a_header_goes_with_every_request_but_robots_txt(
    way: str, header: str, value: str, first: str | None, site: Site, tmp_path: Path
) -> None:
    result = signed_in(site, tmp_path, way, "/good", "/other")
    assert result.run()["outcomes"] == {"ok": 2}
    assert (site.headers("/good")[header], site.headers("/other")[header]) == (value, value)
    assert header not in site.headers("/robots.txt")
    assert sum(1 for asked, _ in site.asked if first and asked.startswith(first)) == (1 if first else 0)
    assert clean(result)
    assert {exchange.url.removeprefix(site.address) for exchange in result.archive.read()} == {"/robots.txt", "/good", "/other"}


def test_what_is_sent_to_sign_in(site: Site, tmp_path: Path) -> None:
    signed_in(site, tmp_path, "oauth", "/good")
    form = "grant_type=client_credentials&client_id=client-7&client_secret=h%2Bsh+secret&scope=bills"
    assert f"/oauth/token {form}" in [asked for asked, _ in site.asked]
    signed_in(site, tmp_path, "posted cookie", "/good")
    assert "/session session=130" in [asked for asked, _ in site.asked]
    signed_in(site, tmp_path, "token", "/good")
    assert "/token?key=h%2Bsh%20secret" in [asked for asked, _ in site.asked]


def test_a_key_in_the_path_and_a_redirect_that_repeats_it(site: Site, tmp_path: Path) -> None:
    site.pages["/bills/h%2Bsh%20secret/1"] = (302, {"Location": "/bills/h%2Bsh%20secret/2"}, b"")
    site.pages["/bills/h%2Bsh%20secret/2"] = PAGE
    result = signed_in(site, tmp_path, "path", "/bills/KEY/1")
    assert [fetch.url.removeprefix(site.address) for fetch in result.fetches().values()] == ["/bills/KEY/2"]
    assert result.run()["outcomes"] == {"ok": 1}
    assert clean(result)


@pytest.mark.parametrize(("way", "first"), [("oauth", "/oauth/token"), ("cookie", "/session"), ("token", "/token")])
def test_what_no_longer_holds_is_fetched_anew_once(way: str, first: str, site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = [(401, {}, b""), PAGE]
    site.pages["/other"] = (401, {}, b"")
    for path, outcome in (("/good", Outcome.OK), ("/other", Outcome.FAILED)):
        site.asked.clear()
        assert signed_in(site, tmp_path, way, path).fetches()[path].outcome is outcome
        asked = [asked.split("?")[0].split(" ")[0] for asked, _ in site.asked]
        assert (asked.count(path), asked.count(first)) == (2, 2)


@pytest.mark.parametrize(
    ("way", "first", "told"),
    [
        ("oauth", "/oauth/token", "gave no access token; see whether LOCAL_ID and LOCAL_KEY are right"),
        ("cookie", "/session", "set no cookie (status 403)"),
        ("token", "/token", "gave no token (status 403); see whether LOCAL_KEY is right"),
    ],
)
def test_a_sign_in_that_fails_says_what_to_look_at(way: str, first: str, told: str, site: Site, tmp_path: Path) -> None:
    site.pages[first] = (403, {}, b'{"access_token": "t0ken-1"}')
    result = signed_in(site, tmp_path, way, "/good")
    fetch = result.fetches()["/good"]
    assert fetch.outcome is Outcome.FAILED
    assert told in str(fetch.reason)
    assert "/good" not in [asked for asked, _ in site.asked]
    assert clean(result)


def test_every_missing_variable_is_named(site: Site, tmp_path: Path) -> None:
    result = crawl(site, tmp_path, "/good", key=None, SIGN_IN="oauth")
    assert result.fetches()["/good"].outcome is Outcome.SKIPPED_NO_KEY
    assert "set the environment variable LOCAL_ID, LOCAL_KEY" in str(result.fetches()["/good"].reason)
    assert site.asked == []


@pytest.mark.parametrize("way", ["query", "path", "token"])
def test_a_failure_that_names_the_address_does_not_name_the_key(way: str, site: Site, tmp_path: Path) -> None:
    slow: Page = (0, {}, b"")
    site.pages |= {"/slow": slow, "/slow/h%2Bsh%20secret": slow, "/token": slow}
    result = signed_in(site, tmp_path, way, "/slow/KEY" if way == "path" else "/slow", DOWNLOAD_TIMEOUT=1, RETRY_TIMES=0)
    (fetch,) = result.fetches().values()
    assert fetch.outcome is Outcome.FAILED
    assert "took longer than 1" in str(fetch.reason)
    assert clean(result)

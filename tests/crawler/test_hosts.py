"""Who is asked and who answers: only the hosts that a source declares, by verified https, and never a private address."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.resolver import dnscache
from scrapy.settings import Settings
from twisted.internet import reactor
from twisted.python.failure import Failure

from crawler import registry
from crawler.archive.folder import Archive
from crawler.contract.hosts import Host, LinkType, MissingFact
from crawler.contract.items import Outcome
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source
from crawler.families.base import SourceSpider
from crawler.fetching.hosts import PrivateAddress, PublicResolver
from crawler.fetching.replay import replay
from tests.crawler.localsite import Site, crawl, serving
from tests.crawler.localspider import LocalSpider

PAGE = b"<html><body><h1>Ordinance 7</h1></body></html>"
AT = "2026-01-01T00:00:00+00:00"
FACTS = replace(
    LocalSpider.facts,
    key="law",
    url="https://law.test/a",
    hosts=(
        Host("law.test", LinkType.PRESS, delay=0),
        Host("old.law.test", LinkType.PRESS, delay=0, http=True),
        Host("law.test:8443", LinkType.PRESS, delay=0),
    ),
    routes=(Route(Role.DETAIL, "GET", "https?://.*", "parse_page", Body.HTML),),
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as here:
        yield here


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    with serving() as there:
        there.pages["/"] = (200, {"Content-Type": "text/html"}, PAGE)
        yield there


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody but itself vouches for."""
    path = tmp_path / "self.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", path, "-out", tmp_path / "cert"], check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "cert").read_text())
    return path


@pytest.mark.parametrize(
    "url",
    ["https://law.test/b?c", "https://LAW.test:443/", "http://old.law.test/", "https://old.law.test", "https://law.test:8443/"],
)
def test_addresses_of_declared_hosts_may_be_asked(url: str) -> None:
    assert FACTS.refusal(url) is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://law.test/", "by https only; if it has none, say http=True of this host"),
        ("https://www.law.test/", "www.law.test is no host of law; if the publisher moved there, name it"),
        ("https://law.test.evil.test/", "no host"),
        ("https://law.test@evil.test/", "no host"),
        ("https://user:word@law.test/", "no host"),
        ("https://law.test:22/", "no host"),
        ("https://127.0.0.1/", "no host"),
        ("file:///proc/self/environ", "no web address"),
        ("file://law.test/etc/passwd", "no web address"),
        ("ftp://law.test/", "no web address"),
        ("data:text/html,x", "no web address"),
        ("mailto:a@law.test", "no web address"),
        ("http://[", "no web address"),
        ("/a", "no web address"),
    ],
)
def test_any_other_address_is_refused_with_the_remedy(url: str, told: str) -> None:
    assert told in str(FACTS.refusal(url))


@pytest.mark.parametrize(
    ("fact", "value", "told"),
    [
        ("hosts", (), "lacks hosts"),
        ("hosts", FACTS.hosts + FACTS.hosts[:1], "names a host twice"),
        ("url", "https://other.test/", "no host of law"),
    ],
)
def test_hosts_must_be_exact_and_hold_the_sources_own_address(fact: str, value: object, told: str) -> None:
    with pytest.raises(MissingFact, match=told):
        replace(FACTS, **{fact: value})


@pytest.mark.parametrize("name", ["https://law.test", "*.law.test", "law.test/a", "LAW.test", "law"])
def test_a_host_is_an_exact_name(name: str) -> None:
    with pytest.raises(MissingFact, match="not an exact host name"):
        Host(name, LinkType.PRESS, delay=0)


def test_no_route_claims_an_address_of_another_host() -> None:
    assert FACTS.route("GET", "https://law.test/x")
    assert FACTS.route("GET", "https://elsewhere.test/x") is None


def test_only_http_and_https_can_be_downloaded_at_all() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    handlers = settings.get_component_priority_dict_with_base("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_a_server_that_nobody_vouches_for_is_no_answer(tmp_path: Path, certificate: Path) -> None:
    with serving(certificate) as site:
        site.pages["/good"] = (200, {"Content-Type": "text/html"}, PAGE)
        result = crawl(site, tmp_path, "/good")
        assert result.fetches()["/good"].outcome is Outcome.FAILED
        assert "certificate" in str(result.fetches()["/good"].reason)
        assert (result.items(), list(result.archive.read()), site.asked) == ([], [], [])
        assert result.run()["verdict"] == "failed"
        trusted = crawl(site, tmp_path, "/good", environment={"SSL_CERT_FILE": str(certificate)})
        assert trusted.fetches()["/good"].outcome is Outcome.OK, "the certificate is all that was wrong"


def test_a_crawl_never_leaves_the_hosts_of_its_source(site: Site, elsewhere: Site, tmp_path: Path) -> None:
    refresh = f"<html><head><meta http-equiv='refresh' content='0;url={elsewhere.address}/refresh'></head></html>".encode()
    secret = tmp_path / "secret"
    secret.write_text("<html><h1>secret</h1></html>")
    site.pages = {
        "/robots.txt": (302, {"Location": f"{elsewhere.address}/robots.txt"}, b""),
        "/away": (302, {"Location": f"{elsewhere.address}/"}, b""),
        "/relative": (302, {"Location": f"//{elsewhere.address.partition('//')[2]}/relative"}, b""),
        "/refresh": (200, {"Content-Type": "text/html"}, refresh),
        "/file": (302, {"Location": secret.as_uri()}, b""),
        "/data": (302, {"Location": "data:text/html,<h1>forged</h1>"}, b""),
        "/bracket": (302, {"Location": "http://["}, b""),
        "/refreshed": (200, {"Content-Type": "text/html"}, b"<html><meta http-equiv='refresh' content='0;url=http://['></html>"),
        "/good": (200, {"Content-Type": "text/html"}, PAGE),
    }
    result = crawl(site, tmp_path, "/away", "/relative", "/refresh", "/file", "/data", "/bracket", "/refreshed", "/good")
    assert elsewhere.asked == []
    assert result.run()["outcomes"] == {"failed": 6, "layout_changed": 1, "ok": 1}
    assert f"redirected from {site.address}/away" in str(result.fetches()["/"].reason)
    assert [item.title for item in result.items()] == ["Ordinance 7"]
    archived = list(result.archive.read())
    assert {exchange.url.removeprefix(site.address)[:1] for exchange in archived} == {"/"}
    assert not any(b"secret" in exchange.body for exchange in archived)


def test_a_private_address_is_never_connected_to(site: Site, tmp_path: Path) -> None:
    site.pages["/good"] = (200, {"Content-Type": "text/html"}, PAGE)
    result = crawl(site, tmp_path, "/good", PRIVATE_ADDRESSES_ALLOWED=False)
    assert site.asked == []
    assert result.fetches()["/good"].outcome is Outcome.FAILED
    assert "127.0.0.1, which is no public address" in str(result.fetches()["/good"].reason)
    assert result.run()["verdict"] == "failed"


def test_the_proxy_that_the_operator_named_may_stand_at_a_private_address(site: Site, tmp_path: Path) -> None:
    law = Site(host="law.test", port=8080)
    site.pages[f"{law.address}/good"] = (200, {"Content-Type": "text/html"}, PAGE)
    result = crawl(law, tmp_path, "/good", environment={"http_proxy": site.address}, PRIVATE_ADDRESSES_ALLOWED=False)
    assert result.fetches()["/good"].outcome is Outcome.OK


INNER = ("::1", "::ffff:127.0.0.1", "fe80::1", "fd00::1", "2002:7f00:1::", "64:ff9b::7f00:1", "::")
"""IPv6, and the ways in which it leads to IPv4."""


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", *INNER])
def test_a_public_name_of_a_private_address_is_refused(address: str) -> None:
    assert _resolved("inner.law.test", address).check(PrivateAddress)


def test_a_public_address_is_given() -> None:
    assert _resolved("law.test", "93.184.215.14") == "93.184.215.14"


def _resolved(name: str, address: str) -> Failure | str:
    told: list[Failure | str] = []
    dnscache[name] = address
    try:
        PublicResolver(reactor, 10, 1).getHostByName(name).addBoth(told.append)
    finally:
        del dnscache[name]
    return told[0]


@pytest.mark.parametrize(
    "target", ["https://elsewhere.test/", "http://law.test/b", "file:///etc/hostname", "http://[", "//elsewhere.test"]
)
def test_a_replay_follows_no_redirect_away(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = _replayed(FACTS, tmp_path, monkeypatch, (302, [("Location", target)], b""), target)
    assert runs[0] == ("https://law.test/a", Outcome.FAILED, 0)
    assert all(items == 0 for _, _, items in runs)


@pytest.mark.parametrize("target", ["https://elsewhere.test/", "http://law.test/b"])
def test_a_replay_refuses_what_a_parser_asks_for_elsewhere(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = _replayed(FACTS, tmp_path, monkeypatch, (200, [], f"<html><a href='{target}'>on</a></html>".encode()), target)
    assert (target, Outcome.FAILED, 0) in runs
    assert (target, Outcome.NOT_IN_ARCHIVE, 0) not in runs


def _replayed(
    facts: Source, folder: Path, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, list[tuple[str, str]], bytes], held: str
) -> list[tuple[str, Outcome | None, int]]:
    """How a replay of one answer ends, with an archive that holds what stands at `held`, too."""

    class Following(SourceSpider, family=True):
        def parse_page(self, response):
            for address in response.xpath("//a/@href").getall():
                yield Request(address)

    spider = type("Law", (Following,), {"facts": facts})
    monkeypatch.setattr(registry, "spider_classes", lambda: {"law": spider})
    writer = Archive(folder).writer()
    writer.write("GET", "https://law.test/a", [], *answer, AT)
    for url in sorted({held, "https://elsewhere.test/"} if held.startswith("http") else {"https://elsewhere.test/"}):
        writer.write("GET", url, [], 200, [], PAGE, AT)
    writer.close()
    return [(one.fetch.url, one.fetch.outcome, len(one.items)) for one in replay([writer.path])]

"""Which sources exist: one class a source or a row of facts a source, and none that stops another."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

import crawler.sources
from crawler import registry

COUNTIES = """
from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentKind
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import SourceKind
from crawler.families.base import SourceSpider
from crawler.families.rows import sources_of
from crawler.parsing.selecting import one

HOST = Host("counties.test", LinkType.OFFICIAL, delay=3)


class Counties(SourceSpider, family=True):
    def parse_page(self, response):
        name = one(response, "//h1/text()").get()
        yield self.document(identifier=name, kind=DocumentKind.OTHER, title=name, official_url=response.url, text=name)


SOURCES = sources_of(
    Counties,
    {"key": "zz_north", "jurisdictions": ("ZZ-N",), "url": "https://counties.test/north"},
    {"key": "zz_south", "jurisdictions": ("ZZ-S",), "url": "https://counties.test/south"},
    {"key": "zz_lost", "jurisdictions": ("ZZ-L",), "url": "https://elsewhere.test/"},
    {"key": "zz_bare", "jurisdictions": ("ZZ-B",)},
    {"key": "fi_finlex", "jurisdictions": ("ZZ-F",), "url": "https://counties.test/finland"},
    {"key": "zz_hasty", "jurisdictions": ("ZZ-H",), "url": "https://counties.test/", "hosts": (Host("counties.test", LinkType.OFFICIAL, delay=0),)},
    publisher="The counties",
    name="Ordinances",
    official=True,
    kind=SourceKind.LOCAL,
    hosts=(HOST,),
    languages=("en",),
    cadence_hours=24,
    licence="none",
    floor=1,
    ceiling=9,
    routes=(Route(Role.DETAIL, "GET", "https://counties.test/.*", "parse_page", Body.HTML),),
)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Adds modules to `crawler.sources`."""
    monkeypatch.setattr(crawler.sources, "__path__", [*crawler.sources.__path__, str(tmp_path)])

    def add(**texts: str) -> None:
        for name, text in texts.items():
            (tmp_path / f"{name}.py").write_text(text)
            monkeypatch.delitem(sys.modules, f"crawler.sources.{name}", raising=False)
        registry._load.cache_clear()

    yield add
    registry._load.cache_clear()


def test_rows_of_facts_are_sources_of_their_own(modules: Callable[..., None]) -> None:
    modules(counties=COUNTIES)
    sources = registry.sources()
    assert {"zz_north", "zz_south", "us_ecfr"} <= set(sources)
    assert (sources["zz_south"].jurisdictions, sources["zz_south"].publisher) == (("ZZ-S",), "The counties")
    assert registry.spider("zz_north").name == "zz_north"


def test_a_row_that_lacks_a_fact_or_contradicts_another_source_is_named_and_left_out(modules: Callable[..., None]) -> None:
    modules(counties=COUNTIES)
    by_name = dict(registry.not_loaded())
    assert "elsewhere.test is no host of zz_lost" in by_name["zz_lost"]
    assert "'url'" in by_name["zz_bare"]
    assert by_name["fi_finlex"] == "two sources have the key 'fi_finlex'"
    assert "counties.test is declared otherwise by zz_north" in by_name["zz_hasty"]
    assert registry.spider("fi_finlex").facts.jurisdictions == ("FI",), "the first one stands"


def test_a_module_that_cannot_be_imported_stops_no_other(modules: Callable[..., None]) -> None:
    modules(broken="import nothing_of_this_name", wrong="raise ValueError('no facts here')", counties=COUNTIES)
    by_name = dict(registry.not_loaded())
    assert "nothing_of_this_name" in by_name["crawler.sources.broken"]
    assert by_name["crawler.sources.wrong"] == "ValueError: no facts here"
    assert {"zz_north", "fi_finlex"} <= set(registry.sources())
    assert registry.switched_on(["crawler.sources.broken"]) == list(registry.sources())
    with pytest.raises(registry.UnknownSource, match=r"broken cannot be loaded: ModuleNotFoundError"):
        registry.spider("broken")


def test_every_source_of_ours_can_be_loaded() -> None:
    assert registry.not_loaded() == ()


def test_a_source_that_is_turned_off_is_left_out() -> None:
    assert "us_ecfr" in registry.switched_on(())
    assert set(registry.sources()) - set(registry.switched_on(["us_ecfr"])) == {"us_ecfr"}
    with pytest.raises(registry.UnknownSource, match="atlantis"):
        registry.switched_on(["atlantis"])


def test_an_unknown_source_is_named_with_those_that_exist() -> None:
    with pytest.raises(registry.UnknownSource, match=r"no source 'atlantis'; known: .*fi_finlex"):
        registry.spider("atlantis")


def test_scrapy_knows_the_same_sources(modules: Callable[..., None]) -> None:
    modules(counties=COUNTIES)
    settings = Settings()
    settings.setmodule("crawler.settings")
    loader = get_spider_loader(settings)
    assert loader.list() == list(registry.sources())
    assert loader.load("zz_south") is registry.spider("zz_south")
    assert loader.find_by_request(Request("https://www.ecfr.gov/api/versioner/v1/titles.json")) == ["us_ecfr"]
    with pytest.raises(KeyError):
        loader.load("atlantis")

"""The sources that exist: every spider class and its facts, by key.

A source that cannot be loaded is named (`not_loaded`) and left out; it never stops another. Scrapy asks here too
(SPIDER_LOADER_CLASS), so that `scrapy list` and the tracker know the same sources.
"""

from __future__ import annotations

import builtins
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Self

from crawler.contract.errors import CrawlerError

if TYPE_CHECKING:
    from types import ModuleType

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.contract.hosts import Host
    from crawler.contract.source import Source
    from crawler.families.base import SourceSpider
    from crawler.families.rows import NotLoaded


class UnknownSource(CrawlerError, KeyError):
    """No source has this key; the message lists those that exist."""

    def __str__(self) -> str:
        return str(self.args[0])


class _Loaded(NamedTuple):
    spiders: dict[str, type[SourceSpider]]
    failures: tuple[NotLoaded, ...]


def spider_classes() -> dict[str, type[SourceSpider]]:
    """Every spider class by source key, in order of keys."""
    return _load().spiders


def not_loaded() -> tuple[NotLoaded, ...]:
    """The sources and modules of sources that cannot be loaded."""
    return _load().failures


def sources() -> dict[str, Source]:
    """The declared facts of every source by key."""
    return {key: cls.facts for key, cls in spider_classes().items()}


def spider(key: str) -> type[SourceSpider]:
    """The spider of a source; raises UnknownSource."""
    known = spider_classes()
    if key not in known:
        broken = next((f"; {name} cannot be loaded: {reason}" for name, reason in not_loaded() if key in name.split(".")), "")
        raise UnknownSource(f"there is no source {key!r}; known: {', '.join(known) or 'none'}{broken}")
    return known[key]


def switched_on(off: Iterable[str]) -> list[str]:
    """The keys of all sources but those that are turned off; raises UnknownSource for a word that is no key.

    A source that cannot be loaded may be turned off too.
    """
    broken = {name for name, _ in not_loaded()}
    unwanted = {key if key in broken else spider(key).name for key in off}
    return [key for key in spider_classes() if key not in unwanted]


class SourceLoader:
    """The registry as Scrapy asks for it."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """As Scrapy builds it."""
        return cls()

    def load(self, spider_name: str) -> type[SourceSpider]:
        """The spider of a source; raises UnknownSource, which is a KeyError."""
        return spider(spider_name)

    def list(self) -> list[str]:
        """The keys of all sources."""
        return [*spider_classes()]

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The keys of the sources that have a route for a request."""
        asked = request.method, request.url, request.body
        return [key for key, source in sources().items() if source.route(*asked)]


@cache
def _load() -> _Loaded:
    from crawler.families.rows import NotLoaded

    spiders: dict[str, type[SourceSpider]] = {}
    failures: list[NotLoaded] = []
    hosts: dict[str, tuple[Host, str]] = {}
    for loaded in _candidates():
        if isinstance(loaded, NotLoaded):
            failures.append(loaded)
        elif reason := _contradiction(loaded, spiders, hosts):
            failures.append(NotLoaded(loaded.name, reason))
        else:
            spiders[loaded.name] = loaded
            hosts = {host.name: (host, loaded.name) for host in loaded.facts.hosts} | hosts
    return _Loaded(dict(sorted(spiders.items())), tuple(failures))


def _candidates() -> Iterator[type[SourceSpider] | NotLoaded]:
    """What the modules under `crawler.sources` declare, in order of their names."""
    from crawler import sources
    from crawler.families.rows import NotLoaded

    for info in pkgutil.walk_packages(sources.__path__, f"{sources.__name__}.", onerror=lambda name: None):
        try:
            yield from _declared(import_module(info.name))
        except Exception as error:  # the edge between one source and all others
            yield NotLoaded(info.name, f"{type(error).__name__}: {error}")


def _declared(module: ModuleType) -> Iterator[type[SourceSpider] | NotLoaded]:
    """The classes with facts that a module defines, and its rows of facts."""
    from crawler.families.base import SourceSpider
    from crawler.families.rows import NotLoaded

    values = list(vars(module).values())
    own = [value for value in values if getattr(value, "__module__", "") == module.__name__]
    rows = [one for value in values if isinstance(value, tuple) for one in value]
    for value in own + rows:
        if isinstance(value, NotLoaded) or (
            isinstance(value, type) and issubclass(value, SourceSpider) and "facts" in vars(value)
        ):
            yield value


def _contradiction(
    loaded: type[SourceSpider], spiders: dict[str, type[SourceSpider]], hosts: dict[str, tuple[Host, str]]
) -> str | None:
    """Why a source cannot stand beside those that are loaded: one key, one source; one host, one rate."""
    if loaded.name in spiders:
        return f"two sources have the key {loaded.name!r}"
    for host in loaded.facts.hosts:
        known, owner = hosts.get(host.name, (host, loaded.name))
        if known != host:
            return f"{host.name} is declared otherwise by {owner}: import its Host from one place"
    return None

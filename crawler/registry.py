"""The sources that exist: every spider class and its facts, by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.contract.source import Source
    from crawler.families.base import SourceSpider


class UnknownSource(KeyError):
    """No source has this key; the message lists those that exist."""

    def __str__(self) -> str:
        return str(self.args[0])


def spider_classes() -> dict[str, type[SourceSpider]]:
    """Every spider class by source key, in order of keys."""
    from scrapy.utils.misc import walk_modules_iter

    from crawler.families.base import SourceSpider

    for _ in walk_modules_iter("crawler.sources"):
        pass
    found = {cls.facts.key: cls for cls in _below(SourceSpider) if cls.__module__.startswith("crawler.sources.")}
    return {key: found[key] for key in sorted(found)}


def sources() -> dict[str, Source]:
    """The declared facts of every source by key."""
    return {key: cls.facts for key, cls in spider_classes().items()}


def spider(key: str) -> type[SourceSpider]:
    """The spider of a source; raises UnknownSource."""
    known = spider_classes()
    if key not in known:
        raise UnknownSource(f"there is no source {key!r}; known: {', '.join(known) or 'none'}")
    return known[key]


def _below(cls: type[SourceSpider]) -> list[type[SourceSpider]]:
    """Concrete spiders under a class (families declare no facts)."""
    found: list[type[SourceSpider]] = []
    for child in cls.__subclasses__():
        found += ([child] if "facts" in vars(child) else []) + _below(child)
    return found

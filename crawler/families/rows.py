"""Rows of facts: many sources of one family in one file.

`SOURCES = sources_of(Family, {"key": "us_va", …}, {"key": "us_wa", …}, licence=…)` stands in a module of `crawler.sources`; the
registry finds it there. What all rows share is said once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from crawler.contract.hosts import MissingFact
from crawler.contract.source import Source
from crawler.families.base import SourceSpider


class NotLoaded(NamedTuple):
    """A source (or a module of sources) that cannot be loaded, and why."""

    name: str
    reason: str


def sources_of(family: type[SourceSpider], *rows: Mapping[str, Any], **shared: Any) -> tuple[type[SourceSpider] | NotLoaded, ...]:
    """A spider class for each row of facts; a row without a fact, or with a wrong one, is named and stops no other."""
    return tuple(_source_of(family, {**shared, **row}) for row in rows)


def _source_of(family: type[SourceSpider], facts: Mapping[str, Any]) -> type[SourceSpider] | NotLoaded:
    key = str(facts.get("key", f"a row of {family.__name__} without a key"))
    try:
        made = type(key, (family,), {"facts": Source(**facts), "__doc__": family.__doc__})
        return cast("type[SourceSpider]", made)
    except MissingFact as error:
        return NotLoaded(key, str(error))
    except TypeError as error:  # a fact that is missing or that does not exist; Python's words name it
        return NotLoaded(key, f"source {key!r}: {error}")

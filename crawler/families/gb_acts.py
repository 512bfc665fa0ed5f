"""Acts of the United Kingdom that are read on every run, and how a title shows that a paper amends one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crawler.contract.items import DocumentKind


class Watched(NamedTuple):
    """A document that is read on every run; `phrase` in a title marks what amends it or is made under it."""

    phrase: str
    kind: DocumentKind


WATCHED: Mapping[str, Watched] = {
    "ukpga/1971/38": Watched("Misuse of Drugs", DocumentKind.CODIFIED_LIST),
    "uksi/2001/3998": Watched("Misuse of Drugs", DocumentKind.CODIFIED_LIST),
    "ukpga/2016/2": Watched("Psychoactive Substances", DocumentKind.STATUTE),
}

PHRASES = tuple(dict.fromkeys(watched.phrase for watched in WATCHED.values()))


def names_watched(title: str) -> bool:
    """Whether a title names a watched document."""
    return any(phrase.casefold() in title.casefold() for phrase in PHRASES)

"""The subject of the codebook as the coder needs it: terms, what each substance is to a retail rule, and known lists.

Names no substance: the three files beside `tracker/codebook/data` do. An unknown word in them is an error.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from crawler.parsing.matching import Mode, Term
from tracker.domain.vocabulary import Basis, Conduct, Effect, term
from tracker.errors import Refused

ROLES = ("product", "concentrate", "class")


class SubjectError(Refused):
    """A line of the codebook's subject data that cannot be used; the message names the file and the line."""


@dataclass(frozen=True)
class KnownList:
    """A list in law that is known by its name: what being named in it means for whom."""

    key: str
    jurisdiction: str
    language: str
    phrase: str
    conducts: tuple[Conduct, ...]
    effect: Effect
    basis: Basis
    schedule: str | None
    note: str


@dataclass(frozen=True)
class Subject:
    """Terms to match, the substance that plays each of `ROLES`, and the known lists."""

    terms: tuple[Term, ...]
    roles: Mapping[str, str]
    lists: tuple[KnownList, ...] = ()

    @property
    def product(self) -> str:
        """The substance that retail rules are about when they name the product."""
        return self.roles["product"]

    @property
    def concentrate(self) -> str:
        """The substance that a cap on it makes unlawful to sell above the cap."""
        return self.roles["concentrate"]

    @property
    def klass(self) -> str:
        """The substance that stands for synthetic or derived compounds named as a class."""
        return self.roles["class"]


@lru_cache(maxsize=1)
def load_subject() -> Subject:
    """The subject of the codebook that is shipped; raises SubjectError."""
    roles = {row["role"]: row["substance"] for row in _rows("roles.csv")}
    if set(roles) != set(ROLES):
        raise SubjectError(f"roles.csv names {sorted(roles)}; it must name {sorted(ROLES)}")
    terms = tuple(_term(row) for row in _rows("terms.csv"))
    return Subject(terms, MappingProxyType(roles), tuple(_list(row) for row in _rows("lists.csv")))


def _rows(name: str) -> list[dict[str, str]]:
    text = files("tracker.codebook").joinpath("data", name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise SubjectError(f"{name}, line {number}: a field too few or too many; quote what holds a comma")
    return rows


def _term(row: Mapping[str, str]) -> Term:
    return Term(
        row["text"],
        row["substance"],
        _split(row["languages"]),
        cast(Mode, row["mode"]),
        _split(row["needs"]),
        _split(row["unless"]),
    )


def _list(row: Mapping[str, str]) -> KnownList:
    return KnownList(
        row["key"],
        row["jurisdiction"],
        row["language"],
        row["phrase"],
        tuple(term(Conduct, word) for word in _split(row["conducts"])),
        term(Effect, row["effect"]),
        term(Basis, row["basis"]),
        row["schedule"] or None,
        row["note"],
    )


def _split(field: str) -> tuple[str, ...]:
    return tuple(part for part in field.split("|") if part)

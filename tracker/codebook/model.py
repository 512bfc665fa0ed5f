"""What the codebook holds, as frozen values with look-ups. Reading the files is `loading`'s work.

A look-up that finds nothing raises :class:`NotInCodebook` with the nearest known words; nothing falls to a default.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NoReturn
from urllib.parse import urlsplit

from crawler import registry
from crawler.parsing.matching import Term
from tracker.domain.entries import Session
from tracker.domain.vocabulary import Basis, Component, Conduct, Effect, Level, LinkType, Status
from tracker.errors import Refused


class NotInCodebook(Refused):
    """A word that the codebook does not hold; the message names it and the nearest known words."""


@dataclass(frozen=True, slots=True)
class Substance:
    """A product class that a statute or an analyst would name; `rank` is the order of display."""

    code: str
    name: str
    rank: int
    definition: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A place with law of its own. `parent` is geographic; it says nothing about whose law binds."""

    code: str
    name: str
    level: Level
    kind: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """How a term is shown: a short label and one line that defines it."""

    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One class of the map: `fill` is #rrggbb, `pattern` a pattern of the map maker, `code` one or two letters."""

    status: Status
    label: str
    code: str
    fill: str
    pattern: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class OfficialSource:
    """An official source outside the United States that could be watched; never verified live unless its spider says so."""

    jurisdiction: str
    publisher: str
    name: str
    kind: str
    base_url: str
    machine_format: str
    auth: str
    query_example: str
    languages: tuple[str, ...]
    search_terms: tuple[str, ...]
    licence: str
    note: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a worked row: what a provision would say."""

    conduct: Conduct
    effect: Effect
    components: frozenset[Component] = frozenset()
    min_age: int | None = None


@dataclass(frozen=True, slots=True)
class StatusRule:
    """A worked row: these clauses decide this headline; None where they decide none."""

    case: str
    clauses: tuple[Clause, ...]
    status: Status | None
    reason: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """The subject: what is tracked, where, and how it is called."""

    version: str
    subject: str
    default_zone: str
    compiled_on: date
    looked_in: str
    looked_with: str
    substances: Mapping[str, Substance]
    jurisdictions: Mapping[str, Jurisdiction]
    terms: tuple[Term, ...]
    roles: Mapping[str, str]
    lists: tuple[KnownList, ...]
    labels: Mapping[str, Mapping[str, Label]]
    scale: tuple[ScaleStep, ...]
    hosts: Mapping[str, LinkType]
    sessions: tuple[Session, ...]
    measure_kinds: Mapping[str, str]
    sources: tuple[OfficialSource, ...]
    status_rules: tuple[StatusRule, ...]
    _words: Mapping[str, tuple[str, ...]] = field(repr=False)
    _session_words: Mapping[tuple[str, str], Session] = field(repr=False)

    @property
    def product(self) -> str:
        """The substance that retail rules are about when they name the product."""
        return self.roles["product"]

    @property
    def concentrate(self) -> str:
        """The substance that a cap on it makes unlawful to sell above the cap."""
        return self.roles["concentrate"]

    @property
    def derived(self) -> str:
        """The substance that stands for synthetic or derived compounds named as a class."""
        return self.roles["class"]

    def example(self, text: str) -> str:
        """An example of a column with this subject in it: `{product}` and the other roles become codes, `{subject}` the name."""
        for word, instead in {"subject": self.subject, **self.roles}.items():
            text = text.replace(f"{{{word}}}", instead)
        return text

    def substance(self, code: str) -> Substance:
        """The substance with that code."""
        return self.substances.get(code) or missing("substance", code, self.substances)

    def jurisdiction(self, word: str) -> Jurisdiction:
        """The jurisdiction with that code, alias or name; a name that two share is refused."""
        if by_code := self.jurisdictions.get(word):
            return by_code
        codes = self._words.get(folded(word), ())
        if len(codes) > 1:
            raise NotInCodebook(f"{word!r} may be {' or '.join(codes)}; write the code")
        return self.jurisdictions[codes[0]] if codes else missing("jurisdiction", word, self._words)

    def label(self, term: StrEnum) -> Label:
        """Label and definition of a vocabulary term, such as `Status.BANNED`."""
        return self.labels[label_group(type(term))][term.value]

    def link_type(self, url: str) -> LinkType:
        """What sort of source an address belongs to; raises NotInCodebook."""
        kind, host = self.known_link_type(url), host_of(url)
        if kind is None:
            raise NotInCodebook(
                f'no link type for the host {host!r} of {url!r}; name its type in tracker.toml: [link_hosts] "{host}" = "press"'
            )
        return kind

    def known_link_type(self, url: str) -> LinkType | None:
        """The same, or None, as for what is no address of the web. The table of hosts holds those of no source; a source's hosts are typed by its facts."""
        if not url.startswith(("https://", "http://")) or not url.isprintable() or " " in url:
            return None
        host = host_of(url)
        return self.hosts.get(host) or _crawled_hosts().get(host)

    def session(self, jurisdiction: str, word: str) -> Session:
        """The session of `jurisdiction` with that identifier or alias; `rules`, `cases` and `council` stand for none."""
        if word in self.measure_kinds.values() and word:
            return Session(jurisdiction, word)
        known = [text for code, text in self._session_words if code == jurisdiction]
        return self._session_words.get((jurisdiction, folded(word))) or missing(f"{jurisdiction} session", word, known)

    def session_in(self, jurisdiction: str, year: int) -> str | None:
        """Identifier of the regular session of `jurisdiction` that runs in `year`, if the table holds it."""
        for session in self.sessions:
            span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", session.identifier)
            if span and session.jurisdiction == jurisdiction and int(span[1]) <= year <= int(span[2] or span[1]):
                return session.identifier
        return None


def _crawled_hosts() -> Mapping[str, LinkType]:
    """The hosts that sources declare."""
    declared = (host for source in registry.sources().values() for host in source.hosts)
    return {host_of(f"//{host.name}"): host.link_type for host in declared}


def host_of(url: str) -> str:
    """The host of an address as the table of hosts writes it; empty where the address has none or is malformed."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def folded(word: str) -> str:
    """A word as look-ups compare it."""
    return " ".join(word.split()).casefold()


def label_group(kind: type[StrEnum]) -> str:
    """The name under which a vocabulary's labels stand: `FoodLaw` becomes `food_law`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def missing(what: str, word: str, known: Collection[str]) -> NoReturn:
    """Raise NotInCodebook with the nearest known words."""
    near = difflib.get_close_matches(folded(word), [folded(text) for text in known], n=3, cutoff=0.5)
    hint = f"; nearest: {'; '.join(near)}" if near else ""
    raise NotInCodebook(f"{word!r} is not a {what} in the codebook{hint}")

"""The declared facts of a source, and the routes that say which parse method reads which address.

Facts stand beside their spider in one block. A missing or contradictory fact stops the program when the spider is
imported; nothing is guessed later. No Scrapy here, no network.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class SourceKind(StrEnum):
    """What sort of publisher stands behind a source."""

    LEGISLATURE = "legislature"
    LEGISLATION = "legislation"
    GAZETTE = "gazette"
    CODE = "code"
    REGULATOR = "regulator"
    COURT = "court"
    LOCAL = "local"
    AGGREGATOR = "aggregator"


class Body(StrEnum):
    """The shape of body that a route expects."""

    JSON = "json"
    XML = "xml"
    HTML = "html"
    TEXT = "text"


class MissingFact(ValueError):
    """A source lacks a fact or states an impossible one; the message names source and fact."""


@dataclass(frozen=True)
class Route:
    """Method and pattern (a regular expression on the whole key-free address) → parse method and expected body."""

    method: str
    pattern: str
    parse: str
    expects: Body

    def claims(self, method: str, url: str) -> bool:
        """Whether this route reads answers to that request."""
        return method == self.method and re.fullmatch(self.pattern, url) is not None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Everything that is known about a source before it is asked.

    `key` is the one word: file, spider name, case folder, log field and command argument. `hosts` are exact host names, as
    `www.example.org` (with a port where it is not the usual one): nothing else is asked, nor read from an archive. It is asked
    by https, but for those that are named again in `http_hosts`. `key_in` says where an API key
    goes (`"header X-Api-Key"` or `"query api_key"`), `key_env` which environment variable holds it. `floor` and `ceiling`
    bound how many answers (`ok` and `not_modified`) a healthy run sees. `parser_version` rises when a parser reads more or
    otherwise. `time_limits` says how many times the usual time limit a run may take. `verified_live_on` stays None until a
    canary has seen the source answer.
    """

    key: str
    jurisdiction: str
    publisher: str
    name: str
    official: bool
    kind: SourceKind
    url: str
    hosts: tuple[str, ...]
    languages: tuple[str, ...]
    cadence_hours: int
    licence: str
    robots_obeyed: bool
    delay_seconds: float
    key_env: str | None
    floor: int
    ceiling: int
    verified_live_on: str | None
    routes: tuple[Route, ...]
    http_hosts: tuple[str, ...] = ()
    key_in: str | None = None
    parser_version: int = 1
    time_limits: int = 1

    def __post_init__(self) -> None:
        for fact in ("key", "jurisdiction", "publisher", "name", "url", "hosts", "languages", "licence", "routes"):
            if not getattr(self, fact):
                raise MissingFact(f"source {self.key!r} lacks {fact}")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.key):
            raise MissingFact(f"source key {self.key!r} is not a module name (small letters, digits, underscores)")
        if self.cadence_hours <= 0 or self.delay_seconds < 0 or self.time_limits < 1:
            raise MissingFact(f"source {self.key!r}: cadence_hours and time_limits must be positive, delay_seconds not negative")
        if not 0 <= self.floor <= self.ceiling:
            raise MissingFact(f"source {self.key!r}: floor {self.floor} and ceiling {self.ceiling} contradict each other")
        if (self.key_env is None) != (self.key_in is None):
            raise MissingFact(f"source {self.key!r}: key_env and key_in belong together")
        if self.key_in is not None and not re.fullmatch(r"(header|query) \S+", self.key_in):
            raise MissingFact(f"source {self.key!r}: key_in {self.key_in!r} is not 'header NAME' or 'query NAME'")
        self._check_hosts()

    def _check_hosts(self) -> None:
        for host in self.hosts:
            if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", host):
                raise MissingFact(f"source {self.key!r}: {host!r} is no exact host name (small letters, no scheme, no path)")
        if not set(self.http_hosts) <= set(self.hosts):
            raise MissingFact(f"source {self.key!r}: http_hosts names what hosts does not")
        if refused := self.refusal(self.url):
            raise MissingFact(f"source {self.key!r}: url: {refused}")

    def route(self, method: str, url: str) -> Route | None:
        """The first route that claims an answer, or None; none claims one of a host that is not the source's."""
        if _host(url) not in self.hosts:
            return None
        return next((route for route in self.routes if route.claims(method, url)), None)

    def refusal(self, url: str) -> str | None:
        """Why an address may not be asked, with the remedy; None where it may."""
        scheme, host = url.partition(":")[0].lower(), _host(url)
        if host is None or scheme not in ("http", "https"):
            return f"{url!r:.200} is no web address; nothing else is asked"
        if host not in self.hosts:
            return f"{host} is no host of {self.key}; if the publisher moved there, name it in the source's hosts"
        if scheme == "http" and host not in self.http_hosts:
            return f"{host} is asked by https only; if it has none, name it in the source's http_hosts"
        return None


def _host(url: str) -> str | None:
    """Host, port (but for the usual one) and anything else that stands before the path; None where an address is malformed."""
    try:
        parts = urlsplit(url)
        usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        return parts.netloc.lower().removesuffix(usual) if parts.hostname else None
    except ValueError:
        return None


def parse_key(source: Source, terms: Mapping[str, Sequence[str]]) -> str:
    """Names everything besides the payload that decides what a parse yields."""
    words = json.dumps({language: sorted(terms[language]) for language in sorted(terms)}, ensure_ascii=False)
    return f"{source.key}/{source.parser_version}/{hashlib.sha256(words.encode()).hexdigest()[:16]}"

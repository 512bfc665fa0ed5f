"""The declared facts of a source. A missing or contradictory fact stops the source, and no other, when it is loaded.

No Scrapy here, no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crawler.contract.hosts import Host, MissingFact, host_name
from crawler.contract.patterns import pattern
from crawler.contract.routes import Route
from crawler.contract.sign_in import SignIn


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


@dataclass(frozen=True)
class SessionName:
    """How a source names sessions of one sort: what it writes, and the session's identifier made from the groups of that.

    `SessionName(r"(?P<year>\\d{4})R\\d", "{year}")` reads `2026R1` as the session 2026.
    """

    pattern: str
    identifier: str

    def named(self, word: str) -> str | None:
        """The identifier of the session that the source calls `word`; None where it does not call sessions so."""
        match = pattern(self.pattern).fullmatch(word)
        return self.identifier.format(**match.groupdict()) if match else None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Everything that is known about a source before it is asked.

    `key` is the one word: spider name, case folder, log field and command argument. Of several `jurisdictions` the first is the one
    under which the source is listed; an item of such a source names its own. Nothing but `hosts` is asked, nor read from an
    archive. `floor` and `ceiling` bound how many usable answers a healthy run sees. `parser_version` rises when a parser reads more
    or otherwise. `time_limits` says how many times the usual time limit a run may take. `verified_live_on` stays None until a canary has seen the source answer.
    """

    key: str
    jurisdictions: tuple[str, ...]
    publisher: str
    name: str
    official: bool
    kind: SourceKind
    url: str
    hosts: tuple[Host, ...]
    languages: tuple[str, ...]
    cadence_hours: int
    licence: str
    floor: int
    ceiling: int
    routes: tuple[Route, ...]
    sessions: tuple[SessionName, ...] = ()
    sign_in: SignIn | None = None
    verified_live_on: str | None = None
    parser_version: int = 1
    time_limits: int = 1

    def __post_init__(self) -> None:
        for fact in ("key", "jurisdictions", "publisher", "name", "url", "hosts", "languages", "licence", "routes"):
            if not getattr(self, fact):
                raise MissingFact(f"source {self.key!r} lacks {fact}")
        if not pattern(r"[a-z][a-z0-9_]*").fullmatch(self.key):
            raise MissingFact(f"source key {self.key!r} is not one word (small letters, digits, underscores)")
        if self.cadence_hours <= 0 or self.time_limits < 1:
            raise MissingFact(f"source {self.key!r}: cadence_hours and time_limits must be positive")
        if not 0 <= self.floor <= self.ceiling:
            raise MissingFact(f"source {self.key!r}: floor {self.floor} and ceiling {self.ceiling} contradict each other")
        self._check_addresses()
        if self.verified_live_on:
            date.fromisoformat(self.verified_live_on)

    def _check_addresses(self) -> None:
        names = [host.name for host in self.hosts]
        if len(names) != len(set(names)):
            raise MissingFact(f"source {self.key!r} names a host twice")
        for url in (self.url, *(self.sign_in.urls if self.sign_in else ())):
            if refused := self.refusal(url):
                raise MissingFact(f"source {self.key!r}: url: {refused}")

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction under which the source is listed."""
        return self.jurisdictions[0]

    def session(self, word: str) -> str | None:
        """The identifier of the session that the source calls `word`: by the first rule that fits, as it is where there is no rule.

        None where there are rules and none fits.
        """
        if not self.sessions:
            return word
        return next((identifier for rule in self.sessions if (identifier := rule.named(word))), None)

    def host(self, url: str) -> Host | None:
        """The host of an address, or None where it is not the source's."""
        name = host_name(url)
        return next((host for host in self.hosts if host.name == name), None)

    def route(self, method: str, url: str, body: bytes = b"") -> Route | None:
        """The first route that claims an answer, or None; none claims one of a host that is not the source's."""
        if self.host(url) is None:
            return None
        return next((route for route in self.routes if route.claims(method, url, body)), None)

    def refusal(self, url: str) -> str | None:
        """Why an address may not be asked, with the remedy; None where it may."""
        scheme, name = url.partition(":")[0].lower(), host_name(url)
        if name is None or scheme not in ("http", "https"):
            return f"{url!r:.200} is no web address; nothing else is asked"
        host = self.host(url)
        if host is None:
            return f"{name} is no host of {self.key}; if the publisher moved there, name it in the source's hosts"
        if scheme == "http" and not host.http:
            return f"{name} is asked by https only; if it has none, say http=True of this host in the source's hosts"
        return None

"""A host and how it may be asked. Every source of a host names the same `Host`, so that its rate and robots hold for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.contract.errors import CrawlerError
from crawler.contract.fields import citable
from crawler.contract.patterns import pattern


class MissingFact(CrawlerError, ValueError):
    """A source lacks a fact or states an impossible one; the message names source (or host) and fact."""


class LinkType(StrEnum):
    """What an address of a host is worth as evidence."""

    OFFICIAL = "official"
    LEGAL_DATABASE = "legal_database"
    PRESS = "press"
    ADVOCACY = "advocacy"
    TRACKER = "tracker"
    VENDOR = "vendor"


@dataclass(frozen=True)
class Host:
    """An exact host name, as `www.example.org` (with a port where it is not the usual one).

    `delay` is the least time between two requests, in seconds, whichever source asks. `http` says that it may be asked without TLS
    too, `robots` whether its robots.txt is obeyed (a host whose owner asks programs to ignore it is the exception).
    """

    name: str
    link_type: LinkType
    delay: float
    robots: bool = True
    http: bool = False

    def __post_init__(self) -> None:
        if not pattern(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?").fullmatch(self.name):
            raise MissingFact(f"{self.name!r} is not an exact host name (small letters, no scheme, no path)")
        if self.delay < 0:
            raise MissingFact(f"host {self.name}: delay {self.delay} is negative")


def host_name(url: str) -> str | None:
    """Host, port (but for the usual one) and anything else that stands before the path; None where an address is malformed."""
    if not citable(url):
        return None
    try:
        parts = urlsplit(url)
        usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        return parts.netloc.lower().removesuffix(usual) if parts.hostname else None
    except ValueError:
        return None

"""Routes: which parse method reads the answer to which request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.contract.hosts import MissingFact


class Role(StrEnum):
    """What discovery loses without an answer: a `list` names what exists, a `detail` says what one of these is."""

    LIST = "list"
    DETAIL = "detail"


class Body(StrEnum):
    """The shape of body that a route expects."""

    JSON = "json"
    XML = "xml"
    HTML = "html"
    TEXT = "text"
    CSV = "csv"
    ZIP = "zip"
    PDF = "pdf"
    RSS = "rss"


@dataclass(frozen=True)
class Route:
    """Role, method and pattern (a regular expression on the whole key-free address) → parse method and expected body.

    `asks` is a regular expression searched in the body of the request: it tells apart what one address answers, such as operations
    of GraphQL or SOAP. Without it any body will do.
    """

    role: Role
    method: str
    pattern: str
    parse: str
    expects: Body
    asks: str | None = None
    _address: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _asked: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "_address", re.compile(self.pattern))
            object.__setattr__(self, "_asked", None if self.asks is None else re.compile(self.asks))
        except re.error as error:
            raise MissingFact(f"the route to {self.parse} has no usable pattern: {error}") from error

    def claims(self, method: str, url: str, body: bytes = b"") -> bool:
        """Whether this route reads answers to that request."""
        if method != self.method or self._address.fullmatch(url) is None:
            return False
        return self._asked is None or self._asked.search(body.decode("utf-8", "replace")) is not None

"""Routes: which parse method reads the answer to which request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.contract.hosts import MissingFact
from crawler.contract.items import Outcome
from crawler.contract.patterns import Pattern, backtracking, checked

LONGEST = 8_192
"""Characters of an address, and bytes of a request's body, that a route looks at; no route claims a longer address."""


DECLARED = f"it stands in the facts of a source, and reads {LONGEST} characters at most"


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

    `normal` are the outcomes that say nothing and are a normal answer all the same: `empty` of a search that may find nothing, `gone` of
    what is not always there. `asks` is a regular expression searched in the body of the request: it tells apart what one address answers, such as operations
    of GraphQL or SOAP. Without it any body will do. `open_ended`: whole answers lack the end that their kind of body has,
    such as pages without `</html>` and tables whose last line is not ended, as recorded answers show.
    """

    role: Role
    method: str
    pattern: str
    parse: str
    expects: Body
    asks: str | None = None
    normal: tuple[Outcome, ...] = ()
    open_ended: bool = False
    _address: Pattern = field(init=False, repr=False, compare=False)
    _asked: Pattern | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "_address", _compiled(self.pattern))
            object.__setattr__(self, "_asked", None if self.asks is None else _compiled(self.asks))
        except re.error as error:
            raise MissingFact(f"the route to {self.parse} has no usable pattern: {error}") from error

    def claims(self, method: str, url: str, body: bytes = b"") -> bool:
        """Whether this route reads answers to that request."""
        if method != self.method or len(url) > LONGEST or self._address.fullmatch(url) is None:
            return False
        return self._asked is None or self._asked.search(body[:LONGEST].decode("utf-8", "replace")) is not None


def _compiled(source: str) -> Pattern:
    """A pattern of a source's facts, which may look ahead: whoever declares the source answers for it."""
    try:
        return checked(source)
    except re.error:
        return backtracking(source, proof=DECLARED)

"""How a source signs in. Every secret comes from an environment variable that the value names; no value ever holds one.

Key            a static key, in a header, a query parameter or a segment of the path
OAuthClient    client credentials, exchanged for a bearer token
SessionCookie  a page is asked for first, and the cookies that it sets go with every request
Token          a short-lived token is read from a page that is asked for first
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crawler.contract.hosts import MissingFact
from crawler.contract.patterns import checked, pattern


class Place(StrEnum):
    """Where a key stands in a request."""

    HEADER = "header"
    QUERY = "query"
    PATH = "path"


@dataclass(frozen=True)
class Key:
    """A static key from the variable `env`.

    `name` is the header, the query parameter, or the segment of the path that the key takes the place of (`KEY` in
    `https://example.org/bills/KEY`; archived addresses keep the segment). A header's value begins with `prefix`.
    """

    place: Place
    name: str
    env: str
    prefix: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return (self.env,)

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses that are asked to sign in."""
        return ()


@dataclass(frozen=True)
class OAuthClient:
    """Client credentials (RFC 6749 §4.4), posted to `url`; the answer's `access_token` goes into `Authorization: Bearer …`."""

    url: str
    id_env: str
    secret_env: str
    scope: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return self.id_env, self.secret_env

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses that are asked to sign in."""
        return (self.url,)


@dataclass(frozen=True)
class SessionCookie:
    """The cookies that `url` sets, asked for by GET or, with a form body, by POST. They are asked for anew every `lasts` seconds."""

    url: str
    body: str = ""
    lasts: int = 3600

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return ()

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses that are asked to sign in."""
        return (self.url,)


@dataclass(frozen=True)
class Token:
    """A token that lasts `lasts` seconds, asked for by GET and sent as `header: prefix + token`.

    `{NAME}` in `url` is replaced by the environment variable of that name. The first group of `pattern`, searched in the answer's
    text, is the token.
    """

    url: str
    pattern: str
    lasts: int
    header: str = "Authorization"
    prefix: str = "Bearer "

    def __post_init__(self) -> None:
        if checked(self.pattern).groups < 1:
            raise MissingFact(f"the token pattern {self.pattern!r} has no group that holds the token")

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return tuple(pattern(r"\{(\w+)\}").findall(self.url))

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses that are asked to sign in."""
        return (self.url,)


SignIn = Key | OAuthClient | SessionCookie | Token

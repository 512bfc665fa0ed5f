"""How a source signs in: keys, tokens and cookies go onto a request at the last moment, below every middleware.

Nothing above ever holds one, and what a server says back is freed of them: they reach neither archive nor memory, log or address.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import NamedTuple
from urllib.parse import quote, urlencode

from scrapy import Request
from scrapy.http import Response

from crawler.contract.patterns import pattern
from crawler.contract.sign_in import Key, OAuthClient, Place, SessionCookie, Token
from crawler.fetching.refusals import SignInFailed
from crawler.fetching.typed import Facts
from crawler.parsing.charset import text_of

Ask = Callable[[Request], Awaitable[Response]]
"""Sends a request as it is, to a host of the source."""

_EARLY = 30.0
"""Seconds before its end from which on a token is not used any more."""
_HOUR = 3600.0


class Pass(NamedTuple):
    """What a source gave us to show with each request: a header, its secrets, and until when it holds (by the forward clock)."""

    header: str
    value: str
    secrets: tuple[str, ...]
    until: float


class Signer:
    """Signs the requests of one source in."""

    def __init__(self, source: Facts) -> None:
        self.source = source
        self._pass: Pass | None = None
        self._fetching = asyncio.Lock()

    async def signed(self, request: Request, ask: Ask) -> Request:
        """The request as it goes over the wire; only addresses that a route claims are signed. Raises SignInFailed."""
        way = self.source.sign_in
        if way is None or self.source.route(request.method, request.url, request.body) is None:
            return request
        if isinstance(way, Key):
            return with_key(request, way)
        async with self._fetching:
            if self._pass is None or self._pass.until < monotonic():
                self._pass = await _fetched(way, ask)
                HIDDEN.add(*self._pass.secrets)
            return request.replace(headers={**request.headers, self._pass.header: self._pass.value})

    def refused(self, sent: Request, response: Response) -> bool:
        """Whether an answer says that what was fetched to sign in no longer holds; then it is fetched anew for the next request."""
        if response.status != 401 or isinstance(self.source.sign_in, Key):
            return False
        if self._pass and sent.headers.get(self._pass.header) == self._pass.value.encode():
            self._pass = None
        return True


def with_key(request: Request, key: Key) -> Request:
    """The request with a static key in header, query or path."""
    value = os.environ[key.env]
    if key.place is Place.HEADER:
        return request.replace(headers={**request.headers, key.name: key.prefix + value})
    if key.place is Place.PATH:
        address, mark, query = request.url.partition("?")
        parts = [quote(value, safe="") if part == key.name else part for part in address.split("/")]
        return request.replace(url="/".join(parts) + mark + query)
    mark = "&" if "?" in request.url else "?"
    return request.replace(url=f"{request.url}{mark}{quote(key.name)}={quote(value)}")


async def _fetched(way: OAuthClient | SessionCookie | Token, ask: Ask) -> Pass:
    if isinstance(way, OAuthClient):
        return await _bearer(way, ask)
    return await (_cookie(way, ask) if isinstance(way, SessionCookie) else _token(way, ask))


async def _bearer(way: OAuthClient, ask: Ask) -> Pass:
    """Client credentials for a bearer token (RFC 6749 §4.4)."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ[way.id_env],
        "client_secret": os.environ[way.secret_env],
        **({"scope": way.scope} if way.scope else {}),
    }
    answer = _json(await ask(_form(way.url, urlencode(form))))
    token, lasts = answer.get("access_token"), answer.get("expires_in", _HOUR)
    if not isinstance(token, str) or not isinstance(lasts, int | float):
        raise SignInFailed(f"{way.url} gave no access token; see whether {way.id_env} and {way.secret_env} are right")
    return Pass("Authorization", f"Bearer {token}", (token,), monotonic() + max(lasts - _EARLY, 1.0))


async def _cookie(way: SessionCookie, ask: Ask) -> Pass:
    answer = await ask(_form(way.url, way.body) if way.body else Request(way.url))
    pairs = [line.decode("latin-1").partition(";")[0] for line in answer.headers.getlist("Set-Cookie")]
    if answer.status >= 400 or not pairs:
        raise SignInFailed(f"{way.url} set no cookie (status {answer.status})")
    secrets = tuple(pair.partition("=")[2] for pair in pairs)
    return Pass("Cookie", "; ".join(pairs), secrets, monotonic() + way.lasts)


async def _token(way: Token, ask: Ask) -> Pass:
    url = pattern(r"\{(\w+)\}").sub(lambda name: quote(os.environ[name[1]], safe=""), way.url)
    answer = await ask(Request(url))
    match = pattern(way.pattern).search(text_of(answer.body))
    if answer.status >= 400 or match is None:
        names = f"; see whether {', '.join(way.variables)} is right" if way.variables else ""
        raise SignInFailed(f"{way.url} gave no token (status {answer.status}){names}")
    return Pass(way.header, way.prefix + match[1], (match[1],), monotonic() + way.lasts)


def _form(url: str, body: str) -> Request:
    return Request(url, method="POST", body=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


def _json(response: Response) -> Mapping[str, object]:
    try:
        answer = json.loads(response.body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) and response.status < 400 else {}


class Hidden:
    """The secrets that this process knows, to be taken out of what others say of our requests."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def add(self, *secrets: str) -> None:
        """Remember secrets; one of three letters or less could not be told from words."""
        self._known |= {secret for secret in secrets if len(secret) > 3}

    def of(self, source: Facts) -> None:
        """Remember those that the environment holds for a source."""
        for name in source.sign_in.variables if source.sign_in else ():
            self.add(os.environ.get(name, ""))

    def out_of(self, words: str, instead: str = "") -> str:
        """The words without any secret."""
        for secret in sorted(self._known, key=len, reverse=True):
            for spelling in (secret, quote(secret), quote(secret, safe="")):
                words = words.replace(spelling, instead)
        return words


HIDDEN = Hidden()


class HidingFilter(logging.Filter):
    """Takes secrets out of log lines; Scrapy's handlers name whole addresses in theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record's words are freed of secrets."""
        message = record.getMessage()
        if (redacted := HIDDEN.out_of(message, "…")) != message:
            record.msg, record.args = redacted, ()
        return True

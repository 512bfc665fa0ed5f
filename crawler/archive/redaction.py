"""What is never kept: keys, passwords and cookies, taken out of addresses, headers and request bodies by their names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from crawler.contract.patterns import pattern

SECRET_PARAMETERS = frozenset(
    {
        *("api_key", "apikey", "api-key", "key", "token", "access_token", "subscription-key"),
        *("client_secret", "refresh_token", "password"),
    }
)
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "x-api-key", "webapikey", "ocp-apim-subscription-key"}
)
_ELEMENT = pattern(rf"(<(?:[\w.-]+:)?(?:{'|'.join(sorted(SECRET_PARAMETERS))})\b[^>]*>)[^<]*</", re.I)


def strip_keys(url: str) -> str:
    """An address without query parameters that carry keys; everything else stays byte for byte."""
    address, mark, query = url.partition("?")
    kept = [pair for pair in query.split("&") if not _secret(pair.partition("=")[0])]
    return address + (mark + "&".join(kept) if kept and mark else "")


def strip_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Request headers without those that carry keys or cookies."""
    return [(name, value) for name, value in headers if name.lower() not in SECRET_HEADERS]


def strip_body(body: bytes) -> bytes:
    """A request body (form, JSON or XML) without members that carry keys; one without any stays byte for byte."""
    start = body.lstrip()[:1]
    if start in (b"{", b"["):
        return _strip_json(body)
    if start == b"<":
        return _ELEMENT.sub(lambda match: f"{match[1]}</", body.decode("latin-1")).encode("latin-1")
    return _strip_form(body) if _is_form(body) else body


def _is_form(body: bytes) -> bool:
    """Whether a body is `name=value&name=value`, without white space."""
    pairs = [pair.partition(b"=") for pair in body.split(b"&")]
    return body.split() == [body] and all(name and mark for name, mark, _ in pairs) and not set(pairs[0][0]) & set(b"<{")


def _strip_form(body: bytes) -> bytes:
    return b"&".join(pair for pair in body.split(b"&") if not _secret(pair.partition(b"=")[0].decode("latin-1")))


def _strip_json(body: bytes) -> bytes:
    try:
        whole = json.loads(body)
        kept = _without(whole)
    except (ValueError, RecursionError):
        return body
    return body if kept == whole else json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(member) for name, member in value.items() if not _secret(name)}
    return [_without(member) for member in value] if isinstance(value, list) else value


def _secret(name: str) -> bool:
    return name == "OC" or name.lower() in SECRET_PARAMETERS

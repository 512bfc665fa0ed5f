"""One function that says how an exchange ended, from what the server sent.

It looks at status, headers and body only. A challenge page is `blocked` whatever its status; a page may quote the words of
one only if it has little else to say. It never parses: what the parser then refuses is typed by the exception it raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from crawler.contract.items import Outcome
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body
from crawler.contract.source import Source
from crawler.parsing.charset import text_of

_HEAD = 64_000
_SPARSE = 2_500
"""Characters of visible text up to which a page counts as having nothing else to say."""

_CHALLENGE = pattern(
    r"<title>\s*(just a moment\.\.\.|attention required! \| cloudflare|request rejected|access denied|ddos-guard"
    r"|pardon our interruption|human verification)\s*</title>",
    re.I,
)
_CHALLENGE_WORDS = pattern(
    r"verif(y|ying) (that )?you are (a )?human|not a robot|are you a robot|captcha|enable javascript and cookies to continue"
    r"|checking your browser|unusual traffic|requested url was rejected|incapsula incident|__cf\$cv\$params|awswafintegration"
    r"|you have been blocked|access to this page has been denied",
    re.I,
)
_TROUBLE = pattern(
    r"<title>[^<]*(maintenance|temporarily unavailable|service unavailable|internal server error|error 5\d\d|bad gateway"
    r"|page not found|not found)[^<]*</title>",
    re.I,
)
_HTML = pattern(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype html|<html)", re.I | re.S)

_SILENT = {"<!--": "-->", "<script": "</script>", "<style": "</style>"}


class Finding(NamedTuple):
    """An outcome and, unless it is `ok`, the reason in a few words."""

    outcome: Outcome
    reason: str | None = None


def classify(status: int, headers: Mapping[str, str], body: bytes, expects: Body, source: Source) -> Finding:
    """How this answer ended; `headers` have small-letter names, `body` is decoded."""
    head = text_of(body[:_HEAD], headers.get("content-type", "")).lstrip()
    challenge = _challenge(status, headers, head)
    if challenge:
        return Finding(Outcome.BLOCKED, challenge)
    if not 200 <= status < 300:
        return _by_status(status, headers, head, source)
    if not body.strip():
        return Finding(Outcome.EMPTY, f"status {status} without a body")
    return _by_shape(head, expects)


def _challenge(status: int, headers: Mapping[str, str], head: str) -> str | None:
    for name in ("x-amzn-waf-action", "cf-mitigated"):
        if headers.get(name):
            return f"{name}: {headers[name]} (status {status})"
    if not _is_html(head):
        return None
    mark = _CHALLENGE.search(head)
    if mark is None and (words := _CHALLENGE_WORDS.search(head)) and _is_sparse(head):
        mark = words
    return f"page says {mark.group().strip()!r} (status {status})" if mark else None


def _by_status(status: int, headers: Mapping[str, str], head: str, source: Source) -> Finding:
    if status == 304:
        return Finding(Outcome.NOT_MODIFIED, "status 304")
    if status in (404, 410):
        return Finding(Outcome.GONE, f"status {status}")
    if status == 429 or (status == 503 and headers.get("retry-after")):
        return Finding(Outcome.RATE_LIMITED, f"status {status}, Retry-After: {headers.get('retry-after', 'not said')}")
    if status == 403 and not (source.sign_in and head.startswith("{")):
        return Finding(Outcome.BLOCKED, "status 403")
    if 300 <= status < 400:
        return Finding(Outcome.SOFT_ERROR, f"status {status} leads nowhere")
    return Finding(Outcome.FAILED, f"status {status}: {head[:200]}" if head.startswith("{") else f"status {status}")


def _by_shape(head: str, expects: Body) -> Finding:
    is_html, is_json = _is_html(head), head.startswith(("{", "["))
    if is_html and expects not in (Body.HTML, Body.TEXT):
        return Finding(Outcome.SOFT_ERROR, f"expected {expects}, got an HTML page")
    if is_json and expects not in (Body.JSON, Body.TEXT):
        return Finding(Outcome.SOFT_ERROR, f"expected {expects}, got JSON: {head[:200]}")
    trouble = _TROUBLE.search(head) if is_html else None
    if trouble and _is_sparse(head):
        return Finding(Outcome.SOFT_ERROR, f"page is titled {trouble.group()[7:-8].strip()!r}")
    return Finding(Outcome.OK)


def _is_html(head: str) -> bool:
    return _HTML.match(head) is not None


def _is_sparse(head: str) -> bool:
    """Whether a page shows at most `_SPARSE` characters, white space folded; most pages show more before their tenth part is seen."""
    lowered = head.replace("\u0130", "i").lower()
    shown, place = 0, 0
    while shown <= _SPARSE:
        opens = head.find("<", place)
        words = head[place : opens if opens >= 0 else None].split()
        shown += sum(map(len, words)) + len(words)
        if opens < 0:
            break
        place = _behind(lowered, opens)
    return shown <= _SPARSE


def _behind(lowered: str, place: int) -> int:
    """Where a tag ends that begins at a place: a comment, a script or a style with all that is in it."""
    for opens, closes in _SILENT.items():
        if lowered.startswith(opens, place):
            end = lowered.find(closes, place)
            return end + len(closes) if end >= 0 else len(lowered)
    return lowered.find(">", place) + 1 or len(lowered)

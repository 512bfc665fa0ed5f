"""An exchange as the response that a parse method gets: text in the encoding that it is really in, or bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from crawler.archive.exchange import Exchange
from crawler.contract.routes import Body
from crawler.parsing.charset import encoding_of
from crawler.parsing.selecting import LayoutChanged

_TEXTS: Mapping[Body, type[TextResponse]] = {
    Body.HTML: HtmlResponse,
    Body.XML: XmlResponse,
    Body.RSS: XmlResponse,
    Body.JSON: TextResponse,
    Body.TEXT: TextResponse,
    Body.CSV: TextResponse,
}
_ELEMENTS, _VALUES = ("elements", (b"<",), 400_000), ("values", (b",", b"[", b"{", b"\n"), 2_000_000)
_PARTS: Mapping[Body, tuple[str, Sequence[bytes], int]] = {
    Body.HTML: _ELEMENTS,
    Body.XML: _ELEMENTS,
    Body.RSS: _ELEMENTS,
    Body.JSON: _VALUES,
    Body.CSV: _VALUES,
}
"""What a body consists of, by the signs with which each part begins or ends, and how many parts it may have. An element takes some 200
bytes of memory when it is read, a value 100; the largest recorded answers have a tenth of that.
"""


def response_of(exchange: Exchange, expects: Body) -> Response:
    """The answer as Scrapy's response class for the expected body, with the request that it answers, and when, in its meta."""
    asked = {"captured_at": exchange.captured_at}
    request = Request(exchange.url, method=exchange.method, body=exchange.request_body, meta=asked)
    made = body_response(exchange.url, exchange.body, expects, exchange.headers.get("content-type", ""))
    return made.replace(status=exchange.status, headers=dict(exchange.headers), request=request)


def body_response(url: str, body: bytes, expects: Body, content_type: str = "") -> Response:
    """A body of a kind at an address; raises LayoutChanged where it falls into more parts than can be held."""
    kind = _TEXTS.get(expects)
    if kind is None:
        return Response(url, body=body)
    what, signs, most = _PARTS.get(expects, ("", (), 0))
    if sum(map(body.count, signs)) > most:
        raise LayoutChanged(f"{url:.300} has more than {most} {what}")
    return kind(url, body=body, encoding=encoding_of(body, content_type))

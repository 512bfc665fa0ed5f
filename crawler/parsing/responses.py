"""An exchange as the response that a parse method gets: text in the encoding that it is really in, or bytes."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from crawler.archive.exchange import Exchange
from crawler.contract.routes import Body
from crawler.parsing.charset import encoding_of

_TEXTS: Mapping[Body, type[TextResponse]] = {
    Body.HTML: HtmlResponse,
    Body.XML: XmlResponse,
    Body.RSS: XmlResponse,
    Body.JSON: TextResponse,
    Body.TEXT: TextResponse,
    Body.CSV: TextResponse,
}


def response_of(exchange: Exchange, expects: Body) -> Response:
    """The answer as Scrapy's response class for the expected body, with the request that it answers, and when, in its meta."""
    asked = {"captured_at": exchange.captured_at}
    request = Request(exchange.url, method=exchange.method, body=exchange.request_body, meta=asked)
    made = body_response(exchange.url, exchange.body, expects, exchange.headers.get("content-type", ""))
    return made.replace(status=exchange.status, headers=dict(exchange.headers), request=request)


def body_response(url: str, body: bytes, expects: Body, content_type: str = "") -> Response:
    """A body of a kind at an address."""
    kind = _TEXTS.get(expects)
    if kind is None:
        return Response(url, body=body)
    return kind(url, body=body, encoding=encoding_of(body, content_type))

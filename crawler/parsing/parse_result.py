"""Reading one exchange: classify, route, parse, stamp. Live crawls, replays and tests all go through here.

Pure: the same parser and exchange always give the same reading.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol
from urllib.parse import urljoin

from scrapy import Request

from crawler.archive.decoding import MAX_BYTES
from crawler.archive.exchange import Exchange
from crawler.contract.fetches import Fetch
from crawler.contract.fields import InvalidItem
from crawler.contract.items import DocumentItem, EventItem, Item, Outcome, Remark, RequestKey
from crawler.contract.routes import Route
from crawler.contract.source import Source
from crawler.parsing import outcomes
from crawler.parsing.cursors import usable_validator
from crawler.parsing.endings import refuse_cut
from crawler.parsing.responses import response_of
from crawler.parsing.selecting import LeftOut, PageRefused

log = logging.getLogger(__name__)


class Parser(Protocol):
    """What reads the answers of a source: its facts, and the parse methods that its routes name."""

    facts: ClassVar[Source]


@dataclass(frozen=True)
class Reading:
    """How an exchange ended and what it gave; items carry its capture. `outcome` None: no route claims the address.

    `left_out` is what could not be taken of a page that was otherwise read; `reason` names it. `normal`: the route calls the outcome a
    normal answer.
    """

    outcome: Outcome | None
    reason: str | None = None
    items: tuple[Item, ...] = ()
    requests: tuple[Request, ...] = ()
    remarks: tuple[Remark, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    normal: bool = False


def read(parser: Parser, exchange: Exchange) -> Reading:
    """What an exchange says to a source. A page that is refused gives nothing, not even its first half."""
    route = parser.facts.route(exchange.method, exchange.url, exchange.request_body)
    if route is None:
        return Reading(None, "no route claims this address")
    try:
        return _read(parser, exchange, route)
    except PageRefused as refusal:
        return Reading(refusal.outcome, str(refusal), normal=refusal.outcome in route.normal)
    except InvalidItem as invalid:
        return Reading(Outcome.LAYOUT_CHANGED, str(invalid))
    except RecursionError:
        return Reading(Outcome.LAYOUT_CHANGED, f"{exchange.url:.300} is nested deeper than can be followed")
    except MemoryError:
        raise  # for whoever set the limit
    except Exception as error:  # the edge between a source's parser and everybody else's run
        log.error("%s crashed on %s: %.300r", route.parse, exchange.url, error, exc_info=log.isEnabledFor(logging.DEBUG))
        return Reading(Outcome.PARSER_ERROR, f"{route.parse} crashed: {error!r:.300}")


def _read(parser: Parser, exchange: Exchange, route: Route) -> Reading:
    if exchange.absent:
        return Reading(Outcome.NOT_IN_ARCHIVE, exchange.absent)
    target = _redirect(exchange)
    if target:
        if refused := parser.facts.refusal(target):
            return Reading(Outcome.FAILED, f"redirects to {target!r:.200}: {refused}")
        return Reading(Outcome.OK, f"redirects to {target}", requests=(_again(exchange, target),))
    if exchange.cut:
        return Reading(Outcome.FAILED, f"the answer is cut off: {exchange.cut}")
    if coding := exchange.headers.get("content-encoding"):
        return Reading(
            Outcome.FAILED,
            f"the content coding {coding!r} is unknown, broken, breaks off or unpacks to more than {MAX_BYTES} bytes",
        )
    found = outcomes.classify(exchange.status, exchange.headers, exchange.body, route.expects, parser.facts)
    if found.outcome is not Outcome.OK:
        # A body without a character is no search that found nothing, whatever the route calls normal.
        return Reading(found.outcome, found.reason, normal=found.outcome in route.normal and found.outcome is not Outcome.EMPTY)
    return _parsed(parser, exchange, route)


def fetch_of(facts: Source, reading: Reading, exchange: Exchange) -> Fetch:
    """The record of an exchange that a source read; its parse key is known to who read it."""
    route = facts.route(exchange.method, exchange.url, exchange.request_body)
    return Fetch(
        source=facts.key,
        method=exchange.method,
        url=exchange.url,
        outcome=reading.outcome,
        reason=reading.reason,
        role=None if route is None else route.role,
        normal=reading.normal,
        status=exchange.status,
        items=len(reading.items),
        asks=len(reading.requests),
        left_out=len(reading.left_out),
        unread=sum(one.unread for one in reading.left_out),
        remarks=tuple(remark.text for remark in reading.remarks),
        capture=exchange.capture,
        warc_file=exchange.file,
        warc_offset=exchange.offset,
        etag=exchange.headers.get("etag"),
        last_modified=usable_validator(exchange.headers.get("last-modified"), exchange.captured_at),
        request_digest=exchange.capture.request_digest,
    )


def not_answered(facts: Source, key: RequestKey, reading: Reading) -> Fetch:
    """The record of a request that had no answer."""
    return Fetch(
        source=facts.key,
        method=key.method,
        url=key.url,
        request_digest=key.digest,
        outcome=reading.outcome,
        reason=reading.reason,
    )


def _redirect(exchange: Exchange) -> str | None:
    location = exchange.headers.get("location")
    if location and exchange.status in (301, 302, 303, 307, 308):
        try:
            return urljoin(exchange.url, location)
        except ValueError:  # the refusal names it
            return location
    return None


def _again(exchange: Exchange, target: str) -> Request:
    """The request for the target of a redirect; 307 and 308 repeat method and body (RFC 9110 §15.4)."""
    if exchange.status in (307, 308):
        return Request(target, method=exchange.method, body=exchange.request_body)
    return Request(target)


def _parsed(parser: Parser, exchange: Exchange, route: Route) -> Reading:
    response = response_of(exchange, route.expects)
    if not route.open_ended:
        refuse_cut(response, route.expects)
    yielded = list(getattr(parser, route.parse)(response))
    left_out = tuple(one for one in yielded if isinstance(one, LeftOut))
    requests = tuple(one for one in yielded if isinstance(one, Request))
    remarks = tuple(one for one in yielded if isinstance(one, Remark))
    items = tuple(_stamped(one, exchange) for one in yielded if not isinstance(one, Request | LeftOut | Remark))
    if not left_out:
        return Reading(Outcome.OK, None, items, requests, remarks)
    reasons = "; ".join(dict.fromkeys(one.reason for one in left_out))
    if len(left_out) > len(items) + len(requests):
        return Reading(Outcome.LAYOUT_CHANGED, reasons)
    return Reading(Outcome.OK, f"{len(left_out)} left out: {reasons}", items, requests, remarks, left_out)


def _stamped(item: Item, exchange: Exchange) -> Item:
    if not isinstance(item, DocumentItem | EventItem):
        raise TypeError(f"a parser yielded {item!r:.80}, which is neither item nor request")
    return replace(item, captures=(*item.captures, exchange.capture))

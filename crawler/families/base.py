"""The base of every spider: facts, routes, and one place where captures are stamped.

A source is a class with its `facts`, what it asks first (`lists`, and `addresses` of watched measures) and `parse_*` methods, or a
row of facts of a family (see `crawler.families.rows`). A
parse method gets a response and uses only that, `self.facts` and `self.terms`: no clock, no network, no memory of other
pages. It yields items (made with `self.document` or `self.event`), remarks, and requests (made with `self.get` or `self.post`, and with
`self.follow` for an address that the page gives); requests carry no callback, the route table chooses who reads the answer. It raises
LayoutChanged, EmptyAnswer or SoftError for a page that it cannot take; of a page with many records `self.each` leaves out but those.

Only `lists` may look at the clock.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from json import dumps
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlencode

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.archive.exchange import Captured, Exchange, key_of
from crawler.archive.redaction import strip_body
from crawler.contract.fetches import Fetch, not_reached
from crawler.contract.fields import InvalidItem
from crawler.contract.hosts import MissingFact
from crawler.contract.items import DocumentItem, EventItem, Item, Outcome, Remark, RequestKey
from crawler.contract.routes import Role
from crawler.contract.source import Source
from crawler.contract.watched import WatchedMeasure, read_unobserved, read_watched
from crawler.parsing.matching import Term, digest, find, read_terms
from crawler.parsing.parse_result import Reading, fetch_of, not_answered
from crawler.parsing.reader import Reader
from crawler.parsing.selecting import LayoutChanged, LeftOut, PageRefused

T = TypeVar("T")
Yielded = DocumentItem | EventItem | Request | LeftOut | Remark
Parsed = Iterator[Yielded]


class SourceSpider(scrapy.Spider):
    """A spider that cannot exist without its facts. `class Family(SourceSpider, family=True)` is a base without any."""

    facts: ClassVar[Source]
    terms: tuple[Term, ...]
    watched: tuple[WatchedMeasure, ...]
    unobserved: tuple[str, ...]

    def __init_subclass__(cls, family: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if family:
            return
        if not isinstance(getattr(cls, "facts", None), Source):
            raise MissingFact(f"spider {cls.__module__}.{cls.__name__} has no facts: declare facts = Source(...)")
        cls.name = cls.facts.key
        for route in cls.facts.routes:
            if not callable(getattr(cls, route.parse, None)):
                raise MissingFact(f"source {cls.name!r} routes {route.pattern!r} to {route.parse}, which does not exist")

    def __init__(
        self,
        *,
        terms: Iterable[Term] = (),
        watched: Iterable[WatchedMeasure] = (),
        unobserved: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.watched, self.unobserved = tuple(watched), tuple(unobserved)
        self._reader, self._thread = Reader(), ThreadPoolExecutor(1)
        # Terms of other languages are dropped, so that nothing which the parse key does not cover can decide.
        spoken = self.facts.languages
        self.terms = tuple(term for term in terms if any(term.speaks(language) for language in spoken))
        self.parse_key = "/".join(
            [self.name, str(self.facts.parser_version), digest(self.terms, spoken), *self._watched_digest()]
        )
        self.fetches: list[Fetch] = []
        self.keep: Callable[[Fetch, Sequence[Item]], None] = lambda fetch, items: None
        self.asked: dict[RequestKey, Role | None] = {}
        self.keep_asked: Callable[[Mapping[RequestKey, Role | None]], None] = lambda asked: None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Search terms come from the setting SEARCH_TERMS, watched measures from WATCHED_MEASURES, what is asked again from UNOBSERVED."""
        terms = read_terms(crawler.settings["SEARCH_TERMS"])
        watched = read_watched(crawler.settings["WATCHED_MEASURES"], cls.name)
        unobserved = read_unobserved(crawler.settings.get("UNOBSERVED", "{}"), cls.name)
        return super().from_crawler(crawler, *args, terms=terms, watched=watched, unobserved=unobserved, **kwargs)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The facts decide about robots; about the rate of each host, see `crawler.fetching.politeness`."""
        super().update_settings(settings)
        settings.set("ROBOTSTXT_OBEY", any(host.robots for host in cls.facts.hosts), priority="spider")
        settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{settings['CONTACT_ADDRESS']})", priority="spider")
        if settings.getlist("REPLAY_WARC"):
            settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """The first requests: what the last run could not read, the lists, and every measure that is watched, whatever the lists say."""
        requests = [*self._again(), *self.lists(), *self._watched()]
        self._ask(requests)
        for request in requests:
            yield request

    def _watched_digest(self) -> Iterator[str]:
        """Names the measures that are watched here, for a parser reads more of a page that names one; nothing where there is none."""
        ours = sorted(measure for measure in self.watched if any(self.addresses(measure)))
        if ours:
            yield hashlib.sha256(dumps(ours).encode()).hexdigest()[:16]

    def _again(self) -> Iterator[Request]:
        """Details that the last run could not read; the lists are asked in any case."""
        for url in self.unobserved:
            route = self.facts.route("GET", url)
            if route is not None and route.role is Role.DETAIL:
                yield self.get(url, may_be_gone=True)

    def _watched(self) -> Iterator[Request]:
        """Where each watched measure is asked for; a record may know of measures that the source does not have."""
        for measure in self.watched:
            for url in self.addresses(measure):
                yield self.get(url, may_be_gone=True)

    def _ask(self, requests: Iterable[Request]) -> None:
        """Keep what is going to be asked, so that a run that is cut off can tell what it had still before it."""
        asked = {key_of(request): self._role(request) for request in requests}
        if asked:
            self.asked |= asked
            self.keep_asked(asked)

    def _role(self, request: Request) -> Role | None:
        """The role of what was asked, whatever it was redirected to."""
        asked = request.meta.get("redirect_urls", [request.url])[0]
        route = self.facts.route(request.method, asked, request.body)
        return None if route is None else route.role

    def lists(self) -> Iterator[Request]:
        """Requests for what discovery needs; by default `facts.url`."""
        yield self.get(self.facts.url)

    def addresses(self, measure: WatchedMeasure) -> Iterator[str]:
        """Where a measure is asked for that is watched; a source that tells of no single measures has no such address."""
        yield from ()

    def watches(self, session: str, identifier: str) -> bool:
        """Whether a measure of the source's jurisdiction is watched; session and identifier as the record has them."""
        return WatchedMeasure(self.facts.jurisdiction, session, identifier) in self.watched

    def get(self, url: str, *, may_be_gone: bool = False, **kwargs: Any) -> Request:
        """A request for an address that a route of this source must claim.

        `may_be_gone`: no page of this run names it, and that there is none is a normal answer.
        """
        if self.facts.route("GET", url) is None:
            raise MissingFact(f"source {self.name!r} has no route for {url}: add one or do not ask for it")
        if may_be_gone:
            kwargs["meta"] = {**kwargs.get("meta", {}), "may_be_gone": True}
        return Request(url, **kwargs)

    def follow(self, url: str, **kwargs: Any) -> Request | LeftOut:
        """A request for an address that a page gives; one that is not the source's, or that no route claims, is left out."""
        if refused := self.facts.refusal(url):
            return LeftOut(refused)
        if self.facts.route("GET", url) is None:
            return LeftOut(f"no route reads {url:.200}")
        return Request(url, **kwargs)

    def each(self, records: Iterable[T], parse: Callable[[T], Iterable[Yielded]]) -> Parsed:
        """What is read in each of a page's records; one that cannot be read is left out, and stops no other."""
        for record in records:
            try:
                yield from list(parse(record))
            except (PageRefused, InvalidItem) as error:
                yield LeftOut(str(error), unread=True)

    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        xml: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """A POST that a route of this source must claim, with a form, a JSON value (GraphQL too) or an XML text (SOAP) as its body."""
        kind, body = _body(form, json, xml)
        if self.facts.route("POST", url, body) is None:
            raise MissingFact(f"source {self.name!r} has no route for POST {url} with that body: add one or do not ask for it")
        return Request(url, method="POST", body=body, headers={"Content-Type": kind, **(headers or {})})

    def document(self, **fields: Any) -> DocumentItem:
        """A DocumentItem of this source; language and, where it has but one, jurisdiction default to the source's.

        A `session` is given as the source names it.
        """
        named = {"session": self.session(fields["session"])} if fields.get("session") else {}
        return DocumentItem(**self._ours({"language": self.facts.languages[0], **fields, **named}))

    def event(self, **fields: Any) -> EventItem:
        """An EventItem of this source."""
        return EventItem(**self._ours(fields))

    def session(self, word: str) -> str:
        """The identifier of the session that the source calls `word`; raises LayoutChanged."""
        identifier = self.facts.session(word)
        if identifier is None:
            raise LayoutChanged(f"{self.name} names a session {word!r}, which its facts do not understand")
        return identifier

    def _ours(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an item with its source, and with the jurisdiction of a source that has but one."""
        known = self.facts.jurisdictions
        place = fields.get("jurisdiction", known[0] if len(known) == 1 else None)
        if place not in known:
            raise LayoutChanged(f"an item of {self.name} is of the jurisdiction {place!r}; declared: {', '.join(known)}")
        return {**fields, "source": self.name, "jurisdiction": place}

    def matches(self, text: str, language: str | None = None) -> bool:
        """Whether a text in one of the source's languages (without one: in any of them) names a search term."""
        return bool(find(text, self.terms, language))

    def words(self, language: str) -> tuple[str, ...]:
        """The few words that a source which searches by itself is asked for in a language."""
        return tuple(dict.fromkeys(term.text for term in self.terms if term.is_asked(language)))

    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Item | Request]:
        """Reads an answer that Scrapy brings: classify, route, parse, stamp, and note how it ended.

        What is unchanged and led to other pages, as a list does, is read again from the archive, for its requests. The same bytes
        again that gave nothing are not read.
        """
        exchange = _exchange(response)
        assert response.request is not None
        repeated = Reading(Outcome.NOT_MODIFIED, "the same bytes as before, which gave nothing")
        reading = repeated if response.meta.get("repeated") else await self._read(exchange)
        archived: Exchange | None = response.meta.get("held")
        if reading.outcome is Outcome.NOT_MODIFIED and archived is not None:
            reading = unchanged(reading, await self._read(archived))
        self.note(response.request, reading if reading.outcome else replace(reading, outcome=Outcome.LAYOUT_CHANGED), exchange)
        for one in (*reading.items, *reading.requests):
            yield one

    async def _read(self, exchange: Exchange) -> Reading:
        """What an exchange says, read beside this process, which meanwhile goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._reader.read, self, exchange)

    def closed(self, reason: str) -> None:
        """As Scrapy calls it at the end."""
        self._thread.shutdown()
        self._reader.close()

    def note(self, request: Request, reading: Reading, exchange: Exchange | None = None) -> None:
        """Keeps in `self.fetches` how an exchange ended, and hands it to `keep` with what was read in it."""
        self._ask(reading.requests)
        gone = reading.outcome is Outcome.GONE and bool(request.meta.get("may_be_gone"))
        found = fetch_of(self.facts, reading, exchange) if exchange else not_answered(self.facts, key_of(request), reading)
        fetch = replace(
            found,
            parse_key=self.parse_key,
            redirected_from=request.meta.get("redirect_urls", [None])[0],
            role=self._role(request),
            first=not request.meta.get("depth"),
            normal=found.normal or gone,
        )
        self.fetches.append(fetch)
        self.keep(fetch, reading.items)
        if not fetch.usable:
            self.logger.warning("%s: %s (%s)", fetch.url, fetch.outcome, fetch.reason)

    def give_up(self) -> None:
        """Note what the run had still before it when it was cut off."""
        for fetch in not_reached(self.name, self.asked, self.fetches):
            self.fetches.append(fetch)
            self.keep(fetch, ())


def _body(form: Mapping[str, str] | None, json: Any, xml: str | None) -> tuple[str, bytes]:
    """Content type and body of a POST; the same value always gives the same bytes."""
    if xml is not None:
        return "text/xml; charset=utf-8", xml.encode()
    if form is not None:
        return "application/x-www-form-urlencoded", urlencode(form).encode()
    return "application/json", dumps(json, ensure_ascii=False, separators=(",", ":")).encode()


def unchanged(reading: Reading, again: Reading) -> Reading:
    """What an unchanged answer says: the requests of the archived one. Its items are known; that it cannot be read any more is not."""
    return replace(reading, requests=again.requests, remarks=again.remarks) if again.outcome is Outcome.OK else again


def is_cut(response: Response) -> bool:
    """Whether less arrived than was announced; Scrapy keeps the beginning and says so."""
    return "dataloss" in response.flags


def _exchange(response: Response) -> Exchange:
    """The exchange behind a response, with what the recorder or the replay stamped on its request."""
    captured: Captured = response.meta["captured"]
    headers = {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
    }
    request = response.request
    assert request is not None
    sent = strip_body(request.body)
    cut = "the server sent less than it announced" if is_cut(response) else None
    return Exchange(request.method, response.url, response.status, headers, response.body, *captured, cut=cut, request_body=sent)

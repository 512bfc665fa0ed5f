"""Rules, proposed rules, notices and presidential documents of the United States Federal Register (API v1, no key).

Every search term is searched as an exact phrase; pages are followed by `next_page_url`, never built. A document gives two
items under one instrument: the register's record of it (dates as data, dockets, abstract) and its full text. What the
register counts or guesses about a document (`page_views`, `regulations_dot_gov_info`, excerpts) never enters an item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus, urlencode

from scrapy import Request
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentKind, EventKind, Outcome, Stage
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source, SourceKind
from crawler.contract.watched import WatchedMeasure
from crawler.families.base import Parsed, SourceSpider
from crawler.families.fr_documents import RegisterText, register_plain, register_xml
from crawler.parsing.json_fields import maybe, typed
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, SoftError, at_least, json_of, one, optional, xml_of
from crawler.parsing.text import fold
from crawler.parsing.us_dates import DAY, only_day

_HOST = r"https://www\.federalregister\.gov"
_API = "https://www.federalregister.gov/api/v1/documents.json"
_FULL = rf"{_HOST}/documents/full_text/%s/(?P<year>\d{{4}})/(?P<month>\d\d)/(?P<day>\d\d)/(?P<number>[^/?]+)"
_XML, _TEXT = _FULL % "xml" + r"\.xml", _FULL % "text" + r"\.txt"
_PER_PAGE = 200
SINCE = "2010-01-01"
"""First day of publication that is searched."""

_FIELDS = (
    *("abstract", "action", "agencies", "cfr_references", "citation", "comments_close_on", "dates", "docket_ids"),
    *("document_number", "effective_on", "full_text_xml_url", "html_url", "json_url", "publication_date", "raw_text_url"),
    *("signing_date", "title", "type"),
)

_TYPES: Mapping[str, str] = {
    "Rule": "RULE",
    "Proposed Rule": "PRORULE",
    "Notice": "NOTICE",
    "Presidential Document": "PRESDOCU",
}
_KINDS: Mapping[str, tuple[DocumentKind, Stage | None]] = {
    "RULE": (DocumentKind.FINAL_RULE, Stage.FINAL_RULE),
    "PRORULE": (DocumentKind.PROPOSED_RULE, Stage.PROPOSED_RULE),
    "NOTICE": (DocumentKind.NOTICE, None),
    "PRESDOCU": (DocumentKind.ORDER, None),
}
# The action line where it says more than the type. Compared whole, without its full stop; any other line leaves the type's stage.
ACTION_STAGES: Mapping[str, Stage] = {
    "temporary amendment; temporary scheduling order": Stage.TEMPORARY_ORDER,
    "temporary scheduling order": Stage.TEMPORARY_ORDER,
    "notice of intent": Stage.NOTICE_OF_INTENT,
    "proposed amendment; notice of intent": Stage.NOTICE_OF_INTENT,
    "withdrawal of notice of intent": Stage.RULE_WITHDRAWN,
    "withdrawal of notice of intent; solicitation of comments": Stage.RULE_WITHDRAWN,
    "proposed rule; withdrawal": Stage.RULE_WITHDRAWN,
    "withdrawal of proposed rule": Stage.RULE_WITHDRAWN,
}
_COPY = pattern(r"[CR]\d{1,2}-(\d{4}-\d+)")
_EFFECTIVE, _UNTIL = rf"\b[Ee]ffective(?: date)?:? (?:on )?({DAY})", rf"\buntil ({DAY})"


class UsFederalRegister(SourceSpider):
    """Documents that name a search term."""

    facts = Source(
        key="us_federal_register",
        jurisdictions=("US",),
        publisher="Office of the Federal Register",
        name="Federal Register (API v1 and full texts)",
        official=True,
        kind=SourceKind.GAZETTE,
        url=_API,
        hosts=(Host("www.federalregister.gov", LinkType.OFFICIAL, delay=1.0),),
        languages=("en",),
        cadence_hours=12,
        licence="Public domain (17 U.S.C. 105)",
        # One answer a term at least for the terms that find anything, and their full texts; a term finds some dozens at most.
        floor=3,
        ceiling=3_000,
        routes=(
            Route(
                Role.LIST, "GET", rf"{_HOST}/api/v1/documents(\.json)?(\?.*)?", "parse_search", Body.JSON, normal=(Outcome.EMPTY,)
            ),
            Route(Role.DETAIL, "GET", rf"{_HOST}/api/v1/documents/[^/?]*(\?.*)?", "parse_documents", Body.JSON),
            Route(Role.DETAIL, "GET", _XML, "parse_xml", Body.XML),
            Route(Role.DETAIL, "GET", _TEXT, "parse_text", Body.HTML),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """One search for each English term."""
        for word in self.words("en"):
            yield self.get(_search(word))

    def addresses(self, measure: WatchedMeasure) -> Iterator[str]:
        """The register's record of a watched rule making: its dates may be moved."""
        number = pattern(r"FR Doc\. (\S+)").fullmatch(measure.identifier)
        if number:
            yield _document(number[1])

    def parse_search(self, response: TextResponse) -> Parsed:
        """A page of results, and the next page. A result without the fields that were asked for is read on its own page."""
        answer = json_of(response)
        if one(answer, "count") == 0:
            raise EmptyAnswer(f"no document matches {response.url}")
        sought = "conditions[term]" in unquote_plus(response.url)
        yield from self.each(at_least(1, answer, "results[]"), lambda record: self._result(record, sought))
        following = maybe(str, answer, "next_page_url")
        if following:
            yield self.follow(following)

    def _result(self, record: Any, sought: bool) -> Parsed:
        if "action" in _fields(record):
            yield from self._record(record, sought)
        elif sought or self.matches(_words(record), "en"):
            yield self.follow(_document(_number(record)))

    def parse_documents(self, response: TextResponse) -> Parsed:
        """One document, or several asked for together."""
        answer = json_of(response)
        single, errors = optional(answer, "document_number"), optional(answer, "errors")
        if single is None and errors and optional(answer, "results") is None:
            raise SoftError(f"{response.url}: {errors}")
        if single is None and not typed(list, answer, "results"):
            raise EmptyAnswer(f"none of the documents of {response.url} exists")
        if single is not None:
            yield from self._record(answer, False)
        else:
            yield from self.each(at_least(1, answer, "results[]"), lambda record: self._record(_fields(record), False))

    def parse_xml(self, response: TextResponse) -> Parsed:
        """The full text in the printing office's XML."""
        yield from self._full(_XML, response, register_xml(xml_of(response)))

    def parse_text(self, response: TextResponse) -> Parsed:
        """The full text as plain text, wrapped in a page; asked for where there is no XML."""
        plain = one(response, "//pre").xpath("string()").get("")
        yield from self._full(_TEXT, response, register_plain(plain))

    def _record(self, record: dict[str, Any], sought: bool) -> Parsed:
        """The register's record, if it names a term or the register found one in the document, and the full text in any case."""
        if sought or self.matches(_words(record), "en"):
            yield from self._items(record)
        full = maybe(str, record, "full_text_xml_url") or maybe(str, record, "raw_text_url")
        if full:
            yield self.follow(full)

    def _items(self, record: dict[str, Any]) -> Parsed:
        number, title, address = _number(record), fold(typed(str, record, "title")), typed(str, record, "html_url")
        kind, stage = _kind(number, _type(record), maybe(str, record, "action") or "")
        yield self.document(
            identifier=f"FR Doc. {number}",
            kind=kind,
            title=title,
            official_url=address,
            text=_words(record),
            stage=stage,
            instrument=f"FR Doc. {number}",
            aliases=_aliases(record),
            dates=_dates(record, stage),
            amends=(*_amends(record), *_corrected(number)),
        )
        closes = maybe(str, record, "comments_close_on")
        announced = {"kind": EventKind.COMMENT_DEADLINE, "title": f"Comments close: {title}", "official_url": address}
        yield from self.each([closes] if closes else [], lambda day: [self.event(on=day, **announced)])

    def _full(self, address: str, response: TextResponse, read: RegisterText) -> Parsed:
        """The full text; its address says number and day of publication."""
        place = pattern(address).fullmatch(response.url)
        if place is None:
            raise LayoutChanged(f"{response.url} does not say which document it is")
        if not self.matches(f"{read.title}\n{read.text}", "en"):
            return
        kind, stage = _kind(place["number"], read.type, read.action)
        dates = {"published": f"{place['year']}-{place['month']}-{place['day']}"} | _printed_dates(read.dates, stage)
        yield self.document(
            identifier=f"FR Doc. {place['number']}, full text",
            kind=kind,
            title=read.title or f"FR Doc. {place['number']}",
            official_url=response.url,
            text=read.text,
            stage=stage,
            instrument=f"FR Doc. {place['number']}",
            aliases=read.dockets,
            dates=dates,
            amends=_corrected(place["number"]),
        )


def _search(word: str) -> str:
    asked = [("conditions[publication_date][gte]", SINCE), ("conditions[term]", f'"{word}"')]
    asked += [("conditions[type][]", kind) for kind in _KINDS]
    asked += [("fields[]", field) for field in _FIELDS]
    return f"{_API}?{urlencode([*asked, ('order', 'newest'), ('per_page', str(_PER_PAGE))])}"


def _document(number: str) -> str:
    return f"{_API.removesuffix('.json')}/{number}.json"


def _fields(record: Any) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise LayoutChanged(f"results hold {record!r:.80}, which is no record")
    return record


def _number(record: dict[str, Any]) -> str:
    return typed(str, record, "document_number")


def _type(record: dict[str, Any]) -> str:
    named = typed(str, record, "type")
    if named not in _TYPES:
        raise LayoutChanged(f"{named!r} of {_number(record)} is no type of document; known: {', '.join(_TYPES)}")
    return _TYPES[named]


def _kind(number: str, named: str, action: str) -> tuple[DocumentKind, Stage | None]:
    if _corrected(number):
        return DocumentKind.NOTICE, None
    kind, stage = _KINDS[named]
    return kind, ACTION_STAGES.get(fold(action).rstrip(".").lower(), stage)


def _corrected(number: str) -> tuple[str, ...]:
    """The document of which this one is a correction (`C1-2026-16628`) or a reprint (`R1-…`): it makes no rule of its own."""
    other = _COPY.fullmatch(number)
    return (f"FR Doc. {other[1]}",) if other else ()


def _aliases(record: dict[str, Any]) -> tuple[str, ...]:
    """The page citation and the dockets, as printed."""
    citation = maybe(str, record, "citation")
    dockets = [fold(str(docket)) for docket in maybe(list, record, "docket_ids") or []]
    return (fold(citation), *dockets) if citation else tuple(dockets)


def _amends(record: dict[str, Any]) -> tuple[str, ...]:
    """Parts of the Code of Federal Regulations that the document touches, `21 CFR 1308`."""
    named = maybe(list, record, "cfr_references") or []
    parts = (f"{one(part, 'title')} CFR {one(part, 'part')}" for part in named if optional(part, "part") is not None)
    return tuple(dict.fromkeys(parts))


def _dates(record: dict[str, Any], stage: Stage | None) -> dict[str, str]:
    stated = {"published": "publication_date", "in_force": "effective_on", "made": "signing_date"}
    dates = {key: day for key, field in stated.items() if (day := maybe(str, record, field))}
    return _printed_dates(maybe(str, record, "dates") or "", stage) | dates


def _printed_dates(line: str, stage: Stage | None) -> dict[str, str]:
    """What a rule's dates line says in the register's set phrases: `effective DAY`, `effective date: DAY`, and `until DAY` of a temporary order."""
    sought = {Stage.FINAL_RULE: {"in_force": _EFFECTIVE}, Stage.TEMPORARY_ORDER: {"in_force": _EFFECTIVE, "expires": _UNTIL}}
    patterns = sought.get(stage, {}) if stage else {}
    return {key: day for key, pattern in patterns.items() if (day := only_day(pattern, line))}


def _words(record: dict[str, Any]) -> str:
    """What the record says of the document, without anything that the register counts or guesses."""
    return "\n".join(line for line in _lines(record) if line)


def _lines(record: dict[str, Any]) -> Iterator[str]:
    yield fold(typed(str, record, "title"))
    yield "; ".join(fold(str(name)) for name in at_least(0, record, "agencies[].name"))
    for label, field in (("Action", "action"), ("Dates", "dates"), ("Abstract", "abstract")):
        words = maybe(str, record, field)
        yield f"{label}: {fold(words)}" if words else ""

"""Bills of the Washington State Legislature, from its web services (SOAP, XML, no key) and its tree of documents.

One SOAP request gives every bill introduced since the biennium began, with its present status; of a bill that names a term, or is
watched, the text of the print that the answer names and the dated history are asked for. The service's own status codes give two
stages (a chapter of the session laws, a veto); every other step is told in the words of the history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Stage
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import SessionName, Source, SourceKind
from crawler.contract.watched import WatchedMeasure
from crawler.families.base import Parsed, SourceSpider
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, SoftError, at_least, one, optional, xml_of
from crawler.parsing.text import fold, plain_text

_SERVICE = "https://wslwebservices.leg.wa.gov/LegislationService.asmx"
_NAMESPACE = "http://WSLWebServices.leg.wa.gov/"
_SINCE = "GetLegislationIntroducedSince"
_HISTORY = "GetLegislativeStatusChangesByBillNumber"
_TREE = "https://lawfilesext.leg.wa.gov/biennium"
_TEXT = (
    r"https://lawfilesext\.leg\.wa\.gov/(?i:biennium)/(?P<session>\d{4}-\d\d)/Htm/Bills/(?P<house>House|Senate)(?: |%20)Bills/"
    r"(?P<number>\d+)(?P<print>[-.\w]*)\.htm"
)
_HOUSES = {"House": "HB", "Senate": "SB"}
_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<{operation} xmlns="{namespace}"><sinceDate>{since}</sinceDate></{operation}></soap:Body></soap:Envelope>'
)
_CHAPTER = pattern(r"C \d+ L \d\d.*")
_PRINTS = {"PL": Stage.PASSED_BOTH_CHAMBERS, "SL": Stage.ENACTED}


class UsWaLegislature(SourceSpider):
    """The bills of the biennium."""

    facts = Source(
        key="us_wa_legislature",
        jurisdictions=("US-WA",),
        publisher="Washington State Legislature",
        name="Legislative web services",
        official=True,
        kind=SourceKind.LEGISLATURE,
        url=_SERVICE,
        hosts=(
            Host("wslwebservices.leg.wa.gov", LinkType.OFFICIAL, delay=2.0),
            Host("lawfilesext.leg.wa.gov", LinkType.OFFICIAL, delay=1.0),
            Host("app.leg.wa.gov", LinkType.OFFICIAL, delay=2.0),
        ),
        languages=("en",),
        sessions=(SessionName(r"(?P<first>(?P<century>\d\d)\d\d)-(?P<last>\d\d)", "{first}-{century}{last}"),),
        cadence_hours=24,
        licence="Public records of the State of Washington",
        # The list at least; a text and a history for each bill that names a term.
        floor=1,
        ceiling=200,
        routes=(
            Route(Role.LIST, "POST", re.escape(_SERVICE), "parse_introduced", Body.XML, asks=rf"<{_SINCE}[ >]"),
            Route(Role.DETAIL, "GET", re.escape(f"{_SERVICE}/{_HISTORY}") + r"\?.*", "parse_history", Body.XML),
            Route(Role.DETAIL, "GET", _TEXT, "parse_text", Body.HTML),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """Everything that was introduced since the biennium began, in January of an odd year."""
        year = datetime.now(UTC).year
        since = f"{year if year % 2 else year - 1}-01-01T00:00:00"
        envelope = _ENVELOPE.format(operation=_SINCE, namespace=_NAMESPACE, since=since)
        yield self.post(_SERVICE, xml=envelope, headers={"SOAPAction": f"{_NAMESPACE}{_SINCE}"})

    def parse_introduced(self, response: TextResponse) -> Parsed:
        """The bills, and text and history of those that name a term."""
        root = _unwrapped(response)
        result = one(root, f"//{_SINCE}Result")
        if not result.xpath("./*"):
            raise EmptyAnswer(f"{_SINCE} lists nothing")
        yield from self.each(at_least(1, result, "./Legislation"), self._listed)

    def _listed(self, bill: Selector) -> Parsed:
        words = "\n".join(_word(bill, name) for name in ("ShortDescription", "LongDescription", "LegalTitle"))
        number, biennium = _plain(_word(bill, "BillId")), _word(bill, "Biennium")
        if self.matches(words, "en") or self.watches(self.session(biennium), number):
            yield self._bill(bill, words)
            yield self.follow(_history_address(biennium, _word(bill, "BillNumber")))
            if number.startswith(tuple(_HOUSES.values())):
                yield self.follow(_text_address(bill))

    def parse_history(self, response: TextResponse) -> Parsed:
        """The dated steps of one bill."""
        asked = parse_qs(urlsplit(response.url).query)
        biennium, number = asked["biennium"][0], asked["billNumber"][0]
        steps = at_least(0, _unwrapped(response), "//LegislativeStatus")
        if not steps:
            raise EmptyAnswer(f"no step of {number} is told")
        actions = tuple(ActionItem(_day(step, "ActionDate"), _word(step, "HistoryLine")) for step in steps)
        bill = _word(steps[0], "BillId")
        yield self._document(
            biennium,
            _plain(bill),
            identifier=f"{_plain(bill)}, history",
            kind=DocumentKind.STATUS_PAGE,
            title=f"{_plain(bill)}, history",
            text="\n".join(action.text for action in actions),
            stage=_stage(steps[-1]),
            dates={"last_action": max(action.on for action in actions)},
            actions=actions,
        )

    def parse_text(self, response: TextResponse) -> Parsed:
        """One print of a bill."""
        place = pattern(_TEXT).fullmatch(response.url)
        if place is None:
            raise LayoutChanged(f"{response.url} does not say which bill it is")
        caption = one(response, "//comment()[normalize-space()='field: CaptionsTitles']/..")
        title, text = fold(plain_text(caption)), plain_text(one(response, "//body"))
        number = f"{_HOUSES[place['house']]} {place['number']}"
        if not self.matches(text, "en") and not self.watches(self.session(place["session"]), number):
            return
        prints = place["print"].strip("-.")
        yield self._document(
            place["session"],
            number,
            identifier=f"{number} {prints}".strip(),
            kind=DocumentKind.ENROLLED_ACT if prints.endswith("SL") else DocumentKind.BILL,
            title=title,
            text=text,
            stage=_PRINTS.get(prints[-2:]),
            official_url=response.url,
        )

    def _bill(self, bill: Selector, words: str) -> DocumentItem:
        status = one(bill, "./CurrentStatus")
        action = ActionItem(_day(status, "ActionDate"), _word(status, "HistoryLine"))
        return self._document(
            _word(bill, "Biennium"),
            _plain(_word(bill, "BillId")),
            identifier=_plain(_word(bill, "BillId")),
            kind=DocumentKind.STATUS_PAGE,
            title=_word(bill, "LongDescription"),
            text="\n".join([*words.splitlines(), action.text]),
            stage=_stage(status) or Stage.INTRODUCED,
            dates={"introduced": _day(bill, "IntroducedDate"), "last_action": action.on},
            actions=(action,),
        )

    def addresses(self, measure: WatchedMeasure) -> Iterator[str]:
        """The history of a watched measure."""
        years = pattern(r"(\d{4})-\d\d(\d\d)").fullmatch(measure.session)
        if years:
            yield _history_address(f"{years[1]}-{years[2]}", measure.identifier.split()[-1])

    def _document(self, biennium: str, number: str, **fields: Any) -> DocumentItem:
        page = f"https://app.leg.wa.gov/billsummary?{urlencode({'BillNumber': number.split()[-1], 'Year': biennium[:4]})}"
        return self.document(**{"official_url": page, "session": biennium, "measure": number, **fields})


def _unwrapped(response: TextResponse) -> Selector:
    """The answer without namespaces; a SOAP fault is an error in spite of its status."""
    root = xml_of(response)
    root.remove_namespaces()
    fault = optional(root, "//Fault/faultstring/text()")
    if fault is not None:
        raise SoftError(f"{response.url}: {fold(fault.get())}")
    return root


def _word(place: Selector, name: str) -> str:
    """The text of a child; an empty element is an empty text."""
    return fold(one(place, f"./{name}").xpath("string()").get(""))


def _day(place: Selector, name: str) -> str:
    """The day of `2026-01-12T00:00:00`, which bears no zone."""
    day, _, clock = _word(place, name).partition("T")
    if not clock:
        raise LayoutChanged(f"{name} is {_word(place, name)!r}, not an instant of this service")
    return day


def _plain(bill: str) -> str:
    """`2SHB 2291`, `ESB 6287` → `HB 2291`, `SB 6287`: the print is no part of the number."""
    parts = pattern(r"[2-9]?[ES\d]*?((?:[HS](?:B|J[MR]|CR|R|I))|GA) ?(\d+)").fullmatch(bill)
    if parts is None:
        raise LayoutChanged(f"{bill!r} is no number of a bill or resolution")
    return f"{parts[1]} {parts[2]}"


def _stage(status: Selector) -> Stage | None:
    """What the codes of a status say: a chapter of the session laws, or a veto of the whole."""
    if _word(status, "Veto") == "true":
        return Stage.VETOED
    return Stage.ENACTED if _CHAPTER.fullmatch(_word(status, "Status")) else None


def _text_address(bill: Selector) -> str:
    """Where the print lies that the answer names: `2291`, `6287-S`, `2402-S2.E`."""
    substitute, engrossed = (_count(bill, f"{name}Version") for name in ("Substitute", "Engrossed"))
    prints = f"-S{substitute if substitute > 1 else ''}" if substitute else ""
    prints += f".E{engrossed if engrossed > 1 else ''}" if engrossed else ""
    house = _word(bill, "OriginalAgency")
    return f"{_TREE}/{_word(bill, 'Biennium')}/Htm/Bills/{house}%20Bills/{_word(bill, 'BillNumber')}{prints}.htm"


def _count(bill: Selector, name: str) -> int:
    words = _word(bill, name)
    if not pattern(r"[0-9]{1,3}").fullmatch(words):
        raise LayoutChanged(f"{name} is {words[:80]!r}, not a small number")
    return int(words)


def _history_address(biennium: str, number: str) -> str:
    if not pattern(r"[0-9]{4}-[0-9]{2}").fullmatch(biennium):
        raise LayoutChanged(f"{biennium[:80]!r} is no biennium, such as 2025-26")
    first = int(biennium[:4])
    days = {"beginDate": f"{first}-01-01", "endDate": f"{first + 2}-01-01"}
    return f"{_SERVICE}/{_HISTORY}?{urlencode({'biennium': biennium, 'billNumber': number, **days})}"

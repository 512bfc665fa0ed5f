"""Bills before the United Kingdom Parliament, from its Bills API (JSON, no key).

Each search term and each phrase of a watched Act is searched for; of every hit the bill, its stages and its publications are
read. A bill is one item, whose stage comes from the API's own names of stages and from its flags; a sitting is an event; each
print of a bill or Act is an item without text, because the prints lie with another publisher. A bill has no number of its
own in the API, so its page `bills/2818` is its identifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import TextResponse
from w3lib.url import add_or_replace_parameter

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import ActionItem, DocumentKind, EventKind, Outcome, Stage
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import SessionName, Source, SourceKind
from crawler.contract.watched import WatchedMeasure
from crawler.families.base import Parsed, SourceSpider
from crawler.families.gb_acts import PHRASES, names_watched
from crawler.parsing.json_fields import maybe, typed
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, json_of, one, optional
from crawler.parsing.text import fold, plain_text

_API = "https://bills-api.parliament.uk/api/v1/Bills"
_ROUTE = re.escape(_API)
_PAGE = "https://bills.parliament.uk"
_PAGE_SIZE = 20

# Name of a stage → stage in the house where the bill began, and in the other. A name outside it gives none.
STAGES: Mapping[str, tuple[Stage | None, Stage]] = {
    "1st reading": (Stage.INTRODUCED, Stage.PASSED_FIRST_CHAMBER),
    "2nd reading": (Stage.INTRODUCED, Stage.PASSED_FIRST_CHAMBER),
    "Second reading committee": (Stage.IN_COMMITTEE, Stage.PASSED_FIRST_CHAMBER),
    "Select Committee stage": (Stage.IN_COMMITTEE, Stage.PASSED_FIRST_CHAMBER),
    "Committee stage": (Stage.IN_COMMITTEE, Stage.PASSED_FIRST_CHAMBER),
    "Committee of the whole House": (Stage.IN_COMMITTEE, Stage.PASSED_FIRST_CHAMBER),
    "Report stage": (None, Stage.PASSED_FIRST_CHAMBER),
    "3rd reading": (None, Stage.PASSED_FIRST_CHAMBER),
}
PRINTS: Mapping[str, DocumentKind] = {"Bill": DocumentKind.BILL, "Act of Parliament": DocumentKind.ENROLLED_ACT}


class GbBills(SourceSpider):
    """Bills by title search."""

    facts = Source(
        key="gb_bills",
        jurisdictions=("GB",),
        publisher="UK Parliament",
        name="Bills API",
        official=True,
        kind=SourceKind.LEGISLATURE,
        url=_PAGE,
        hosts=(
            Host("bills-api.parliament.uk", LinkType.OFFICIAL, delay=2.0),
            Host("bills.parliament.uk", LinkType.OFFICIAL, delay=2.0),
        ),
        languages=("en",),
        sessions=(SessionName(r"(?P<number>\d+)", "{number}"),),
        cadence_hours=24,
        licence="Open Parliament Licence v3.0",
        floor=0,
        ceiling=1_000,
        routes=(
            Route(Role.LIST, "GET", rf"{_ROUTE}\?.*", "parse_bills", Body.JSON, normal=(Outcome.EMPTY,)),
            Route(Role.DETAIL, "GET", rf"{_ROUTE}/\d+", "parse_bill", Body.JSON),
            Route(Role.DETAIL, "GET", rf"{_ROUTE}/\d+/Stages(?:\?.*)?", "parse_stages", Body.JSON),
            Route(Role.DETAIL, "GET", rf"{_ROUTE}/\d+/Publications", "parse_publications", Body.JSON),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """One search per term and phrase."""
        for word in dict.fromkeys((*PHRASES, *self.words("en"))):
            yield self.get(f"{_API}?{urlencode({'SearchTerm': word, 'Skip': 0, 'Take': _PAGE_SIZE})}")

    def addresses(self, measure: WatchedMeasure) -> Iterator[str]:
        """The parts of a watched bill."""
        if pattern(r"bills/\d+").fullmatch(measure.identifier):
            yield from _parts(measure.identifier)

    def parse_bills(self, response: TextResponse) -> Parsed:
        """A page of a list: of a search every bill, of any other list those whose title matters; then the next page."""
        page = json_of(response)
        total, bills = typed(int, page, "totalResults"), typed(list, page, "items")
        if not bills:
            raise _no_bills(response, total)
        is_search = "SearchTerm=" in response.url
        wanted = self.each(
            bills, lambda bill: self._bill(bill) if is_search or self._matters(typed(str, bill, "shortTitle")) else ()
        )
        yield from wanted
        seen = _skipped(response.url) + len(bills)
        if seen < total:
            yield self.follow(add_or_replace_parameter(response.url, "Skip", str(seen)))

    def _bill(self, bill: Any) -> Parsed:
        yield from map(self.follow, _parts(f"bills/{typed(int, bill, 'billId')}"))

    def _matters(self, title: str) -> bool:
        return self.matches(title, "en") or names_watched(title)

    def parse_bill(self, response: TextResponse) -> Parsed:
        """One bill: titles, flags and the stage it has reached."""
        bill = json_of(response)
        identifier, title = f"bills/{typed(int, bill, 'billId')}", fold(typed(str, bill, "shortTitle"))
        current = optional(bill, "currentStage")
        actions = () if current is None else _actions(bill, current)
        texts = [title, maybe(str, bill, "longTitle") or "", plain_text(maybe(str, bill, "summary") or "")]
        former = maybe(str, bill, "formerShortTitle")
        yield self.document(
            identifier=identifier,
            kind=DocumentKind.BILL,
            stage=_stage(bill, current),
            title=title,
            official_url=f"{_PAGE}/{identifier}",
            session=str(typed(int, bill, "introducedSessionId")),
            measure=identifier,
            aliases=() if former is None else (former,),
            dates={"last_action": actions[-1].on} if actions else {},
            actions=actions,
            text="\n".join(text.strip() for text in texts if text),
        )

    def parse_stages(self, response: TextResponse) -> Parsed:
        """The sittings of every stage; a stage without a day has not been fixed."""
        stages = typed(list, json_of(response), "items")
        if not stages:
            raise EmptyAnswer("no stages")
        yield from self.each(
            stages, lambda stage: self.each(typed(list, stage, "stageSittings"), lambda sitting: self._sitting(stage, sitting))
        )

    def _sitting(self, stage: Any, sitting: Any) -> Parsed:
        identifier = f"bills/{typed(int, sitting, 'billId')}"
        yield self.event(
            kind=EventKind.HEARING,
            on=_day(sitting, "date"),
            title=_named(stage),
            official_url=f"{_PAGE}/{identifier}/stages",
            measure=identifier,
        )

    def parse_publications(self, response: TextResponse) -> Parsed:
        """The prints of a bill and of the Act that it became."""
        page = json_of(response)
        publications = typed(list, page, "publications")
        if not publications:
            raise EmptyAnswer("no publications")
        measure = f"bills/{typed(int, page, 'billId')}"
        yield from self.each(publications, lambda publication: self._publication(measure, publication))

    def _publication(self, measure: str, publication: Any) -> Parsed:
        kind = PRINTS.get(typed(str, publication, "publicationType.name"))
        if kind is not None:
            yield self.document(
                identifier=f"{measure}/publications/{typed(int, publication, 'id')}",
                kind=kind,
                title=fold(typed(str, publication, "title")),
                official_url=f"{_PAGE}/{measure}/publications",
                measure=measure,
                dates={"published": _day(publication, "displayDate")},
                text="",
            )


def _parts(identifier: str) -> Iterator[str]:
    """The addresses that tell of the bill `bills/2818`: itself, its stages and its publications."""
    number = identifier.removeprefix("bills/")
    yield from (f"{_API}/{number}{part}" for part in ("", "/Stages", "/Publications"))


def _no_bills(response: TextResponse, total: int) -> EmptyAnswer | LayoutChanged:
    if total == 0 or _skipped(response.url):
        return EmptyAnswer(f"no bills, total {total}")
    return LayoutChanged(f"a list that counts {total} bills shows none")


def _skipped(url: str) -> int:
    match = pattern(r"[?&]Skip=(\d+)").search(url)
    return int(match[1]) if match else 0


def _stage(bill: Any, current: Any) -> Stage | None:
    """An Act is enacted, whatever stage is named; so are withdrawal and defeat final."""
    if one(bill, "isAct"):
        return Stage.ENACTED
    if optional(bill, "billWithdrawn") is not None:
        return Stage.WITHDRAWN
    if one(bill, "isDefeated"):
        return Stage.FAILED
    return None if current is None else _reached(current, one(bill, "originatingHouse"))


def _reached(stage: Any, origin: str) -> Stage | None:
    first, second = STAGES.get(typed(str, stage, "description"), (None, None))
    return first if one(stage, "house") == origin else second


def _actions(bill: Any, stage: Any) -> tuple[ActionItem, ...]:
    """Sittings of the present stage up to the bill's last update; a later one is only announced."""
    days = (_day(sitting, "date") for sitting in typed(list, stage, "stageSittings"))
    updated = _day(bill, "lastUpdate")
    reached = _reached(stage, one(bill, "originatingHouse"))
    return tuple(ActionItem(day, _named(stage), reached) for day in sorted(days) if day <= updated)


def _named(stage: Any) -> str:
    return f"{typed(str, stage, 'description')} ({typed(str, stage, 'house')})"


def _day(place: Any, field: str) -> str:
    """The civil day of `2021-01-12T00:00:00`, which has no zone: it is a day at Westminster."""
    return typed(str, place, field)[:10]

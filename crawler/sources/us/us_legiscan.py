"""LegiScan: bills of Congress, the states and the District of Columbia, told by an aggregator (API, JSON, free key).

Each search word is searched in all states at once; of every hit the bill is read. LegiScan answers 200 whatever happened, and says
`status: ERROR` inside. Its own codes give stages; a resolution of one kind or another that "passed" is no law. It stands beside the
official sources as a second witness and never above them, so texts and roll calls are left to them.
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
from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, EventItem, EventKind, Outcome, Stage
from crawler.contract.routes import Body, Role, Route
from crawler.contract.sign_in import Key, Place
from crawler.contract.source import Source, SourceKind
from crawler.families.base import Parsed, SourceSpider
from crawler.parsing.json_fields import maybe, typed
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, SoftError, at_least, json_of, optional
from crawler.parsing.text import fold

_API = "https://api.legiscan.com/"
_STATES = (
    *("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME"),
    *("MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI"),
    *("SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY"),
)

# LegiScan's `status` of a bill. 4 is "passed", which is law for bills and joint resolutions alone.
STAGES: Mapping[int, Stage] = {
    1: Stage.INTRODUCED,
    2: Stage.PASSED_FIRST_CHAMBER,
    3: Stage.PASSED_BOTH_CHAMBERS,
    4: Stage.ENACTED,
    5: Stage.VETOED,
    6: Stage.FAILED,
}
# LegiScan's `event` of a step of progress.
EVENTS: Mapping[int, Stage] = {
    1: Stage.INTRODUCED,
    2: Stage.PASSED_FIRST_CHAMBER,
    3: Stage.PASSED_BOTH_CHAMBERS,
    4: Stage.ENACTED,
    5: Stage.VETOED,
    6: Stage.FAILED,
    8: Stage.ENACTED,
    9: Stage.IN_COMMITTEE,
}
_LAWS = ("B", "JR")
_CURRENT_AND_PRIOR = "2"


class UsLegiscan(SourceSpider):
    """Bills that name a search word, in the current session of every state."""

    facts = Source(
        key="us_legiscan",
        jurisdictions=("US", *(f"US-{state}" for state in _STATES)),
        publisher="LegiScan LLC",
        name="LegiScan API",
        official=False,
        kind=SourceKind.AGGREGATOR,
        url="https://legiscan.com/",
        hosts=(
            Host("api.legiscan.com", LinkType.TRACKER, delay=1.0),
            Host("legiscan.com", LinkType.TRACKER, delay=2.0),
        ),
        languages=("en",),
        cadence_hours=24,
        licence="CC BY 4.0",
        sign_in=Key(Place.QUERY, "key", "LEGISCAN_API_KEY"),
        # One answered search, and one bill; a search gives some hundreds of bills at most.
        floor=2,
        ceiling=3_000,
        routes=(
            Route(
                Role.LIST, "GET", re.escape(_API) + r"\?.*\bop=getSearch\b.*", "parse_search", Body.JSON, normal=(Outcome.EMPTY,)
            ),
            Route(Role.DETAIL, "GET", re.escape(_API) + r"\?.*\bop=getBill\b.*", "parse_bill", Body.JSON),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """One search for each word."""
        for word in self.words("en"):
            asked = {"op": "getSearch", "state": "ALL", "query": f'"{word}"', "year": _CURRENT_AND_PRIOR, "page": 1}
            yield self.get(f"{_API}?{urlencode(asked)}")

    def parse_search(self, response: TextResponse) -> Parsed:
        """A page of hits: a summary, and beside it the hits under running numbers."""
        results = typed(dict, _answer(response), "searchresult")
        summary = typed(dict, results, "summary")
        if typed(int, summary, "count") == 0:
            raise EmptyAnswer(f"no bill matches {response.url}")
        hits = [hit for name, hit in results.items() if name.isascii() and name.isdigit()]
        yield from self.each(at_least(1, hits, "[]"), lambda hit: [self.follow(_bill_address(typed(int, hit, "bill_id")))])
        page = typed(int, summary, "page_current")
        if page < typed(int, summary, "page_total"):
            yield self.get(add_or_replace_parameter(response.url, "page", str(page + 1)))

    def parse_bill(self, response: TextResponse) -> Parsed:
        """A bill with its history and what is on the calendar."""
        bill = typed(dict, _answer(response), "bill")
        yield self._bill(bill)
        yield from self.each(at_least(0, bill, "calendar.[]"), lambda event: self._hearing(bill, event))

    def _bill(self, bill: dict[str, Any]) -> DocumentItem:
        number, title = _number(bill), fold(typed(str, bill, "title"))
        actions = tuple(_actions(bill))
        lines = (title, fold(typed(str, bill, "description")), *(action.text for action in actions))
        on = maybe(str, bill, "status_date")
        return self.document(
            jurisdiction=_place(bill),
            identifier=f"{_place(bill)} {_session(bill)} {number}",
            kind=DocumentKind.STATUS_PAGE,
            title=title,
            official_url=typed(str, bill, "url"),
            text="\n".join(dict.fromkeys(lines)),
            stage=_stage(STAGES, typed(int, bill, "status"), bill),
            session=_session(bill),
            measure=number,
            dates={"last_action": on} if on else {},
            actions=actions,
        )

    def _hearing(self, bill: dict[str, Any], event: Any) -> Iterator[EventItem]:
        if typed(str, event, "type") == "Hearing":
            yield self.event(
                jurisdiction=_place(bill),
                kind=EventKind.HEARING,
                on=typed(str, event, "date"),
                title=f"{_number(bill)}: {fold(typed(str, event, 'description'))}",
                official_url=typed(str, bill, "url"),
                measure=_number(bill),
            )


def _bill_address(number: int) -> str:
    return f"{_API}?{urlencode({'op': 'getBill', 'id': number})}"


def _answer(response: TextResponse) -> Any:
    """The answer, which must not be an error in a page that claims success. A bill out of a dataset has no `status`."""
    answer = json_of(response)
    if optional(answer, "status") == "ERROR":
        raise SoftError(f"{response.url}: {typed(str, answer, 'alert.message')}")
    return answer


def _actions(bill: dict[str, Any]) -> Iterator[ActionItem]:
    """Steps as the legislature words them, and LegiScan's own steps of progress with the stage of each."""
    for step in at_least(0, bill, "history.[]"):
        yield ActionItem(typed(str, step, "date"), fold(typed(str, step, "action")))
    for step in at_least(0, bill, "progress.[]"):
        stage = _stage(EVENTS, typed(int, step, "event"), bill)
        if stage:
            yield ActionItem(typed(str, step, "date"), f"LegiScan: {stage.replace('_', ' ')}", stage)


def _stage(table: Mapping[int, Stage], code: int, bill: dict[str, Any]) -> Stage | None:
    """The stage of a code; of what can never become law, only what is true of it."""
    stage = table.get(code)
    return None if stage is Stage.ENACTED and typed(str, bill, "bill_type") not in _LAWS else stage


def _place(bill: dict[str, Any]) -> str:
    state = typed(str, bill, "state")
    return state if state == "US" else f"US-{state}"


def _number(bill: dict[str, Any]) -> str:
    return typed(str, bill, "bill_number")


def _session(bill: dict[str, Any]) -> str:
    """The session by its years, as legislatures name them; Congress and special sessions by their own names."""
    session = typed(dict, bill, "session")
    first, last = (typed(int, session, f"year_{end}") for end in ("start", "end"))
    if _place(bill) == "US" or typed(int, session, "special"):
        return fold(typed(str, session, "session_name"))
    if first > last:
        raise LayoutChanged(f"the session of {_number(bill)} begins in {first} and ends in {last}")
    return str(first) if first == last else f"{first}-{last}"

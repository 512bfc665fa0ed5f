"""Bills of the Virginia General Assembly, from the session files of its Legislative Information System (CSV, no key).

A session is a folder of whole files, so that one conditional request tells whether anything changed. `BILLS.CSV` has a row a bill with
its title, its flags and the last action of each house and of the governor: a row that names a term, or is watched, is an item.
`Summaries.csv` finds the bills whose title names none. `HISTORY.CSV` has every step but no title: it is read for watched measures.
Stages come from the flags of a row, never from its words; the last action is often a mere document event.

Files of sessions before 2025 lie with another host under shorter session codes. Texts are behind a key and are not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from parsel import Selector
from scrapy import Request
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Outcome, Stage
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import SessionName, Source, SourceKind
from crawler.contract.watched import WatchedMeasure
from crawler.families.base import Parsed, SourceSpider
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged
from crawler.parsing.tables import Row, csv_of
from crawler.parsing.text import fold, plain_text

_BLOB = "https://lis.blob.core.windows.net/lisfiles"
_REGULAR = re.escape(_BLOB) + r"/\d{4}1"
_SPECIAL = re.escape(_BLOB) + r"/\d{4}[2-9]"
_LEGACY = r"https://legacylis\.virginia\.gov/SiteInformation/csv/\d{3}"

_BILLS = frozenset(
    {"Bill_id", "Bill_description", "Introduction_date", "Chapter_id", "Passed_house", "Passed_senate", "Passed", "Failed"}
    | {"Carried_over", "Approved", "Vetoed", "Last_house_committee_id", "Last_senate_committee_id"}
    | {f"Last_{body}_{field}" for body in ("house", "senate", "governor") for field in ("action", "action_date")}
)
_HISTORY = frozenset({"Bill_id", "History_date", "History_description"})
_SUMMARIES = frozenset({"SUM_BILNO", "SUMMARY_DOCID", "SUMMARY_TYPE", "SUMMARY_TEXT"})
_BLOB_SINCE = 2025
"""The first year whose sessions lie where they are asked for now."""
_PREFILING = 11
"""The month from which the files of the next regular session are there."""


class UsVaLis(SourceSpider):
    """The regular session of the year, the next one once it takes bills, and a special session where there is one."""

    facts = Source(
        key="us_va_lis",
        jurisdictions=("US-VA",),
        publisher="Virginia Division of Legislative Automated Systems",
        name="Legislative Information System, session files",
        official=True,
        kind=SourceKind.LEGISLATURE,
        url="https://lis.virginia.gov/",
        hosts=(
            Host("lis.blob.core.windows.net", LinkType.OFFICIAL, delay=1.0),
            Host("lis.virginia.gov", LinkType.OFFICIAL, delay=2.0),
            Host("legacylis.virginia.gov", LinkType.OFFICIAL, delay=2.0),
        ),
        languages=("en",),
        sessions=(
            SessionName(r"(?P<year>\d{4})1", "{year}"),
            *(SessionName(rf"(?P<year>\d{{4}}){number}", f"{{year}}-S{number - 1}") for number in range(2, 10)),  # special ones
        ),
        cadence_hours=12,
        licence="Public records of the Commonwealth of Virginia",
        # Three files a session.
        floor=3,
        ceiling=9,
        routes=(
            Route(Role.LIST, "GET", rf"(?i:{_REGULAR}/BILLS\.CSV|{_LEGACY}/Bills\.csv)", "parse_bills", Body.CSV),
            Route(Role.DETAIL, "GET", rf"(?i:{_SPECIAL}/BILLS\.CSV)", "parse_bills", Body.CSV, normal=(Outcome.GONE,)),
            Route(Role.DETAIL, "GET", rf"(?i:(?:{_REGULAR}|{_SPECIAL}|{_LEGACY})/HISTORY\.CSV)", "parse_history", Body.CSV),
            Route(Role.DETAIL, "GET", rf"(?i:(?:{_REGULAR}|{_SPECIAL}|{_LEGACY})/Summaries\.csv)", "parse_summaries", Body.CSV),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """The lists of the sessions that may be open."""
        today = datetime.now(UTC).date()
        for session in (f"{today.year}1", f"{today.year}2"):
            yield self.get(f"{_BLOB}/{session}/BILLS.CSV")
        if today.month >= _PREFILING:
            yield self.get(f"{_BLOB}/{today.year + 1}1/BILLS.CSV", may_be_gone=True)

    def addresses(self, measure: WatchedMeasure) -> Iterator[str]:
        """The list of a watched measure's session, from which its two other files are asked for."""
        session = pattern(r"(?P<year>\d{4})(?:-S(?P<special>\d))?").fullmatch(measure.session)
        if session and int(session["year"]) >= _BLOB_SINCE:
            yield f"{_BLOB}/{session['year']}{int(session['special'] or 0) + 1}/BILLS.CSV"

    def parse_bills(self, response: TextResponse) -> Parsed:
        """The bills of a session, and its two other files."""
        yield from self.each(_rows(response, _BILLS), lambda row: self._row(response, row))
        folder = response.url.rpartition("/")[0]
        for name in ("Summaries.csv", "HISTORY.CSV"):
            yield self.get(f"{folder}/{name}")

    def _row(self, response: TextResponse, row: Row) -> Parsed:
        number = _number(row["Bill_id"])
        if self.matches(row["Bill_description"], "en") or self.watches(self.session(_code(response)), number):
            yield self._bill(response, number, row)

    def parse_summaries(self, response: TextResponse) -> Parsed:
        """What the drafters say of a bill, print by print."""
        yield from self.each(_rows(response, _SUMMARIES), lambda row: self._summary(response, row))

    def _summary(self, response: TextResponse, row: Row) -> Parsed:
        number, text = _number(row["SUM_BILNO"]), plain_text(row["SUMMARY_TEXT"])
        if self.matches(text, "en") or self.watches(self.session(_code(response)), number):
            yield self._document(
                response,
                number,
                identifier=f"{number}, {fold(row['SUMMARY_DOCID'])}",
                kind=DocumentKind.OTHER,
                title=_heading(row["SUMMARY_TEXT"]) or fold(row["SUMMARY_TYPE"]).capitalize(),
                text=text,
            )

    def parse_history(self, response: TextResponse) -> Parsed:
        """Every step of the measures that are watched."""
        bills = groupby(_rows(response, _HISTORY), lambda row: row["Bill_id"])
        yield from self.each(bills, lambda bill: self._history(response, *bill))

    def _history(self, response: TextResponse, name: str, steps: Iterable[Row]) -> Parsed:
        number = _number(name)
        if not self.watches(self.session(_code(response)), number):
            return
        actions = tuple(_action(row["History_date"], row["History_description"]) for row in steps)
        yield self._document(
            response,
            number,
            identifier=f"{number}, history",
            kind=DocumentKind.STATUS_PAGE,
            title=f"{number}, history",
            text="\n".join(action.text for action in actions),
            actions=actions,
        )

    def _bill(self, response: TextResponse, number: str, row: Row) -> DocumentItem:
        houses = ("house", "senate", "governor")
        actions = [
            _action(row[f"Last_{house}_action_date"], row[f"Last_{house}_action"])
            for house in houses
            if row[f"Last_{house}_action"]
        ]
        actions.sort(key=lambda action: action.on)
        return self._document(
            response,
            number,
            identifier=number,
            kind=DocumentKind.STATUS_PAGE,
            title=fold(row["Bill_description"]),
            text="\n".join([fold(row["Bill_description"]), *(action.text for action in actions)]),
            stage=_stage(row),
            aliases=(row["Chapter_id"],) if row["Chapter_id"] else (),
            dates={"introduced": _day(row["Introduction_date"])} | ({"last_action": actions[-1].on} if actions else {}),
            actions=tuple(actions),
        )

    def _document(self, response: TextResponse, number: str, **fields: Any) -> DocumentItem:
        page = f"https://lis.virginia.gov/bill-details/{_code(response)}/{number.replace(' ', '')}"
        return self.document(official_url=page, session=_code(response), measure=number, **fields)


def _code(response: TextResponse) -> str:
    """The code of a file's session, `20261`: year and number; it stands in the address, before 2025 without the century."""
    code = response.url.split("/")[-2]
    return code if len(code) == len("20261") else f"20{code}"


def _rows(response: TextResponse, columns: frozenset[str]) -> list[Row]:
    """The rows of a session file, which must have these columns and something below them."""
    rows = csv_of(response)
    if not rows:
        raise EmptyAnswer(f"{response.url} has a header and no row")
    if missing := columns - set(rows[0]):
        raise LayoutChanged(f"{response.url} lacks the columns {', '.join(sorted(missing))}")
    return rows


def _heading(markup: str) -> str:
    """What a summary begins with in bold: the title of the bill as that print bears it."""
    return fold(Selector(markup).xpath("string((//b)[1])").get(""))


def _number(printed: str) -> str:
    """`HB0360`, `HB360` → `HB 360`."""
    parts = pattern(r"([HS][BJR])0*(\d+)").fullmatch(printed.strip())
    if parts is None:
        raise LayoutChanged(f"{printed!r} is no number of a bill or resolution")
    return f"{parts[1]} {parts[2]}"


def _stage(row: Row) -> Stage:
    """The furthest that the flags of a row prove. A bill that was carried over may have failed since."""
    flags = {name for name in _BILLS if row[name] == "Y"}
    ends = (("Approved", Stage.ENACTED), ("Vetoed", Stage.VETOED), ("Failed", Stage.FAILED), ("Carried_over", Stage.CARRIED_OVER))
    for name, stage in ends:
        if name in flags:
            return stage
    if "Passed" in flags:
        return Stage.TO_EXECUTIVE if row["Last_governor_action"] else Stage.PASSED_BOTH_CHAMBERS
    if {"Passed_house", "Passed_senate"} & flags:
        return Stage.PASSED_FIRST_CHAMBER
    committees = row["Last_house_committee_id"] or row["Last_senate_committee_id"]
    return Stage.IN_COMMITTEE if committees else Stage.INTRODUCED


def _action(printed: str, words: str) -> ActionItem:
    return ActionItem(_day(printed), fold(words))


def _day(printed: str) -> str:
    """`3/14/2026` and `03/08/23` → ISO."""
    parts = pattern(r"(\d\d?)/(\d\d?)/(?:20)?(\d\d)").fullmatch(printed.strip())
    if parts is None:
        raise LayoutChanged(f"{printed!r} is not a day as these files write it")
    try:
        return date(2000 + int(parts[3]), int(parts[1]), int(parts[2])).isoformat()
    except ValueError:
        raise LayoutChanged(f"{printed!r} is no day of the calendar") from None

"""Bills of the United States Congress from govinfo's keyless bulk data: status files, bill texts, and the sitemaps that list them.

Discovery is the sitemap of the newest congress: what changed in the `WINDOW` before its newest entry. A watched measure, of
whichever congress, is asked for by its status file. The `lastmod` of each file travels in `request.meta["lastmod"]`, so that a
fetch memory can leave unchanged files alone. Each of these status files is read, but only a measure that names a search term (title, subjects, summaries) or is watched yields an item.
A term may stand in the text alone: the newest text of any measure that can become law is read too if it is fresh, and yields
an item on the same condition. Stages come from the action codes and from the version letters of a text, never from wording.

Setting: BILLS_CHANGED_SINCE (an ISO day in place of both windows, to fill a whole congress once).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Self

from parsel import Selector
from scrapy.crawler import Crawler
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Stage
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import SessionName, Source, SourceKind
from crawler.contract.watched import WatchedMeasure
from crawler.families.base import Parsed, SourceSpider
from crawler.families.gpo_bills import BillText, bill_page, bill_text
from crawler.families.sitemaps import sitemap_entries
from crawler.parsing.cursors import ahead
from crawler.parsing.selecting import LayoutChanged, at_least, one, optional, words_of, xml_of
from crawler.parsing.text import fold, plain_text

_HOST = r"https://www\.govinfo\.gov"
_BILL = r"BILLS-(?P<congress>\d+)(?P<type>[a-z]+)(?P<number>\d+)(?P<version>[a-z]+\d*)"
_PACKAGE = pattern(_BILL)
_SITEMAP = pattern(rf"{_HOST}/sitemap/bulkdata/BILLSTATUS/(?P<congress>\d{{2,3}})(?P<type>[a-z]+)/sitemap\.xml")
_STATUS = "https://www.govinfo.gov/bulkdata/BILLSTATUS/{congress}/{kind}/BILLSTATUS-{congress}{kind}{number}.xml"
_SITEMAP_INDEX = "https://www.govinfo.gov/sitemap/bulkdata/BILLSTATUS/sitemapindex.xml"

MEASURES: Mapping[str, str] = {
    "hr": "H.R.",
    "s": "S.",
    "hjres": "H.J.Res.",
    "sjres": "S.J.Res.",
    "hconres": "H.Con.Res.",
    "sconres": "S.Con.Res.",
    "hres": "H.Res.",
    "sres": "S.Res.",
}
_ALWAYS_THERE = ("hr", "s")
"""Kinds of measure that every congress has from its first days."""
_LAWMAKING = frozenset({"hr", "s", "hjres", "sjres"})

WINDOW = timedelta(days=7)
"""How far back from the newest change of a sitemap files are asked for: a run a day may fail six times."""
FRESH = timedelta(days=45)
"""How old a text may be when its status file changes, to be read although the status names no term."""

# Code → stage of a measure that began in the House, and in the Senate. Every code here was seen in recorded status files. The
# publisher calls its list incomplete, so a code outside it gives no stage.
ACTION_STAGES: Mapping[str, tuple[Stage | None, Stage | None]] = {
    "1000": (Stage.INTRODUCED, None),
    "Intro-H": (Stage.INTRODUCED, None),
    "10000": (None, Stage.INTRODUCED),
    "H11100": (Stage.IN_COMMITTEE, None),
    "H11100-A": (Stage.IN_COMMITTEE, None),
    "8000": (Stage.PASSED_FIRST_CHAMBER, Stage.PASSED_BOTH_CHAMBERS),
    "17000": (Stage.PASSED_BOTH_CHAMBERS, Stage.PASSED_FIRST_CHAMBER),
    "28000": (Stage.TO_EXECUTIVE, Stage.TO_EXECUTIVE),
    "E20000": (Stage.TO_EXECUTIVE, Stage.TO_EXECUTIVE),
    "31000": (Stage.VETOED, Stage.VETOED),
    "36000": (Stage.ENACTED, Stage.ENACTED),
    "E40000": (Stage.ENACTED, Stage.ENACTED),
}
# The second chamber's passage has one code, whether the bill is done with or goes back with an amendment.
_AMENDED = pattern(r"\bas amended\b|\bwith (?:an |the )?amendments?\b", re.I)
# What the President did has one code, and a word that says what.
_PRESIDENT = "E30000"
_PRESIDENT_STAGES = {"Signed": Stage.ENACTED, "Vetoed": Stage.VETOED}
_CHAMBERS = {"House": 0, "Senate": 1}

VERSION_STAGES: Mapping[str, Stage] = {
    "ih": Stage.INTRODUCED,
    "is": Stage.INTRODUCED,
    "eh": Stage.PASSED_FIRST_CHAMBER,
    "es": Stage.PASSED_FIRST_CHAMBER,
    "rfs": Stage.PASSED_FIRST_CHAMBER,
    "rfh": Stage.PASSED_FIRST_CHAMBER,
    "rds": Stage.PASSED_FIRST_CHAMBER,
    "rdh": Stage.PASSED_FIRST_CHAMBER,
    "enr": Stage.PASSED_BOTH_CHAMBERS,
}


class UsCongress(SourceSpider):
    """Status files and texts of bills and resolutions."""

    facts = Source(
        key="us_congress",
        jurisdictions=("US",),
        publisher="U.S. Government Publishing Office and Library of Congress",
        name="Bills and bill status of the United States Congress (govinfo)",
        official=True,
        kind=SourceKind.LEGISLATURE,
        url=_SITEMAP_INDEX,
        hosts=(Host("www.govinfo.gov", LinkType.OFFICIAL, delay=0.25),),
        languages=("en",),
        sessions=(SessionName(r"(?P<congress>\d{2,3})", "{congress}"),),
        cadence_hours=24,
        licence="Public domain (17 U.S.C. 105)",
        # The index and the sitemaps of the eight kinds of measure are always asked for (a young congress may lack some). A week
        # changes one or two thousand of some 20,000 measures; a run that fills a whole congress sees each and its text.
        floor=5,
        ceiling=60_000,
        time_limits=6,
        routes=(
            Route(Role.LIST, "GET", re.escape(_SITEMAP_INDEX), "parse_index", Body.XML),
            Route(Role.LIST, "GET", _SITEMAP.pattern, "parse_sitemap", Body.XML),
            Route(
                Role.DETAIL,
                "GET",
                rf"{_HOST}/bulkdata/BILLSTATUS/\d+/[a-z]+/BILLSTATUS-\d+[a-z]+\d+\.xml",
                "parse_status",
                Body.XML,
            ),
            Route(Role.DETAIL, "GET", rf"{_HOST}/content/pkg/BILLS-\w+/(xml|uslm)/{_BILL}\.xml", "parse_text", Body.XML),
            Route(Role.DETAIL, "GET", rf"{_HOST}/bulkdata/BILLS/\d+/[12]/[a-z]+/{_BILL}\.xml", "parse_text", Body.XML),
            Route(Role.DETAIL, "GET", rf"{_HOST}/content/pkg/BILLS-\w+/html/{_BILL}\.html?", "parse_html", Body.HTML),
        ),
    )

    def __init__(self, *, changed_since: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.changed_since = date.fromisoformat(changed_since) if changed_since else None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Reads the setting."""
        return super().from_crawler(crawler, *args, changed_since=crawler.settings.get("BILLS_CHANGED_SINCE"), **kwargs)

    def addresses(self, measure: WatchedMeasure) -> Iterator[str]:
        """The status file of a watched measure, in its own congress: a new one does not end the old one's file."""
        kind, _, number = measure.identifier.lower().partition(" ")
        if kind in MEASURES and (measure.session + number).isdecimal():
            yield _STATUS.format(congress=measure.session, kind=kind, number=number)

    def parse_index(self, response: TextResponse) -> Parsed:
        """The sitemaps of the newest congress that the index lists."""
        matches = [match for address, _ in sitemap_entries(response, "sitemap") if (match := _SITEMAP.fullmatch(address))]
        if not matches:
            raise LayoutChanged(f"no sitemap of bill status files in {response.url}")
        newest = max(int(match["congress"]) for match in matches)
        listed = {match["type"]: match.string for match in matches if int(match["congress"]) == newest}
        if missing := [kind for kind in _ALWAYS_THERE if kind not in listed]:
            raise LayoutChanged(f"{response.url} lists no sitemap of {', '.join(missing)} of congress {newest}")
        yield from (self.get(address) for kind, address in listed.items() if kind in MEASURES)

    def parse_sitemap(self, response: TextResponse) -> Parsed:
        """The status files that changed within the window, with the instant when the publisher changed them."""
        entries = list(sitemap_entries(response, "url"))
        dated = [_civil(changed) for _, changed in entries if changed]
        beyond = ahead(dated, response)
        if beyond:
            yield beyond
        since = self.changed_since or (max(dated) - WINDOW if dated and not beyond else date.min)
        for address, changed in entries:
            if changed is None or _civil(changed) >= since:
                yield self.follow(address, meta={"lastmod": changed})

    def parse_status(self, response: TextResponse) -> Parsed:
        """One measure in either schema (1.0.0 and 3.0.0), and its texts."""
        bill = one(xml_of(response), "/billStatus/bill")
        item = self._status(bill, response.url)
        texts = self._texts(bill)
        if self.watches(item.session or "", _normal(item.measure)) or self.matches(f"{item.title}\n{item.text}", "en"):
            yield item
        elif _word(bill, "./type | ./billType").lower() in _LAWMAKING:
            updated = _civil(_word(bill, "./updateDate"))
            beyond = ahead([updated], response)
            if beyond:
                yield beyond
            since = self.changed_since or (date.min if beyond else updated - FRESH)
            texts = [(address, made) for address, made in texts[:1] if made is None or made >= since]
        else:
            return
        yield from (self.get(address) for address, _ in texts)

    def parse_text(self, response: TextResponse) -> Parsed:
        """One version of a bill's text, in bill.dtd XML or USLM."""
        yield from self._version(response.url, bill_text(xml_of(response)))

    def parse_html(self, response: TextResponse) -> Parsed:
        """One version of a bill's text in the publisher's XHTML rendition of 2026."""
        yield from self._version(response.url, bill_page(response))

    def _texts(self, bill: Selector) -> list[tuple[str, date | None]]:
        """Addresses and days of the texts that a route reads, newest first as listed."""
        addresses = []
        for version in bill.xpath("./textVersions/item"):
            day = version.xpath("string(./date)").get("").strip()
            for address in version.xpath("./formats/item/url/text()").getall():
                if self.facts.route("GET", address) is not None:
                    addresses.append((address, _civil(day) if day else None))
        return addresses

    def _status(self, bill: Selector, address: str) -> DocumentItem:
        congress, number = _word(bill, "./congress"), _word(bill, "./number | ./billNumber")
        kind = _word(bill, "./type | ./billType").lower()
        measure = _measure(kind, number)
        actions = _actions(bill)
        laws = _laws(bill)
        return self.document(
            identifier=f"BILLSTATUS-{congress}{kind}{number}",
            kind=DocumentKind.STATUS_PAGE,
            title=_word(bill, "./title"),
            official_url=address,
            text=_summary(bill),
            stage=next((action.stage for action in actions if action.stage), None),
            session=congress,
            measure=measure,
            instrument=laws[0] if laws else None,
            aliases=laws,
            dates=_status_dates(bill),
            actions=actions,
        )

    def _version(self, address: str, bill: BillText) -> Iterator[DocumentItem]:
        package = _PACKAGE.search(address)
        if package is None:
            raise LayoutChanged(f"{address} names no bill package")
        measure, version = _measure(package["type"], package["number"]), package["version"]
        if not self.watches(package["congress"], _normal(measure)) and not self.matches(f"{bill.title}\n{bill.text}", "en"):
            return
        yield self.document(
            identifier=package.group(),
            kind=DocumentKind.ENROLLED_ACT if version == "enr" else DocumentKind.BILL,
            title=bill.title,
            official_url=address,
            text=bill.text,
            stage=VERSION_STAGES.get(version),
            session=package["congress"],
            measure=measure,
            aliases=() if bill.printed in (None, measure) else (bill.printed,),
            dates=_version_dates(version, bill.dates),
        )


def _civil(instant: str) -> date:
    """The day of an instant as the source writes it."""
    try:
        return date.fromisoformat(instant[:10])
    except ValueError:
        raise LayoutChanged(f"{instant!r} does not begin with a day YYYY-MM-DD") from None


def _word(bill: Selector, path: str) -> str:
    words = words_of(one(bill, path))
    if not words:
        raise LayoutChanged(f"{path} of the bill is empty")
    return words


def _day(bill: Selector, path: str) -> str:
    """A day, or the day of an instant."""
    return _word(bill, path).partition("T")[0]


def _measure(kind: str, number: str) -> str:
    if kind not in MEASURES:
        raise LayoutChanged(f"{kind!r} is no known kind of measure; known: {', '.join(MEASURES)}")
    return f"{MEASURES[kind]} {number}"


def _normal(measure: str | None) -> str:
    """`H.J.Res. 3` as the record writes it: `HJRES 3`."""
    return (measure or "").replace(".", "").upper()


def _actions(bill: Selector) -> tuple[ActionItem, ...]:
    """Newest first, as listed. Entries without words are skipped; a referral repeated for each committee counts once."""
    origin = _word(bill, "./originChamber")
    if origin not in _CHAMBERS:
        raise LayoutChanged(f"originChamber {origin!r} is none of {', '.join(_CHAMBERS)}")
    listed = (_action(item, _CHAMBERS[origin]) for item in at_least(1, bill, "./actions/item"))
    return tuple(dict.fromkeys(action for action in listed if action.text))


def _action(item: Selector, origin: int) -> ActionItem:
    code = item.xpath("string(./actionCode)").get("").strip()
    text, stage = fold(item.xpath("string(./text)").get("")), ACTION_STAGES.get(code, (None, None))[origin]
    if stage is Stage.PASSED_BOTH_CHAMBERS and _AMENDED.search(text):
        stage = None
    if code == _PRESIDENT:
        stage = next((reached for word, reached in _PRESIDENT_STAGES.items() if text.startswith(word)), None)
    return ActionItem(_day(item, "./actionDate"), text, stage)


def _laws(bill: Selector) -> tuple[str, ...]:
    """Public and private laws that the measure became, `Public Law 117-103`."""
    return tuple(f"{_word(law, './type')} {_word(law, './number')}" for law in bill.xpath("./laws/item"))


def _status_dates(bill: Selector) -> dict[str, str]:
    latest = optional(bill, "./latestAction/actionDate/text()")
    dates = {"introduced": _day(bill, "./introducedDate")}
    return dates if latest is None else dates | {"last_action": latest.get().strip().partition("T")[0]}


def _summary(bill: Selector) -> str:
    """Titles, subjects and summaries: what the Library of Congress says that a measure is about."""
    names = bill.xpath("./titles/item/title/text() | ./policyArea/name/text() | ./subjects//item/name/text()").getall()
    summaries = bill.xpath("./summaries//*[self::item or self::summary]")
    parts = list(dict.fromkeys(fold(name) for name in names))
    for summary in summaries:
        parts.append(f"Summary: {_word(summary, './actionDesc')} ({_word(summary, './actionDate')})")
        parts.append(plain_text(summary.xpath("string(./text | ./cdata/text)").get("")))
    return "\n".join(part for part in parts if part)


def _version_dates(version: str, days: tuple[str, ...]) -> dict[str, str]:
    if not days:
        return {}
    return {"last_action": days[-1]} | ({"introduced": days[0]} if version in ("ih", "is") else {})

"""The Electronic Code of Federal Regulations: parts that are lists, on their newest day, and sections that name a search term.

`titles.json` says up to which day each title is complete; texts are asked for as of that day and never of a later one. A
list is taken whatever it names, because what it does not name matters too; any other text only if it names a term. One item a
part (or section), its sections set apart by their own headings, dated by the day of its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from lxml import etree
from parsel import Selector
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Outcome
from crawler.contract.patterns import Match, pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source, SourceKind
from crawler.families.base import Parsed, SourceSpider
from crawler.parsing.cursors import ahead, seen_on
from crawler.parsing.json_fields import maybe, typed
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, SoftError, at_least, json_of, one, xml_of
from crawler.parsing.text import fold, plain_text

_SITE = "https://www.ecfr.gov"
_API = f"{_SITE}/api"
_HOST = re.escape(_API)
_FULL = rf"{_HOST}/versioner/v1/full/(?P<date>\d{{4}}-\d\d-\d\d)/title-(?P<title>\d+)\.xml(\?.*)?"
_PER_PAGE = 100

LISTS = (("21", "1308"),)
"""Title and part of the codified lists that are always taken: the schedules of controlled substances."""
_LISTED = "|".join(rf"title-{title}\.xml\?part={part}" for title, part in LISTS)

_CELL = "entry"
_RUN_ON = ("A", "B", "E", "FR", "FTREF", "HED", "I", "IMG", "PSPACE", "R", "SU", "SUB", "SUP", "T")
_INLINE = frozenset({*_RUN_ON, _CELL})


class UsEcfr(SourceSpider):
    """Codified federal regulations as of a day."""

    facts = Source(
        key="us_ecfr",
        jurisdictions=("US",),
        publisher="Office of the Federal Register and U.S. Government Publishing Office",
        name="Electronic Code of Federal Regulations (versioner and search)",
        official=True,
        kind=SourceKind.CODE,
        url=f"{_API}/versioner/v1/titles.json",
        hosts=(Host("www.ecfr.gov", LinkType.OFFICIAL, delay=1.0),),
        languages=("en",),
        cadence_hours=24,
        licence="Public domain (17 U.S.C. 105)",
        # The titles, and text and history of each list; beyond that one search a term and the few sections that it finds.
        floor=3,
        ceiling=1_000,
        routes=(
            Route(Role.LIST, "GET", rf"{_HOST}/versioner/v1/titles\.json", "parse_titles", Body.JSON),
            Route(Role.DETAIL, "GET", rf"{_HOST}/versioner/v1/versions/title-\d+\.json(\?.*)?", "parse_versions", Body.JSON),
            # Without its text nothing is known of what a list holds: it is sought for itself, not because a page names it.
            Route(Role.LIST, "GET", rf"{_HOST}/versioner/v1/full/\d{{4}}-\d\d-\d\d/(?:{_LISTED})", "parse_full", Body.XML),
            Route(Role.DETAIL, "GET", _FULL, "parse_full", Body.XML),
            Route(Role.LIST, "GET", rf"{_HOST}/search/v1/results(\?.*)?", "parse_search", Body.JSON, normal=(Outcome.EMPTY,)),
        ),
    )

    def parse_titles(self, response: TextResponse) -> Parsed:
        """Text and history of each list, and a search for each term, as of the last complete day."""
        answer = json_of(response)
        if typed(bool, answer, "meta.import_in_progress"):
            raise SoftError("the titles are being imported: no day is complete yet")
        titles = {typed(int, entry, "number"): entry for entry in at_least(1, answer, "titles[]")}
        complete = {title: _complete(titles, int(title)) for title, _ in LISTS}
        beyond = ahead(map(_civil, (*complete.values(), typed(str, answer, "meta.date"))), response)
        if beyond:
            yield beyond
        today = seen_on(response).isoformat()
        for title, part in LISTS:
            yield self.get(_full(min(complete[title], today), title, part=part))
            yield self.get(f"{_API}/versioner/v1/versions/title-{title}.json?part={part}")
        day = min(typed(str, answer, "meta.date"), today)
        for word in self.words("en"):
            yield self.get(_search(query=f'"{word}"', per_page=_PER_PAGE, page=1, date=day))

    def parse_versions(self, response: TextResponse) -> Parsed:
        """The history of a part: which section changed on which day."""
        answer = json_of(response)
        title, part = typed(str, answer, "meta.title"), typed(str, answer, "meta.part")
        versions = typed(list, answer, "content_versions")
        if not versions:
            raise EmptyAnswer(f"no version of {title} CFR {part} in {response.url}")
        actions = tuple(_change(version) for version in versions)
        item = self.document(
            identifier=f"{title} CFR {part}, versions",
            kind=DocumentKind.STATUS_PAGE,
            title=f"Versions of {title} CFR part {part}",
            official_url=response.url,
            text="\n".join(f"{action.on}: {action.text}" for action in actions),
            dates={"last_action": typed(str, answer, "meta.latest_amendment_date")},
            actions=actions,
        )
        if self._wanted(title, part, item.text):
            yield item

    def parse_search(self, response: TextResponse) -> Parsed:
        """The sections that name a term and stand in force, as of the day that was searched (else of their own first day)."""
        answer = json_of(response)
        asked = parse_qs(urlsplit(response.url).query)
        if not typed(list, answer, "results"):
            raise EmptyAnswer(f"nothing in the code matches {response.url}")
        yield from self.each(answer["results"], lambda hit: map(self.follow, _section(hit, asked.get("date", [""])[0])))
        page = typed(int, answer, "meta.current_page")
        if page < typed(int, answer, "meta.total_pages"):
            yield self.get(_search(**{name: values[0] for name, values in asked.items()} | {"page": page + 1}))

    def parse_full(self, response: TextResponse) -> Parsed:
        """A part, a section or an appendix, or every part of a whole title, on the day that the address names."""
        address = pattern(_FULL).fullmatch(response.url)
        if address is None:
            raise LayoutChanged(f"{response.url} names neither day nor title")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(response.url).query).items()}
        yield from self.each(_pieces(xml_of(response)), lambda piece: self._piece(piece, address, asked))

    def _piece(self, piece: Selector, address: Match, asked: dict[str, str]) -> Parsed:
        item = self._text(piece, address["date"], address["title"], asked, address.string)
        if item.kind is DocumentKind.CODIFIED_LIST and not piece.xpath("self::*[@TYPE='SECTION'] | .//*[@TYPE='SECTION']"):
            raise EmptyAnswer(f"{item.identifier} has no section any more")
        if self._wanted(address["title"], asked.get("part") or _number(piece), f"{item.title}\n{item.text}"):
            yield item

    def _wanted(self, title: str, part: str, text: str) -> bool:
        return _listed(title, part) or self.matches(text, "en")

    def _text(self, piece: Selector, day: str, title: str, asked: dict[str, str], address: str) -> DocumentItem:
        number = _number(piece)
        place = _place(piece, asked)
        meta = _metadata(piece)
        citation = meta.get("citation", "")
        name = f"{title} CFR {place}"
        return self.document(
            identifier=name,
            kind=DocumentKind.CODIFIED_LIST if _listed(title, asked.get("part") or number) else DocumentKind.OTHER,
            title=fold(one(piece, "./HEAD").xpath("string()").get("")),
            official_url=_SITE + meta["path"].replace("_SUBSTITUTE_DATE_", day) if "path" in meta else address,
            text=_plain(piece.root),
            aliases=(citation,) if citation and citation != name else (),
            dates={"consolidated_to": day},
        )


def _listed(title: str, part: str) -> bool:
    return (title, part) in LISTS


def _complete(titles: dict[int, Any], number: int) -> str:
    """The last day on which a title is complete; a reserved title has none."""
    if number not in titles:
        raise LayoutChanged(f"title {number} is missing among the titles of the code")
    if maybe(bool, titles[number], "processing_in_progress"):
        raise SoftError(f"title {number} is being processed: its last day is not complete yet")
    return typed(str, titles[number], "up_to_date_as_of")


def _civil(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise LayoutChanged(f"{day!r} is not a day YYYY-MM-DD") from None


def _section(hit: Any, day: str) -> Iterator[str]:
    """The address of a section that was found, unless it is out of force, reserved, or part of a list that is read anyway."""
    part, section = maybe(str, hit, "hierarchy.part"), maybe(str, hit, "hierarchy.section")
    gone = maybe(str, hit, "ends_on") is not None or typed(bool, hit, "reserved")
    title = typed(str, hit, "hierarchy.title")
    if part and section and not gone and not _listed(title, part):
        yield _full(day or typed(str, hit, "starts_on"), title, part=part, section=section)


def _full(day: str, title: str, **place: str) -> str:
    return f"{_API}/versioner/v1/full/{day}/title-{title}.xml?{urlencode(place)}"


def _search(**asked: str | int) -> str:
    return f"{_API}/search/v1/results?{urlencode(asked)}"


def _change(version: Any) -> ActionItem:
    what = "edited without change of substance"
    if typed(bool, version, "removed"):
        what = "removed"
    elif typed(bool, version, "substantive"):
        what = "changed"
    name, issue = fold(typed(str, version, "name")), typed(str, version, "issue_date")
    return ActionItem(typed(str, version, "amendment_date"), f"{name} {what} (issue of {issue})")


def _pieces(root: Selector) -> Iterator[Selector]:
    """The parts of a whole title that are not reserved, or else the one piece that was asked for."""
    kind = root.attrib.get("TYPE")
    if kind in ("PART", "SUBPART", "SECTION", "APPENDIX"):
        yield root
        return
    if root.root.tag != "ECFR":
        raise LayoutChanged(f"root <{root.root.tag}> is neither a title of the code nor a piece of one")
    yield from (
        part for part in at_least(1, root, ".//*[@TYPE='PART']") if part.xpath(".//*[@TYPE='SECTION' or @TYPE='APPENDIX']")
    )


def _place(piece: Selector, asked: dict[str, str]) -> str:
    """`1308`, `1308.11`, `1308 Subpart B` or the label of an appendix."""
    number = _number(piece)
    if piece.attrib["TYPE"] == "SUBPART":
        return f"{asked.get('part', '')} Subpart {number}".strip()
    return asked.get("section", number) if piece.attrib["TYPE"] == "PART" else number


def _number(piece: Selector) -> str:
    return str(one(piece, "./@N").get())


def _metadata(piece: Selector) -> dict[str, str]:
    """Path and citation of a piece; the attribute holds JSON, escaped once or twice."""
    stated = piece.attrib.get("hierarchy_metadata")
    if stated is None:
        return {}
    try:
        meta = json.loads(unescape(stated))
    except (ValueError, RecursionError) as error:
        raise LayoutChanged(f"hierarchy_metadata {stated[:80]!r} is no JSON: {error}") from error
    return {name: value for name in ("path", "citation") if (value := maybe(str, meta, name)) is not None}


def _plain(root: etree._Element) -> str:
    """One line a heading, paragraph or table row."""
    body = deepcopy(root)
    for cell in body.iter("TD", "TH"):
        cell.tag = _CELL
    for heading in body.iter("HED"):
        heading.tail = " " + (heading.tail or "")
    return plain_text(body, inline=_INLINE)

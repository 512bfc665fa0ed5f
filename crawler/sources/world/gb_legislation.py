"""legislation.gov.uk, the official statute book of the United Kingdom: Atom feeds that lead to documents in its own XML (CLML).

Read on every run are the watched documents, one full-text search per search term, and the Publication Log (new legislation
and drafts) of the last days. A feed is followed by `rel="next"` until there is none; its own counts are estimates. Of a
search feed every hit is asked for; of any other feed only an entry that names a search term or the title of a watched
document, once for all formats that the log lists of it. Every document read yields an item, whatever it says; of a
watched list only what holds on the date of the text, because a reader takes an entry of a list for the law of that date. Where several days of coming into force are stated, `in_force` is the first and each later one is an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentKind, EventKind, Outcome, Stage
from crawler.contract.patterns import BOUNDED, backtracking, no_word_of, pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source, SourceKind
from crawler.families.base import Parsed, SourceSpider
from crawler.families.clml import clml_text
from crawler.families.gb_acts import WATCHED, names_watched
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, at_least, one, optional, words_of, xml_of

_SITE = "https://www.legislation.gov.uk"
_HOST = r"https?://(?:www\.legislation|legislation\.data)\.gov\.uk"
_NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "leg": "http://www.legislation.gov.uk/namespaces/legislation",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "pbl": "http://www.legislation.gov.uk/namespaces/publication-log",
    "ukm": "http://www.legislation.gov.uk/namespaces/metadata",
}
LOG_DAYS = 7
"""How many days of the Publication Log are read before today: a run may come late, and the XML of an item days after its PDF."""


# DocumentCategory and DocumentStatus as the publisher's schema lists them; a Bill is never published here.
KINDS: Mapping[tuple[str, str], tuple[DocumentKind, Stage | None]] = {
    ("primary", "final"): (DocumentKind.ACT, Stage.ENACTED),
    ("primary", "revised"): (DocumentKind.STATUTE, None),
    ("secondary", "draft"): (DocumentKind.PROPOSED_RULE, Stage.PROPOSED_RULE),
    ("secondary", "proposed"): (DocumentKind.PROPOSED_RULE, Stage.PROPOSED_RULE),
    ("secondary", "final"): (DocumentKind.FINAL_RULE, Stage.FINAL_RULE),
    ("secondary", "revised"): (DocumentKind.STATUTE, None),
    ("euretained", "final"): (DocumentKind.STATUTE, None),
    ("euretained", "revised"): (DocumentKind.STATUTE, None),
}
# Series that are law of one part of the Kingdom; those of Wales stand under the whole, whose law it shares with England.
PARTS: Mapping[str, str] = {
    **dict.fromkeys(("nia", "nisi", "nisr", "nidsr", "apni", "mnia"), "GB-NIR"),
    **dict.fromkeys(("asp", "ssi", "sdsi", "aosp"), "GB-SCT"),
}
_LANGUAGES = frozenset({"en", "cy"})
_VERSION = backtracking(r"/(?:enacted|made|created|adopted|prospective|\d{4}-\d\d-\d\d)(?=/|$)", proof=BOUNDED)
_CONTENTS = backtracking(r"/contents(?=/|$)", proof=BOUNDED)
_DATED = pattern(r"/(\d{4}-\d\d-\d\d)(?:/|$)")

_NO_CHANGES = no_word_of({"changes": False})


class GbLegislation(SourceSpider):
    """Acts, statutory instruments and drafts, as made and as revised."""

    facts = Source(
        key="gb_legislation",
        jurisdictions=("GB", "GB-NIR", "GB-SCT"),
        publisher="The National Archives",
        name="legislation.gov.uk",
        official=True,
        kind=SourceKind.LEGISLATION,
        url=_SITE,
        hosts=(
            Host("www.legislation.gov.uk", LinkType.OFFICIAL, delay=5.0),
            Host("legislation.data.gov.uk", LinkType.OFFICIAL, delay=5.0),
        ),
        languages=("en", "cy"),
        cadence_hours=24,
        licence="Open Government Licence v3.0",
        floor=len(WATCHED),
        ceiling=2_000,
        routes=(
            Route(
                Role.LIST,
                "GET",
                rf"{_HOST}/(?:{_NO_CHANGES}[^?]*/)?data\.feed(?:\?.*)?",
                "parse_feed",
                Body.XML,
                normal=(Outcome.EMPTY,),
            ),
            Route(Role.DETAIL, "GET", rf"{_HOST}/[^?]+/data\.xml(?:\?.*)?", "parse_document", Body.XML),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """The watched documents, the searches, and the Publication Log of the last days."""
        for identifier in WATCHED:
            yield self.get(f"{_SITE}/{identifier}/data.xml")
        for word in dict.fromkeys(word for language in self.facts.languages for word in self.words(language)):
            query = urlencode({"text": f'"{word}"', "results-count": 50})
            yield self.get(f"{_SITE}/all/data.feed?{query}")
        today = datetime.now(UTC).date()
        for day in (today - timedelta(days=back) for back in range(LOG_DAYS + 1)):
            for part in ("legislation", "draft"):
                yield self.get(f"{_SITE}/update/{day}/{part}/data.feed?new=true&sort=date&sortorder=descending")

    def parse_feed(self, response: TextResponse) -> Parsed:
        """Any Atom feed: the documents that matter, then the next page."""
        feed = one(_root(response), "self::a:feed")
        entries = feed.xpath("a:entry")
        if not entries:
            raise _no_entries(feed)
        is_search = bool({"text", "title"} & parse_qs(urlsplit(response.url).query).keys())
        asked: set[str] = set()
        yield from self.each(entries, lambda entry: self._entry(entry, asked) if is_search or self._matters(entry) else ())
        following = optional(feed, "a:link[@rel='next']/@href")
        if following is not None:
            yield self.follow(_canonical(following.get()))

    def _entry(self, entry: Selector, asked: set[str]) -> Parsed:
        if (address := _address(entry)) not in asked:
            asked.add(address)
            yield self.follow(address)

    def _matters(self, entry: Selector) -> bool:
        title = words_of(one(entry, "a:title"))
        summary = optional(entry, "a:summary")
        if names_watched(title):
            return True
        return self.matches(title, "en") or (summary is not None and self.matches(words_of(summary), "en"))

    def parse_document(self, response: TextResponse) -> Parsed:
        """A whole document, one provision, a table of contents, or the bare metadata of a text that exists as PDF only."""
        document = one(_root(response), "self::leg:Legislation")
        metadata = one(document, "ukm:Metadata")
        path = _path(one(metadata, "dc:identifier/text()").get())
        instrument = one(document, "@IdURI").get()
        facts = one(metadata, "*[ukm:DocumentClassification]")
        kind, stage = _kind(facts, _path(instrument))
        days = sorted({day.get() for day in facts.xpath("ukm:ComingIntoForce/ukm:DateTime/@Date")})
        title, address = words_of(one(metadata, "dc:title")), f"{_SITE}/{path}"
        jurisdiction = PARTS.get(path.partition("/")[0], self.facts.jurisdiction)
        yield self.document(
            identifier=_CONTENTS.sub("", _VERSION.sub("", path)),
            jurisdiction=jurisdiction,
            kind=kind,
            stage=stage,
            title=title,
            official_url=address,
            language=_language(document, metadata),
            instrument=instrument,
            aliases=_aliases(document, metadata, path),
            dates=_printed(metadata, facts) | _dates(document, facts, path, days),
            text=clml_text(document, "/contents" in path, kind is DocumentKind.CODIFIED_LIST),
        )
        fields = {"jurisdiction": jurisdiction, "kind": EventKind.TAKES_EFFECT, "title": title, "official_url": address}
        yield from self.each(days[1:], lambda day: [self.event(on=day, **fields)])


def _root(response: TextResponse) -> Selector:
    root = xml_of(response)
    for prefix, name in _NAMESPACES.items():
        root.register_namespace(prefix, name)
    return root


def _no_entries(feed: Selector) -> EmptyAnswer | LayoutChanged:
    """Nothing found (a total of 0), nothing left (a page past the first), or a feed that is not understood."""
    total, first = one(feed, "os:totalResults/text()").get(), one(feed, "os:startIndex/text()").get()
    if total == "0" or first != "1":
        return EmptyAnswer(f"no entries from {first} on, total {total}")
    return LayoutChanged(f"a feed that counts {total} results shows none")


def _address(entry: Selector) -> str:
    """Where an entry's XML is: the log names the document, every other feed links it without a relation."""
    return _canonical(at_least(1, entry, "pbl:Document/text() | a:link[not(@rel)]/@href")[0].get() + "/data.xml")


def _canonical(address: str) -> str:
    """Feeds name http addresses and a host of old; one name for one page keeps conditional requests working."""
    return pattern(rf"^{_HOST}").sub(_SITE, address)


def _path(address: str) -> str:
    """`uksi/2015/1978/made` of an address or id of the site."""
    match = pattern(rf"{_HOST}/(?:id/)?(\S+)").fullmatch(address.strip())
    if match is None:
        raise LayoutChanged(f"{address!r} is no address of a document at {_SITE}")
    return match[1]


def _kind(facts: Selector, identifier: str) -> tuple[DocumentKind, Stage | None]:
    status = one(facts, "ukm:DocumentClassification/ukm:DocumentStatus/@Value").get()
    term = (one(facts, "ukm:DocumentClassification/ukm:DocumentCategory/@Value").get(), status)
    if term not in KINDS:
        raise LayoutChanged(f"{identifier}: unknown document category and status {term}")
    if status == "revised" and identifier in WATCHED:
        return WATCHED[identifier].kind, None
    return KINDS[term]


def _language(document: Selector, metadata: Selector) -> str:
    """As stated; English where nothing is stated, which only English documents do."""
    stated = optional(metadata, "dc:language/text()") or optional(document, "@xml:lang")
    language = "en" if stated is None else stated.get()
    if language not in _LANGUAGES:
        raise LayoutChanged(f"unknown language {language!r}")
    return language


def _aliases(document: Selector, metadata: Selector, path: str) -> tuple[str, ...]:
    """The number as printed, the draft that this replaces, and the address of this version."""
    prelims = "*/*[self::leg:PrimaryPrelims or self::leg:SecondaryPrelims]"
    printed = [words_of(number) for number in document.xpath(f"{prelims}/leg:Number")]
    drafts = [_path(address.get()) for address in metadata.xpath("ukm:Supersedes/@URI")]
    return tuple(dict.fromkeys(alias for alias in (*printed, *drafts, path) if alias))


def _dates(document: Selector, facts: Selector, path: str, days: list[str]) -> dict[str, str]:
    dated, start = _DATED.search(path), optional(document, "@RestrictStartDate")
    dates = {
        "made": optional(facts, "ukm:Made/@Date"),
        "enacted": optional(facts, "ukm:EnactmentDate/@Date"),
        "in_force": days[0] if days else None,
        "consolidated_to": dated[1] if dated and start is not None else start,
    }
    return {key: day if isinstance(day, str) else day.get() for key, day in dates.items() if day is not None}


def _printed(metadata: Selector, facts: Selector) -> dict[str, str]:
    """The day of the official PDF, if in the document's own year: older prints were scanned much later."""
    year = one(facts, "ukm:Year/@Value").get()
    days = sorted(day.get() for day in metadata.xpath("ukm:Alternatives/ukm:Alternative[not(@Title)]/@Date"))
    return {"published": days[0]} if days and days[0].startswith(f"{year}-") else {}

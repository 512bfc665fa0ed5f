"""Finland: Finlex, the database of statutes of the Ministry of Justice.

The watched list is the annex to the Government Decree on Psychoactive Substances Banned from the Consumer Market
(1130/2014); each amendment replaces the whole annex. The open data service is asked for acts whose title names that decree:
the decree itself, every amendment, and the consolidated text. It knows no subject: every act that is read becomes an item.

Four shapes are read: Akoma Ntoso and its lists (opendata.finlex.fi), and what the older service data.finlex.fi gave, the
gazette's own XML and JSON-LD of consolidated texts. `fin@` without a version is not the newest consolidation, so addresses
of consolidated texts are only taken from lists, which name the version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import TextResponse

from crawler.contract.hosts import Host, LinkType
from crawler.contract.items import DocumentItem, DocumentKind
from crawler.contract.patterns import pattern
from crawler.contract.routes import Body, Role, Route
from crawler.contract.source import Source, SourceKind
from crawler.families.base import Parsed, SourceSpider
from crawler.parsing.fi_dates import DATE, a_date
from crawler.parsing.json_fields import maybe, typed
from crawler.parsing.selecting import EmptyAnswer, LayoutChanged, at_least, json_of, one, optional, words_of, xml_of
from crawler.parsing.text import fold, fold_lines, plain_text

WATCHED_LISTS = frozenset({"1130/2014"})
WATCHED_TITLE = "kuluttajamarkkinoilta kielletyistä psykoaktiivisista aineista"
PAGE = 10

OPEN_DATA = "https://opendata.finlex.fi/finlex/avoindata/v1/akn/fi/act"
ELI = "http://data.finlex.fi/eli/sd"
LANGUAGES = {"fin": "fi", "swe": "sv"}

GAZETTE_INLINE = frozenset({"KursiiviTeksti", "LihavaTeksti", "YlaindeksiTeksti", "AlaindeksiTeksti", "SaadosKursiiviKooste"})
AKN_INLINE = frozenset({"i", "b", "u", "sup", "sub", "a", "ref", "rref", "mref", "span", "term", "def", "inline", "em"})

_IN_FORCE = pattern(rf"(?:tulee voimaan|träder i kraft(?: den)?) ({DATE})")
_CHANGES = pattern(r"(?:^|\W)(?:muutetaan|kumotaan|lisätään|ändras|upphävs|fogas)\b(.*?)(?:sellaise?i?na|såda[nt]|$)", re.S)
_NUMBER = pattern(r"\((\d{1,4}/\d{4})\)")


class FinlexSpider(SourceSpider):
    """Decrees on the watched list, as published and as consolidated, in Finnish and Swedish."""

    facts = Source(
        key="fi_finlex",
        jurisdictions=("FI",),
        publisher="Oikeusministeriö (Ministry of Justice)",
        name="Finlex",
        official=True,
        kind=SourceKind.LEGISLATION,
        url=f"{OPEN_DATA}/statute/list?format=json&page=1&limit={PAGE}&langAndVersion=fin@&titleContains={quote(WATCHED_TITLE)}",
        hosts=(
            Host("opendata.finlex.fi", LinkType.OFFICIAL, delay=2.0),
            Host("data.finlex.fi", LinkType.OFFICIAL, delay=2.0),
        ),
        languages=("fi", "sv"),
        cadence_hours=24,
        licence="CC BY 4.0 (statutes as published); consolidated texts CC BY-NC on the older service",
        floor=2,
        ceiling=200,
        routes=(
            Route(Role.LIST, "GET", rf"{re.escape(OPEN_DATA)}/statute(-consolidated)?/list\?.*", "parse_list", Body.JSON),
            Route(
                Role.DETAIL,
                "GET",
                rf"{re.escape(OPEN_DATA)}/statute(-consolidated)?/\d+/[\d-]+/(fin|swe)@\w*",
                "parse_akn",
                Body.XML,
            ),
            Route(Role.DETAIL, "GET", r"https?://data\.finlex\.fi/eli/sd/\d+/\d+/alkup/(fin|swe)", "parse_gazette", Body.XML),
            Route(
                Role.DETAIL, "GET", r"https?://data\.finlex\.fi/eli/sd/\d+/\d+/ajantasa(/\d{8})?", "parse_consolidated", Body.JSON
            ),
        ),
    )

    def lists(self) -> Iterator[Request]:
        """The lists of acts as published and of consolidated texts."""
        yield self.get(self.facts.url)
        yield self.get(self.facts.url.replace("/statute/", "/statute-consolidated/"))

    def parse_list(self, response: TextResponse) -> Parsed:
        """Addresses of acts, both languages of each. A search by title is followed whole, any other list for what is watched."""
        rows = at_least(0, json_of(response), "[]")
        query = parse_qs(urlsplit(response.url).query)
        page = int(query.get("page", ["1"])[0])
        if not rows and page == 1:
            raise EmptyAnswer("the list holds no act")
        yield from self.each(rows, lambda row: self._row(row, "titleContains" in query))
        if len(rows) == PAGE:
            yield self.follow(pattern(r"([?&]page)=\d+").sub(lambda match: f"{match[1]}={page + 1}", response.url))

    def _row(self, row: Any, sought: bool) -> Parsed:
        address = _secure(typed(str, row, "akn_uri"))
        year, number = _numbers(address)
        if sought or f"{number}/{year}" in WATCHED_LISTS:
            yield self.follow(address)
            yield self.follow(pattern("/(fin|swe)@").sub(lambda match: "/swe@" if match[1] == "fin" else "/fin@", address))

    def parse_akn(self, response: TextResponse) -> Parsed:
        """One act in Akoma Ntoso, or a list of its expressions; expressions that are only a PDF have no text to read."""
        root = xml_of(response)
        acts = at_least(1, root, "//*[local-name()='act']")
        texts = [act for act in acts if act.xpath("./*[local-name()='body'][normalize-space()]")]
        yield from self.each(texts, lambda act: [self._akn_act(response, act)])

    def _akn_act(self, response: TextResponse, act: Selector) -> DocumentItem:
        number = words_of(one(act, _at("preface", "docNumber")))
        year, ordinal = _numbers(response.url)
        if number != f"{ordinal.lstrip('0')}/{year}":
            raise LayoutChanged(f"{response.url} holds the act {number!r}")
        text = "\n".join(plain_text(part, inline=AKN_INLINE) for part in act.xpath("./*[not(local-name()='meta')]"))
        consolidated = one(act, _at("FRBRWork", "FRBRsubtype") + "/@value").get() == "statute-consolidated"
        clause = fold(act.xpath("string(.//*[local-name()='formula'][@name='enactingClause'])").get(""))
        amends = () if consolidated else amended(clause)
        return self.document(
            identifier=f"{number} ajantasa" if consolidated else number,
            kind=_kind(number, one(act, _at("typeStatute") + "/@refersTo").get(), amends, consolidated),
            title=words_of(one(act, _at("preface", "docTitle"))),
            official_url=response.url,
            language=_language(number, one(act, _at("FRBRExpression", "FRBRlanguage") + "/@language").get()),
            text=text,
            instrument=f"{ELI}/{year}/{ordinal}",
            aliases=tuple(act.xpath(_at("FRBRExpression", "FRBRalias") + "/@value").getall()),
            dates=_akn_dates(act, text, consolidated),
            amends=amends,
        )

    def parse_gazette(self, response: TextResponse) -> Parsed:
        """One act in the gazette's own XML, as published."""
        root = xml_of(response)
        act = one(root, "/*[local-name()='VahvistettavaLaki']")
        ordinal, year = (words_of(one(act, _at(name))) for name in _GAZETTE_NUMBER)
        if (year, ordinal) != _numbers(response.url):
            raise LayoutChanged(f"{response.url} holds the act {ordinal}/{year}")
        name = one(act, _at("SaadosNimeke"))
        parts = at_least(2, act, "./*[not(local-name()='IdentifiointiOsa')]")
        text = "\n".join(plain_text(part, inline=GAZETTE_INLINE) for part in parts)
        amends = amended(words_of(one(act, _at("Johtolause"))))
        made = a_date(words_of(one(act, _at("PaivaysKooste"))))
        kind = one(act, _at("Saados") + "/@*[local-name()='saadostyyppiNimi']").get()
        yield self.document(
            identifier=f"{ordinal}/{year}",
            kind=_kind(f"{ordinal}/{year}", kind, amends, consolidated=False),
            title=fold(plain_text(name, inline=GAZETTE_INLINE)),
            official_url=response.url,
            language=one(act, "./@*[local-name()='kieliKoodi']").get(),
            text=text,
            instrument=f"{ELI}/{year}/{ordinal}",
            aliases=(f"{ELI}/{year}/{ordinal}/alkup",),
            dates={"made": made.isoformat(), **in_force(text)},
            amends=amends,
        )

    def parse_consolidated(self, response: TextResponse) -> Parsed:
        """A consolidated text in JSON-LD: of each part the newest version that the consolidation holds."""
        data = json_of(response)
        number = typed(str, data, "idLocal.[]")
        year, ordinal = _numbers(response.url)
        if number != f"{ordinal}/{year}":
            raise LayoutChanged(f"{response.url} holds the act {number!r}")
        version = typed(dict, data, "temporalVersion")
        text = fold_lines("\n".join(_parts(version)))
        types = at_least(1, data, "typeDocument.[]")
        yield self.document(
            identifier=f"{number} ajantasa",
            kind=_kind(number, types[0].rpartition("/")[2], (), consolidated=True),
            title=fold(typed(str, version, "languageVersion.title_fi")),
            official_url=response.url,
            language="fi",
            text=text,
            instrument=f"{ELI}/{year}/{ordinal}",
            aliases=(typed(str, version, "@id").replace("sfsd:", f"{ELI}/"),),
            dates={"made": typed(str, version, "dateDocument"), "consolidated_to": typed(str, version, "versionDate")},
        )


_GAZETTE_NUMBER = ("AsiakirjaNroTeksti", "ValtiopaivavuosiTeksti")
_TYPES = {
    "#act": DocumentKind.ACT,
    "Laki": DocumentKind.ACT,
    "Act": DocumentKind.ACT,
    "#decree": DocumentKind.STATUTE,
    "Asetus": DocumentKind.STATUTE,
    "GovernmentDecree": DocumentKind.STATUTE,
}
_DIGITS = 6  # of the number of a part
_PARTS = ("johtolause", "pykala", "liite")


def in_force(text: str) -> dict[str, str]:
    """The day on which an act says that it enters into force, if it names one."""
    match = _IN_FORCE.search(fold(text))
    return {"in_force": a_date(match[1]).isoformat()} if match else {}


def amended(clause: str) -> tuple[str, ...]:
    """Numbers of the acts that an enacting clause changes; those that it only cites stand before the verb."""
    match = _CHANGES.search(clause)
    if match is None:
        return ()
    numbers = tuple(dict.fromkeys(_NUMBER.findall(match[1])))
    if not numbers:
        raise LayoutChanged(f"the enacting clause changes no act by number: {clause[:120]!r}")
    return numbers


def _kind(number: str, name: str, amends: tuple[str, ...], consolidated: bool) -> DocumentKind:
    if name not in _TYPES:
        raise LayoutChanged(f"{number} is of the unknown type {name!r}; known: {', '.join(_TYPES)}")
    if consolidated:
        return DocumentKind.CODIFIED_LIST if number in WATCHED_LISTS else DocumentKind.STATUTE
    return DocumentKind.AMENDING_DECREE if amends and _TYPES[name] is DocumentKind.STATUTE else _TYPES[name]


def _language(number: str, code: str) -> str:
    if code not in LANGUAGES:
        raise LayoutChanged(f"{number} is in the unknown language {code!r}; known: {', '.join(LANGUAGES)}")
    return LANGUAGES[code]


def _akn_dates(act: Selector, text: str, consolidated: bool) -> dict[str, str]:
    """Dates of the act; a consolidated text has its own date in place of the day on which its first version came into force."""
    work, expression = _at("FRBRWork", "FRBRdate"), _at("FRBRExpression", "FRBRdate")
    paths = {"made": f"{work}[@name='dateIssued']/@date", "published": f"{work}[@name='datePublished']/@date"}
    if consolidated:
        paths["consolidated_to"] = f"{expression}[@name='dateConsolidated']/@date"
    else:
        paths["in_force"] = "./*/*[local-name()='proprietary']/*[local-name()='inForce']/*/@date"
    dates = {key: optional(act, path) for key, path in paths.items()}
    in_force_days = {} if consolidated else in_force(text)
    return in_force_days | {key: value.get() for key, value in dates.items() if value is not None}


def _parts(version: Any) -> Iterator[str]:
    """Texts of a consolidated version: enacting clause, sections, annexes; a text that stands twice is taken once."""
    newest: dict[str, Any] = {}
    for part in at_least(1, version, "hasPart.[]"):
        place = typed(str, part, "isMemberOf")
        if place not in newest or one(part, "version") == "sfl:Consolidated":
            newest[place] = part
    yield from dict.fromkeys("\n".join(_contents(newest[place])) for place in sorted(newest, key=_order))


def _order(place: str) -> tuple[int, int]:
    """`sfsd:2014/1130/pykala/2` by sort of part, then number."""
    kind, _, number = "/".join(place.split("/")[2:]).partition("/")
    digits = "".join(takewhile(str.isdecimal, number))
    if kind not in _PARTS or len(digits) > _DIGITS:
        raise LayoutChanged(f"unknown part {place!r:.200}; known: {', '.join(_PARTS)}")
    return _PARTS.index(kind), int(digits or 0)


def _contents(part: Any) -> Iterator[str]:
    """Texts of a part and the parts in it, depth first; one part stands bare, several in a list."""
    yield from (text for text in [maybe(str, part, "languageVersion.hasFormat.content_fi")] if text)
    inner = optional(part, "hasPart") or []
    for member in inner if isinstance(inner, list) else [inner]:
        yield from _contents(member)


def _at(*names: str) -> str:
    """XPath of descendants by local names."""
    return "." + "".join(f"//*[local-name()='{name}']" for name in names)


def _numbers(address: str) -> tuple[str, str]:
    """Year and number of an act's address."""
    match = pattern(r"/(?:statute(?:-consolidated)?|sd)/(\d{4})/([\d-]+)").search(address)
    if match is None:
        raise LayoutChanged(f"{address!r} is no address of an act")
    return match[1], match[2]


def _secure(address: str) -> str:
    return pattern(r"^http:").sub("https:", address)

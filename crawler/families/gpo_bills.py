"""Bill texts as the US Government Publishing Office marks them up: bill.dtd XML and United States Legislative Markup (USLM).

Turns either vocabulary into plain text that keeps one line for each heading and each numbered unit, and reads the few facts
that the markup states about itself. Words that the publisher's style sheet prints (quotation marks, "SEC.") are added as
it prints them; matter marked as struck out is left out. It knows no source and no subject.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree
from parsel import Selector
from scrapy.http import TextResponse

from crawler.contract.patterns import pattern
from crawler.parsing.selecting import LayoutChanged, one, optional, words_of
from crawler.parsing.text import fold, plain_text
from crawler.parsing.us_dates import day_of

_ROOTS = frozenset({"bill", "resolution", "amendment-doc", "engrossedAmendment", "amendment"})
_DTD_INLINE = (
    "act-name added-phrase bold citation committee-name cosponsor deleted-phrase editorial effective-date em enum"
    " enum-in-header external-xref footnote-ref fraction header header-in-text inline-comment internal-xref italic"
    " linebreak nobreak nonsponsor omitted-text pagebreak pagreference quote short-title sponsor subscript superscript term"
)
_USLM_INLINE = (
    "b br committee cosponsor date docNumber entity footnote heading i inline ins num page quotedText ref shortTitle span"
    " sponsor strong sub sup term type"
)
_RUN = "run"
_INLINE = frozenset({*_DTD_INLINE.split(), *_USLM_INLINE.split(), _RUN})
_UNSAID = frozenset({"metadata", "meta", "deleted-phrase", "del"})
_NUMBERS = frozenset({"enum", "num"})
_BODIES = frozenset({"text", "content", "chapeau"})
_PREFIXED_TITLE = pattern(r"\d+ [A-Z. ]+?\d+ [A-Z]+\d*: (?P<title>.+)")


@dataclass(frozen=True)
class BillText:
    """Title, measure as printed (`H. R. 8000`), ISO dates of its actions in rising order, and plain text."""

    title: str
    printed: str | None
    dates: tuple[str, ...]
    text: str


def bill_text(selector: Selector) -> BillText:
    """What a bill's XML says; raises LayoutChanged for another kind of document.

    Takes the root; namespaces are removed from it in place.
    """
    selector.remove_namespaces()
    root = selector.root
    if root.tag not in _ROOTS:
        raise LayoutChanged(f"root <{root.tag}> is none of a bill's: {', '.join(sorted(_ROOTS))}")
    return BillText(_title(selector), _printed(selector), _dates(selector), _text(root))


def _title(selector: Selector) -> str:
    for path in ("./metadata/dublinCore/title", "./meta/title", ".//official-title", ".//officialTitle"):
        text = selector.xpath(f"string(({path})[1])").get("")
        title = fold(text)
        if title:
            prefixed = _PREFIXED_TITLE.fullmatch(title)
            return prefixed["title"] if prefixed else title
    raise LayoutChanged("the bill has neither a Dublin Core title nor an official title")


def _printed(selector: Selector) -> str | None:
    number = optional(selector, "(.//legis-num)[1]")
    if number is not None:
        return words_of(number)
    kind, digits = optional(selector, "./preface/type"), optional(selector, "./preface/docNumber")
    return None if kind is None or digits is None else f"{words_of(kind)} {words_of(digits)}"


def _dates(selector: Selector) -> tuple[str, ...]:
    stated = selector.xpath(".//action-date/@date | ./preface/action/date/@date | ./metadata/dublinCore/date/text()").getall()
    matches = (pattern(r"(\d{4})-?(\d\d)-?(\d\d)").fullmatch(day.strip()) for day in stated)
    worded = (day_of(action.xpath("string()").get("")) for action in selector.xpath("./preface/action/date[not(@date)]"))
    return tuple(sorted(["-".join(match.groups()) for match in matches if match] + [day for day in worded if day]))


def _text(root: etree._Element) -> str:
    body = deepcopy(root)
    for element in [element for element in body.iter(etree.Element) if _unsaid(element)]:
        _drop(element)
    for element in body.iter(etree.Element):
        _print(element)
    for block in body.iter("quoted-block"):
        _quote_block(block)
    return plain_text(body, inline=_INLINE)


def _unsaid(element: etree._Element) -> bool:
    return element.tag in _UNSAID or element.get("changed") == "deleted"


def _print(element: etree._Element) -> None:
    """Adds what the style sheet prints and lets a unit's words run on after its number."""
    before = element.getprevious()
    if element.tag in _BODIES and before is not None and before.tag in _NUMBERS:
        element.tag = _RUN
    elif element.tag == "enum":
        element.text = _section_word(element) + (element.text or "")
        element.tail = " " + (element.tail or "")
    elif element.tag in ("quote", "term") and element.getroottree().getroot().find("legis-body") is not None:
        _wrap(element, "“", "”")


def _section_word(enum: etree._Element) -> str:
    section = enum.getparent()
    if section is None or section.tag != "section" or next(section.iterancestors("quoted-block"), None) is not None:
        return ""
    return "SECTION " if section.get("section-type") == "section-one" else "SEC. "


def _quote_block(block: etree._Element) -> None:
    """Opening quotation mark before the first words, closing mark and what follows it after the last."""
    worded = [element for element in block.iter(etree.Element) if (element.text or "").strip()]
    after = block.find("after-quoted-block")
    follows = "" if after is None else (after.text or "").strip()
    worded = [element for element in worded if element is not after]
    if worded:
        worded[0].text = "“" + (worded[0].text or "")
        _append(worded[-1], "”" + follows)
    if after is not None:
        _drop(after)


def _wrap(element: etree._Element, opening: str, closing: str) -> None:
    element.text = opening + (element.text or "")
    _append(element, closing)


def _append(element: etree._Element, words: str) -> None:
    """Words at the very end of an element's content."""
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + words
    else:
        element.text = (element.text or "").rstrip() + words


def _drop(element: etree._Element) -> None:
    """Removes an element and keeps what follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def bill_page(response: TextResponse) -> BillText:
    """What a bill says in the publisher's XHTML rendition of 2026."""
    body = one(response, "//body[contains(@class, 'lbexBody')]")
    printed = words_of(one(body, "(.//*[@class='lbexLegisNum'])[1]"))
    title = words_of(one(body, "(.//p[contains(@class, 'lbexHang')])[1]"))
    caps = (fold(words) for words in body.xpath(".//span[@class='lbexSimplecap']/text()").getall())
    days = tuple(sorted(day for words in caps if (day := day_of(words))))
    return BillText(title, printed, days, plain_text(body))

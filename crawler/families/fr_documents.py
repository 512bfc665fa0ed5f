"""Full texts of Federal Register documents: the printing office's XML, and its plain text.

Reads what the document says in its fixed places (type, subject, action line, dates line, dockets) and its text, one line for each
heading, paragraph and table row. It knows no source and no subject.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree
from parsel import Selector

from crawler.contract.patterns import pattern
from crawler.parsing.selecting import LayoutChanged
from crawler.parsing.text import fold, fold_lines, plain_text

TYPES = frozenset({"RULE", "PRORULE", "NOTICE", "PRESDOCU"})
_SECTIONS = {
    "Rules and Regulations": "RULE",
    "Proposed Rules": "PRORULE",
    "Notices": "NOTICE",
    "Presidential Documents": "PRESDOCU",
}
_RUN, _CELL = "run", "entry"
_INLINE = frozenset({"E", "SU", "FTREF", "AC", "FR", "I", "LI", "PRTPAGE", _RUN, _CELL})


@dataclass(frozen=True)
class RegisterText:
    """Type (one of `TYPES`), title, action and dates lines ("" where there is none), dockets as printed, plain text."""

    type: str
    title: str
    action: str
    dates: str
    dockets: tuple[str, ...]
    text: str


def register_xml(selector: Selector) -> RegisterText:
    """The document whose root is its type; raises LayoutChanged for any other root or a document without a subject."""
    kind = selector.root.tag
    if kind not in TYPES:
        raise LayoutChanged(f"root <{kind}> is no type of document; known: {', '.join(sorted(TYPES))}")
    title = _words(selector, "(./PREAMB/SUBJECT | .//HD[@SOURCE='HED'])[1]")
    if not title:
        raise LayoutChanged(f"the {kind} has no subject")
    return RegisterText(
        type=kind,
        title=title,
        action=_words(selector, "./PREAMB/ACT/P[1]"),
        dates=" ".join(
            fold(line.xpath("string()").get("")) for line in selector.xpath("./PREAMB/*[self::DATES or self::EFFDATE]/P")
        ),
        dockets=tuple(fold(docket.xpath("string()").get("")).strip("[]") for docket in selector.xpath("./PREAMB/DEPDOC")),
        text=_text(selector.root),
    )


def _words(selector: Selector, path: str) -> str:
    return fold(selector.xpath(f"string({path})").get(""))


def _text(root: etree._Element) -> str:
    body = deepcopy(root)
    for element in body.iter("ENT", "CHED"):
        element.tag = _CELL
    for number in body.iter("SECTNO"):
        number.tail = " " + (number.tail or "")
        following = number.getnext()
        if following is not None and following.tag == "SUBJECT":
            number.tag = following.tag = _RUN
    return plain_text(body, inline=_INLINE)


def register_plain(text: str) -> RegisterText:
    """A document as the printing office sets it in plain text; raises LayoutChanged if it does not say its section."""
    section = pattern(rf"^\[({'|'.join(_SECTIONS)})\]$", re.M).search(text)
    if section is None:
        raise LayoutChanged("the plain text names no section of the Federal Register")
    title = pattern(r"\n[ \t]*\n(?P<title>[^\n]+(?:\n[^\n]+)*)\n[ \t]*\nAGENCY:").search(text)
    return RegisterText(
        type=_SECTIONS[section[1]],
        title=fold(title["title"]) if title else "",
        action=_part(text, "ACTION"),
        dates=_part(text, "DATES"),
        dockets=tuple(pattern(r"^\[(Docket [^\]\n]+)\]$", re.M).findall(text)),
        text=fold_lines(text),
    )


def _part(text: str, name: str) -> str:
    """The paragraph that a capital heading opens."""
    match = pattern(rf"^{name}: (.+(?:\n.+)*)", re.M).search(text)
    return fold(match[1]) if match else ""

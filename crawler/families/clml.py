"""Crown Legislation Markup Language, the XML of legislation.gov.uk: an instrument as plain text.

Editorial annotations are left out. Provisions that do not hold on the date of the text are announced by a line of their own, or left
out where a reader takes each line for the law of that date. It knows no source and no subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from parsel import Selector

from crawler.parsing.selecting import words_of
from crawler.parsing.text import fold, local_name, plain_text

_EMPHASIS = "Emphasis Strong Underline SmallCaps Superior Inferior Uppercase Expanded Strike Span Character"
_MEANING = "Citation CitationSubRef Abbreviation Acronym Term Definition Proviso Addition Repeal Substitution InlineAmendment"
_MARKS = "FootnoteRef CommentaryRef MarginNoteRef InternalLink ExternalLink td th math mrow mi mo mn mtext msub msup mfrac"
INLINE = frozenset(f"{_EMPHASIS} {_MEANING} {_MARKS}".split())
_JOIN, _RUN_ON = "\ue000", "\ue001"
"""Stand after a number whose words begin on the next line, and before words that belong to the line before."""


def clml_text(document: Selector, is_contents: bool, holds_only: bool) -> str:
    """The text in lines, each paragraph after its number; where there is none, title and official description."""
    root = deepcopy(document.root)
    silent = ("Metadata", "Commentaries", "Resources", *(() if is_contents else ("Contents",)))
    for element in list(_named(root, *silent)):
        element.clear(keep_tail=True)
    _settle_idle(root, holds_only)
    _write_numbers(root)
    _run_on(root)
    lines = plain_text(root, inline=INLINE).replace(f"{_JOIN}\n", " ").replace(f"\n{_RUN_ON}", "")
    return lines or "\n".join(words_of(line) for line in document.xpath("ukm:Metadata/dc:title | ukm:Metadata/dc:description"))


def _settle_idle(root: Any, holds_only: bool) -> None:
    """Provisions that do not hold on the date of the text go, or are announced by a line of their own."""
    idle = [part for part in root.iterdescendants("*") if part.get("Match") == "false" or part.get("Status") == "Prospective"]
    within = set(idle)
    for part in idle:
        if holds_only:
            part.clear(keep_tail=True)
        elif within.isdisjoint(part.iterancestors()):
            part.text = f"[{part.get('Status', 'Not in force on the date of this text')}]"


def _write_numbers(root: Any) -> None:
    """Paragraph numbers as the site shows them (`1`, then `(1)`, `(a)`)."""
    for number in _named(root, "Pnumber", "ContentsNumber"):
        words = fold("".join(number.itertext()))
        is_top = local_name(number.getparent()) in ("P1", "ContentsItem")
        before, after = number.get("PuncBefore", "" if is_top else "("), number.get("PuncAfter", "" if is_top else ")")
        number.clear(keep_tail=True)
        number.text = f"{before}{words}{after}{_JOIN}" if words else None


def _run_on(root: Any) -> None:
    """What belongs to the line before: words after an inserted block, and the day after "Made" or "Coming into force"."""
    for run_on in _named(root, "AppendText"):
        run_on.text = _RUN_ON + (run_on.text or "")
    for day in _named(root, "DateText"):
        if day.getprevious() is not None and local_name(day.getprevious()) == "Text":
            day.text = f"{_RUN_ON} {day.text or ''}"
    for sign in _named(root, "Character"):
        sign.text = " "


def _named(root: Any, *names: str) -> Iterator[Any]:
    elements: Iterator[Any] = root.iter(*(f"{{*}}{name}" for name in names))
    return elements

"""What a text says, without how it is printed: two printings of the same words have the same wording.

Space, line breaks, quotation marks, the kind of dash, hyphens at the end of a line, case, markup, entities and page numbers are
dress. Words, their order, figures and other punctuation are not.
"""

from __future__ import annotations

import html
import re
import unicodedata

from crawler.contract.patterns import pattern

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›′″＂＇"
_DASHES = "‐‑‒–—―−﹘﹣－"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_DRESS = {**dict.fromkeys(map(ord, _QUOTES + _UNSEEN)), **dict.fromkeys(map(ord, _DASHES), "-")}
_MARKUP = pattern(r"<!--[^>]*-->|</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>")
_PAGE = r"(?:page|seite|página|pagina|sida|sivu|side|strona)"
_PAGE_LINE = pattern(
    rf"^[^\w\n]*(?:{_PAGE}[^\w\n]*\d+(?:[^\w\n]+(?:of|von|de|di|av|z)?[^\w\n]*\d+)?|-[^\w\n]*\d+[^\w\n]*-)[^\w\n]*$", re.I | re.M
)
"""A figure alone is none: it may be an age."""
_PAGE_MARK = pattern(rf"\[+{_PAGE}\s+[\d,]+\]+", re.I)
_WITHIN_WORD = pattern(r"([^\W\d_])\s*-+\s*([^\W\d_])")
_DASH = pattern(r"\s*-+\s*")
_PART = pattern(r"\s*;\s*")


def wording(text: str) -> str:
    """The words of a text on one line, in small letters."""
    bare = _MARKUP.sub("", html.unescape(text))
    bare = _PAGE_MARK.sub(" ", _PAGE_LINE.sub("", unicodedata.normalize("NFC", bare).translate(_DRESS)))
    joined = _DASH.sub(" - ", _WITHIN_WORD.sub(lambda match: match[1] + match[2], bare))
    return " ".join(joined.casefold().split())


def parts(words: str) -> tuple[str, ...]:
    """The wording of a line as parts between semicolons, whose order says nothing, such as names of agencies."""
    return tuple(sorted(_PART.split(words.rstrip(".;"))))

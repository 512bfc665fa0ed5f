"""Ends of bodies: a body that breaks off is no answer, although its first half can be read.

What each kind of body ends with is seen in the recorded answers; a route whose answers do without says so (`Route.open_ended`).
JSON that breaks off behind an inner bracket is left to its reader, and a ZIP file to its own list of members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrapy.http import Response, TextResponse

from crawler.contract.patterns import pattern
from crawler.contract.routes import Body
from crawler.parsing.selecting import CutOff

_PDF_TAIL = 1_024
"""Bytes at the end of a PDF among which its end mark stands (ISO 32000-1, annex H, note 18)."""
_HEAD = 64_000
"""Characters among which the root of XML begins."""
_BLANK = " \t\r\n\0\x1a"
_ROOT = pattern(r"\s*(?:<\?(?s:.*?)\?>\s*|<!--(?s:.*?)-->\s*|<!DOCTYPE[^>\[]*(?:\[(?s:.*?)\]\s*)?>\s*)*<([^\s<>/!?]+)")
_BEHIND_ROOT = pattern(r"(?:<!--(?s:.*?)-->|<\?(?s:.*?)\?>|\s)*")


def refuse_cut(response: Response, expects: Body) -> None:
    """Raises CutOff for a body without the end of its kind."""
    whole = _WHOLE.get(expects)
    if whole is not None and isinstance(response, TextResponse) and not whole(response.text):
        raise CutOff(f"the {expects} at {response.url:.300} breaks off: it has no end")
    if expects is Body.PDF and b"%%EOF" not in response.body[-_PDF_TAIL:]:
        raise CutOff(f"the {expects} at {response.url:.300} breaks off: it has no %%EOF")


def _is_whole_markup(text: str) -> bool:
    """Whether the root is closed; a body in which no root is found is left to its reader."""
    text = text.lstrip("\ufeff")
    root = _ROOT.match(text[:_HEAD])
    if root is None:
        return True
    if "</" not in text:
        return text[root.end() :].partition(">")[0].endswith("/")
    closing = text.rpartition(f"</{root[1]}")[2].partition(">")
    return bool(closing[1]) and not closing[0].strip() and _BEHIND_ROOT.fullmatch(closing[2].strip(_BLANK)) is not None


_WHOLE: Mapping[Body, Callable[[str], bool]] = {
    Body.HTML: lambda text: "</html" in text.lower(),
    Body.XML: _is_whole_markup,
    Body.RSS: _is_whole_markup,
    Body.JSON: lambda text: text.rstrip(_BLANK).endswith(("}", "]")),
    Body.CSV: lambda text: text.endswith(("\n", "\r")),
}

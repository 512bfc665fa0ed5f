"""One way to turn markup into the plain text that quotes are found in.

Tags go, white space folds to single spaces, block elements stand on lines of their own, empty lines vanish. The result is
a pure function of the bytes: the offsets of a quote stay true for as long as the archived payload does.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from lxml import etree, html
from parsel import Selector

_HTML_BLOCKS = (
    "address article aside blockquote body br caption center dd details div dl dt fieldset figure footer form h1 h2 h3 h4"
    " h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead title tr ul"
)
HTML_BLOCKS = frozenset(_HTML_BLOCKS.split())
_BREAKS = dict.fromkeys(map(ord, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")
_CELLS = frozenset({"td", "th", "entry"})
_SILENT = frozenset({"script", "style", "template", "noscript"})
_INVISIBLE = {ord(sign): None for sign in "\u00ad\u200b\ufeff"}


def plain_text(source: str | Selector | etree._Element, *, blocks: Set[str] = HTML_BLOCKS, inline: Set[str] | None = None) -> str:
    """The text of an HTML string, a selector or an element.

    Names are local names without namespace. `blocks` are the elements that stand on lines of their own; with `inline`
    instead (for XML vocabularies) every element but those does.
    """
    root = _element(source)
    pieces = "".join(_pieces(root, blocks, inline))
    return fold_lines(pieces)


def fold_lines(text: str) -> str:
    """Plain text with each line's white space folded and empty lines dropped."""
    lines = (" ".join(line.split()) for line in text.translate(_INVISIBLE).splitlines())
    return "\n".join(line for line in lines if line)


def fold(text: str) -> str:
    """All white space folded: one line."""
    return " ".join(text.translate(_INVISIBLE).split())


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for a comment. In HTML `<https://a.test/>` is an element, and no name for lxml."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _element(source: str | Selector | etree._Element) -> etree._Element:
    if isinstance(source, Selector):
        root: etree._Element = source.root
        return root
    if isinstance(source, str):
        return html.document_fromstring(f"<html><body>{source}</body></html>") if source.strip() else html.Element("p")
    return source


def _pieces(element: etree._Element, blocks: Set[str], inline: Set[str] | None, keep: bool = False) -> Iterator[str]:
    name = local_name(element)
    if name in _SILENT:
        return
    keep = keep or name == "pre"
    edge = "\n" if (name in blocks if inline is None else name not in inline) else " " if name in _CELLS else ""
    yield edge
    yield _flat(element.text, keep)
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child, blocks, inline, keep)
        yield _flat(child.tail, keep)
    yield edge


def _flat(text: str | None, keep: bool) -> str:
    """Line breaks of the file are no line breaks of the text, except inside <pre>."""
    if not text:
        return ""
    return text if keep else text.translate(_BREAKS)

"""In which character encoding a body is written, whatever it or the server says of itself.

What the bytes show goes before what is said of them: a byte order mark, then UTF-8, which no other text passes for by chance. A
declared encoding counts for the rest. Windows-1252 is the last resort, as in browsers (WHATWG Encoding), which read ISO-8859-1 so too.
"""

from __future__ import annotations

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

FALLBACK = "cp1252"
_HEAD = 4_096


def encoding_of(body: bytes, content_type: str = "") -> str:
    """The name of a Python codec that reads a body; `content_type` is the header."""
    if marked := read_bom(body)[0]:
        return marked
    if wide := _wide(body[:_HEAD]):
        return wide
    declared = http_content_type_encoding(content_type.encode("latin-1", "replace").decode("latin-1"))
    declared = declared or html_body_declared_encoding(body[:_HEAD])
    if declared and declared != "utf-8" and body.isascii() and _reads(body, declared):
        return declared  # such as ISO-2022-JP, which is all ASCII
    if _is_utf8(body):
        return "utf-8"
    if declared and declared != "utf-8" and _reads(body, declared):
        return resolve_encoding(declared) or FALLBACK
    return FALLBACK


def text_of(body: bytes, content_type: str = "") -> str:
    """A body as text, without its byte order mark; what the encoding does not know becomes U+FFFD."""
    return body.decode(encoding_of(body, content_type), "replace").lstrip("\ufeff")


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of mostly Latin text is zero."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs // 2:
        return "utf-16-le"
    return "utf-16-be" if pairs and head[::2].count(0) > pairs // 2 else None


def _is_utf8(body: bytes) -> bool:
    """Whether a body is UTF-8; a few stray bytes among many letters do not make it something else."""
    if _reads(body, "utf-8"):
        return True
    text = body.decode("utf-8", "replace")
    strange = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) - strange > strange


def _reads(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True

"""What characters a text may hold that is recorded and shown: the one door between what was crawled and everybody else.

The archive keeps every byte. What is told of it has no control character, no escape, no half of a surrogate pair, nothing that turns the
direction of the text around it, and nothing that is never seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from crawler.contract.patterns import BOUNDED, backtracking

_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS = [number for number in (*range(0x20), *range(0x7F, 0xA0)) if chr(number) not in "\t\n" + _BREAKS]
_TURNS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
"""Embeddings, overrides and isolates (UAX #9); marks that only say in which direction one word runs may stay."""
_UNSEEN = [*range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF, *range(0xE0000, 0xE0080)]
"""Annotation anchors, what is no character, and tags, in which a text can hide another."""
_SURROGATES = range(0xD800, 0xE000)

_SHOWN: Mapping[int, str | None] = {
    **dict.fromkeys((*_CONTROLS, *_TURNS, *_UNSEEN)),
    **dict.fromkeys(map(ord, _BREAKS), "\n"),
    **dict.fromkeys(_SURROGATES, "\ufffd"),
}
_SEQUENCES = backtracking(r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)", proof=BOUNDED)
"""What a terminal takes for a command goes whole (ECMA-48), so that no `[31m` stays behind. Half a surrogate pair needs Python's own engine."""
_ESCAPED: Mapping[int, str] = {number: json.dumps(chr(number))[1:-1] for number in _SHOWN}


def plain(text: str) -> str:
    """A text that may be shown: line breaks of every kind are `\\n`, half a surrogate pair is U+FFFD, controls are gone."""
    if "\x1b" in text or "\x9b" in text:
        text = _SEQUENCES.sub("", text)
    return text.replace("\r\n", "\n").translate(_SHOWN)


def one_line(text: str) -> str:
    """The same on one line, with its white space folded."""
    return " ".join(plain(text).split())


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters; one that is cut says how long it was."""
    if len(text) <= limit:
        return text
    end = f"… ({len(text):,} characters)"
    return text[: limit - len(end)].rstrip() + end


def escaped(text: str) -> str:
    """Text for a terminal: what `plain` would change stands there as JSON writes it (`\\u001b`), so that JSON says the same as before."""
    return text.translate(_ESCAPED)

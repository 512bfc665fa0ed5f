"""One bad change to bytes, with regard to what they are: JSON, markup, lines, or nothing that can be told. A seed gives one change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

LARGEST = 64 * 1024
"""Bytes of a mutated input; what grows without end is tried by the tests of bounds."""
TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "null",
    "²",
    "٣",
    "9" * 40,
    "1e999",
    "\x00",
    "\x1b[2J",
    "\u2028",
    "\u202e",
    "\ud800",
    "\ufeff",
    "İ",
    "ﬁ",
    "0000-00-00",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01T00:00:00Z",
    "31.2.2026",
    "http://[",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "//[::1]/",
    "https://never.heard.of.example/x",
    "=1+1",
    "＝1+1",
    "<b>",
    "</p>",
    "]]>",
    "&#0;",
    "&#xD800;",
    "&lol;",
    "%00",
    "§" * 200,
    "Schedule I",
    "§ 5²",
    "a" * 5_000,
    "(" * 500,
    "1.1." * 500,
    "shall not " * 200,
)
"""What publishers never send, or send once."""
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**40,
    1.5,
    float("nan"),
    float("inf"),
    [],
    {},
    [[]],
    [None],
    {"a": 1},
    *TEXTS,
)
_NUMBERS = (
    b"",
    b"0",
    b"00",
    b"13",
    b"31",
    b"99",
    b"0000",
    b"9999",
    b"-1",
    b"1.5",
    b"9" * 40,
    b"9" * 5_000,
    "²".encode(),
    "٣".encode(),
)
_TAG = re.compile(rb"<[^<>]{1,400}>")
_INTERESTING = (
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf0\x9f",
    b"\r",
    b"\n\n",
    b"<",
    b">",
    b"&",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b"\x1f\x8b",
)


def mutated(data: bytes, random: Random) -> bytes:
    """One to four changes; a list or an object stays JSON, and tags stay tags, in most of them."""
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(_ways(data))(data, random)[:LARGEST]
    return data


def _ways(data: bytes) -> list[Callable[[bytes, Random], bytes]]:
    start = data.lstrip()[:1]
    if start in (b"{", b"["):
        return [_json, _json, _json, _number, _bytes]
    if start == b"<":
        return [_markup, _markup, _text, _number, _bytes]
    return [_text, _number, _lines, _bytes]


def _json(data: bytes, random: Random) -> bytes:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return _bytes(data, random)
    places = list(_places(document))
    if not places:
        return json.dumps(random.choice(VALUES)).encode()
    holder, key = random.choice(places)
    other, name = random.choice(places)
    match random.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key]]
        case 2 if isinstance(holder, list):
            holder.insert(key, holder[key])
        case 3:
            holder[key] = json.loads(json.dumps(other[name]))
        case 4 if isinstance(holder[key], str):
            holder[key] = _text(holder[key].encode("utf-8", "surrogatepass"), random).decode("utf-8", "replace")
        case _:
            holder[key] = random.choice(VALUES)
    return json.dumps(document).encode()


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every holder and key in a document."""
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        keys = holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys]
    return found


def _markup(data: bytes, random: Random) -> bytes:
    tags = list(_TAG.finditer(data))
    if not tags:
        return _bytes(data, random)
    one, other = random.choice(tags), random.choice(tags)
    start, end = sorted((one.start(), other.end()))
    match random.randrange(6):
        case 0:
            return data[: one.start()] + data[one.end() :]
        case 1:
            return data[: one.start()] + other[0] + data[one.end() :]
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:end] + data[start:end] + data[end:]
        case 4:
            deep = random.choice((1, 30, 2_000))
            return data[: one.start()] + one[0] * deep + data[one.end() :]
        case _:
            return data[: one.start()] + _text(one[0], random) + data[one.end() :]


def _text(data: bytes, random: Random) -> bytes:
    """A word, a number or a place between them becomes one of the texts."""
    words = list(re.finditer(rb"[\w./:-]+", data[:LARGEST])) or [re.compile(b"").match(data)]
    word, put = random.choice(words), random.choice(TEXTS).encode("utf-8", "surrogatepass")
    assert word is not None
    return data[: word.start()] + put + data[random.choice((word.start(), word.end())) :]


def _number(data: bytes, random: Random) -> bytes:
    """A number becomes another: no day, no month, none that can be counted."""
    numbers = list(re.finditer(rb"[0-9]+", data[:LARGEST]))
    if not numbers:
        return _text(data, random)
    number = random.choice(numbers)
    return data[: number.start()] + random.choice(_NUMBERS) + data[number.end() :]


def _lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    number, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(3):
        case 0:
            del lines[number]
        case 1:
            lines.insert(number, lines[other])
        case _:
            lines[number], lines[other] = lines[other], lines[number]
    return b"\n".join(lines)


def _bytes(data: bytes, random: Random) -> bytes:
    start, end = sorted((random.randint(0, len(data)), random.randint(0, len(data))))
    match random.randrange(6):
        case 0:
            return data[:start]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start : start + 2_000] + data[end:]
        case 3:
            return data[:start] + bytes([random.randrange(256)]) + data[start + 1 :]
        case 4:
            return data[:start] + random.choice(_INTERESTING) + data[start + 1 :]
        case _:
            return data[:start] + random.choice(_INTERESTING) * random.choice((1, 3, 500)) + data[start:]

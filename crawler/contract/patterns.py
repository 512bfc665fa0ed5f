"""Patterns over crawled text: the one place where any is compiled.

Whoever writes a page chooses what our patterns meet, and one that tries every way of splitting a text can be kept busy for ever.
So `pattern` compiles with RE2 (google-re2), which reads a text once whatever it says. What RE2 has not, a look ahead or behind, is
compiled by `backtracking`, which asks for the proof that it is linear all the same and keeps it in `EXCEPTIONS`.

RE2 is given a text as one byte a character, so that places are the same in both: Windows-1252, with U+2010 and U+2011 besides, and any
other character as another letter, blank or sign. `\\w` and `\\s` mean what they mean in Python, `\\d` the figures 0 to 9 alone. `\\b` stands
beside an unaccented letter, a figure or an underscore.
"""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Protocol, cast

import re2

_LETTER, _BLANK, _SIGN = 0x81, 0x8D, 0x90
_TABLE = bytearray(range(256)).decode("cp1252", "replace").translate({0xFFFD: 0xFFFE})
_TABLE = _TABLE[:0x8F] + "\u2010" + _TABLE[0x90:0x9D] + "\u2011" + _TABLE[0x9E:]
_ENCODING = codecs.charmap_build(_TABLE)
_WORD = r"0-9A-Z_a-z\x81\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff\x83\xb2\xb3\xb9\xbc-\xbe"
_SPACE = r"\x09-\x0d\x1c-\x20\x8d\xa0"
_CLASSES = {"w": _WORD, "s": _SPACE, "d": "0-9"}
_SHORT = 2_000
"""Characters up to which a text is encoded anew each time: it costs less than to remember it."""


class Match(Protocol):
    """Where a pattern stands in a text: what `re.Match` tells."""

    @property
    def string(self) -> str:
        """The text that was searched."""

    @property
    def lastgroup(self) -> str | None:
        """The name of the group that matched last, in a pattern whose alternatives have names."""

    def __getitem__(self, group: int | str, /) -> str | Any: ...
    def group(self, group: int | str = 0, /) -> str | Any: ...
    def groups(self) -> tuple[str | Any, ...]: ...
    def groupdict(self) -> dict[str, str | Any]: ...
    def start(self, group: int | str = 0, /) -> int: ...
    def end(self, group: int | str = 0, /) -> int: ...
    def span(self, group: int | str = 0, /) -> tuple[int, int]: ...


class Pattern(Protocol):
    """What `re.Pattern` can do, as far as anybody needs it."""

    @property
    def pattern(self) -> str:
        """Its source."""

    @property
    def groups(self) -> int:
        """How many groups it has."""

    def search(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Match | None: ...
    def match(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Match | None: ...
    def fullmatch(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Match | None: ...
    def finditer(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Iterator[Match]: ...
    def findall(self, text: str, /) -> list[Any]: ...
    def split(self, text: str, /) -> list[Any]: ...
    def sub(self, replacement: str | Callable[[Any], str], text: str, /) -> str: ...


EXCEPTIONS: dict[str, str] = {}
"""The patterns that RE2 does not have, by their sources, each with the proof that it is linear."""

BOUNDED = "every repeat has a bound, so that no start costs more than a fixed number of steps"
DETERMINISTIC = "what may follow a repeat cannot stand in it, so that there is one way to read each text"
RUN = "every repeat has a bound or stands last, where nothing can send it back"


@lru_cache(maxsize=2_048)
def pattern(source: str, flags: int = 0) -> Pattern:
    """A pattern in Python's spelling, with the flags `re.I`, `re.M` and `re.S`; compiled when it is first used."""
    return _Linear(source, flags)


def checked(source: str, flags: int = 0) -> Pattern:
    """The same, compiled at once: raises re.error for what is none."""
    made = pattern(source, flags)
    assert made.groups >= 0
    return made


@lru_cache(maxsize=2_048)
def backtracking(source: str, flags: int = 0, *, proof: str) -> Pattern:
    """A pattern that RE2 does not have; `proof` says why it is linear, and a test holds it to that."""
    EXCEPTIONS[source] = proof
    return cast(Pattern, re.compile(source, flags))


def escape(words: str) -> str:
    """Words as the source of a pattern that matches them."""
    return re.escape(words)


def no_word_of(words: Mapping[str, bool]) -> str:
    """The source of: the beginning of a word that is none of these, up to where it differs; of those marked True, nor begins so.

    It stands for `(?!(?:that|contain\\w*)\\b)\\w`, which looks ahead.
    """
    after: dict[str, dict[str, bool]] = {}
    for word, prefix in words.items():
        after.setdefault(word[:1], {})[word[1:]] = prefix
    known = "".join(escape(letter) for letter in after if letter)
    ways = [f"[^{known}\\W]"] if known else [r"\w"]
    ways += [f"{escape(letter)}{_no_rest_of(rest)}" for letter, rest in after.items() if letter]
    return f"(?:{'|'.join(ways)})"


def _no_rest_of(words: Mapping[str, bool]) -> str:
    """The same within a word: here it may end, where none of these does."""
    if words.get(""):
        return r"[^\x00-\xff]"  # whatever follows, it begins so
    longer = {word: prefix for word, prefix in words.items() if word}
    here = "" if "" in words else r"|\W|$"
    return f"(?:{no_word_of(longer)}{here})" if longer else rf"(?:\w{here})"


class _Linear:
    """A pattern that RE2 compiles."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern, self._flags = source, flags

    @cached_property
    def _compiled(self) -> Any:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.log_errors = False
        options.max_mem = 64 * 1024 * 1024
        options.case_sensitive = not self._flags & re.I
        options.dot_nl = bool(self._flags & re.S)
        source = _translated(self.pattern)
        try:
            return re2.compile(_bytes_of(f"(?m){source}" if self._flags & re.M else source), options)
        except re2.error as error:
            raise re.error(f"RE2 does not have {self.pattern!r:.200}: {error}") from error

    @cached_property
    def _names(self) -> dict[str, int]:
        return {name.decode(): number for name, number in self._compiled.groupindex.items()}

    @property
    def groups(self) -> int:
        return int(self._compiled.groups)

    def search(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Match | None:
        return self._match(text, self._compiled.search(_whole(text, endpos), pos))

    def match(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Match | None:
        return self._match(text, self._compiled.match(_whole(text, endpos), pos))

    def fullmatch(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Match | None:
        return self._match(text, self._compiled.fullmatch(_whole(text, endpos), pos))

    def finditer(self, text: str, pos: int = 0, endpos: int = sys.maxsize, /) -> Iterator[Match]:
        return (_TextMatch(text, found, self._names) for found in self._compiled.finditer(_whole(text, endpos), pos))

    def findall(self, text: str, /) -> list[Any]:
        """The matches; of a pattern with groups these, and of one with several a tuple of them."""
        all_groups = [match.groups() or (match[0],) for match in self.finditer(text)]
        return [tuple(group or "" for group in groups) if len(groups) > 1 else groups[0] or "" for groups in all_groups]

    def split(self, text: str, /) -> list[Any]:
        places = [0, *(place for match in self.finditer(text) for place in match.span()), len(text)]
        return [text[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]

    def sub(self, replacement: str | Callable[[Any], str], text: str, /) -> str:
        """The text with each match replaced by words as they are, or by what a function makes of the match."""
        pieces, place = [], 0
        for match in self.finditer(text):
            pieces += [text[place : match.start()], replacement if isinstance(replacement, str) else replacement(match)]
            place = match.end()
        return "".join((*pieces, text[place:]))

    def _match(self, text: str, found: Any) -> Match | None:
        return _TextMatch(text, found, self._names) if found else None


class _TextMatch:
    """A match of RE2 in the text that its bytes stand for."""

    __slots__ = ("_match", "_names", "string")

    def __init__(self, text: str, match: Any, names: dict[str, int]) -> None:
        self.string, self._match, self._names = text, match, names

    @property
    def lastgroup(self) -> str | None:
        name: bytes | None = self._match.lastgroup
        return name.decode() if name else None

    def span(self, group: int | str = 0, /) -> tuple[int, int]:
        place: tuple[int, int] = self._match.span(self._names[group] if isinstance(group, str) else group)
        return place

    def start(self, group: int | str = 0, /) -> int:
        return self.span(group)[0]

    def end(self, group: int | str = 0, /) -> int:
        return self.span(group)[1]

    def __getitem__(self, group: int | str, /) -> str | Any:
        start, end = self.span(group)
        return None if start < 0 else self.string[start:end]

    def group(self, group: int | str = 0, /) -> str | Any:
        return self[group]

    def groups(self) -> tuple[str | Any, ...]:
        return tuple(self[number] for number in range(1, self._match.re.groups + 1))

    def groupdict(self) -> dict[str, str | Any]:
        return {name: self[number] for name, number in self._names.items()}


def _whole(text: str, end: int) -> bytes | memoryview:
    """The bytes of a text up to a place; what stands behind it is not looked at, as in Python."""
    encoded = _remembered(text) if len(text) > _SHORT else _bytes_of(text)
    return encoded if end >= len(encoded) else memoryview(encoded)[:end]


@lru_cache(maxsize=8)
def _remembered(text: str) -> bytes:
    return _bytes_of(text)


def _bytes_of(text: str) -> bytes:
    return text.encode("ascii") if text.isascii() else codecs.charmap_encode(text, "crawler.one_byte", _ENCODING)[0]


def _one_byte(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    strange = error.object[error.start : error.end]
    return bytes(_LETTER if sign.isalnum() else _BLANK if sign.isspace() else _SIGN for sign in strange), error.end


codecs.register_error("crawler.one_byte", _one_byte)

_TOKEN = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|(\[\^?\]?)|(\])", re.S)


def _translated(source: str) -> str:
    """A source with Python's classes spelt out in our bytes."""
    inside = False

    def spelt(match: re.Match[str]) -> str:
        nonlocal inside
        escaped, opens, closes = match.groups()
        if opens and not inside:
            inside = True
            return opens.replace("]", r"\]")
        if opens:
            return opens.replace("[", r"\[")
        inside = inside and not closes
        return match[0] if closes else _class(escaped, inside)

    return _TOKEN.sub(spelt, source)


def _class(letter: str, inside: bool) -> str:
    if len(letter) > 1:
        return re.escape(chr(int(letter[1:], 16)))
    members = _CLASSES.get(letter.lower())
    if members is None:
        return f"\\{letter}"
    if letter.islower():
        return members if inside else f"[{members}]"
    return _complement(members) if inside else f"[^{members}]"


@lru_cache
def _complement(members: str) -> str:
    """The bytes that a class lacks, one by one."""
    known = re.compile(f"[{members}]")
    return "".join(f"\\x{byte:02x}" for byte in range(256) if not known.match(chr(byte)))

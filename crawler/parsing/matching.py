"""The one word matcher: terms in, spans out, by language and script.

The crawler uses it to decide what is relevant and coding uses it to find what a clause names. It knows no subject:
every word comes from the caller's terms. It must not guess: a term matches whole words only unless it says otherwise,
a term with `needs` is silent without one of these neighbours, and where two terms overlap the longer one wins.

What a whole word is, the script says: a letter of a script that is written without gaps between words (Thai, Lao, Khmer, Burmese,
Chinese, Japanese, Korean) ends a word of any other, and terms in such a script must be substrings; Arabic writes article and
particles in one with the word that they belong to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from crawler.contract.errors import CrawlerError
from crawler.contract.patterns import BOUNDED, DETERMINISTIC, RUN, Pattern, backtracking, escape

Mode = Literal["word", "substring"]

ANY_LANGUAGE = "*"
NEIGHBOURHOOD = 200
"""How many characters before and after a match `needs` and `unless` are looked for."""

_HYPHENS = "\\-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
_LINE_NUMBER = r"(?<=[\s\-\u2010\u2011])\d{1,3}\s{1,200}"
_BETWEEN_LETTERS = rf"(?:[\u00ad\u200b]|[\-\u2010\u2011][^\S\n]{{0,200}}\n\s{{0,200}}(?:{_LINE_NUMBER})?)?"
_BETWEEN_WORDS = rf"[\s\u200b{_HYPHENS}]{{0,200}}(?:{_LINE_NUMBER})?"
_BREAK = backtracking(r"[\u00ad\u200b]|[\-\u2010\u2011][^\S\n]{0,200}\n", proof=BOUNDED)
"""Where a printer or a layout breaks a word."""

_GAPLESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_ARABIC = range(0x0621, 0x064B)
_GAPLESS_SIGN = backtracking(f"[{_GAPLESS}]", proof=BOUNDED)
_GAP = backtracking(rf"[\s{_HYPHENS}]+", proof=RUN)
_ATTACHED = ("ال", "وال", "فال", "بال", "كال", "لل", "ولل", "و", "ف", "ب", "ك", "ل")
"""Article and particles that Arabic writes in one with the word after them."""

_PLAIN = ("text", "substance", "mode")


class MatchingError(CrawlerError, ValueError):
    """A term that cannot be matched: the message names it and what to mend."""


@dataclass(frozen=True)
class Term:
    """One spelling of one substance; `languages` holds primary subtags (`fi`) or `*`.

    `asked` holds the languages in which a source that searches by itself is asked for this term.
    """

    text: str
    substance: str
    languages: tuple[str, ...] = (ANY_LANGUAGE,)
    mode: Mode = "word"
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not any(sign.isalnum() or sign == "_" for sign in self.text):
            raise MatchingError(f"term {self.text!r} of {self.substance!r} holds no letter or digit; remove it")
        if self.mode not in get_args(Mode):
            raise MatchingError(f"term {self.text!r}: mode {self.mode!r} is none of {', '.join(get_args(Mode))}")
        if not self.languages:
            raise MatchingError(f"term {self.text!r} names no language; write {ANY_LANGUAGE!r} for any")
        if self.mode == "word" and _GAPLESS_SIGN.search(self.text):
            raise MatchingError(f"term {self.text!r}: its script has no gaps between words; write mode 'substring'")
        if strange := [language for language in self.asked if not self.speaks(language)]:
            raise MatchingError(f"term {self.text!r} is asked in {strange[0]!r}, which is none of its languages")

    def speaks(self, language: str) -> bool:
        """Whether this is a term of a language (`fi`, `zh-Hant`); of `*` every term is."""
        return _among(language, self.languages)

    def is_asked(self, language: str) -> bool:
        """Whether a source that searches by itself is asked for this term in a language."""
        return _among(language, self.asked)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields, as `read_terms` takes them."""
        return asdict(self)


def _among(language: str, languages: Sequence[str]) -> bool:
    if ANY_LANGUAGE in (language, *languages):
        return bool(languages)
    return language.lower().replace("_", "-").partition("-")[0] in languages


def write_terms(terms: Iterable[Term]) -> str:
    """Terms as JSON, which `read_terms` reads."""
    return json.dumps([term.to_dict() for term in terms], ensure_ascii=False)


def read_terms(entries: object) -> tuple[Term, ...]:
    """Terms from a list of what `Term.to_dict` gives, or from its JSON; raises MatchingError naming the entry."""
    try:
        entries = json.loads(entries) if isinstance(entries, str) else entries
    except ValueError as error:
        raise MatchingError(f"the terms are not JSON: {error}") from error
    if not isinstance(entries, list):
        raise MatchingError("the terms must be a list of objects with text, substance, languages")
    return tuple(_read_term(entry) for entry in entries)


def _read_term(entry: object) -> Term:
    if not isinstance(entry, Mapping):
        raise MatchingError(f"{entry!r:.100} is not an object with text, substance, languages")
    try:
        values: dict[str, Any] = {name: value if name in _PLAIN else _strings(name, value) for name, value in entry.items()}
        return Term(**values)
    except TypeError as error:
        raise MatchingError(f"term {entry!r:.200}: {error}") from error


def _strings(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"{name} must be a list of words")
    return tuple(value)


def digest(terms: Iterable[Term], languages: Iterable[str]) -> str:
    """Names the terms that a text in these languages is matched with: equal digests, equal answers."""
    chosen = tuple(terms)
    spoken = {
        language: sorted(json.dumps(_as_spoken(term, language)) for term in chosen if term.speaks(language))
        for language in sorted(languages)
    }
    return hashlib.sha256(json.dumps(spoken).encode()).hexdigest()[:16]


def _as_spoken(term: Term, language: str) -> list[Any]:
    # Its other languages are left out: they decide nothing for a text in this one.
    return [term.text, term.substance, term.mode, sorted(term.needs), sorted(term.unless), term.is_asked(language)]


@dataclass(frozen=True)
class Match:
    """Where a term stands: `text[start:end]` of the text that was searched."""

    term: Term
    start: int
    end: int


def find(text: str, terms: Iterable[Term], language: str | None = None) -> list[Match]:
    """Matches in reading order, none overlapping; without a language the terms of every language count."""
    chosen = tuple(term for term in terms if language is None or term.speaks(language))
    if not chosen:
        return []
    folded = _fold(text)
    matches = _candidates(folded, chosen)
    return _longest(matches, len(folded)) if matches else []


def _fold(text: str) -> str:
    """Lower case, one character for one, so that spans stay true (only U+0130 would grow)."""
    return text.replace("\u0130", "i").lower()


def _candidates(folded: str, terms: tuple[Term, ...]) -> list[Match]:
    matches = []
    for needle, patterns in _by_needle(terms, whole=_BREAK.search(folded) is None).items():
        start = folded.find(needle)
        while start >= 0:
            for term, pattern in patterns:
                match = pattern.match(folded, start)
                if match and _neighbours_agree(folded, term, start, match.end()):
                    matches.append(Match(term, start, match.end()))
            start = folded.find(needle, start + 1)
    return matches


def _longest(matches: Sequence[Match], length: int) -> list[Match]:
    """Of matches that overlap in a text of so many characters the longest, in reading order."""
    kept: list[Match] = []
    taken = bytearray(length)
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start)):
        # None that is taken is shorter, so that one that overlaps holds the first or the last character.
        if not (taken[match.start] or taken[match.end - 1]):
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


def _neighbours_agree(folded: str, term: Term, start: int, end: int) -> bool:
    if not (term.needs or term.unless):
        return True
    around = folded[max(0, start - NEIGHBOURHOOD) : start] + "\n" + folded[end : end + NEIGHBOURHOOD]
    if any(_fold(word) in around for word in term.unless):
        return False
    return not term.needs or any(_fold(word) in around for word in term.needs)


@lru_cache(maxsize=64)
def _by_needle(terms: tuple[Term, ...], whole: bool) -> dict[str, list[tuple[Term, Pattern]]]:
    """Terms and their patterns by what a fast search looks for first: their first words, `whole` where a text breaks none, else the
    one or two letters that these start with.
    """
    found: dict[str, list[tuple[Term, Pattern]]] = {}
    for term in terms:
        first = _words(term)[0]
        found.setdefault(first if whole else first[:2], []).append((term, backtracking(_source(term), proof=DETERMINISTIC)))
    return found


def _words(term: Term) -> list[str]:
    return [word for word in _GAP.split(_fold(term.text)) if word]


def _source(term: Term) -> str:
    words = _words(term)
    # The first two letters stand whole: they are what a text is searched for, and no printer breaks a word before them.
    broken = (escape(word[:2]) + "".join(_BETWEEN_LETTERS + escape(letter) for letter in word[2:]) for word in words)
    source = _BETWEEN_WORDS.join(broken)
    if term.mode == "substring":
        return source
    # A figure may stick to a word (a line number of a bill), a letter may not.
    before = rf"(?<![^\W_{_GAPLESS}])" if words[0][:1].isdigit() else rf"(?<![^\W\d_{_GAPLESS}])"
    if ord(words[0][0]) in _ARABIC:
        before = "(?:" + "|".join((before, *(rf"(?<=\b{particle})" for particle in _ATTACHED))) + ")"
    return before + source + rf"(?![^\W_{_GAPLESS}])"

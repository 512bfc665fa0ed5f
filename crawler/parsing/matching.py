"""The one word matcher: terms in, spans out, by language.

The crawler uses it to decide what is relevant and coding uses it to find what a clause names. It knows no subject:
every word comes from the caller's terms. It must not guess: a term matches whole words only unless it says otherwise,
a term with `needs` is silent without one of these neighbours, and where two terms overlap the longer one wins.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

Mode = Literal["word", "substring"]

ANY_LANGUAGE = "*"
NEIGHBOURHOOD = 200
"""How many characters before and after a match `needs` and `unless` are looked for."""

_HYPHENS = "\\-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
_LINE_NUMBER = r"(?<=[\s\-\u2010\u2011])\d{1,3}\s+"
_BETWEEN_LETTERS = rf"(?:[\u00ad\u200b]|[\-\u2010\u2011]\s*\n\s*(?:{_LINE_NUMBER})?)?"
_BETWEEN_WORDS = rf"[\s\u200b{_HYPHENS}]*(?:{_LINE_NUMBER})?"


class MatchingError(ValueError):
    """A term that cannot be matched: the message names it and what to mend."""


@dataclass(frozen=True)
class Term:
    """One spelling of one substance; `languages` holds primary subtags (`fi`) or `*`."""

    text: str
    substance: str
    languages: tuple[str, ...] = (ANY_LANGUAGE,)
    mode: Mode = "word"
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.search(r"\w", self.text):
            raise MatchingError(f"term {self.text!r} of {self.substance!r} holds no letter or digit; remove it")
        if self.mode not in get_args(Mode):
            raise MatchingError(f"term {self.text!r}: mode {self.mode!r} is none of {', '.join(get_args(Mode))}")
        if not self.languages:
            raise MatchingError(f"term {self.text!r} names no language; write {ANY_LANGUAGE!r} for any")


@dataclass(frozen=True)
class Match:
    """Where a term stands: `text[start:end]` of the text that was searched."""

    term: Term
    start: int
    end: int


def find(text: str, terms: Iterable[Term], language: str | None = None) -> list[Match]:
    """Matches in reading order, none overlapping; without a language the terms of every language count."""
    chosen = tuple(term for term in terms if _speaks(term, language))
    if not chosen:
        return []
    folded = _fold(text)
    return _longest(_candidates(folded, chosen))


def _speaks(term: Term, language: str | None) -> bool:
    if language is None or ANY_LANGUAGE in term.languages:
        return True
    return re.split(r"[-_]", language.lower())[0] in term.languages


def _fold(text: str) -> str:
    """Lower case, one character for one, so that spans stay true (only U+0130 would grow)."""
    return text.replace("\u0130", "i").lower()


def _candidates(folded: str, terms: tuple[Term, ...]) -> list[Match]:
    matches = []
    for needle, patterns in _by_needle(terms).items():
        start = folded.find(needle)
        while start >= 0:
            for term, pattern in patterns:
                found = pattern.match(folded, start)
                if found and _neighbours_agree(folded, term, start, found.end()):
                    matches.append(Match(term, start, found.end()))
            start = folded.find(needle, start + 1)
    return matches


def _longest(matches: Sequence[Match]) -> list[Match]:
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start)):
        place = bisect(kept, match.start, key=lambda m: m.start)
        free_before = place == 0 or kept[place - 1].end <= match.start
        if free_before and (place == len(kept) or match.end <= kept[place].start):
            kept.insert(place, match)
    return kept


def _neighbours_agree(folded: str, term: Term, start: int, end: int) -> bool:
    if not (term.needs or term.unless):
        return True
    around = folded[max(0, start - NEIGHBOURHOOD) : start] + "\n" + folded[end : end + NEIGHBOURHOOD]
    if any(_fold(word) in around for word in term.unless):
        return False
    return not term.needs or any(_fold(word) in around for word in term.needs)


@lru_cache(maxsize=64)
def _by_needle(terms: tuple[Term, ...]) -> dict[str, list[tuple[Term, re.Pattern[str]]]]:
    """Terms and their patterns by the one or two letters that they start with: what a fast search looks for first."""
    found: dict[str, list[tuple[Term, re.Pattern[str]]]] = {}
    for term in terms:
        found.setdefault(_words(term)[0][:2], []).append((term, re.compile(_source(term))))
    return found


def _words(term: Term) -> list[str]:
    return [word for word in re.split(rf"[\s{_HYPHENS}]+", _fold(term.text)) if word]


def _source(term: Term) -> str:
    words = _words(term)
    broken = (re.escape(word[:2]) + "".join(_BETWEEN_LETTERS + re.escape(letter) for letter in word[2:]) for word in words)
    source = _BETWEEN_WORDS.join(broken)
    if term.mode == "substring":
        return source
    # A figure may stick to a word (a line number of a bill), a letter may not.
    before = r"(?<![^\W_])" if words[0][:1].isdigit() else r"(?<![^\W\d_])"
    return before + source + r"(?![^\W_])"

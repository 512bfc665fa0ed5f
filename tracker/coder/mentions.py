"""Where a text names the subject: by a term of the codebook, or by a word that the text itself defines by one.

Knows how a name stands (as itself, as the origin of something else, as synthetic), not what is done with it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.contract.patterns import escape, pattern
from crawler.parsing.matching import Match, find
from tracker.codebook.model import Codebook
from tracker.coder.grammar import matches
from tracker.coder.languages.structure import MentionWords, Speech


@dataclass(frozen=True)
class Mention:
    """A substance named at `text[start:end]` of a view.

    `origin`: named only as what something else comes from or is likened to. `synthetic`: only its synthetic form is meant.
    `narrow`: a defined product form (a beverage), not the substance at large.
    """

    substance: str
    start: int
    end: int
    origin: bool = False
    synthetic: bool = False
    narrow: bool = False


class Mentions:
    """The mentions of one text in reading order."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._mentions = sorted(mentions, key=lambda mention: mention.start)
        self._starts = [mention.start for mention in self._mentions]

    def __iter__(self) -> Iterator[Mention]:
        return iter(self._mentions)

    def __len__(self) -> int:
        return len(self._mentions)

    def within(self, start: int, end: int) -> list[Mention]:
        """Those that begin in `text[start:end]`."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def any_within(self, start: int, end: int) -> bool:
        """Whether one begins in `text[start:end]`."""
        return bisect_left(self._starts, start) < bisect_left(self._starts, end)

    def overlap(self, start: int, end: int) -> bool:
        """Whether one stands in part of `text[start:end]`; asked of names, which do not overlap one another."""
        before = bisect_left(self._starts, end) - 1
        return before >= 0 and self._mentions[before].end > start


_DEFINITION_LENGTH = 1200
_DEFINED_WORDS = 40
"""How many defined words are followed: an act has a dozen, and each is looked for in the whole text."""


def mentions(text: str, codebook: Codebook, language: str | None, speech: Speech | None) -> Mentions:
    """Every mention, those by defined words included; without `speech` the names alone."""
    matches = find(text, codebook.terms, language)
    if speech is None:
        return Mentions(Mention(m.term.substance, m.start, m.end) for m in matches)
    words = speech.mentions
    named = [_mention(text, m, words) for m in matches if not words.NEGATED.search(text[max(0, m.start - 5) : m.start])]
    return Mentions(named + _by_defined_words(text, Mentions(named), codebook.product, words))


def _mention(text: str, match: Match, words: MentionWords) -> Mention:
    before = text[max(0, match.start - 80) : match.start]
    return Mention(
        match.term.substance,
        match.start,
        match.end,
        origin=any(matches(words.ORIGIN_BEFORE, before)),
        synthetic=bool(words.SYNTHETIC_BEFORE.search(before)),
        narrow=bool(words.NARROW_AFTER.match(text, match.end)),
    )


def _by_defined_words(text: str, named: Mentions, product: str, words: MentionWords) -> list[Mention]:
    """Mentions by words whose definition names the subject."""
    mentions = []
    for word in sorted(_naming(text, named, words)):
        for match in pattern(rf"\b{escape(word)}s?\b", re.I).finditer(text):
            if not named.overlap(match.start(), match.end()):
                mentions.append(Mention(product, match.start(), match.end(), narrow=bool(words.FORM_NOUN.search(word))))
    return mentions


def _naming(text: str, named: Mentions, words: MentionWords) -> set[str]:
    """The words whose definition names the subject, in up to three steps of definition."""
    definitions = _definitions(text, words)
    known: set[str] = set()
    for _ in range(3):  # a definition may lean on another that stands after it
        for word, (start, end) in definitions.items():
            if len(known) == _DEFINED_WORDS:
                return known
            body = text[start:end].lower()
            if named.any_within(start, end) or any(other in body for other in known if other != word):
                known.add(word)
    return known


def _definitions(text: str, words: MentionWords) -> dict[str, tuple[int, int]]:
    """Defined product words (never agents) and where their definitions stand."""
    matches = list(words.DEFINITION.finditer(text))
    scopes = {}
    for number, match in enumerate(matches):
        following = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        word = (match["quoted"] or match["plain"]).lower().strip()
        if words.PRODUCT_NOUN.search(word):
            scopes[word] = (match.end(), min(following, match.end() + _DEFINITION_LENGTH))
    return scopes

"""Where a text names the subject: by a term of the codebook, or by a word that the text itself defines by one.

Knows how a name stands (as itself, as the origin of something else, as synthetic), not what is done with it.
"""

import re
from dataclasses import dataclass

from crawler.parsing.matching import Match, find
from tracker.codebook.model import Codebook
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


_DEFINITION_LENGTH = 1200


def mentions(text: str, codebook: Codebook, language: str | None, speech: Speech | None) -> list[Mention]:
    """Every mention in reading order, those by defined words included; without `speech` the names alone."""
    matches = find(text, codebook.terms, language)
    if speech is None:
        return [Mention(m.term.substance, m.start, m.end) for m in matches]
    words = speech.mentions
    named = [_mention(text, m, words) for m in matches if not words.NEGATED.search(text[max(0, m.start - 5) : m.start])]
    return sorted(named + _by_defined_words(text, named, codebook.product, words), key=lambda mention: mention.start)


def _mention(text: str, match: Match, words: MentionWords) -> Mention:
    before = text[max(0, match.start - 80) : match.start]
    return Mention(
        match.term.substance,
        match.start,
        match.end,
        origin=bool(words.ORIGIN_BEFORE.search(before)),
        synthetic=bool(words.SYNTHETIC_BEFORE.search(before)),
        narrow=bool(words.NARROW_AFTER.match(text, match.end)),
    )


def _by_defined_words(text: str, named: list[Mention], product: str, words: MentionWords) -> list[Mention]:
    """Mentions by words whose definition names the subject, in up to three steps of definition."""
    definitions = _definitions(text, words)
    places = [mention.start for mention in named]
    known: set[str] = set()
    for _ in range(3):
        for word, (start, end) in definitions.items():
            body = text[start:end].lower()
            if any(start <= place < end for place in places) or any(other in body for other in known if other != word):
                known.add(word)
    found = []
    for word in sorted(known):
        for match in re.finditer(rf"\b{re.escape(word)}s?\b", text, re.I):
            if not any(mention.start < match.end() and match.start() < mention.end for mention in named):
                found.append(Mention(product, match.start(), match.end(), narrow=bool(words.FORM_NOUN.search(word))))
    return found


def _definitions(text: str, words: MentionWords) -> dict[str, tuple[int, int]]:
    """Defined product words (never agents) and where their definitions stand."""
    matches = list(words.DEFINITION.finditer(text))
    found = {}
    for number, match in enumerate(matches):
        following = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        word = (match["quoted"] or match["plain"]).lower().strip()
        if words.PRODUCT_NOUN.search(word):
            found[word] = (match.end(), min(following, match.end() + _DEFINITION_LENGTH))
    return found

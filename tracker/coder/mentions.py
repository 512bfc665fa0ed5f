"""Where a text names the subject: by a term of the codebook, or by a word that the text itself defines by one.

Knows how a name stands (as itself, as the origin of something else, as synthetic), not what is done with it.
"""

import re
from dataclasses import dataclass

from crawler.parsing.matching import find
from tracker.codebook.model import Codebook


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


_ORIGIN_BEFORE = re.compile(
    r"\b(?:of|from|(?<!limited )to|within|in|than|as|non|by|under)(?:\s+(?:the|a|an|any|unadulterated|naturally occurring|natural|species|genus|plants?|trees?|leaf|"
    r"leaves|alkaloids?|active|constituents?|components?|and|name:?))*[\s:-]*$",
    re.I,
)
_NEGATED = re.compile(r"\bnon-?\s?$", re.I)
_SYNTHETIC_BEFORE = re.compile(
    r"\b(?:fully |semi-?\s?)?(?:synthetic|synthesi[sz]ed|artificial|semi-?synthetic)(?: or (?:synthetic|semi-?synthetic))?\s+(?:[\w-]+\s+or\s+)?$",
    re.I,
)
_NARROW_AFTER = re.compile(r"[\s-]*(?:beverages?|drinks?|gummies|candy|edibles?|vapes?|inhal\w+|shots?)\b", re.I)
_DEFINITION = re.compile(
    r"(?:\"(?P<quoted>[A-Za-z][\w\s-]{2,40})\"|\b[Tt]he term (?P<plain>[a-z][\w\s-]{2,40}?)),? (?:means|includes|has the meaning)\b"
)
_PRODUCT_NOUN = re.compile(
    r"(?:product|drink|beverage|substance|item|good|plant|derivative|material|supplement|article|intoxicant|botanical)s?$", re.I
)
_FORM_NOUN = re.compile(r"(?:drink|beverage)s?$", re.I)
_DEFINITION_LENGTH = 1200


def mentions(text: str, codebook: Codebook, language: str | None) -> list[Mention]:
    """Every mention in reading order, those by defined words included."""
    named = [_mention(text, m.term.substance, m.start, m.end) for m in find(text, codebook.terms, language)]
    named = [mention for mention in named if not _NEGATED.search(text[max(0, mention.start - 5) : mention.start])]
    return sorted(named + _by_defined_words(text, named, codebook), key=lambda mention: mention.start)


def _mention(text: str, substance: str, start: int, end: int) -> Mention:
    before = text[max(0, start - 80) : start]
    return Mention(
        substance,
        start,
        end,
        origin=bool(_ORIGIN_BEFORE.search(before)),
        synthetic=bool(_SYNTHETIC_BEFORE.search(before)),
        narrow=bool(_NARROW_AFTER.match(text, end)),
    )


def _by_defined_words(text: str, named: list[Mention], codebook: Codebook) -> list[Mention]:
    """Mentions by words whose definition names the subject, in up to three steps of definition."""
    definitions = _definitions(text)
    places = [mention.start for mention in named]
    known: set[str] = set()
    for _ in range(3):
        for word, (start, end) in definitions.items():
            body = text[start:end].lower()
            if any(start <= place < end for place in places) or any(other in body for other in known if other != word):
                known.add(word)
    found = []
    for word in known:
        for match in re.finditer(rf"\b{re.escape(word)}s?\b", text, re.I):
            if not any(mention.start < match.end() and match.start() < mention.end for mention in named):
                found.append(Mention(codebook.product, match.start(), match.end(), narrow=bool(_FORM_NOUN.search(word))))
    return found


def _definitions(text: str) -> dict[str, tuple[int, int]]:
    """Defined product words (never agents) and where their definitions stand."""
    matches = list(_DEFINITION.finditer(text))
    found = {}
    for number, match in enumerate(matches):
        following = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        word = (match["quoted"] or match["plain"]).lower().strip()
        if _PRODUCT_NOUN.search(word):
            found[word] = (match.end(), min(following, match.end() + _DEFINITION_LENGTH))
    return found

"""How English papers mark what is struck, what is new, and what an editor added."""

import re
from collections.abc import Mapping

from crawler.contract.patterns import Pattern, pattern

DELETION_OPENS = pattern(
    r"(?P<words>deleted text begin)|(?P<del><del\b[^<>]{0,200}>)|(?P<strike><strike\b[^<>]{0,200}>)|(?P<s><s\b[^<>]{0,200}>)"
    r"|(?P<round>\(\()|(?P<curly>\{-)|(?P<tildes>~~)",
    re.I,
)
DELETION_CLOSES: Mapping[str, Pattern] = {
    "words": pattern("deleted text end", re.I),
    "del": pattern("</del>", re.I),
    "strike": pattern("</strike>", re.I),
    "s": pattern("</s>", re.I),
    "round": pattern(r"\)\)"),
    "curly": pattern(r"-\}"),
    "tildes": pattern("~~"),
}
MARKUP_WORDS = pattern(r"\b(?:new|deleted) text (?:begin|end)\b|START_STATUTE|END_STATUTE|</?[a-zA-Z][^<>]{0,200}>")
STRUCK_ALONE = pattern(r"\s*(?:and|or|the|an?|to|of|for|one|two|three|not|is|shall)\s*")
EDITORIAL = pattern(r"\s*(?:introduced|docket|adopted|fr doc|added|amended|repealed|see |sic\b|\d{4}-\d+)", re.I)

"""How English papers mark what is struck, what is new, and what an editor added."""

import re
from collections.abc import Mapping

DELETION_OPENS = re.compile(
    r"(?P<words>deleted text begin)|(?P<del><del\b[^<>]{0,200}>)|(?P<strike><strike\b[^<>]{0,200}>)|(?P<s><s\b[^<>]{0,200}>)"
    r"|(?P<round>\(\()|(?P<curly>\{-)|(?P<tildes>~~)",
    re.I,
)
DELETION_CLOSES: Mapping[str, re.Pattern[str]] = {
    "words": re.compile("deleted text end", re.I),
    "del": re.compile("</del>", re.I),
    "strike": re.compile("</strike>", re.I),
    "s": re.compile("</s>", re.I),
    "round": re.compile(r"\)\)"),
    "curly": re.compile(r"-\}"),
    "tildes": re.compile("~~"),
}
MARKUP_WORDS = re.compile(r"\b(?:new|deleted) text (?:begin|end)\b|START_STATUTE|END_STATUTE|</?[a-zA-Z][^<>]{0,200}>")
STRUCK_ALONE = re.compile(r"\s*(?:and|or|the|an?|to|of|for|one|two|three|not|is|shall)\s*")
EDITORIAL = re.compile(r"\s*(?:introduced|docket|adopted|fr doc|added|amended|repealed|see |sic\b|\d{4}-\d+)", re.I)

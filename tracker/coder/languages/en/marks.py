"""How English papers mark what is struck, what is new, and what an editor added."""

import re

MARKED_DELETION = re.compile(
    r"deleted text begin.*?deleted text end|<(del|strike|s)\b[^>]*>.*?</\1>|\(\(.*?\)\)|\{-.*?-\}|~~.*?~~", re.S | re.I
)
MARKUP_WORDS = re.compile(r"\b(?:new|deleted) text (?:begin|end)\b|START_STATUTE|END_STATUTE|</?[a-zA-Z][^<>]{0,200}>")
STRUCK_ALONE = re.compile(r"\s*(?:and|or|the|an?|to|of|for|one|two|three|not|is|shall)\s*")
EDITORIAL = re.compile(r"\s*(?:introduced|docket|adopted|fr doc|added|amended|repealed|see |sic\b|\d{4}-\d+)", re.I)

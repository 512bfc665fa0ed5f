"""What English titles and summaries say in a word."""

import re

from crawler.contract.patterns import pattern
from tracker.coder.languages.en.grammar import REGULATES, VERBS

PLAIN_BAN = pattern(
    r"\b(?:ban|bans|banning|ban on|outlaw|outlaws|outlawing|prohibit|prohibits|prohibiting|prohibition of|prohibition on)\s+"
    r"(?:all |the )?$",
    re.I,
)
PLAIN_BAN_AFTER = pattern(r"[\s-]*(?:products?\s+)?(?:ban|prohibition)\b", re.I)
REGULATED_BEFORE = pattern(
    r"\b(?:regulat(?:e|es|ing|ion)|licens(?:e|es|ing|ure)|registration)(?: and \w+)?(?: of| for)?(?: the)?(?: certain| all)?\s*$",
    re.I,
)
REGULATES_SALE = pattern(rf"(?:{REGULATES.pattern})[^;.]{{0,120}}$", re.I)
REGULATED_AFTER = pattern(
    r"[\s;:,-]*(?:products?)?[\s;:,-]*(?:regulat(?:ed?|es|ion|ing)|licens(?:ing|ure|e)|registration|consumer protection|labeling|"
    r"(?:modify|remov|establish|provid)ing [^.]{0,80}(?:labeling|requirements|licens|registration|standards))\b",
    re.I,
)
PROHIBIT_LAST = pattern(rf"(?P<verbs>{VERBS})\s+of\s+[^.;:]{{1,80}}; (?:prohibit|ban|forbid)\b", re.I)
NAMES_THE_ACT = pattern(r"\b(?:known|cited|referred to|designated) (?:and may be cited )?as\b|\bshort title\b|\bentitled\b", re.I)
REPEALS = pattern(r"\brepeal\w*|\brescind\w*|\bremov(?:e|ing)\b", re.I)
HEDGED = pattern(r"\bstudy|\breport|\banalysis|\btransfer|\bauthoriz\w+|\blegislative rules?\b|\bresolution", re.I)

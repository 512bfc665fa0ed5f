"""What sort of paper an English text is, where that decides what may be read from it."""

import re

from crawler.contract.patterns import BOUNDED, Pattern, backtracking, pattern

COURT = pattern(r"\bv\.\s.{0,400}\b(?:court|opinion|ohio|supreme)\b|\{¶", re.I | re.S)
SILENT_MEASURES: tuple[tuple[str, Pattern], ...] = (
    (
        "a resolution states an opinion",
        backtracking(
            r"\bstatement of intent or position\b|\b(?:joint|concurrent|house|senate) resolution\b(?! no)", re.I, proof=BOUNDED
        ),
    ),
    (
        "a technical recodification",
        pattern(r"\btechnically reorganiz|\brecodification\b|\bnonsubstantive (?:revision|codification)", re.I),
    ),
)
STUDY = pattern(
    r"\b(?:management|interim|legislative|feasibility) study\b|\bstudy (?:relating|on|of|committee)\b|\bconduct an? (?:analysis|study)\b|\btask force\b",
    re.I,
)
IN_EFFECT_NOW = pattern(r"\bcurrently in effect\b", re.I)
EXEMPTION = pattern(r"\(exemption\)|\bexemption order\b", re.I)
ADVERTISING = pattern(r"\badvertis", re.I)

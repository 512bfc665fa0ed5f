"""What sort of paper an English text is, where that decides what may be read from it."""

import re

COURT = re.compile(r"\bv\.\s.{0,400}\b(?:court|opinion|ohio|supreme)\b|\{¶", re.I | re.S)
SILENT_MEASURES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a resolution states an opinion",
        re.compile(r"\bstatement of intent or position\b|\b(?:joint|concurrent|house|senate) resolution\b(?! no)", re.I),
    ),
    (
        "a technical recodification",
        re.compile(r"\btechnically reorganiz|\brecodification\b|\bnonsubstantive (?:revision|codification)", re.I),
    ),
)
STUDY = re.compile(
    r"\b(?:management|interim|legislative|feasibility) study\b|\bstudy (?:relating|on|of|committee)\b|\bconduct an? (?:analysis|study)\b|\btask force\b",
    re.I,
)
IN_EFFECT_NOW = re.compile(r"\bcurrently in effect\b", re.I)
EXEMPTION = re.compile(r"\(exemption\)|\bexemption order\b", re.I)
ADVERTISING = re.compile(r"\badvertis", re.I)

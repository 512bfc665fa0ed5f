"""How an English text says from when on it holds."""

import re

from crawler.contract.patterns import Pattern, pattern
from tracker.coder.languages.days import DAY

_WHAT = (
    r"(?:(?P<but>\d of |\) of )?this\s+(?:[\w.]+\s+){0,2}?(?:act|bill|section|chapter|ordinance|rule|regulation|order|resolution|measure|law|"
    r"local law|division|article)|(?:the\s+)?provisions of this \w+|the (?:act|bill|ordinance|rule))"
)
_TAKES = (
    r"(?:(?:shall\s+|will\s+)?(?:(?:take|takes)\s+effect|(?:become|becomes)\s+(?:effective|operative|law)|"
    r"(?:is|be|are)\s+(?:hereby\s+)?effective|be in (?:full )?force|go(?:es)? into effect|be in effect))"
)
_ON = r"(?:\s+and\s+(?:shall\s+)?(?:be|is)\s+in\s+(?:full\s+)?force(?:\s+and\s+effect)?)?\s*(?:,\s*)?(?:from and after|on and after|on or after|beginning|as of|on)?\s*"
_UNTIL = r"(?:\s*(?:,|and)?\s*(?:until|through|to)\s+(?P<until>[^.;]{4,40}))?"
_WHOLE = pattern(rf"{_WHAT}\s+{_TAKES}{_ON}{DAY}{_UNTIL}", re.I)
_AFTER_EXCEPTION = pattern(rf"(?:except\s+(?:as|for)\b[^.]{{0,260}}),\s*{_WHAT}\s+{_TAKES}{_ON}{DAY}", re.I)
SECTIONS: Pattern | None = pattern(
    rf"\bsections?\s+(?P<list>[\d, toandTOAND\-–]+?)\s*(?:of this act)?,?\s+{_TAKES}{_ON}{DAY}", re.I
)
_ORDER = pattern(
    rf"\b(?:order|rule|regulation|action|amendment)s?\s+(?:is|are|shall be|will be)?\s*effective\s*(?:date)?:?\s*(?:on|as of)?\s*{DAY}{_UNTIL}",
    re.I,
)
_LABELLED = pattern(rf"\beffective(?:\s+date)?\s*[:.]?\s*(?:on\s+)?{DAY}{_UNTIL}", re.I)
_EFF = pattern(rf"\beff\.\s*{DAY}", re.I)
_BEGINNING = pattern(
    rf"\b(?:beginning|commencing|effective|on and after|on or after|from and after|starting)\s+(?:on\s+)?{DAY},?\s+[a-z]",
    re.I,
)
_INTENDS_ON = pattern(rf"\bintends that,?\s+(?:on|effective)\s+{DAY}", re.I)
_COMING = pattern(rf"\bcom(?:ing|es?) into (?:force|operation)\W{{0,4}}(?:on\s+)?(?:the\s+)?{DAY}", re.I)
NOT_A_DAY: Pattern | None = pattern(
    rf"{_WHAT}\s+{_TAKES}\s+(?P<note>(?:immediately|upon|on (?:its|the)|when|\w+ (?:days|months)|from and after (?:its|the))[^.;]{{0,160}})",
    re.I,
)

WHOLE_MEASURE: tuple[Pattern, ...] = (_AFTER_EXCEPTION, _WHOLE, _COMING, _ORDER)
WEAKER: tuple[Pattern, ...] = (_EFF, _LABELLED, _BEGINNING, _INTENDS_ON)

_END = r"(?:expires?|sunsets?|terminates?|(?:is|be|are|stand|stands) (?:hereby )?repealed|ceases? to (?:be (?:in (?:force|effect)|effective)|have effect))"
_THE_WHOLE = rf"(?:{_WHAT}|{_TAKES}{_ON}{DAY.replace('(?P<', '(?P<start_')},?)"
ENDS: tuple[Pattern, ...] = (
    pattern(
        rf"{_THE_WHOLE}\s+(?:and\s+)?(?:shall\s+|will\s+)?{_END}\s+(?:on\s+|effective\s+|at the end of\s+|after\s+)?(?:the\s+)?{DAY}",
        re.I,
    ),
    pattern(
        rf"{_WHAT}\s+(?:shall\s+|will\s+)?remains?\s+in\s+(?:full\s+)?(?:force|effect)(?:\s+and effect)?\s+only\s+until\s+{DAY}",
        re.I,
    ),
)

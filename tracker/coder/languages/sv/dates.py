"""How a Swedish text says from when on it holds."""

import re

from crawler.contract.patterns import Pattern, pattern
from tracker.coder.languages.days import DAY

WHOLE_MEASURE: tuple[Pattern, ...] = (pattern(rf"\bträder\s+i\s+kraft\s+(?:den\s+)?{DAY}", re.I),)
WEAKER: tuple[Pattern, ...] = ()
SECTIONS: Pattern | None = None
NOT_A_DAY: Pattern | None = None
ENDS: tuple[Pattern, ...] = ()

"""How a Finnish text says from when on it holds."""

import re

from crawler.contract.patterns import Pattern, pattern
from tracker.coder.languages.days import DAY

WHOLE_MEASURE: tuple[Pattern, ...] = (
    pattern(rf"\btulee\s+voimaan\s+{DAY}(?:\s+ja\s+on\s+voimassa\s+(?P<until>[^.]{{4,60}}) saakka)?", re.I),
)
WEAKER: tuple[Pattern, ...] = ()
SECTIONS: Pattern | None = None
NOT_A_DAY: Pattern | None = None
ENDS: tuple[Pattern, ...] = ()

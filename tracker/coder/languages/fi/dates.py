"""How a Finnish text says from when on it holds."""

import re

from tracker.coder.languages.days import DAY

WHOLE_MEASURE: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\btulee\s+voimaan\s+{DAY}(?:\s+ja\s+on\s+voimassa\s+(?P<until>[^.]{{4,60}}) saakka)?", re.I),
)
WEAKER: tuple[re.Pattern[str], ...] = ()
SECTIONS: re.Pattern[str] | None = None
NOT_A_DAY: re.Pattern[str] | None = None

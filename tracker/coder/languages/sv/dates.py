"""How a Swedish text says from when on it holds."""

import re

from tracker.coder.languages.days import DAY

WHOLE_MEASURE: tuple[re.Pattern[str], ...] = (re.compile(rf"\bträder\s+i\s+kraft\s+(?:den\s+)?{DAY}", re.I),)
WEAKER: tuple[re.Pattern[str], ...] = ()
SECTIONS: re.Pattern[str] | None = None
NOT_A_DAY: re.Pattern[str] | None = None

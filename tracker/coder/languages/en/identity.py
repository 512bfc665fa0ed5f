"""How English papers print the number and session of a measure."""

import re
from collections.abc import Mapping

from crawler.contract.patterns import pattern

CHAMBER: Mapping[str, str] = {"house": "H", "senate": "S", "assembly": "A"}
PAGE_TITLE = pattern(r"^\s*([A-Z]{1,4}) ?0*(\d{1,5}) \(([^()\n]{2,24})\)", re.M)
SPELT = pattern(r"\b(House|Senate|Assembly)\s+(Bill|File|Joint Resolution|Resolution)\s+(?:No\.?\s*)?(\d{1,5})\b", re.I)
ASSEMBLY_NO = pattern(r"\b(ASSEMBLY|SENATE), No\. (\d{1,5})")
SHORT = pattern(r"\b([HS])\.?\s?([BFR])\.?\s?(?:No\.?\s*)?0*(\d{1,5})\b")
ORDINANCE = pattern(r"\bOrdinance\s+(?:No\.?\s*)?([A-Z]?-?\d[\w-]*)", re.I)
SESSION = pattern(
    r"\b(\d{4}(?:-\d{4})? (?:\d\w\w )?(?:Regular|General|Special|First|Legislative) Session|\d{2,3}(?:st|nd|rd|th) (?:Congress|Legislature|General Assembly))\b",
    re.I,
)

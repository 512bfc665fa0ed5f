"""The number and session that a text gives itself. No normal form is made here; identity is the ledger's work."""

import re

_CHAMBER = {"house": "H", "senate": "S", "assembly": "A"}
_PAGE_TITLE = re.compile(r"^\s*([A-Z]{1,4}) ?0*(\d{1,5}) \(([^()\n]{2,24})\)", re.M)
_SPELT = re.compile(r"\b(House|Senate|Assembly)\s+(Bill|File|Joint Resolution|Resolution)\s+(?:No\.?\s*)?(\d{1,5})\b", re.I)
_ASSEMBLY_NO = re.compile(r"\b(ASSEMBLY|SENATE), No\. (\d{1,5})")
_SHORT = re.compile(r"\b([HS])\.?\s?([BFR])\.?\s?(?:No\.?\s*)?0*(\d{1,5})\b")
_ORDINANCE = re.compile(r"\bOrdinance\s+(?:No\.?\s*)?([A-Z]?-?\d[\w-]*)", re.I)
_SESSION = re.compile(
    r"\b(\d{4}(?:-\d{4})? (?:\d\w\w )?(?:Regular|General|Special|First|Legislative) Session|\d{2,3}(?:st|nd|rd|th) (?:Congress|Legislature|General Assembly))\b",
    re.I,
)
_HEAD = 3000


def read_identity(text: str) -> tuple[str | None, str | None]:
    """(identifier, session) as the first part of the text prints them; None where it prints none."""
    head = text[:_HEAD]
    page = _PAGE_TITLE.search(head)
    if page:
        return f"{page[1]} {page[2]}", page[3]
    session = _SESSION.search(head)
    return _identifier(head), " ".join(session[1].split()) if session else None


def _identifier(head: str) -> str | None:
    spelt = _SPELT.search(head)
    if spelt:
        letters = "".join(word[0] for word in spelt[2].split()).upper()
        return f"{_CHAMBER[spelt[1].lower()]}{letters} {spelt[3]}"
    numbered = _ASSEMBLY_NO.search(head)
    if numbered:
        return f"{_CHAMBER[numbered[1].lower()]} {numbered[2]}"
    ordinance = _ORDINANCE.search(head)
    if ordinance:
        return f"Ordinance {ordinance[1]}"
    short = _SHORT.search(head)
    return f"{short[1]}{short[2]} {short[3]}" if short else None

"""Normal forms of bill numbers and of the keys of instruments, so that two tellers of one thing meet in one row.

Pure text rules: what a source printed and where, in; one spelling, out. They never guess a number, a year or a session: what
has no normal form is an :class:`UnknownIdentifier`, which the caller lists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from crawler.contract.patterns import BOUNDED, Match, backtracking, pattern
from tracker.errors import Refused


class UnknownIdentifier(Refused):
    """A printed identifier without a normal form; the message names it and the jurisdiction."""


# Types that US legislatures print before a number. A word that is not here is no bill.
_TYPES = frozenset(
    [
        "H",
        "S",
        "A",
        "HB",
        "SB",
        "AB",
        "LB",
        "LD",
        "HF",
        "SF",
        "HP",
        "SP",
        "HR",
        "SR",
        "AR",
        "LR",
        "HJ",
        "SJ",
        "HC",
        "SC",
        "HD",
        "SD",
        "HSB",
        "SSB",
        "PS",
        "PC",
        "RS",
        "RC",
        "HJR",
        "SJR",
        "AJR",
        "HCR",
        "SCR",
        "ACR",
        "HJM",
        "SJM",
        "HM",
        "SM",
        "HRES",
        "SRES",
        "HJRES",
        "SJRES",
        "HCONRES",
        "SCONRES",
    ]
)
_WORDS = {
    "HOUSE BILL": "HB",
    "SENATE BILL": "SB",
    "ASSEMBLY BILL": "AB",
    "LEGISLATIVE BILL": "LB",
    "HOUSE FILE": "HF",
    "SENATE FILE": "SF",
    "P DEL S": "PS",
    "P DE LA C": "PC",
}
# What other tellers print, and what the legislature itself prints.
_PRINTED_AS = {
    "US": {"HB": "HR", "SB": "S"},
    "US-FL": {"H": "HB", "S": "SB"},
    "US-NJ": {"AB": "A", "SB": "S"},
    "US-NY": {"AB": "A", "SB": "S"},
    "US-VA": {"HJR": "HJ", "SJR": "SJ"},
    **{f"US-{state}": {"HB": "H", "SB": "S"} for state in ("ID", "MA", "NC", "RI", "SC", "VT")},
}
_NUMBERED = pattern(r"^(?:.*\bFOR |(?:(?:HCS|SCS|CS|HS|SS|SUB)[ \d/]+)+)?([A-Z ]+?)\s*(?:NO\s+)?0*(\d{1,5})(?:\s*-?[A-Z])?$")
_SUBSTITUTE = pattern(r"(\d?E?\d?S?)(?:HB|SB|HJR|SJR|HJM|SJM)\s*\d")

# Rules, dockets, ordinances and cases keep the form that their publisher prints.
# Federal Register: year and number, `E9-1234` of the years when the year was a digit, `C1-2026-16628` for a correction of another; two
# documents of one number are told apart by the day of their publication.
_FR_NUMBER = r"(?:[A-Z]\d{1,2}-)?\d{2,4}-\d{3,6}|[A-Z]\d{1,2}-\d{3,6}"
_BARE_FR_NUMBER = pattern(r"(?:[A-Z]\d{1,2}-)?20\d\d-\d{4,6}|[A-Z]\d{1,2}-\d{4,6}")
_FEDERAL_REGISTER = pattern(rf"\bFR Doc\.?\s*((?:{_FR_NUMBER})(?: \(\d{{4}}-\d\d-\d\d\))?)", re.I)
_DOCKET = pattern(r"\b[A-Z]{2,8}(?:-[A-Z]{2,8})*-(?:19|20)\d\d-\d{4}\b|\b(?:DEA|FDA)-\d{3,4}[A-Z]?\b")
_RULE = pattern(
    r"\b\d?ER\d\d-\d+\b|\bLCB (?:File No\. )?R\d{3}-\d\d\b|\bR\d{3}-\d\d\b|\bPR\d{4}-\d{3}\b|\bOAC \d+:[\d.:-]+\d|\b\d{1,3} KAR \d+:\d+"
)
_ORDINANCE = pattern(r"\b(Ordinance|Ord\.|Local Law)\s+(?:No\.?\s*)?([A-Z]{0,2}-?\d[\w-]*)")
_CASE = pattern(r"\S+ vs?\. \S+|\b\d:\d\d-cv-\d{3,6}\b")


def normal_measure(jurisdiction: str, text: str) -> str:
    """One spelling of a measure's identifier: `H.R. 8000` is `HR 8000`, `HB0360` and `HB 360` are `HB 360`.

    Print letters, substitutes, companions and Colorado's year are left out: the session says the year. Idempotent. Raises
    UnknownIdentifier.
    """
    return measure_identifiers(jurisdiction, text)[0]


_RESOLUTIONS = frozenset({"HR", "SR", "AR", "LR", "HCR", "SCR", "ACR", "HRES", "SRES", "HCONRES", "SCONRES"})


def is_resolution(jurisdiction: str, identifier: str) -> bool:
    """Whether a measure in normal form is a simple or concurrent resolution, which never becomes law. Joint ones may."""
    kind = identifier.partition(" ")[0]
    return kind in _RESOLUTIONS and (jurisdiction, kind) != ("US", "HR")


def measure_identifiers(jurisdiction: str, text: str) -> tuple[str, ...]:
    """The normal form of `text` first, then those of companions that it names (`A1203/S2271`, `HF 2133 (HSB 508)`)."""
    cleaned = _clean(text)
    if printed := _publisher_form(jurisdiction, cleaned):
        return (printed,)
    if not jurisdiction.startswith(("US", "ocd-division/country:us")):
        return (_foreign(jurisdiction, cleaned),)
    bills = [_bill(jurisdiction, part) for part in pattern(r"\s*[/()]\s*").split(cleaned)]
    if bills[0] is None:
        raise UnknownIdentifier(f"{text!r} of {jurisdiction} has no normal form; list it or correct it")
    return tuple(dict.fromkeys(one for one in bills if one))


def _clean(text: str) -> str:
    return pattern(r"\s+").sub(" ", unicodedata.normalize("NFKC", text).replace("–", "-")).strip()


def _publisher_form(jurisdiction: str, text: str) -> str | None:
    if match := _FEDERAL_REGISTER.search(text):
        return f"FR Doc. {match[1]}"
    if jurisdiction == "US" and _BARE_FR_NUMBER.fullmatch(text):
        return f"FR Doc. {text}"
    if match := _RULE.search(text) or _DOCKET.match(text):
        return match[0].replace("File No. ", "")
    if match := _ORDINANCE.match(text):
        return _ordinance(match)
    return pattern(r" vs?\. ").sub(" v. ", text) if _CASE.search(text) else None


def _ordinance(match: Match) -> str:
    return f"{'Local Law' if match[1] == 'Local Law' else 'Ordinance'} {match[2]}"


def _foreign(jurisdiction: str, text: str) -> str:
    if not pattern(r"\d").search(text) or len(text) > 60:
        raise UnknownIdentifier(f"{text!r} of {jurisdiction} has no normal form; list it or correct it")
    return text


def _bill(jurisdiction: str, part: str) -> str | None:
    text = pattern(r"\s+SUB\b.*").sub("", pattern(r"\s+").sub(" ", part.upper().replace(".", " "))).strip()
    for words, short in _WORDS.items():
        text = text.replace(words, short)
    if jurisdiction == "US-CO":
        text = pattern(r"^([HS](?:B|CR|JR|R)) ?\d\d-(\d{3,4})$").sub(lambda spelt: f"{spelt[1]} {spelt[2]}", text)
    if jurisdiction == "US-DC" and pattern(r"(?:B|PR|CA)\d\d-\d{4}").fullmatch(text):
        return text
    if jurisdiction == "US-WA":
        text = text[substitute.end(1) :] if (substitute := _SUBSTITUTE.match(text)) else text
    match = _NUMBERED.search(text)
    kind = match[1].replace(" ", "") if match else ""
    if not match or kind not in _TYPES:
        return None
    return f"{_PRINTED_AS.get(jurisdiction, {}).get(kind, kind)} {match[2]}"


class InstrumentKey(NamedTuple):
    """A normal key and what sort of act it names, in the order in which one is preferred over another."""

    kind: str
    key: str


KINDS = ("eli", "session_law", "gazette", "federal_register", "rule", "bill", "ordinance", "title")
SessionOf = Callable[[str, int], str | None]


def instrument_key(jurisdiction: str, text: str, session_of: SessionOf | None = None) -> str:
    """The key of the act that `text` names first: `US-KY Acts 2026 ch. 161`, or an ELI, or as a last resort its title."""
    return instrument_keys(jurisdiction, text, session_of)[0].key


def instrument_keys(jurisdiction: str, text: str, session_of: SessionOf | None = None) -> tuple[InstrumentKey, ...]:
    """Every key of the one act that `text` names, the preferred first, the others being aliases.

    `session_of(jurisdiction, year)` gives the identifier of the session of a year, for acts known by their bill number.
    """
    cleaned = _clean(text).removeprefix(f"{jurisdiction} ")
    if cleaned.startswith(("http://", "https://")):
        return (InstrumentKey("eli", eli(cleaned)),)
    keys = [
        *_eli_numbers(jurisdiction, cleaned),
        *_session_laws(jurisdiction, cleaned),
        *_gazette_numbers(jurisdiction, cleaned),
        *_publisher_keys(jurisdiction, cleaned),
        *_bill_keys(jurisdiction, cleaned, session_of),
    ]
    if not keys:
        keys = [InstrumentKey("title", f"{jurisdiction} {slug(cleaned)}")]
    return tuple(dict.fromkeys(sorted(keys, key=lambda one: KINDS.index(one.kind))))


_NEXT_ACT = backtracking(r"(?:;|, ?amended by\b|, ?on top of\b|, ?then\b)(?![^(]{0,400}\))", proof=BOUNDED)


def acts_named(text: str) -> tuple[str, ...]:
    """The acts that a citation strings together, in its order: `HB 1784 (2021); HB 3574 (2024)` names two."""
    parts = _NEXT_ACT.split(text)
    return tuple(pattern(r"^then ").sub("", part.strip()) for part in parts if part.strip())


def bill_key(jurisdiction: str, session: str, identifier: str) -> str:
    """The key of an act that is known by its bill: `US-KS 2025-2026 HB 2365`."""
    return f"{jurisdiction} {session} {normal_measure(jurisdiction, identifier)}"


def eli(url: str) -> str:
    """An ELI of the act itself, without version, language or format."""
    for address, form in _ELI_FORMS:
        if match := address.search(url):
            return form.format(*match.groups())
    return url.split("#")[0].split("?")[0].rstrip("/")


_FINLEX = "http://data.finlex.fi/eli/sd/{0}/{1}"
_UK = "http://www.legislation.gov.uk/id/{0}/{1}/{2}"
_IRELAND = "https://www.irishstatutebook.ie/eli/{0}/{1}/{2}"
_EU = "http://data.europa.eu/eli/{0}/{1}/{2}/oj"
_ELI_FORMS = (
    (pattern(r"finlex\.fi/.*?\b(?:eli/sd|statute|statute-consolidated)/(\d{4})/(\d+)"), _FINLEX),
    (pattern(r"legislation\.gov\.uk/(?:id/)?([a-z]{3,5})/(\d{4})/(\d+)"), _UK),
    (pattern(r"irishstatutebook\.ie/eli/(\d{4})/(act|si)/(\d+)"), _IRELAND),
    (pattern(r"data\.europa\.eu/eli/(reg|dir|dec)[a-z_]*/(\d{4})/(\d+)"), _EU),
)


def _eli_numbers(jurisdiction: str, text: str) -> list[InstrumentKey]:
    """Acts cited by number where the number gives the ELI."""
    address: str | None = None
    if jurisdiction == "FI" and (number := pattern(r"(?:^|amended by Decree |Decree )(\d+)/(\d{4})").search(text)):
        amending = pattern(r"amended by Decree (\d+)/(\d{4})").search(text) or number
        address = _FINLEX.format(amending[2], amending[1])
    elif jurisdiction == "GB" and (number := pattern(r"\bS\.?I\.? (\d{4})/(\d+)").search(text)):
        address = _UK.format("uksi", number[1], number[2])
    elif jurisdiction == "GB" and (number := pattern(r"\b(\d{4}) c\. ?(\d+)").search(text)):
        address = _UK.format("ukpga", number[1], number[2])
    elif jurisdiction == "IE" and (number := pattern(r"\bS\.?I\.? (?:No\.? )?(\d+)(?:/| of )(\d{4})").search(text)):
        address = _IRELAND.format(number[2], "si", number[1])
    elif jurisdiction == "IE" and (number := pattern(r"\bNo\. ?(\d+)(?:/| of )(\d{4})").search(text)):
        address = _IRELAND.format(number[2], "act", number[1])
    elif jurisdiction == "EU" and (number := pattern(r"\bReg(?:ulation|\.) \(EU\) (?:No )?(\d{4})/(\d+)").search(text)):
        address = _EU.format("reg", number[1], number[2])
    return [InstrumentKey("eli", address)] if address else []


# Chapters and numbered acts of state legislatures; the year may stand in front, behind or in the bill's brackets.
_ACT_FORMS = (
    (pattern(r"\b(?:Acts|Laws|Statutes|Stats\.?|L\.) ?(?P<year>\d{4}),? (?:ch\.|c\.|chapter) ?(?P<number>\d+)", re.I), "ch."),
    (pattern(r"\b(?P<year>\d{4}),? (?:\w+\.? )?(?:Acts |Laws )?(?:ch\.|c\.|chapter) ?(?P<number>\d+)", re.I), "ch."),
    (pattern(r"\b(?:Pub\. )?(?:Ch\.|chapter) (?P<number>\d+)", re.I), "ch."),
    (pattern(r"\bActs? (?P<year>\d{4})-(?P<number>\d+)"), "no."),
    (pattern(r"\bActs? (?P<year>\d{4}) no\. (?P<number>\d+)"), "no."),
    (pattern(r"\bPublic Act (?P<short>\d\d)-(?P<number>\d+)"), "no."),
    (pattern(r"\b(?P<year>\d{4}) \w+ Act (?P<number>\d+)\b"), "no."),
    (
        backtracking(r"(?<!Enrolled )(?<!Public )\bAct (?P<number>\d{1,9})(?: of (?P<year>\d{4}))?\b", proof=BOUNDED),
        "no.",
    ),
)


def _session_laws(jurisdiction: str, text: str) -> list[InstrumentKey]:
    if jurisdiction == "US":
        law = pattern(r"\b(?:Pub\. ?L\.|Public Law)(?: No\.)? ?(\d+)-(\d+)").search(text)
        return [InstrumentKey("session_law", f"US Pub. L. {law[1]}-{law[2]}")] if law else []
    if not jurisdiction.startswith("US-"):
        return []
    for printed, word in _ACT_FORMS:
        if not (match := printed.search(text)):
            continue
        named = match.groupdict()
        year = named.get("year") or (f"20{named['short']}" if named.get("short") else _year(text))
        if year:
            return [InstrumentKey("session_law", f"{jurisdiction} Acts {year} {word} {match['number']}")]
    return []


def _year(text: str) -> str | None:
    match = pattern(r"\((?:\w+ GA, )?((?:19|20)\d\d)\b").search(text)
    return match[1] if match else None


# Numbers that official gazettes and courts outside the US give to an act.
_GAZETTE = pattern(
    r"\bSFS \d{4}:\d+|\b\d+/\d{4} (?:Sb\.|Z\.z\.)|\bECLI:[A-Z0-9:.]+|\bFOR-\d{4}-\d\d-\d\d-\d+|\bNN \d+/\d{4}"
    r"|\bRT I, \d\d\.\d\d\.\d{4}, \d+|\bBEK nr \d+ af \d\d/\d\d/\d{4}|\bOUG \d+/\d{4}|\bPMS \d+/\d{4}|\bDLR \d+/\d{4}/[AM]"
    r"|\bPortaria \d+/\d{4}|\bDecreto \d+/\d{4}|\bPermendag \d+/\d{4}|\bHK\.[\d.]+\d|\b\d+-\d{4}-п"
)


def _gazette_numbers(jurisdiction: str, text: str) -> list[InstrumentKey]:
    if jurisdiction.startswith(("US", "ocd-division")) or not (match := _GAZETTE.search(text)):
        return []
    return [InstrumentKey("gazette", f"{jurisdiction} {match[0]}")]


def _publisher_keys(jurisdiction: str, text: str) -> list[InstrumentKey]:
    if match := _FEDERAL_REGISTER.search(text):
        return [InstrumentKey("federal_register", f"US FR Doc. {match[1]}")]
    if match := _ORDINANCE.search(text):
        return [InstrumentKey("ordinance", f"{jurisdiction} {_ordinance(match)}")]
    rule = _RULE.search(text)
    return [InstrumentKey("rule", f"{jurisdiction} {rule[0].replace('File No. ', '')}")] if rule else []


_BILL_IN_TEXT = pattern(r"\b(?:[HS]\.?[BFR]?\.?|AB|LB|A) ?\d{1,5}(?:-\d{3,4})?(?:-?[A-Z])?\b")


def _bill_keys(jurisdiction: str, text: str, session_of: SessionOf | None) -> list[InstrumentKey]:
    """The act by its bills, where the text names a year and the year has a session."""
    if not jurisdiction.startswith("US"):
        return []
    kept = pattern(r"((?:\d{4}(?:-S?\d+)?)|\d{3}) [A-Z]").match(text)
    year = pattern(r"\b((?:19|20)\d\d)\b").search(text[kept.end(1) :] if kept else text)
    session = kept[1] if kept else session_of(jurisdiction, int(year[1])) if year and session_of else None
    if not session:
        return []
    named = _BILL_IN_TEXT.findall(text)
    bills = [bill for bill in (_bill(jurisdiction, word) for word in named) if bill]
    return [InstrumentKey("bill", f"{jurisdiction} {session} {bill}") for bill in bills]


def slug(text: str) -> str:
    """A title as lower-case ASCII words with hyphens, at most 80 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return pattern(r"[^a-z0-9]+").sub("-", plain.lower()).strip("-")[:80].strip("-")

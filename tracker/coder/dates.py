"""Civil dates as statutes write them: in figures and in words, in English, Finnish and Swedish, and in effect clauses.

Reads only what is stated. A day that must be worked out (the 91st day after adjournment) stays a note.
"""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "january february march april may june july august september october november december",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "januari februari mars april maj juni juli augusti september oktober november december",
)
_MONTH_NUMBER = {name: number for line in _MONTHS for number, name in enumerate(line.split(), start=1)}
_MONTH_NUMBER |= {name[:3]: number for number, name in enumerate(_MONTHS[0].split(), start=1)} | {"sept": 9}

_EN = "|".join(_MONTHS[0].split()) + "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
_NORDIC = "|".join(_MONTHS[1].split() + _MONTHS[2].split())

DAY = (
    rf"(?:(?P<mname>{_EN})\.?\s+(?P<mday>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<myear>\d{{4}})"
    rf"|(?P<dday>\d{{1,2}})\.?\s*(?:päivänä\s+)?(?P<dname>{_NORDIC}|{_EN})\s*,?\s+(?P<dyear>\d{{4}})"
    r"|(?P<iyear>\d{4})-(?P<imonth>\d{2})-(?P<iday>\d{2})"
    r"|(?P<smonth>\d{1,2})[/-](?P<sday>\d{1,2})[/-](?P<syear>\d{4}|\d{2})\b)"
)
_DAY = re.compile(DAY, re.I)


def read_day(text: str) -> date | None:
    """The first civil date in `text`, None where there is none or it is not in the calendar."""
    found = _DAY.search(text)
    return day_of(found) if found else None


def day_of(found: re.Match[str]) -> date | None:
    """The date of a match of `DAY`."""
    part = found.groupdict()
    try:
        if part["mname"]:
            return date(int(part["myear"]), _MONTH_NUMBER[part["mname"].lower()], int(part["mday"]))
        if part["dname"]:
            return date(int(part["dyear"]), _MONTH_NUMBER[part["dname"].lower()], int(part["dday"]))
        if part["iyear"]:
            return date(int(part["iyear"]), int(part["imonth"]), int(part["iday"]))
        year = int(part["syear"])
        return date(year + 2000 if year < 100 else year, int(part["smonth"]), int(part["sday"]))
    except ValueError:
        return None


@dataclass(frozen=True)
class Effective:
    """What a text says of its start and end; `note` is the wording where it is not a day."""

    on: date | None = None
    note: str | None = None
    until: date | None = None


_WHAT = (
    r"(?:(?<!\d of )(?<!\) of )this\s+(?:[\w.]+\s+){0,2}?(?:act|bill|section|chapter|ordinance|rule|regulation|order|resolution|measure|law|"
    r"local law|division|article)|(?:the\s+)?provisions of this \w+|the (?:act|bill|ordinance|rule))"
)
_TAKES = (
    r"(?:(?:shall\s+|will\s+)?(?:(?:take|takes)\s+effect|(?:become|becomes)\s+(?:effective|operative|law)|"
    r"(?:is|be|are)\s+(?:hereby\s+)?effective|be in (?:full )?force|go(?:es)? into effect|be in effect))"
)
_ON = r"(?:\s+and\s+(?:shall\s+)?(?:be|is)\s+in\s+(?:full\s+)?force(?:\s+and\s+effect)?)?\s*(?:,\s*)?(?:from and after|on and after|on or after|beginning|as of|on)?\s*"
_UNTIL = r"(?:\s*(?:,|and)?\s*(?:until|through|to)\s+(?P<until>[^.;]{4,40}))?"
_WHOLE = re.compile(rf"{_WHAT}\s+{_TAKES}{_ON}{DAY}{_UNTIL}", re.I)
_AFTER_EXCEPTION = re.compile(rf"(?:except\s+(?:as|for)\b[^.]{{0,260}}),\s*{_WHAT}\s+{_TAKES}{_ON}{DAY}", re.I)
_SECTIONS = re.compile(rf"\bsections?\s+(?P<list>[\d, toandTOAND\-–]+?)\s*(?:of this act)?,?\s+{_TAKES}{_ON}{DAY}", re.I)
_ORDER = re.compile(
    rf"\b(?:order|rule|regulation|action|amendment)s?\s+(?:is|are|shall be|will be)?\s*effective\s*(?:date)?:?\s*(?:on|as of)?\s*{DAY}{_UNTIL}",
    re.I,
)
_LABELLED = re.compile(rf"\beffective(?:\s+date)?\s*[:.]?\s*(?:on\s+)?{DAY}{_UNTIL}", re.I)
_EFF = re.compile(rf"\beff\.\s*{DAY}", re.I)
_BEGINNING = re.compile(
    rf"\b(?:beginning|commencing|effective|on and after|on or after|from and after|starting)\s+(?:on\s+)?{DAY},?\s+(?=[a-z])",
    re.I,
)
_INTENDS_ON = re.compile(rf"\bintends that,?\s+(?:on|effective)\s+{DAY}", re.I)
_FINNISH = re.compile(rf"\btulee\s+voimaan\s+{DAY}(?:\s+ja\s+on\s+voimassa\s+(?P<until>[^.]{{4,60}}) saakka)?", re.I)
_COMING = re.compile(rf"\bcom(?:ing|es?) into (?:force|operation)\W{{0,4}}(?:on\s+)?(?:the\s+)?{DAY}", re.I)
_SWEDISH = re.compile(rf"\bträder\s+i\s+kraft\s+(?:den\s+)?{DAY}", re.I)
_NOT_A_DAY = re.compile(
    rf"{_WHAT}\s+{_TAKES}\s+(?P<note>(?:immediately|upon|on (?:its|the)|when|\w+ (?:days|months)|from and after (?:its|the))[^.;]{{0,160}})",
    re.I,
)

_WHOLE_MEASURE = (_AFTER_EXCEPTION, _WHOLE, _COMING, _FINNISH, _SWEDISH, _ORDER)
_WEAKER = (_EFF, _LABELLED, _BEGINNING, _INTENDS_ON)


def read_effective(text: str, section: int | None = None) -> Effective:
    """The start of what `text` enacts; of its section number `section` where the clause names sections apart."""
    own = _of_section(text, section)
    if own:
        return Effective(on=own)
    for pattern in _WHOLE_MEASURE:
        found = _last(pattern, text)
        if found:
            return Effective(on=day_of(found), until=_until(found))
    note = _NOT_A_DAY.search(text)
    for pattern in _WEAKER if not note else ():
        found = pattern.search(text)
        if found:
            return Effective(on=day_of(found), until=_until(found))
    return Effective(note=" ".join(note["note"].split()) if note else None)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _until(found: re.Match[str]) -> date | None:
    words = found.groupdict().get("until")
    return read_day(words) if words else None


def _of_section(text: str, section: int | None) -> date | None:
    if section is None:
        return None
    for found in _SECTIONS.finditer(text):
        if section in _numbers(found["list"]):
            return day_of(found)
    return None


def _numbers(listing: str) -> set[int]:
    """`9, 10 and 107 to 115` as a set of numbers."""
    numbers: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:\s*(?:to|-|–)\s*(\d+))?", listing):
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers

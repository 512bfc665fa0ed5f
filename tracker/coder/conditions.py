"""What a rule asks for: the age, the parts of a regulation, the caps. Reads a stretch of text; decides nothing."""

import re
from collections.abc import Sequence

from tracker.coder.mentions import Mention
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Component, Consequence, LimitPer

_TEENS = {"sixteen": 16, "eighteen": 18, "nineteen": 19, "twenty": 20, "twenty-one": 21, "twentyone": 21, "twenty one": 21}
_AGE_WORD = "|".join(sorted((re.escape(word) for word in _TEENS), key=len, reverse=True))
_AGE = rf"(?:(?:{_AGE_WORD}|\d{{2,4}})(?:\s*\(\d\d\))?[\s-]*){{1,2}}"
_MINOR = re.compile(
    rf"\b(?:under|below|younger than|less than|not (?:yet )?attained|has not reached|not at least)\s+(?:the (?:legal |minimum )?age of\s+|an? age of\s+)?(?P<age>{_AGE})"
    r"(?!\s*(?:%|percent|milligrams?|mg|grams?|months|days))",
    re.I,
)
_ADULT = re.compile(
    rf"\bat least\s+(?P<a>{_AGE})\s*years|(?P<b>{_AGE})\s*years of age (?:or|and) (?:older|over|above)|(?P<c>{_AGE})\s*years or older|"
    rf"\b(?:legal|minimum|purchase) age\b[^.;]{{0,80}}?\b(?P<d>{_AGE})|\b(?P<e>2[01]|1[89])\s*\+|\bover\s+(?P<f>{_AGE})\s*years|\bage (?:of )?(?P<g>{_AGE})\s+(?:or|and) (?:older|over)|\b(?P<h>21|18)\s*(?:or|and) (?:older|over)\b",
    re.I,
)
_MINORS_AT_LARGE = re.compile(r"\b(?:to|by|from) (?:a |any )?minors?\b|\bsale to minors\b|\bunderage\b", re.I)

_COMPONENT_WORDS: tuple[tuple[Component, re.Pattern[str]], ...] = tuple(
    (component, re.compile(words, re.I))
    for component, words in (
        (Component.LABEL, r"\blabel\w*|\bwarning\b|\bpackag(?:e|ed|ing)\b|\bclearly (?:states?|displays?)"),
        (Component.TESTING, r"\btest(?:s|ed|ing)?\b|\bcertificates? of analysis|\blaborator"),
        (
            Component.REGISTRATION_OR_LICENCE,
            r"\bregist(?:er|ered|ering|ration)\b|\blicen[cs](?:e|es|ed|ing|ure)\b|\bpermits?\b(?= (?:issued|from|to|for|holder|is))|\bholds? (?:a|an) \w* ?permit",
        ),
        (Component.SYNTHETIC_BAN, r"\b(?:synthetic|synthesi[sz]ed|artificial|semi-?synthetic)\w*"),
        (
            Component.FORM_LIMIT,
            r"\battractive to (?:children|minors)|\bresembl\w+|\bpure leaf|\bcombustible|\bvap(?:or|e|ing)|\bform of (?:a )?candy|\bbeverages?\b",
        ),
        (
            Component.PLACE_LIMIT,
            r"\bwithin [\d,]+ feet|\bfeet of (?:a|any)|\bspecialty (?:shop|business|store)|\bvending machine|\bself-service",
        ),
        (Component.BEHIND_COUNTER, r"\bbehind (?:the|a)\b.{0,30}counter|\blocked (?:case|cabinet)"),
        (Component.TAX, r"\bexcise tax|\btax (?:is|of|on)\b|\bfees? (?:is|are) levied|\blicense fee is levied|\blevied on"),
        (
            Component.LOCAL_PREEMPTION,
            r"\bpreempt|\bno (?:county|city|municipality|political subdivision)[^.]{0,60}(?:may|shall) (?:enact|adopt)",
        ),
    )
)

_FRACTION = {"one": 1, "two": 2, "one-half": 0.5, "one half": 0.5, "one-tenth": 0.1, "five": 5, "four hundred": 400, "ten": 10}
_VALUE = r"(?P<value>\d[\d,]*(?:\.\d+)?|" + "|".join(sorted(_FRACTION, key=len, reverse=True)) + r")"
_MORE_THAN = r"(?:greater than|more than|above|exceed(?:s|ing)?|in excess of|over|at a concentration of)"
_CAP = re.compile(
    rf"{_MORE_THAN}\s+(?:the\s+)?{_VALUE}\s*(?:\([\d.]+\s*%?\)\s*)?(?P<unit>%|percent|per ?cent|parts per million|ppm|milligrams?|mg)"
    r"(?:\s*\([\d.]+\s*%?\))?(?P<after>[^;.]{0,90})",
    re.I,
)


def minimum_age(text: str) -> int | None:
    """The age from which the conduct is free; of a struck and an inserted figure side by side, the later."""
    found = _MINOR.search(text)
    words = found["age"] if found else None
    if words is None:
        adult = _ADULT.search(text)
        words = next((group for group in adult.groups() if group), None) if adult else None
    return _age(words) if words else None


def is_about_the_young(text: str) -> bool:
    """Minors are named, with or without a figure."""
    return bool(_MINORS_AT_LARGE.search(text)) or minimum_age(text) is not None


def _age(words: str) -> int | None:
    figures = re.findall(rf"{_AGE_WORD}|\d+", words.lower())
    ages = [_TEENS.get(figure) or int(figure[-2:]) for figure in figures if figure in _TEENS or figure.isdigit()]
    plausible = [age for age in ages if 16 <= age <= 25]
    return plausible[-1] if plausible else None


def components(text: str, limits: Sequence[Limit] = ()) -> set[Component]:
    """The parts of a regulation that a stretch of text names."""
    found = {component for component, words in _COMPONENT_WORDS if words.search(text)}
    if limits:
        found.add(Component.POTENCY_CAP)
    return found


def caps(text: str, start: int, end: int, named: Sequence[Mention], consequence: Consequence, product: str) -> tuple[Limit, ...]:
    """The caps in `text[start:end]`, each on the analyte that it names; `product` is what holds an analyte, seldom one itself."""
    limits = []
    for match in _CAP.finditer(text, start, end):
        analyte = _analyte(match, named, product)
        if analyte:
            per = _per(match["unit"], match["after"])
            limits.append(Limit(analyte, _number(match["value"]), _unit(match["unit"]), per, consequence))
    return tuple(dict.fromkeys(limits))


def _analyte(match: re.Match[str], named: Sequence[Mention], product: str) -> str | None:
    """What is named right after the figure, else last before it, else soon after it."""
    near = [m for m in named if match.start() - 200 <= m.start < match.end()]
    after = [m for m in near if m.start > match.start("unit")]
    if after and re.fullmatch(r"\s*(?:of|by)\s+(?:any\s+|the\s+)?", match["after"][: after[0].start - match.start("after")]):
        return after[0].substance
    before = [m.substance for m in near if m.start < match.start()]
    analytes = [substance for substance in before if substance != product] or before
    return analytes[-1] if analytes else next((m.substance for m in after if not m.origin), None)


def _number(words: str) -> str:
    plain = words.replace(",", "").lower()
    return f"{_FRACTION[plain]:g}" if plain in _FRACTION else plain


def _unit(unit: str) -> str:
    unit = unit.lower().replace(" ", "")
    return "%" if unit in ("%", "percent") else "ppm" if unit in ("ppm", "partspermillion") else "mg"


def _per(unit: str, after: str) -> LimitPer:
    if re.search(r"\bper serving", after, re.I):
        return LimitPer.PER_SERVING
    if re.search(r"\bper (?:container|package)", after, re.I):
        return LimitPer.PER_CONTAINER
    if re.search(r"\bper (?:ml|milliliter|millilitre)", after, re.I):
        return LimitPer.PER_ML
    return LimitPer.OF_ALKALOIDS if _unit(unit) == "%" else LimitPer.PER_G

"""What a rule asks for, in English: ages, the parts of a regulation, caps."""

import re
from collections.abc import Mapping

from crawler.contract.patterns import Pattern, pattern
from tracker.domain.vocabulary import Component, LimitPer

TEENS: Mapping[str, int] = {
    "sixteen": 16,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "twenty-one": 21,
    "twentyone": 21,
    "twenty one": 21,
}
AGE_WORD = "|".join(sorted((re.escape(word) for word in TEENS), key=len, reverse=True))
AGE_FIGURE = pattern(rf"{AGE_WORD}|\d+")
_AGE = rf"(?:(?:{AGE_WORD}|\d{{2,4}})(?:\s*\(\d\d\))?[\s-]*){{1,2}}"
MINOR = pattern(
    rf"\b(?:under|below|younger than|less than|not (?:yet )?attained|has not reached|not at least)\s+(?:the (?:legal |minimum )?age of\s+|an? age of\s+)?(?P<age>{_AGE})"
    r"(?P<but>\s*(?:%|percent|milligrams?|mg|grams?|months|days))?",
    re.I,
)
ADULT = pattern(
    rf"\bat least\s+(?P<a>{_AGE})\s*years|(?P<b>{_AGE})\s*years of age (?:or|and) (?:older|over|above)|(?P<c>{_AGE})\s*years or older|"
    rf"\b(?:legal|minimum|purchase) age\b[^.;]{{0,80}}?\b(?P<d>{_AGE})|\b(?P<e>2[01]|1[89])\s*\+|\bover\s+(?P<f>{_AGE})\s*years|\bage (?:of )?(?P<g>{_AGE})\s+(?:or|and) (?:older|over)|\b(?P<h>21|18)\s*(?:or|and) (?:older|over)\b",
    re.I,
)
MINORS_AT_LARGE = pattern(r"\b(?:to|by|from) (?:a |any )?minors?\b|\bsale to minors\b|\bunderage\b", re.I)
COMPONENT_WORDS: tuple[tuple[Component, Pattern], ...] = tuple(
    (component, pattern(words, re.I))
    for component, words in (
        (Component.LABEL, r"\blabel\w*|\bwarning\b|\bpackag(?:e|ed|ing)\b|\bclearly (?:states?|displays?)"),
        (Component.TESTING, r"\btest(?:s|ed|ing)?\b|\bcertificates? of analysis|\blaborator"),
        (
            Component.REGISTRATION_OR_LICENCE,
            r"\bregist(?:er|ered|ering|ration)\b|\blicen[cs](?:e|es|ed|ing|ure)\b|\bpermits?\b(?: (?:issued|from|to|for|holder|is))|\bholds? (?:a|an) \w* ?permit",
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
FRACTION: Mapping[str, float] = {
    "one": 1,
    "two": 2,
    "one-half": 0.5,
    "one half": 0.5,
    "one-tenth": 0.1,
    "five": 5,
    "four hundred": 400,
    "ten": 10,
}
_VALUE = r"(?P<value>\d[\d,]*(?:\.\d+)?|" + "|".join(sorted(FRACTION, key=len, reverse=True)) + r")"
_MORE_THAN = r"(?:greater than|more than|above|exceed(?:s|ing)?|in excess of|over|at a concentration of)"
CAP = pattern(
    rf"{_MORE_THAN}\s+(?:the\s+)?{_VALUE}\s*(?:\([\d.]+\s*%?\)\s*)?(?P<unit>%|percent|per ?cent|parts per million|ppm|milligrams?|mg)"
    r"(?:\s*\([\d.]+\s*%?\))?",
    re.I,
)

OF_WHAT = pattern(r"\s*(?:of|by)\s+(?:any\s+|the\s+)?")
UNITS: Mapping[str, str] = {"%": "%", "percent": "%", "ppm": "ppm", "partspermillion": "ppm"}
PER: tuple[tuple[LimitPer, Pattern], ...] = (
    (LimitPer.PER_SERVING, pattern(r"\bper serving", re.I)),
    (LimitPer.PER_CONTAINER, pattern(r"\bper (?:container|package)", re.I)),
    (LimitPer.PER_ML, pattern(r"\bper (?:ml|milliliter|millilitre)", re.I)),
)

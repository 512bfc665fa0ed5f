"""What a rule asks for: the age, the parts of a regulation, the caps. Reads a stretch of text; decides nothing."""

import re
from collections.abc import Sequence

from tracker.coder.languages.structure import Speech
from tracker.coder.mentions import Mention
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Component, Consequence, LimitPer


def minimum_age(text: str, speech: Speech) -> int | None:
    """The age from which the conduct is free; of a struck and an inserted figure side by side, the later."""
    found = speech.conditions.MINOR.search(text)
    words = found["age"] if found else None
    if words is None:
        adult = speech.conditions.ADULT.search(text)
        words = next((group for group in adult.groups() if group), None) if adult else None
    return _age(words, speech) if words else None


def is_about_the_young(text: str, speech: Speech) -> bool:
    """Minors are named, with or without a figure."""
    return bool(speech.conditions.MINORS_AT_LARGE.search(text)) or minimum_age(text, speech) is not None


def _age(words: str, speech: Speech) -> int | None:
    figures = re.findall(rf"{speech.conditions.AGE_WORD}|\d+", words.lower())
    ages = [
        speech.conditions.TEENS.get(figure) or int(figure[-2:])
        for figure in figures
        if figure in speech.conditions.TEENS or figure.isdigit()
    ]
    plausible = [age for age in ages if 16 <= age <= 25]
    return plausible[-1] if plausible else None


def components(text: str, speech: Speech, limits: Sequence[Limit] = ()) -> set[Component]:
    """The parts of a regulation that a stretch of text names."""
    found = {component for component, words in speech.conditions.COMPONENT_WORDS if words.search(text)}
    if limits:
        found.add(Component.POTENCY_CAP)
    return found


def caps(
    text: str, start: int, end: int, named: Sequence[Mention], consequence: Consequence, product: str, speech: Speech
) -> tuple[Limit, ...]:
    """The caps in `text[start:end]`, each on the analyte that it names; `product` is what holds an analyte, seldom one itself."""
    limits = []
    for match in speech.conditions.CAP.finditer(text, start, end):
        analyte = _analyte(match, named, product, speech)
        if analyte:
            unit = _unit(match["unit"], speech)
            per = _per(unit, match["after"], speech)
            limits.append(Limit(analyte, _number(match["value"], speech), unit, per, consequence))
    return tuple(dict.fromkeys(limits))


def _analyte(match: re.Match[str], named: Sequence[Mention], product: str, speech: Speech) -> str | None:
    """What is named right after the figure, else last before it, else soon after it."""
    near = [m for m in named if match.start() - 200 <= m.start < match.end()]
    after = [m for m in near if m.start > match.start("unit")]
    if after and speech.conditions.OF_WHAT.fullmatch(match["after"][: after[0].start - match.start("after")]):
        return after[0].substance
    before = [m.substance for m in near if m.start < match.start()]
    analytes = [substance for substance in before if substance != product] or before
    return analytes[-1] if analytes else next((m.substance for m in after if not m.origin), None)


def _number(words: str, speech: Speech) -> str:
    plain = words.replace(",", "").lower()
    return f"{speech.conditions.FRACTION[plain]:g}" if plain in speech.conditions.FRACTION else plain


def _unit(words: str, speech: Speech) -> str:
    """`%`, `ppm` or `mg`."""
    plain = words.lower().replace(" ", "")
    return speech.conditions.UNITS.get(plain, "mg")


def _per(unit: str, after: str, speech: Speech) -> LimitPer:
    for per, words in speech.conditions.PER:
        if words.search(after):
            return per
    return LimitPer.OF_ALKALOIDS if unit == "%" else LimitPer.PER_G

"""What a rule asks for: the age, the parts of a regulation, the caps. Reads a stretch of text; decides nothing."""

from collections.abc import Sequence

from crawler.contract.patterns import Match, pattern
from tracker.coder.languages.structure import Speech
from tracker.coder.mentions import Mentions
from tracker.coder.places import Places
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Component, Consequence, LimitPer

_END_OF_CLAUSE = pattern(r"[;.]")
_AFTER_CAP = 90
"""Characters after a figure that may say of what it is, and per what."""


def minimum_age(places: Places, start: int, end: int, speech: Speech) -> int | None:
    """The age from which the conduct is free; of a struck and an inserted figure side by side, the later."""
    minor = places.first(speech.conditions.MINOR, start, end)
    if minor is None:
        adult = places.first(speech.conditions.ADULT, start, end)
        words = next((group for group in adult.groups() if group), None) if adult else None
    else:
        words = minor["age"]
    return _age(words, speech) if words else None


def is_about_the_young(places: Places, start: int, end: int, speech: Speech) -> bool:
    """Minors are named, with or without a figure."""
    at_large = places.first(speech.conditions.MINORS_AT_LARGE, start, end)
    return at_large is not None or minimum_age(places, start, end, speech) is not None


def _age(words: str, speech: Speech) -> int | None:
    figures = speech.conditions.AGE_FIGURE.findall(words.lower())
    ages = [
        speech.conditions.TEENS.get(figure) or int(figure[-2:])
        for figure in figures
        if figure in speech.conditions.TEENS or figure.isdecimal()
    ]
    plausible = [age for age in ages if 16 <= age <= 25]
    return plausible[-1] if plausible else None


def components(places: Places, start: int, end: int, speech: Speech, limits: Sequence[Limit] = ()) -> set[Component]:
    """The parts of a regulation that a stretch of text names."""
    components = {component for component, words in speech.conditions.COMPONENT_WORDS if places.first(words, start, end)}
    if limits:
        components.add(Component.POTENCY_CAP)
    return components


def caps(
    places: Places, start: int, end: int, named: Mentions, consequence: Consequence, product: str, speech: Speech
) -> tuple[Limit, ...]:
    """The caps between two places, each on the analyte that it names; `product` is what holds an analyte, seldom one itself."""
    limits = []
    for match in places.within(speech.conditions.CAP, start, end):
        after = _END_OF_CLAUSE.split(match.string[match.end() : min(end, match.end() + _AFTER_CAP)])[0]
        analyte = _analyte(match, after, named, product, speech)
        if analyte:
            unit = _unit(match["unit"], speech)
            limits.append(Limit(analyte, _number(match["value"], speech), unit, _per(unit, after, speech), consequence))
    return tuple(dict.fromkeys(limits))


def _analyte(match: Match, after: str, named: Mentions, product: str, speech: Speech) -> str | None:
    """What is named right after the figure, else last before it, else soon after it."""
    near = named.within(match.start() - 200, match.end() + len(after))
    behind = [m for m in near if m.start > match.start("unit")]
    if behind and speech.conditions.OF_WHAT.fullmatch(after[: behind[0].start - match.end()]):
        return behind[0].substance
    before = [m.substance for m in near if m.start < match.start()]
    analytes = [substance for substance in before if substance != product] or before
    return analytes[-1] if analytes else next((m.substance for m in behind if not m.origin), None)


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

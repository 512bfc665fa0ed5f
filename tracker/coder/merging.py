"""From the rules of single clauses to one rule for each substance, conduct and effect, without contradictions.

A clause that makes law beats a title or summary that tells of it. Where a condition and a plain ban are read for the same
conduct, the title decides; without one the milder reading stands, since a false ban is the worse mistake.
"""

from collections.abc import Sequence
from dataclasses import replace

from tracker.codebook.model import Codebook
from tracker.coder.languages.structure import PaperWords
from tracker.coder.regions import Role
from tracker.coder.rules import Rule
from tracker.coder.schedules import Listing
from tracker.domain.vocabulary import Component, Conduct, Effect

_PROPOSED = {
    Effect.PROHIBITED: frozenset(
        {Conduct.SELL, Conduct.POSSESS, Conduct.MANUFACTURE, Conduct.CULTIVATE, Conduct.IMPORT, Conduct.ADVERTISE}
    ),
    Effect.CONDITIONAL: frozenset({Conduct.SELL, Conduct.POSSESS, Conduct.MANUFACTURE, Conduct.ADVERTISE}),
    Effect.PERMITTED: frozenset({Conduct.SELL, Conduct.POSSESS}),
}
"""Conducts that are proposed; the others of a clause stand in the note of the proposal, for the reviewer."""

_HEADING = 600


def merge_rules(rules: Sequence[Rule], listings: Sequence[Listing], text: str, words: PaperWords) -> list[Rule]:
    """The rules worth proposing, one for each substance, conduct and effect."""
    kept = [rule for rule in rules if rule.conduct in _PROPOSED[rule.effect]]
    operative = {rule.substance for rule in kept if rule.role is Role.OPERATIVE}
    kept = [rule for rule in kept if rule.role is Role.OPERATIVE or rule.substance not in operative]
    banned_by_title = {r.substance for r in rules if r.role is not Role.OPERATIVE and r.effect is Effect.PROHIBITED}
    kept = _without_contradictions(kept, banned_by_title)
    scheduled = {listing.substance for listing in listings if not (listing.removed or listing.carved_out)}
    kept = [rule for rule in kept if rule.substance not in scheduled]
    return _merged([rule for rule in _without_making(kept) if _stands(rule, text, words)])


def _without_making(rules: Sequence[Rule]) -> list[Rule]:
    """Conditions on making go where those on sale say it: of the same clause, or of any that makes law."""
    sale = [rule for rule in rules if rule.conduct is Conduct.SELL and rule.effect is Effect.CONDITIONAL]
    starts = {rule.start for rule in sale}
    is_law = any(rule.role is Role.OPERATIVE for rule in sale)
    return [
        rule
        for rule in rules
        if rule.conduct is not Conduct.MANUFACTURE
        or rule.effect is not Effect.CONDITIONAL
        or not (is_law or rule.start in starts)
    ]


def _without_contradictions(rules: list[Rule], banned_by_title: set[str]) -> list[Rule]:
    by_key = {(rule.substance, rule.conduct, rule.effect) for rule in rules}
    kept = []
    for rule in rules:
        other = Effect.CONDITIONAL if rule.effect is Effect.PROHIBITED else Effect.PROHIBITED
        contradicted = (rule.substance, rule.conduct, other) in by_key
        title_bans = rule.role is Role.OPERATIVE and rule.substance in banned_by_title
        if contradicted and (rule.effect is Effect.PROHIBITED) != title_bans:
            continue
        if rule.effect is Effect.PERMITTED and any(
            (rule.substance, rule.conduct, e) in by_key for e in (Effect.CONDITIONAL, Effect.PROHIBITED)
        ):
            continue
        kept.append(rule)
    return kept


def _stands(rule: Rule, text: str, words: PaperWords) -> bool:
    """A condition on a lesser conduct is its own rule only where the text is about it."""
    if rule.effect is not Effect.CONDITIONAL:
        return True
    if rule.conduct is Conduct.POSSESS:
        return Component.AGE in rule.components
    if rule.conduct is Conduct.ADVERTISE:
        return bool(words.ADVERTISING.search(text[: min(_HEADING, rule.start)]))
    return True


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    groups: dict[tuple[str, Conduct, Effect], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.substance, rule.conduct, rule.effect), []).append(rule)
    return [_one(group) for group in groups.values()]


def _one(group: Sequence[Rule]) -> Rule:
    """The clause that says most (an age first), with the parts and limits of all."""
    first = max(group, key=lambda rule: (rule.min_age is not None, len(rule.limits), len(rule.components), -rule.start))
    parts = frozenset(component for rule in group for component in rule.components)
    limits = tuple(dict.fromkeys(limit for rule in group for limit in rule.limits))
    ages = [rule.min_age for rule in group if rule.min_age is not None]
    return replace(first, components=parts, limits=limits, min_age=max(ages) if ages else None)


def above_the_caps(rules: Sequence[Rule], listings: Sequence[Listing], codebook: Codebook) -> list[Rule]:
    """A cap whose breach bars sale makes products above it unlawful to sell (DESIGN §2): what follows, not what is said."""
    scheduled = {listing.substance for listing in listings}
    if codebook.concentrate in scheduled or any(r.substance == codebook.concentrate and r.conduct is Conduct.SELL for r in rules):
        return []
    bars = []
    for rule in rules:
        limits = tuple(limit for limit in rule.limits if limit.analyte == codebook.concentrate)
        if rule.conduct is Conduct.SELL and rule.effect is Effect.CONDITIONAL and limits:
            bars.append(
                replace(
                    rule,
                    substance=codebook.concentrate,
                    effect=Effect.PROHIBITED,
                    limits=limits,
                    min_age=None,
                    components=frozenset({Component.POTENCY_CAP}),
                )
            )
    return bars[:1]  # several caps on one analyte bar the same products

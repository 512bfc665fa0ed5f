"""The sentences of the bottom line. They say what the record holds, and "no change" of watched units only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracker.domain.periods import KnowledgeWindow, Unit
from tracker.history import words
from tracker.history.words import GROUPS, days, plural
from tracker.reports.model import Coming, Item, Numbers, Share

RESEARCHED = "researched, not verified"
_NAMED = 4


def watched(shares: Sequence[Share]) -> str:
    """How much is watched at all; the rest is not observed."""
    by_group = {share.group: f"{share.part} of {share.whole}" for share in shares}
    return (
        f"{by_group['us_states']} states and DC, {by_group['us_territories']} territories and {by_group['countries']} countries are "
        "watched by a working official source; the rest is not observed."
    )


def sentences(
    window: KnowledgeWindow, numbers: Numbers, in_force: Sequence[Item], ahead: Sequence[Coming], shares: Sequence[Share]
) -> tuple[str, str]:
    """What came into force, and what comes next."""
    return _came(window, numbers, in_force, shares), _comes(ahead)


def _came(window: KnowledgeWindow, numbers: Numbers, in_force: Sequence[Item], shares: Sequence[Share]) -> str:
    when = words.period(window.period)
    span = f"In the year {when}" if window.period.unit is Unit.YEAR else f"In {when}"
    so_far = " so far" if window.open else ""
    if numbers.in_force:
        counted = [it for it in in_force if it.counted]
        moved = plural(numbers.in_force, "status", "statuses")
        return f"{span}{so_far}, {moved} changed by law ({_groups(counted)}): {_names(counted)}."
    part = sum(share.part for share in shares)
    if part:
        return (
            f"{span}{so_far}, no change of a status was seen in the {plural(part, 'jurisdiction')} that a working official source "
            "watches; of the others the record holds none, which does not say that there was none."
        )
    return (
        f"{span}{so_far}, the record holds no change of a status by law; no jurisdiction was watched by a working official source, so "
        "this does not say that there was none."
    )


def _groups(items: Sequence[Item]) -> str:
    """How many of each group, which are never added to one denominator."""
    counts = Counter(it.place.group for it in items)
    return ", ".join(f"{counts[group]} in {label}" for group, label in GROUPS.items() if counts[group])


def _names(items: Sequence[Item]) -> str:
    names = [f"{it.place.name} ({it.substance.label}: {_step(it)})" for it in items]
    more = len(names) - _NAMED
    return "; ".join(names[:_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _step(it: Item) -> str:
    return f"{it.before.label.lower()} → {it.after.label.lower()}" + ("" if it.verified else f"; {RESEARCHED}")


def _comes(ahead: Sequence[Coming]) -> str:
    dated = [step for step in ahead if step.day is not None]
    if not dated:
        return "Nothing dated that could change a status within the next 30 days is in the record."
    first = dated[0]
    about = f"{first.substance.label}, {first.title}" if first.substance else first.title
    about += f"; {RESEARCHED}" if first.researched else ""
    when = f"{days(first.day, first.latest)}, in {plural(first.days_to_go or 0, 'day')}"
    more = f"; {len(ahead) - 1} more could move within 30 days" if len(ahead) > 1 else ""
    return f"Next: {first.place.name}, {about} ({first.kind.label.lower()}), {when}{more}."

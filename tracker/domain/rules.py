"""The rules that turn the statements standing on one day into what a status row says (DESIGN §2 and §4).

`RULE_VERSION` changes with any rule whose answers change; every status row names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from tracker.domain.records import Assertion, Content, Finding, Position, Provision, Ref, Relation
from tracker.domain.vocabulary import Component, Conduct, Effect, FoodLaw, Level, Status

RULE_VERSION = "1"

_EFFECT_RANK = {effect: rank for rank, effect in enumerate(Effect)}
_HEADLINE_CONDUCTS = (Conduct.POSSESS, Conduct.USE, Conduct.PURCHASE, Conduct.SELL)
_NOT_CONDITIONS = {Component.AGE, Component.TAX, Component.LOCAL_PREEMPTION}
_SAID = ("status", "value", "instrument", "pinpoint", "schedule", "threshold", "min_age", "contested")
_LOCAL = (Level.COUNTY, Level.PLACE)

T = TypeVar("T", bound=Provision | Assertion | Finding | Position)
ByConduct = dict[Conduct, list[Provision]]


def highest_effects(provisions: Iterable[Provision]) -> ByConduct:
    """For each conduct the provisions of its highest effect, which add up; `excluded` never ranks."""
    highest: ByConduct = {}
    for provision in provisions:
        if provision.effect is Effect.EXCLUDED:  # it says what a rule leaves alone, and forbids nothing itself
            continue
        standing = highest.get(provision.conduct)
        if standing is None or _EFFECT_RANK[provision.effect] < _EFFECT_RANK[standing[0].effect]:
            highest[provision.conduct] = [provision]
        elif provision.effect is standing[0].effect:
            standing.append(provision)
    return highest


def headline(by_conduct: ByConduct) -> tuple[Status | None, list[Provision]]:
    """The headline that coded provisions decide, and the provisions that decide it; None where they decide none."""
    if not by_conduct:
        return None, []
    if deciding := _of(by_conduct, Effect.PROHIBITED, Conduct.POSSESS):
        return Status.BANNED, deciding
    if deciding := _of(by_conduct, Effect.PROHIBITED, Conduct.SELL):
        return Status.SALE_PROHIBITED, deciding
    if deciding := _of(by_conduct, Effect.PRESCRIPTION, Conduct.SELL, Conduct.POSSESS):
        return Status.PRESCRIPTION_ONLY, deciding
    conditional = _of(by_conduct, Effect.CONDITIONAL, *_HEADLINE_CONDUCTS)
    if any(row.conduct is Conduct.SELL and row.components - _NOT_CONDITIONS for row in conditional):
        return Status.REGULATED, conditional
    if any(Component.AGE in row.components for row in conditional):
        return Status.AGE_RESTRICTED, conditional
    return None, []


def _of(by_conduct: ByConduct, effect: Effect, *conducts: Conduct) -> list[Provision]:
    return [row for conduct in conducts for row in by_conduct.get(conduct, ()) if row.effect is effect]


def content(
    provisions: Sequence[Provision],
    assertions: Sequence[Assertion],
    finding: Finding | None,
    positions: Sequence[Position],
    exceptions: Sequence[Relation],
) -> Content:
    """What the row of a day says, from the statements that stand on it. `exceptions` free a part of a standing provision."""
    by_conduct = highest_effects(provisions)
    coded, deciding = headline(by_conduct)
    asserted = strongest(assertions)
    position = latest(positions)
    inputs = {Ref("provision", row.id) for row in provisions}
    if position:
        inputs.add(Ref("position", position.id))
    # Rules are coded one by one: until they decide at least as much, the researched summary is the better answer.
    if asserted and (coded is None or asserted.status.rank < coded.rank):
        inputs.add(Ref("assertion", asserted.id))
        decided: dict[str, object] = {
            "status": asserted.status,
            "schedule": asserted.schedule,
            "min_age": asserted.min_age,
            "threshold": asserted.threshold,
            "components": asserted.components,
            "contested": asserted.contested,
        }
    elif coded:
        decided = _from_provisions(coded, deciding)
    elif finding:
        inputs.add(Ref("finding", finding.id))
        decided = {"status": Status.NO_SPECIFIC_LAW, "contested": finding.contested}
    else:
        decided = {"status": Status.UNKNOWN}
    binding = [row for row in provisions if row.binds_children]
    return Content(
        **decided,  # type: ignore[arg-type]
        badges=_badges(by_conduct) if by_conduct else (),
        carve_outs=_carve_outs(provisions, exceptions),
        food_law_position=position.value if position else FoodLaw.NOT_ADDRESSED,
        binding=headline(highest_effects(binding))[0] if binding else None,
        inputs=frozenset(inputs),
    )


def strongest(assertions: Sequence[Assertion]) -> Assertion | None:
    """The standing assertion that is highest in the display precedence; of equals the one that began last."""
    if len(assertions) < 2:
        return next(iter(assertions), None)
    highest = min(row.status.rank for row in assertions)  # the first in display precedence has the lowest rank
    return latest([row for row in assertions if row.status.rank == highest])


def latest(rows: Sequence[T]) -> T | None:
    """The statement that began last; see `newest`."""
    return max(rows, key=newest) if len(rows) > 1 else next(iter(rows), None)


def newest(row: Provision | Assertion | Finding | Position) -> tuple[date, date, tuple[str, ...], str]:
    """Sorts statements by the day on which they begin; those of one day by what they say, so that the order of entry never matters."""
    values = tuple(str(getattr(row, name, "")) for name in _SAID)
    return (row.period.start or date.min, row.period.end or date.max, values, str(row.id))


def _from_provisions(status: Status, deciding: Sequence[Provision]) -> dict[str, object]:
    ages = [row.min_age for row in deciding if row.min_age is not None]
    return {
        "status": status,
        "schedule": "; ".join(sorted({row.schedule for row in deciding if row.schedule})),
        "min_age": max(ages, default=None),  # all conditions hold at once, so that the strictest decides
        "threshold": "; ".join(str(limit) for limit in sorted({limit for row in deciding for limit in row.limits})),
        "components": frozenset(component for row in deciding for component in row.components),
        "contested": "; ".join(sorted({row.contested for row in deciding if row.contested})),
    }


def _badges(by_conduct: ByConduct) -> tuple[str, ...]:
    return tuple(
        sorted(f"{conduct}:{rows[0].effect}" for conduct, rows in by_conduct.items() if conduct not in _HEADLINE_CONDUCTS)
    )


def _carve_outs(provisions: Sequence[Provision], exceptions: Sequence[Relation]) -> tuple[str, ...]:
    if not provisions and not exceptions:
        return ()
    excepted = {relation.actor for relation in exceptions}
    excluded = {
        f"{row.conduct} excluded ({row.instrument} {row.pinpoint})".replace(" )", ")").replace("( ", "(")
        for row in provisions
        if row.effect is Effect.EXCLUDED and Ref("provision", row.id) not in excepted
    }
    return tuple(sorted(excluded | {relation.carve_out or "excepted in part" for relation in exceptions}))


def binds(parent: Level, parent_code: str, child: Level, child_code: str) -> bool:
    """Whether a parent's provision with direct force reaches into a child (DESIGN §4, `binds_children`).

    A country binds its ISO 3166-2 units and what lies in them, never another ISO 3166-1 entry; no international body binds; a
    state does not bind tribal land; a county does not bind a place.
    """
    if parent is Level.COUNTRY:
        return child_code.startswith((f"{parent_code}-", f"ocd-division/country:{parent_code.lower()}/"))
    return parent is Level.SUBDIVISION and child in _LOCAL


def effective(own: Status, binding: Status | None) -> Status:
    """The higher of a region's own status and what binds it from above; `unknown` is never improved by a finding above."""
    return own if binding is None or own.rank <= binding.rank else binding

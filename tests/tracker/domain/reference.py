"""The status of one day by definition, slowly: DESIGN §2 to §4 read sentence by sentence, one day at a time.

It shares nothing with the rules but the plain records, and must not be made fast or clever: it is what they are compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from tracker.domain.dates import Period
from tracker.domain.records import Assertion, Content, Finding, Position, Provision, Record, Ref, Relation
from tracker.domain.vocabulary import Component, Conduct, Effect, FoodLaw, RelationKind, Scope, Status

ORDER = (
    Status.BANNED,
    Status.SALE_PROHIBITED,
    Status.PRESCRIPTION_ONLY,
    Status.REGULATED,
    Status.AGE_RESTRICTED,
)
RETAIL = (Conduct.POSSESS, Conduct.SELL, Conduct.PURCHASE, Conduct.USE)
NO_CONDITION = {Component.AGE, Component.TAX, Component.LOCAL_PREEMPTION}
ONE_DAY = timedelta(days=1)

Dated = TypeVar("Dated", Finding, Position, Assertion)


def in_force(period: Period, day: date) -> bool:
    """By its own dates: half-open, an absent end open."""
    return not (period.start and day < period.start) and not (period.end and day >= period.end)


def on(record: Record, target: Ref, *kinds: RelationKind) -> list[Relation]:
    return [row for row in record.relations if row.target == target and row.kind in kinds]


def acts(record: Record, relation: Relation, day: date) -> bool:
    """From its day on (a stay: to its day), unless undone on it or made by a provision that is stayed or was void."""
    if not in_force(relation.period, day):
        return False
    if any(acts(record, undoing, day) for undoing in on(record, Ref("relation", relation.id), RelationKind.RESTORE)):
        return False
    return relation.actor is None or not (stayed(record, relation.actor, day) or void(record, relation.actor, day))


def stayed(record: Record, target: Ref, day: date) -> bool:
    return any(acts(record, stay, day) for stay in on(record, target, RelationKind.STAY))


def void(record: Record, target: Ref, day: date) -> bool:
    """Void from the start is an `end` from the target's first day; before that day it is void if it is so on it."""
    first = next(row for row in (*record.provisions, *record.actors) if Ref("provision", row.id) == target).period.start
    for end in on(record, target, RelationKind.END):
        from_the_start = end.period.start is None or (first is not None and end.period.start <= first)
        if from_the_start and acts(record, end, day if first is None or day >= first else first):
            return True
    return False


def out(record: Record, target: Ref, day: date) -> bool:
    """Ended, replaced, stayed, or freed for every ordinary adult."""
    removing = on(record, target, RelationKind.REPLACE, RelationKind.END, RelationKind.STAY)
    freeing = [row for row in on(record, target, RelationKind.EXCEPT) if row.scope is Scope.WHOLE]
    return any(acts(record, row, day) for row in (*removing, *freeing))


def standing_provisions(record: Record, day: date) -> list[Provision]:
    return [row for row in record.provisions if in_force(row.period, day) and not out(record, Ref("provision", row.id), day)]


def standing_assertions(record: Record, day: date) -> list[Assertion]:
    return [row for row in record.assertions if in_force(row.period, day) and not out(record, Ref("assertion", row.id), day)]


def highest(provisions: Iterable[Provision], conduct: Conduct) -> list[Provision]:
    """The provisions of the highest effect on a conduct; they add up. A carve-out never ranks."""
    for effect in (Effect.PROHIBITED, Effect.PRESCRIPTION, Effect.CONDITIONAL, Effect.PERMITTED):
        found = [row for row in provisions if row.conduct is conduct and row.effect is effect]
        if found:
            return found
    return []


def decide(provisions: list[Provision]) -> tuple[Status | None, list[Provision]]:
    """The first headline that fits, and what it is decided by."""
    by = {conduct: highest(provisions, conduct) for conduct in RETAIL}
    of = {
        effect: [row for conduct in RETAIL for row in by[conduct] if row.effect is effect]
        for effect in (Effect.PROHIBITED, Effect.PRESCRIPTION, Effect.CONDITIONAL)
    }
    possess = [row for row in of[Effect.PROHIBITED] if row.conduct is Conduct.POSSESS]
    if possess:
        return Status.BANNED, possess
    sell = [row for row in of[Effect.PROHIBITED] if row.conduct is Conduct.SELL]
    if sell:
        return Status.SALE_PROHIBITED, sell
    prescribed = [row for row in of[Effect.PRESCRIPTION] if row.conduct in (Conduct.SELL, Conduct.POSSESS)]
    if prescribed:
        return Status.PRESCRIPTION_ONLY, prescribed
    conditional = of[Effect.CONDITIONAL]
    if any(row.conduct is Conduct.SELL and set(row.components) - NO_CONDITION for row in conditional):
        return Status.REGULATED, conditional
    if any(Component.AGE in row.components for row in conditional):
        return Status.AGE_RESTRICTED, conditional
    return None, []


def counts(record: Record, finding: Finding, day: date) -> bool:
    """Until its end, and until the first day of its period on which a provision or an assertion decides a headline."""
    if not in_force(finding.period, day):
        return False
    earlier = max(finding.period.start or date.min, first_of_all(record))
    while earlier <= day:
        if standing_assertions(record, earlier) or decide(standing_provisions(record, earlier))[0]:
            return False
        earlier += ONE_DAY
    return True


def first_of_all(record: Record) -> date:
    """A day before anything in the record begins or ends: what was then was so as far back as known."""
    dated: tuple[Provision | Assertion | Finding | Position | Relation, ...] = (
        *record.provisions,
        *record.assertions,
        *record.findings,
        *record.positions,
        *record.relations,
        *record.actors,
    )
    days = [day for row in dated for day in (row.period.start, row.period.end) if day]
    return min(days, default=date(2026, 1, 1)) - ONE_DAY


def last_begun(rows: Sequence[Dated]) -> Dated | None:
    """Of several the one that began last; those of one day are told apart by what they say."""
    return (
        max(rows, key=lambda row: (row.period.start or date.min, row.period.end or date.max, said(row), str(row.id)))
        if rows
        else None
    )


def said(row: Any) -> list[str]:
    """What a statement says, in words that sort: of two of one day the choice hangs on this and not on who came first."""
    names = ("status", "value", "instrument", "pinpoint", "schedule", "threshold", "min_age", "contested")
    return [str(getattr(row, name, "")) for name in names]


def content(record: Record, day: date) -> Content:
    """What the row of `day` says."""
    provisions = standing_provisions(record, day)
    headline, deciding = decide(provisions)
    assertions = standing_assertions(record, day)
    highest_first = sorted(assertions, key=lambda row: ORDER.index(row.status))
    strongest = last_begun([row for row in assertions if row.status is highest_first[0].status])
    finding = last_begun([row for row in record.findings if counts(record, row, day)])
    position = last_begun([row for row in record.positions if in_force(row.period, day)])

    inputs = {Ref("provision", row.id) for row in provisions}
    inputs |= {Ref("position", position.id)} if position else set()
    status, schedule, age, threshold, components, contested = Status.UNKNOWN, "", None, "", frozenset[Component](), ""
    if strongest and (headline is None or ORDER.index(strongest.status) < ORDER.index(headline)):
        inputs.add(Ref("assertion", strongest.id))
        status, schedule, age = strongest.status, strongest.schedule, strongest.min_age
        threshold, components, contested = strongest.threshold, strongest.components, strongest.contested
    elif headline:
        status = headline
        schedule = "; ".join(sorted({row.schedule for row in deciding} - {""}))
        age = max((row.min_age for row in deciding if row.min_age), default=None)
        threshold = "; ".join(str(limit) for limit in sorted({limit for row in deciding for limit in row.limits}))
        components = frozenset().union(*(row.components for row in deciding))
        contested = "; ".join(sorted({row.contested for row in deciding} - {""}))
    elif finding:
        inputs.add(Ref("finding", finding.id))
        status, contested = Status.NO_SPECIFIC_LAW, finding.contested
    return Content(
        status,
        schedule,
        age,
        threshold,
        components,
        badges(provisions),
        carve_outs(record, provisions, day),
        position.value if position else FoodLaw.NOT_ADDRESSED,
        contested,
        decide([row for row in provisions if row.binds_children])[0],
        frozenset(inputs),
    )


def badges(provisions: list[Provision]) -> tuple[str, ...]:
    """The effect on every conduct that no headline reads."""
    found = {conduct: highest(provisions, conduct) for conduct in Conduct if conduct not in RETAIL}
    return tuple(sorted(f"{conduct}:{rows[0].effect}" for conduct, rows in found.items() if rows))


def carve_outs(record: Record, provisions: list[Provision], day: date) -> tuple[str, ...]:
    """Exceptions in part from what stands, and provisions that exclude and make none of those."""
    partial = [
        row
        for provision in provisions
        for row in on(record, Ref("provision", provision.id), RelationKind.EXCEPT)
        if row.scope is Scope.PART and acts(record, row, day)
    ]
    makers = {row.actor for row in partial}
    alone = [row for row in provisions if row.effect is Effect.EXCLUDED and Ref("provision", row.id) not in makers]
    found = {row.carve_out or "excepted in part" for row in partial}
    for row in alone:
        where = " ".join(part for part in (row.instrument, row.pinpoint) if part)
        found.add(f"{row.conduct} excluded ({where})")
    return tuple(sorted(found))

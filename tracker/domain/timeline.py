"""From the statements held on one key to its timeline in valid time. Pure: the same record always gives the same periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from tracker.domain import rules
from tracker.domain.dates import Period
from tracker.domain.records import Assertion, Content, Finding, Provision, Record, Ref, Relation, StatusPeriod, Timeline
from tracker.domain.vocabulary import DateBasis, OpenedBy, RelationKind, Scope
from tracker.errors import Refused

_FIRST = date.min  # stands for the open past
_ALWAYS = Period()
_NOTHING: frozenset[Any] = frozenset()
_REMOVING = (RelationKind.REPLACE, RelationKind.END, RelationKind.STAY)


T = TypeVar("T", Provision, Assertion)
_Known = dict[tuple[int | str, date], bool | None]  # whether a relation acts on a day; None while it is being asked


class CircularRelations(Refused):
    """Relations that undo each other in a circle, so that no day can be decided."""


def build(record: Record) -> Timeline:
    """The timeline of the key that `record` bears on."""
    return _Builder(record).timeline()


def acting(record: Record, day: date) -> frozenset[int | str]:
    """The ids of the relations that act on `day`: begun, not undone, and made by an actor that is neither stayed nor void."""
    return _Builder(record).acting(day)


class _Day(NamedTuple):
    """One elementary interval, by its first day."""

    start: date
    content: Content
    acting: frozenset[int | str]
    basis: DateBasis


@dataclass(slots=True)
class _Builder:
    record: Record
    on_target: dict[Ref, list[Relation]] = field(init=False)
    actors: dict[Ref, Provision] = field(init=False)

    def __post_init__(self) -> None:
        self.on_target = {}
        for relation in self.record.relations:
            self.on_target.setdefault(relation.target, []).append(relation)
        acting = (*self.record.provisions, *self.record.actors) if self.record.relations else ()
        self.actors = {Ref("provision", row.id): row for row in acting}

    def timeline(self) -> Timeline:
        days = list(self._days())
        merged = [days[0]]
        for day in days[1:]:
            if day.content != merged[-1].content:
                merged.append(day)
        stays = [(day.start, self._stayed(day.acting)) for day in days] if self.record.relations else ()
        return Timeline(tuple(self._periods(merged, days)), tuple(stays))

    def _stayed(self, acts: frozenset[int | str]) -> frozenset[Ref]:
        if not acts:
            return _NOTHING
        return frozenset(row.target for row in self.record.relations if row.kind is RelationKind.STAY and row.id in acts)

    def _days(self) -> Iterator[_Day]:
        record = self.record
        stopped: set[Finding] = set()
        for start in self._starts():
            acts = self.acting(start) if record.relations else _NOTHING
            provisions = self._holding("provision", record.provisions, start, acts)
            assertions = self._holding("assertion", record.assertions, start, acts)
            findings = [row for row in record.findings if row.period.covers(start)]
            # For good: law that decides shows that the search is out of date, also after that law has ended again.
            if findings and (assertions or rules.headline(rules.highest_effects(provisions))[0]):
                stopped.update(findings)
            finding = rules.latest([row for row in findings if row not in stopped])
            positions = [row for row in record.positions if row.period.covers(start)]
            exceptions = self._exceptions(provisions, acts) if acts else []
            content = rules.content(provisions, assertions, finding, positions, exceptions)
            yield _Day(start, content, acts, _basis(content, provisions, assertions))

    def _exceptions(self, provisions: Sequence[Provision], acts: frozenset[int | str]) -> list[Relation]:
        return [
            relation
            for row in provisions
            for relation in self.on_target.get(Ref("provision", row.id), ())
            if relation.id in acts and relation.kind is RelationKind.EXCEPT and relation.scope is Scope.PART
        ]

    def _holding(self, kind: str, rows: Sequence[T], day: date, acts: frozenset[int | str]) -> list[T]:
        """The statements that stand on a day: within their period, and not out."""
        covering = [row for row in rows if row.period.covers(day)]
        return [row for row in covering if not self._out(Ref(kind, row.id), acts)] if acts else covering

    def _starts(self) -> list[date]:
        # Every rule asks only which periods cover a day, so that nothing can change between two of these days.
        record = self.record
        marks = {_FIRST}
        for rows in (record.provisions, record.assertions, record.findings, record.positions, record.relations, record.actors):
            for row in rows:
                marks.add(row.period.start or _FIRST)
                marks.add(row.period.end or _FIRST)
        return sorted(marks)

    def acting(self, day: date) -> frozenset[int | str]:
        known: _Known = {}
        return frozenset(row.id for row in self.record.relations if self._acts(row, day, known))

    def _acts(self, relation: Relation, day: date, known: _Known) -> bool:
        asked = (relation.id, day)
        if asked in known:
            answer = known[asked]
            if answer is None:
                raise CircularRelations(
                    f"relation {relation.id!r} undoes what it hangs on; end one of the relations in the circle"
                )
            return answer
        known[asked] = None
        answer = (
            relation.period.covers(day)
            and not self._undone(relation, day, known)
            and not (relation.actor and self._powerless(relation.actor, day, known))
        )
        known[asked] = answer
        return answer

    def _undone(self, relation: Relation, day: date, known: _Known) -> bool:
        restores = self.on_target.get(Ref("relation", relation.id), ())
        # Not `any`, here and below: all are asked, so that a circle is refused in whatever order its relations were entered.
        return True in [self._acts(other, day, known) for other in restores]

    def _powerless(self, actor: Ref, day: date, known: _Known) -> bool:
        """Whether the provision that makes a relation is stayed on `day` or was void from its first day."""
        first = self.actors[actor].period.start or _FIRST
        on_actor = self.on_target.get(actor, ())
        stayed = [self._acts(other, day, known) for other in on_actor if other.kind is RelationKind.STAY]
        # An actor that ends later had its effect, and what it replaced stays out; one void from its first day never had any.
        void = [
            self._acts(other, max(day, first), known)
            for other in on_actor
            if other.kind is RelationKind.END and (other.period.start or _FIRST) <= first
        ]
        return True in stayed or True in void

    def _out(self, target: Ref, acts: frozenset[int | str]) -> bool:
        return any(
            relation.id in acts
            and (relation.kind in _REMOVING or (relation.kind is RelationKind.EXCEPT and relation.scope is Scope.WHOLE))
            for relation in self.on_target.get(target, ())
        )

    def _periods(self, merged: list[_Day], days: list[_Day]) -> Iterator[StatusPeriod]:
        if len(merged) == 1:
            yield StatusPeriod(_ALWAYS, days[0].content, days[0].basis)
            return
        # What opens a row is read from the interval just before it, not from the merged row, whose relations may have moved since.
        before = {day.start: earlier for earlier, day in pairwise(days)}
        latest = [None, *(self._latest(before[day.start], day) for day in merged[1:])]
        for index, day in enumerate(merged):
            last = index + 1 == len(merged)
            period = Period(
                None if index == 0 else day.start,
                None if last else merged[index + 1].start,
                latest[index],
                None if last else latest[index + 1],
            )
            opened = OpenedBy.ORIGIN if index == 0 else self._opened_by(before[day.start], day)
            yield StatusPeriod(period, day.content, day.basis, opened)

    def _latest(self, before: _Day, after: _Day) -> date:
        """The last possible day of the boundary at `after.start`: the latest of the days that make it."""
        start = after.start
        days = [start]
        changed = before.content.inputs ^ after.content.inputs
        moved = before.acting ^ after.acting if self._moved_by_relations(before, after) else frozenset()
        for ref, period in self._dated():
            if ref in changed or (ref.kind == "relation" and ref.id in moved):
                if period.start == start:
                    days.append(period.start_latest or start)
                if period.end == start:
                    days.append(period.end_latest or start)
        return max(days)

    def _dated(self) -> Iterator[tuple[Ref, Period]]:
        record = self.record
        for kind, rows in (
            ("provision", record.provisions),
            ("assertion", record.assertions),
            ("finding", record.findings),
            ("position", record.positions),
            ("relation", record.relations),
        ):
            for row in rows:
                yield Ref(kind, row.id), row.period

    def _opened_by(self, before: _Day, after: _Day) -> OpenedBy:
        if self._moved_by_relations(before, after):
            stays = {row.id for row in self.record.relations if row.kind is RelationKind.STAY}
            if stays & (after.acting - before.acting):
                return OpenedBy.STAY
            return OpenedBy.STAY_LIFTED if stays & (before.acting - after.acting) else OpenedBy.LAW
        periods = dict(self._dated())
        begun = {ref.kind for ref in after.content.inputs - before.content.inputs if periods[ref].start == after.start}
        if begun - {"finding"}:
            return OpenedBy.LAW
        ended = {ref.kind for ref in before.content.inputs - after.content.inputs if periods[ref].end == after.start}
        return OpenedBy.OWN_END if ended & {"provision", "position"} else OpenedBy.CHECK

    def _moved_by_relations(self, before: _Day, after: _Day) -> bool:
        """Whether a relation that begins or ceases to act moves a statement that is in force by its own dates."""
        moved = before.acting ^ after.acting
        inputs = before.content.inputs ^ after.content.inputs
        periods = dict(self._dated()) if moved else {}
        return any(
            row.id in moved
            and (row.target in inputs or (row.kind is RelationKind.EXCEPT and row.target in after.content.inputs))
            and periods[row.target].covers(after.start)
            for row in self.record.relations
            if row.kind is not RelationKind.RESTORE
        )


def _basis(content: Content, provisions: Sequence[Provision], assertions: Sequence[Assertion]) -> DateBasis:
    """The date basis of the statement in `content` that began last; all standing provisions are in it."""
    asserted = (row for row in assertions if Ref("assertion", row.id) in content.inputs)
    standing: list[Provision | Assertion] = [*provisions, *asserted]
    last = rules.latest(standing)
    return last.date_basis if last else DateBasis.IN_FORCE

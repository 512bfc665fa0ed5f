"""Builds the facts of an edition from the record of its period, and proves that its numbers are those of its items (DESIGN §8). Pure.

The same record of a period always gives the same facts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.atlas import changes, rows
from tracker.atlas.changes import Move
from tracker.atlas.rows import DayView
from tracker.codebook import Codebook
from tracker.domain.contract import SCHEMA_VERSION
from tracker.domain.vocabulary import (
    Cause,
    ChangeKind,
    Confidence,
    DateBasis,
    FoodLaw,
    LinkType,
    Significance,
    Status,
)
from tracker.errors import Problem
from tracker.history import words
from tracker.history.period import PeriodRecord
from tracker.history.words import Labels, group_of
from tracker.reports import actions, coverage, items, upcoming, wording
from tracker.reports.items import Moves
from tracker.reports.model import BottomLine, Edition, Item, Loaded, Masthead, Numbers, json_value

_DEFINED: tuple[type[StrEnum], ...] = (Status, ChangeKind, Significance, Cause, FoodLaw, Confidence, DateBasis, LinkType)


class Unreconciled(Problem):
    """A number of an edition is not the count of its items; the edition is not published."""


@dataclass(frozen=True)
class Boundaries:
    """The boundaries to come, by what makes them."""

    enacted: tuple[Item, ...]
    sunsets: tuple[Item, ...]
    checks: tuple[Item, ...]

    @property
    def all(self) -> tuple[Item, ...]:
        return (*self.enacted, *self.sunsets, *self.checks)


def build(record: PeriodRecord, codebook: Codebook, program_version: str) -> Edition:
    """The facts of one edition. Raises Unreconciled."""
    labels, definitions = Labels(codebook, record.places), _definitions(codebook)
    moved = items.moves(record, labels)
    to_come = _boundaries(record, labels, moved)
    ahead = upcoming.Ahead(record, labels, to_come.all)
    could = ahead.could_change()
    covered = coverage.coverage(record, labels, moved.check_due)
    steps, older = actions.steps(record, labels)
    before = DayView(labels, record.before)
    after = DayView(labels, record.after, rows.not_checked_recently(record.sources, record.places))
    numbers = _count(moved.law, to_come.enacted, moved.corrections, len(moved.first), len(could))
    edition = Edition(
        masthead=_masthead(record, codebook, program_version),
        bottom_line=BottomLine(
            wording.sentences(record.window, numbers, moved.law, could, covered.watched),
            numbers,
            wording.watched(covered.watched),
        ),
        in_force=moved.law,
        enacted=to_come.enacted,
        sunsets=to_come.sunsets,
        stays=upcoming.stays(record, labels),
        to_check=_to_check(to_come),
        corrections=moved.corrections,
        method_changes=moved.method,
        could_change=could,
        actions=steps,
        older_steps=older,
        source_notes=actions.source_notes(record, labels),
        coverage=covered,
        calendar=ahead.calendar(),
        loaded=_loaded(record, labels, moved),
        standing=rows.status_counts(after, sorted(codebook.substances, key=labels.rank)),
        maps=changes.of_period(before, after, [_move(it) for it in moved.law if it.counted]),
        definitions=definitions,
    )
    reconcile(edition)
    return edition


def _move(it: Item) -> Move:
    return Move(it.place.code, it.substance.code, it.day, it.recorded_at, it.before.status, it.after.status)


def to_json(edition: Edition) -> str:
    """The facts as canonical JSON: sorted keys, UTF-8, one line feed at the end."""
    told = {"schema_version": SCHEMA_VERSION} | json_value(edition)
    return json.dumps(told, default=json_value, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def reconcile(edition: Edition) -> None:
    """Prove that every number is the count of its items. Raises Unreconciled, which names the number."""
    numbers = edition.bottom_line.numbers
    counted = _count(
        edition.in_force, edition.enacted, edition.corrections, edition.loaded.first_recorded, len(edition.could_change)
    )
    changed = {(it.place.code, it.substance.code) for it in edition.in_force if it.counted}
    shown = {(code, drawn.substance.code) for drawn in edition.maps for code in drawn.changed}
    seen = edition.coverage
    checks = {
        "the bottom line": (numbers, counted),
        "first recorded, by group": (edition.loaded.first_recorded, sum(edition.loaded.changes.values())),
        "sources checked": (seen.checked, seen.unchanged + seen.changed + seen.unreachable),
        "sources": (len(seen.sources), seen.checked + seen.not_checked),
        "the change maps": (shown - changed, set()),
        "jurisdictions watched": (
            sum(share.part for share in seen.watched),
            len({s.place.code for s in seen.sources if s.working and s.official and s.place.group in coverage.WATCHED_GROUPS}),
        ),
    }
    for row in edition.standing:
        checks[f"{row.substance.code} in {row.label}"] = (row.whole, sum(row.counts.values()) + row.contested)
    for name, (one, two) in checks.items():
        if one != two:
            raise Unreconciled(
                f"the numbers of {name} do not agree: {one} is said, {two} is counted; the edition is not published"
            )


def _count(in_force: Iterable[Item], enacted: Iterable[Item], corrected: Iterable[Item], first: int, could: int) -> Numbers:
    return Numbers(
        in_force=sum(it.counted for it in in_force),
        enacted_for_later=sum(it.new for it in enacted),
        corrected=sum(1 for _ in corrected),
        first_recorded=first,
        could_change=could,
    )


def _boundaries(record: PeriodRecord, labels: Labels, moved: Moves) -> Boundaries:
    coming = items.coming(record, labels)
    by_law = [it for it in coming if it.kind.code not in (ChangeKind.EXPIRED, ChangeKind.CHECK_DUE)]
    called_off = items.called_off(moved.enacted, coming, record.window, labels)
    return Boundaries(
        enacted=items.with_news([*by_law, *called_off], moved.enacted, labels),
        sunsets=tuple(it for it in coming if it not in by_law and _sunset(it)),
        checks=tuple(it for it in coming if it not in by_law and not _sunset(it)),
    )


def _sunset(it: Item) -> bool:
    """Whether a rule ends, coded or told by a researched summary; the end of a finding is none."""
    return it.kind.code == ChangeKind.EXPIRED or it.before.status not in (Status.NO_SPECIFIC_LAW, Status.UNKNOWN)


def _to_check(to_come: Boundaries) -> tuple[Item, ...]:
    """What ends by its own terms, or has to be looked for again, within 30 days."""
    ends = sorted((*to_come.sunsets, *to_come.checks), key=lambda it: (it.days_to_go or 0, it.place.name, it.substance.code))
    return tuple(it for it in ends if (it.days_to_go or 0) <= upcoming.SOON)


def _loaded(record: PeriodRecord, labels: Labels, moved: Moves) -> Loaded:
    groups = Counter(group_of(labels.places[change.key.jurisdiction]) for change in moved.first)
    places = Counter(group_of(labels.places[code]) for code in {change.key.jurisdiction for change in moved.first})
    return Loaded(
        changes=dict(sorted(groups.items())),
        jurisdictions=dict(sorted(places.items())),
        statements=record.researched,
        first_recorded=len(moved.first),
        confirmed=moved.confirmed,
    )


def _masthead(record: PeriodRecord, codebook: Codebook, program_version: str) -> Masthead:
    window, period = record.window, record.window.period
    return Masthead(
        name=window.name,
        subject=codebook.subject,
        kind=period.unit.value,
        period=period.name,
        words=words.period(period),
        start=period.start,
        last=period.last,
        zone=window.zone.key,
        known=window.known,
        cut_off_day=window.day,
        open=window.open,
        retrospective=window.retrospective,
        first=window.first,
        record_began=record.began,
        program_version=program_version,
        codebook_version=record.belief.codebook_version,
        rule_version=record.belief.rule_version,
        record_seal=record.belief.seal,
    )


def _definitions(codebook: Codebook) -> dict[str, dict[str, str]]:
    """Label and definition of the terms that an edition uses, by vocabulary."""
    return {
        kind.__name__: {f"{word.value}": f"{codebook.label(word).label}: {codebook.label(word).definition}" for word in kind}
        for kind in _DEFINED
    }

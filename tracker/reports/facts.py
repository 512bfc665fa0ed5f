"""Builds the facts of an edition from the record, as known at K, and proves that its numbers are those of its items (DESIGN §8).

Reads only. The same record, period and K always give the same facts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select

from tracker.codebook import Codebook
from tracker.domain.periods import KnowledgeWindow
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
from tracker.errors import Problem, Refused
from tracker.history import beliefs, words
from tracker.history.places import all_places
from tracker.reports import actions, coverage, items, standing, upcoming, wording
from tracker.reports.items import Moves, Reader
from tracker.reports.model import BottomLine, Edition, Item, Loaded, Masthead, Numbers, plain
from tracker.reports.terms import Terms, group_of
from tracker.store.mapping import statements
from tracker.store.schema import tables as t

_DEFINED: tuple[type[StrEnum], ...] = (Status, ChangeKind, Significance, Cause, FoodLaw, Confidence, DateBasis, LinkType)


class EmptyRecord(Refused):
    """A record without any belief: there is nothing to report; the message says how to fill it."""


class Unreconciled(Problem):
    """A number of an edition is not the count of its items; the edition is not published."""


@dataclass(frozen=True)
class Ahead:
    """The boundaries to come, by what makes them."""

    enacted: tuple[Item, ...]
    sunsets: tuple[Item, ...]
    checks: tuple[Item, ...]

    @property
    def all(self) -> tuple[Item, ...]:
        return (*self.enacted, *self.sunsets, *self.checks)


def record_began(connection: Connection) -> datetime:
    """The instant of the first belief. Raises EmptyRecord."""
    found = beliefs.first(connection)
    if found is None:
        raise EmptyRecord("the record holds nothing yet, so there is nothing to report", "empty_record")
    return found


def build(connection: Connection, codebook: Codebook, program_version: str, window: KnowledgeWindow) -> Edition:
    """The facts of one edition. Raises EmptyRecord."""
    began = record_began(connection)
    reader = Reader(connection, Terms(codebook, all_places(connection)), window)
    moved = items.moves(reader)
    to_come = _ahead(reader, moved)
    covered = coverage.coverage(reader, moved.check_due)
    could = upcoming.could_change(reader, to_come.all)
    steps, older = actions.steps(reader)
    stale = standing.stale_codes(reader)
    before = standing.view(connection, reader.terms, window.period.start - timedelta(days=1), window.last_seen, frozenset())
    after = standing.view(connection, reader.terms, min(window.period.last, window.day), window.last_seen, stale)
    numbers = _count(moved.law, to_come.enacted, moved.corrections, len(moved.first), len(could))
    edition = Edition(
        masthead=_masthead(connection, codebook, program_version, window, began),
        bottom_line=BottomLine(
            wording.sentences(window, numbers, moved.law, could, covered.watched), numbers, wording.watched(covered.watched)
        ),
        in_force=moved.law,
        enacted=to_come.enacted,
        sunsets=to_come.sunsets,
        stays=upcoming.stays(reader),
        to_check=_to_check(to_come),
        corrections=moved.corrections,
        method_changes=moved.method,
        could_change=could,
        actions=steps,
        older_steps=older,
        source_notes=actions.source_notes(reader),
        coverage=covered,
        calendar=upcoming.calendar(reader, to_come.all),
        loaded=_loaded(reader, moved),
        standing=standing.standings(after, sorted(codebook.substances, key=reader.terms.rank)),
        maps=standing.maps(reader, before, after, moved.law),
        definitions=_definitions(codebook),
    )
    reconcile(edition)
    return edition


def to_json(edition: Edition) -> str:
    """The facts as canonical JSON: sorted keys, UTF-8, one line feed at the end."""
    return json.dumps(plain(edition), sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def reconcile(edition: Edition) -> None:
    """Prove that every number is the count of its items. Raises Unreconciled, which names the number."""
    told = edition.bottom_line.numbers
    counted = _count(
        edition.in_force, edition.enacted, edition.corrections, edition.loaded.first_recorded, len(edition.could_change)
    )
    changed = {(it.place.code, it.substance.code) for it in edition.in_force if it.counted}
    shown = {(code, drawn.substance.code) for drawn in edition.maps for code in drawn.changed}
    seen = edition.coverage
    checks = {
        "the bottom line": (told, counted),
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


def _ahead(reader: Reader, moved: Moves) -> Ahead:
    found = items.coming(reader)
    by_law = [it for it in found if it.kind.code not in (ChangeKind.EXPIRED, ChangeKind.CHECK_DUE)]
    return Ahead(
        enacted=items.with_news([*by_law, *items.called_off(reader, moved.enacted, found)], moved.enacted, reader.terms),
        sunsets=tuple(it for it in found if it not in by_law and _sunset(it)),
        checks=tuple(it for it in found if it not in by_law and not _sunset(it)),
    )


def _sunset(it: Item) -> bool:
    """Whether a rule ends, coded or told by a researched summary; the end of a finding is none."""
    return it.kind.code == ChangeKind.EXPIRED or it.before.status not in (Status.NO_SPECIFIC_LAW, Status.UNKNOWN)


def _to_check(to_come: Ahead) -> tuple[Item, ...]:
    """What ends by its own terms, or has to be looked for again, within 30 days."""
    ends = sorted((*to_come.sunsets, *to_come.checks), key=lambda it: (it.days_to_go or 0, it.place.name, it.substance.code))
    return tuple(it for it in ends if (it.days_to_go or 0) <= upcoming.SOON)


def _loaded(reader: Reader, moved: Moves) -> Loaded:
    groups = Counter(group_of(reader.terms.places[change.key.jurisdiction]) for change in moved.first)
    places = Counter(group_of(reader.terms.places[code]) for code in {change.key.jurisdiction for change in moved.first})
    return Loaded(
        changes=dict(sorted(groups.items())),
        jurisdictions=dict(sorted(places.items())),
        statements=_statements(reader),
        first_recorded=len(moved.first),
        confirmed=moved.confirmed,
    )


def _statements(reader: Reader) -> dict[str, int]:
    """How many statements research brought in, by kind."""
    window, found = reader.window, {}
    for kind, table in statements.TABLES.items():
        query = (
            select(func.count())
            .select_from(table.join(t.belief, t.belief.c.id == table.c.belief))
            .where(
                t.belief.c.cause == Cause.RESEARCH,
                table.c.recorded_from >= window.loaded_since,
                table.c.recorded_from < window.loaded_until,
            )
        )
        if number := reader.connection.execute(query).scalar_one():
            found[kind] = number
    return found


def _masthead(
    connection: Connection, codebook: Codebook, program_version: str, window: KnowledgeWindow, began: datetime
) -> Masthead:
    table = t.belief
    last = connection.execute(
        select(table).where(table.c.recorded_at <= window.last_seen).order_by(table.c.recorded_at.desc()).limit(1)
    ).one()
    return Masthead(
        name=window.name,
        subject=codebook.subject,
        kind=window.period.unit.value,
        period=window.period.name,
        words=words.period(window.period),
        start=window.period.start,
        last=window.period.last,
        zone=window.zone.key,
        known=window.known,
        cut_off_day=window.day,
        open=window.open,
        retrospective=window.retrospective,
        first=window.first,
        record_began=began,
        program_version=program_version,
        codebook_version=last.codebook_version,
        rule_version=last.rule_version,
        record_seal=last.seal,
    )


def _definitions(codebook: Codebook) -> dict[str, dict[str, str]]:
    """Label and definition of the terms that an edition uses, by vocabulary."""
    return {
        kind.__name__: {f"{word.value}": f"{codebook.label(word).label}: {codebook.label(word).definition}" for word in kind}
        for kind in _DEFINED
    }

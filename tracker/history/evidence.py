"""What answers and changes rest on: statements, with the act that made each and the archived response that it was taken from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import Cause
from tracker.history import status
from tracker.history.changes import Change
from tracker.store import lookup
from tracker.store.mapping import statements
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t

DayOrInterval = tuple[date | None, date | None]
"""A first possible day and the last; both None where the start is unknown."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A provision, relation, assertion, finding or position by its row; `act` is the row of its instrument."""

    ref: Ref
    row: Any
    act: Any | None
    capture: Any | None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a change rests on: the status row before it (None at the open past) and the statements that make it.

    `overtaken`: the record at the instant that was asked about says another headline about the day.
    """

    change: Change
    before: Any | None
    statements: tuple[Statement, ...]
    overtaken: bool


def grounds(connection: Connection, changes: Sequence[Change], known: datetime) -> list[Grounds]:
    """What each of `changes` rests on, in their order, in the record that shows it and at the latest at `known`."""
    # Each change is shown by the record of its own instant; those of one belief share theirs, so they are read together.
    by_instant: dict[datetime, list[Change]] = defaultdict(list)
    for change in changes:
        by_instant[_instant_of(change, known)].append(change)
    records = {instant: _RecordThen(connection, shown, instant) for instant, shown in by_instant.items()}
    rows = {ref: row for record in records.values() for ref, row in record.making.items()}
    whole = with_sources(connection, rows)
    now = _timelines(connection, {change.key for change in changes}, known)
    grounds = []
    for change in changes:
        record = records[_instant_of(change, known)]
        made_by = tuple(whole[ref] for ref in sorted(record.refs[change]))
        today = status.answer(change.key, change.day or date.min, now.get(change.key, ()))
        grounds.append(Grounds(change, record.before(change), made_by, today.status != change.after))
    return grounds


def _instant_of(change: Change, known: datetime) -> datetime:
    """The instant whose record shows a change; one that is learnt later is taken from the record at `known`."""
    return known if change.retrospective or change.recorded_at > known else change.known


class _RecordThen:
    """The record of some keys as held at one instant, with the statements that make the changes which it shows."""

    def __init__(self, connection: Connection, changes: Sequence[Change], known: datetime) -> None:
        keys = {change.key for change in changes}
        self.lines = _timelines(connection, keys, known)
        self.held = statements.load(connection, keys, known)
        before = (row for change in changes if (row := self.before(change)) is not None)
        inputs = _inputs(connection, {row.id for row in (*before, *(change.row for change in changes))})
        self.refs = {change: self._refs(change, inputs) for change in changes}
        self.making = {ref: self.held.rows[ref] for refs in self.refs.values() for ref in refs}

    def before(self, change: Change) -> Any | None:
        """The status row that ends where the change begins."""
        line = self.lines.get(change.key, ())
        return next((row for row in line if change.day is not None and row.valid_to == change.day), None)

    def _refs(self, change: Change, inputs: Mapping[int, frozenset[Ref]]) -> frozenset[Ref]:
        """The statements that come with the boundary and what acts on them; where none come, those that go."""
        row = self.before(change)
        new, old = inputs[change.row.id], inputs[row.id] if row is not None else frozenset()
        # Relations of other keys were read with them; only those that bear on this key may speak for it.
        on_key = [Ref("relation", made.id) for made in self.held.records[change.key].relations]
        acting = {ref for ref in on_key if _acts(self.held.rows[ref], change.day, old ^ new)}
        refs: frozenset[Ref] = ((new - old) | acting) or (old - new) or new
        return frozenset(ref for ref in refs if ref in self.held.rows)


def _acts(relation: Any, day: date | None, moved: Collection[Ref]) -> bool:
    """Whether a relation of its own (one that no provision makes) moves a statement on the day."""
    target = (
        Ref("provision", relation.target_provision) if relation.target_provision else Ref("assertion", relation.target_assertion)
    )
    # What undoes a relation moves what that one had taken out, which is no input of the row that it names.
    undoes = relation.target_relation is not None
    on_day = day in (relation.valid_from, relation.valid_to)
    return relation.actor_provision is None and on_day and (undoes or target in moved)


def _timelines(connection: Connection, keys: Collection[Key], known: datetime) -> dict[Key, list[Any]]:
    """The status rows of each key, as held at `known`."""
    table = t.status_version
    query = select(table).select_from(lookup.for_keys(table)).where(statements.as_known(table, known))
    by_key: dict[Key, list[Any]] = defaultdict(list)
    for chunk in statements.chunks(keys):
        for row in lookup.fetched(connection, query, keys=lookup.packed(chunk)):
            by_key[Key(row.jurisdiction, row.substance)].append(row)
    return by_key


def _inputs(connection: Connection, rows: Collection[int]) -> Mapping[int, frozenset[Ref]]:
    """The statements from which status rows follow, by the number of the row."""
    link = t.status_input
    refs_of: dict[int, set[Ref]] = {number: set() for number in rows}
    for chunk in statements.chunks(rows):
        query = select(link).where(lookup.among(link.c.status_version))
        for row in connection.execute(query, {"numbers": lookup.packed(chunk)}):
            refs_of[row.status_version].add(Ref(row.kind, row.ref))
    return {number: frozenset(refs) for number, refs in refs_of.items()}


def with_sources(connection: Connection, rows: Mapping[Ref, Any]) -> dict[Ref, Statement]:
    """Statements by their rows, each with its act and its archived response."""
    acts = _acts_by_key(connection, {key for row in rows.values() if (key := getattr(row, "instrument", None))})
    archived = captures(connection, {row.capture for row in rows.values() if row.capture is not None})
    return {
        ref: Statement(ref, row, acts.get(getattr(row, "instrument", None) or ""), archived.get(row.capture))
        for ref, row in rows.items()
    }


def _acts_by_key(connection: Connection, keys: Collection[str]) -> dict[str, Any]:
    by_key: dict[str, Any] = {}
    for chunk in statements.chunks(keys):
        by_key |= {row.key: row for row in connection.execute(select(t.instrument).where(t.instrument.c.key.in_(chunk)))}
    return by_key


def captures(connection: Connection, numbers: Collection[int]) -> dict[int | None, Any]:
    """The rows of archived responses, by row number."""
    by_number: dict[int | None, Any] = {}
    for chunk in statements.chunks(numbers):
        by_number |= {row.id: row for row in connection.execute(select(e.capture).where(e.capture.c.id.in_(chunk)))}
    return by_number


def positions(connection: Connection, day: date, known: datetime) -> dict[Key, DayOrInterval]:
    """Since when the position of general food law that holds on `day` is held, by key."""
    table = t.position
    query = select(table).where(statements.as_known(table, known)).order_by(table.c.valid_from)
    rows = [row for row in connection.execute(query).all() if status.covers_day(row, day)]
    return {Key(row.jurisdiction, row.substance): (row.valid_from, row.valid_from_latest) for row in rows}


def research_counts(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many statements research brought in, in `[since, until)`, by kind; kinds without any are left out."""
    counts = {}
    for kind, table in statements.TABLES.items():
        by_research = table.join(t.belief, t.belief.c.id == table.c.belief)
        recorded = (table.c.recorded_from >= since) & (table.c.recorded_from < until)
        query = select(func.count()).select_from(by_research).where(t.belief.c.cause == Cause.RESEARCH, recorded)
        if number := connection.execute(query).scalar_one():
            counts[kind] = number
    return counts


def new_versions(connection: Connection, since: datetime, until: datetime) -> Mapping[str, int]:
    """How many document versions a live run first captured in `[since, until)`, by source."""
    version, document, observed, run = e.document_version, e.document, e.observation, e.crawl_run
    query = (
        select(document.c.source, version.c.id)
        .join(document, document.c.id == version.c.document)
        .join(observed, observed.c.document_version == version.c.id)
        .join(run, run.c.id == observed.c.run)
        .where(run.c.mode == "live", version.c.captured_at >= since, version.c.captured_at < until)
        .distinct()
    )
    return Counter(row.source for row in connection.execute(query))

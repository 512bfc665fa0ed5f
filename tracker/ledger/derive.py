"""What follows from the statements: status rows closed and opened, and the changes between the old and the new record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import func, select

from tracker.domain import changes, rules, timeline
from tracker.domain.changes import Boundary, Segment
from tracker.domain.dates import civil_day, midnight
from tracker.domain.records import Assertion, Key, Provision, Ref, Relation, StatusPeriod, Timeline
from tracker.domain.vocabulary import Cause
from tracker.ledger.transaction import Transaction
from tracker.store import lookup
from tracker.store.mapping import rows, statements, status_rows
from tracker.store.mapping.rows import Values
from tracker.store.mapping.status_rows import Stored
from tracker.store.schema import tables as t

_ROW = t.status_version
_FIRST = (
    select(_ROW.c.jurisdiction, _ROW.c.substance, func.min(_ROW.c.recorded_from))
    .select_from(lookup.for_keys(_ROW))
    .group_by(_ROW.c.jurisdiction, _ROW.c.substance)
)
_NOTHING = Stored(Timeline(), ())


def restate(tx: Transaction, keys: set[Key], cause: Cause | None) -> tuple[Cause, dict[Key, Sequence[Boundary]]]:
    """Close and open the status rows of `keys` and queue the changes; returns the cause, worked out where none was given."""
    old = status_rows.load(tx.connection, keys)
    held = statements.load(tx.connection, keys, fresh=tx.fresh)
    made_on = _made_on(tx, keys, held)
    # Only the default cause asks for it, and only of keys that an act of this transaction bears on.
    first = {} if cause else _first_recorded(tx, old.keys() & made_on.keys())
    tx.send()  # all is read: the statements are written while the rest is worked out
    lines = {key: timeline.build(held.records[key]) for key in sorted(keys)}
    differing = {key: changes.differences(old.get(key, _NOTHING).timeline, line) for key, line in lines.items()}
    decided = cause or _default_cause(tx.today, differing, made_on, first)
    moved = {
        key: _moved(old.get(key, _NOTHING), line)
        for key, line in lines.items()
        if key not in old or old[key].timeline.periods != line.periods
    }
    # Closed before anything opens: the guard against overlaps looks at the rows that are held.
    tx.close(t.status_version, [row for one in moved.values() for row in one.closing])
    for key, one in moved.items():
        _open(tx, key, one, held)
    tx.send()  # and the status rows, while the changes are named
    boundaries: dict[Key, Sequence[Boundary]] = {}
    for key, one in moved.items():
        _inputs(tx, one)
        boundaries[key] = changes.boundaries(differing[key], one.line, decided, tx.today, made_on.get(key))
        _change(tx, key, one, decided, boundaries[key])
    return decided, boundaries


@dataclass(slots=True)
class _Moved:
    """A key whose status rows change: its new timeline, the row (number, digest) of each period that stays (None: it is to be opened),
    the rows to close, and, when they are opened, the row number of each period."""

    line: Timeline
    kept: Sequence[tuple[int, str] | None]
    closing: Sequence[tuple[int, str]]
    numbers: Sequence[int] = ()


def _moved(before: Stored, line: Timeline) -> _Moved:
    kept = [before.row_of(row) for row in line.periods]
    return _Moved(line, kept, [named for named in before.rows if named not in kept])


def _open(tx: Transaction, key: Key, one: _Moved, held: statements.Held) -> None:
    """Queue the rows of the periods that are new, and number all."""
    one.numbers = [stays[0] if stays else _row(tx, key, row, held) for row, stays in zip(one.line.periods, one.kept, strict=True)]


def _inputs(tx: Transaction, one: _Moved) -> None:
    """Queue the statements from which the new rows follow."""
    for number, period, stays in zip(one.numbers, one.line.periods, one.kept, strict=True):
        for ref in sorted(period.content.inputs) if not stays else ():
            tx.queue(t.status_input, {"status_version": number, "kind": ref.kind, "ref": ref.id})


def _change(tx: Transaction, key: Key, one: _Moved, cause: Cause, boundaries: Sequence[Boundary]) -> None:
    """Queue the change of a key and its boundaries."""
    change: Values = {
        "recorded_at": tx.instant,
        "cause": cause.value,
        "jurisdiction": key.jurisdiction,
        "substance": key.substance,
        "measure": None,
        "source": None,
    }
    boundary_rows = [_boundary(boundary) for boundary in boundaries]
    digest = rows.change_digest(change, boundary_rows)
    number = tx.number(t.change)
    tx.digests[Ref("change", number)] = digest
    # Not sealed: it follows from the beliefs of those rows, and lets a reader fold the changes without them.
    opened = [at for at, stays in zip(one.numbers, one.kept, strict=True) if not stays]
    fold = {"closes": ",".join(str(at) for at, _ in one.closing), "opens": ",".join(map(str, opened))}
    change.update(fold, id=number, belief=tx.belief, digest=digest)
    tx.queue(t.change, change)
    for boundary, row in zip(boundaries, boundary_rows, strict=True):
        at = one.numbers[one.line.periods.index(one.line.at(boundary.day or date.min))]
        row.update(id=tx.number(t.change_boundary), change=number, status_version=at)
        tx.queue(t.change_boundary, row)


def _row(tx: Transaction, key: Key, row: StatusPeriod, held: statements.Held) -> int:
    values = status_rows.values(key, row, held.rows, tx.policy.confidence)
    values["rule_version"] = rules.RULE_VERSION
    latest = row.period.start_latest
    values["comes_at"] = midnight(latest, tx.policy.zone) if latest else None
    digest = rows.status_digest(values, [held.rows[ref].digest for ref in row.content.inputs])
    number = tx.number(t.status_version)
    tx.record(t.status_version, Ref("status", number), values, digest)
    return number


def _made_on(tx: Transaction, keys: set[Key], held: statements.Held) -> dict[Key, date]:
    """For each key the latest day on which an instrument or ruling of this transaction was made, where one is known."""
    new = {ref: held.rows[ref] for ref in tx.made if ref in held.rows}
    days: dict[str, date | None] = {}
    for chunk in statements.chunks({row.instrument for row in new.values() if getattr(row, "instrument", None)}):
        query = select(t.instrument.c.key, t.instrument.c.made_on).where(t.instrument.c.key.in_(chunk))
        days |= {row.key: row.made_on for row in tx.connection.execute(query)}
    made = {ref: tx.made[ref] or days.get(getattr(row, "instrument", None) or "") for ref, row in new.items()}
    if not any(made.values()):
        return {}
    latest: dict[Key, date] = {}
    for key in keys:
        record = held.records[key]
        acting: Iterable[Provision | Assertion | Relation] = chain(
            record.provisions, record.assertions, record.relations, record.actors
        )
        if known := [day for statement in acting if (day := made.get(_ref(statement)))]:
            latest[key] = max(known)
    return latest


def _ref(statement: Provision | Assertion | Relation) -> Ref:
    return Ref(type(statement).__name__.lower(), statement.id)


def _default_cause(
    today: date, differing: Mapping[Key, Sequence[Segment]], made_on: Mapping[Key, date], first: Mapping[Key, date]
) -> Cause:
    """The strongest default cause of the keys: law before record before research."""
    causes = {changes.default_cause(parts, today, made_on.get(key), first.get(key)) for key, parts in differing.items()}
    return next((cause for cause in (Cause.LAW, Cause.RECORD) if cause in causes), Cause.RESEARCH)


def _first_recorded(tx: Transaction, keys: Collection[Key]) -> dict[Key, date]:
    """The civil day on which each key was first recorded."""
    days = {}
    for chunk in statements.chunks(keys):
        for jurisdiction, substance, first in tx.connection.execute(_FIRST, {"keys": lookup.packed(chunk)}).all():
            days[Key(jurisdiction, substance)] = civil_day(first, tx.policy.zone)
    return days


def _boundary(boundary: Boundary) -> Values:
    return {
        "kind": boundary.kind.value,
        "significance": boundary.significance.value,
        "day": boundary.day,
        "day_latest": boundary.latest,
        "before": boundary.before.status.value,
        "after": boundary.after.status.value,
        "before_terms": boundary.before.describe(),
        "after_terms": boundary.after.describe(),
        "found_late": boundary.found_late,
    }

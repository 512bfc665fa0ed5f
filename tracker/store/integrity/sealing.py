"""Seals the rows that no belief seals: codebook, instruments, measures, claims, events, readings, evidence, reviews, editions; and beliefs.

Whoever writes such a row does it with `add` or `alter`, within `session.writing` or `session.gathering`. What one run, belief, edition or
deed wrote becomes a row of `root` as the transaction commits: the digest of each row, behind the seal of the root before. Of a row that
may change, such as a measure, the last root that names it counts; a root that writes a row anew keeps what the row said before, so that
no later writing hides an edit by something else. A migration that gives a sealed table another column seals its rows anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain.vocabulary import RootKind
from tracker.store.integrity.roots import Digests, chained, digest, key, pack, sealed
from tracker.store.mapping.rows import Values
from tracker.store.schema import evidence_tables as e

_PENDING, _LABELS = "roots", "root_labels"
_INSERTS: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(slots=True)
class Label:
    """What a root is of; a deed without a name is named after its tables."""

    kind: RootKind = RootKind.DEED
    name: str = ""


@dataclass(slots=True)
class _Root:
    label: Label
    recorded_at: datetime
    digests: Digests = field(default_factory=lambda: defaultdict(dict))
    before: Digests = field(default_factory=lambda: defaultdict(dict))


@contextmanager
def root(connection: Connection, kind: RootKind = RootKind.DEED, name: str = "") -> Iterator[Label]:
    """What is written meanwhile is a root of its own; its label may be filled in later."""
    label = Label(kind, name)
    connection.info.setdefault(_LABELS, []).append(label)
    try:
        yield label
    finally:
        connection.info[_LABELS].pop()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Meanwhile rows may be added and altered; `close` seals them."""
    connection.info[_PENDING] = []
    try:
        with root(connection):
            yield
    finally:
        del connection.info[_PENDING]


def close(connection: Connection) -> None:
    """Write the roots of this transaction behind the last one. Needs the writer's lock."""
    pending: list[_Root] = connection.info[_PENDING]
    if not pending:
        return
    last = connection.execute(select(e.root.c.id, e.root.c.seal).order_by(e.root.c.id.desc()).limit(1)).first()
    number, before = (last.id, last.seal) if last else (0, "")
    for place, made in enumerate(pending, number + 1):
        values = {"id": place} | _values(made)
        before = chained(before, values)
        connection.execute(insert(e.root).values(**values, seal=before))
    pending.clear()


def _values(made: _Root) -> Values:
    return {
        "kind": made.label.kind.value,
        "name": made.label.name or ", ".join(sorted(made.digests)),
        "recorded_at": made.recorded_at,
        "digests": pack(made.digests),
        "digests_before": pack(made.before),
    }


def add(connection: Connection, table: Table, rows: Sequence[Values], now: datetime) -> Sequence[Row[Any]]:
    """Insert rows, which all name the same columns, and seal them; returns their sealed columns, with the numbers given to them."""
    if not rows:
        return []
    return _note(connection, table, connection.execute(insert(table).returning(*sealed(table)), rows).all(), now)


def add_missing(connection: Connection, table: Table, rows: Sequence[Values], now: datetime) -> Sequence[Row[Any]]:
    """The same, without the rows whose like is there. Where another transaction is writing one, it waits for its end."""
    if not rows:
        return []
    missing = _INSERTS[connection.dialect.name](table).on_conflict_do_nothing().returning(*sealed(table))
    return _note(connection, table, connection.execute(missing, rows).all(), now)


def alter(connection: Connection, table: Table, which: ColumnElement[bool], values: Values, now: datetime) -> None:
    """Update the rows that `which` picks and seal what they said before and what they say from now on."""
    held = connection.execute(select(*sealed(table)).where(which)).all()
    changed = update(table).where(which).values(**values).returning(*sealed(table))
    _note(connection, table, connection.execute(changed).all(), now, held)


def _note(
    connection: Connection, table: Table, written: Sequence[Row[Any]], now: datetime, held: Sequence[Row[Any]] = ()
) -> Sequence[Row[Any]]:
    for row in held:
        said = row._asdict()
        made, named = _current(connection, now), key(table, said)
        if named not in made.digests[table.name]:
            made.before[table.name][named] = digest(table.name, said)
    for row in written:
        note(connection, table, row._asdict(), now)
    return written


def note(connection: Connection, table: Table, row: Values, now: datetime) -> None:
    """Seal a row that was written; `row` has all its sealed columns."""
    _current(connection, now).digests[table.name][key(table, row)] = digest(table.name, row)


def _current(connection: Connection, now: datetime) -> _Root:
    """The root that is being written; another begins where the label is another, so that roots stay in the order of writing."""
    pending: list[_Root] | None = connection.info.get(_PENDING)
    if pending is None:
        raise RuntimeError("sealed rows are written within store.session.writing or gathering")
    label = connection.info[_LABELS][-1]
    if not pending or pending[-1].label is not label:
        pending.append(_Root(label, now))
    return pending[-1]

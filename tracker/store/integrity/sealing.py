"""Seals the rows that no belief seals: codebook, instruments, measures, claims, events, readings, evidence, reviews, editions; and beliefs.

Whoever writes such a row does it with `add` or `alter`, within `session.writing` or `session.gathering`. What one run, belief, edition or
deed wrote becomes a row of `root` as the transaction commits: the digest of each row, behind the seal of the root before. Of a row that
may change, such as a measure, the last root that names it counts; a root that writes a row anew keeps what the row said before, so that
no later writing hides an edit by something else. A migration that gives a sealed table another column seals its rows anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain.vocabulary import RootKind
from tracker.store.bulk import add_all
from tracker.store.integrity.roots import chained, digest, key, pack, sealed
from tracker.store.mapping.rows import Values
from tracker.store.schema import evidence_tables as e
from tracker.store.writer import Label, Root, Writer

_LAST = select(e.root.c.id, e.root.c.seal).order_by(e.root.c.id.desc()).limit(1)
_INSERTS: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@contextmanager
def root(writer: Writer, kind: RootKind = RootKind.DEED, name: str = "") -> Iterator[Label]:
    """What is written meanwhile is a root of its own; its label may be filled in later."""
    label = Label(kind, name)
    writer.labels.append(label)
    try:
        yield label
    finally:
        writer.labels.pop()


def close(writer: Writer) -> None:
    """Write the roots of this transaction behind the last one. Needs the writer's lock."""
    if not writer.roots:
        return
    last = writer.connection.execute(_LAST).first()
    number, before = (last.id, last.seal) if last else (0, "")
    made: list[Values] = []
    for place, one in enumerate(writer.roots, number + 1):
        values = {"id": place} | _values(one)
        before = chained(before, values)
        made.append(values | {"seal": before})
    add_all(writer.connection, e.root, made)
    writer.roots.clear()


def _values(made: Root) -> Values:
    return {
        "kind": made.label.kind.value,
        "name": made.label.name or ", ".join(sorted(made.digests)),
        "recorded_at": made.recorded_at,
        "digests": pack(made.digests),
        "digests_before": pack(made.before),
    }


def add(writer: Writer, table: Table, rows: Sequence[Values]) -> Sequence[Row[Any]]:
    """Insert rows, which all name the same columns, and seal them; returns their sealed columns, with the numbers given to them."""
    if not rows:
        return []
    return _note(writer, table, writer.connection.execute(insert(table).returning(*sealed(table)), rows).all())


def add_missing(writer: Writer, table: Table, rows: Sequence[Values]) -> Sequence[Row[Any]]:
    """The same, without the rows whose like is there. Where another transaction is writing one, it waits for its end."""
    if not rows:
        return []
    missing = _INSERTS[writer.connection.dialect.name](table).on_conflict_do_nothing().returning(*sealed(table))
    return _note(writer, table, writer.connection.execute(missing, rows).all())


def alter(writer: Writer, table: Table, which: ColumnElement[bool], values: Values) -> None:
    """Update the rows that `which` picks and seal what they said before and what they say from now on."""
    held = writer.connection.execute(select(*sealed(table)).where(which)).all()
    changed = update(table).where(which).values(**values).returning(*sealed(table))
    _note(writer, table, writer.connection.execute(changed).all(), held)


def _note(writer: Writer, table: Table, written: Sequence[Row[Any]], held: Sequence[Row[Any]] = ()) -> Sequence[Row[Any]]:
    for row in held:
        before = row._asdict()
        made, named = _current(writer), key(table, before)
        if named not in made.digests[table.name]:
            made.before[table.name][named] = digest(table.name, before)
    for row in written:
        note(writer, table, row._asdict())
    return written


def note(writer: Writer, table: Table, row: Values) -> None:
    """Seal a row that was written; `row` has all its sealed columns."""
    _current(writer).digests[table.name][key(table, row)] = digest(table.name, row)


def _current(writer: Writer) -> Root:
    """The root that is being written; another begins where the label is another, so that roots stay in the order of writing."""
    label = writer.labels[-1]
    if not writer.roots or writer.roots[-1].label is not label:
        writer.roots.append(Root(label, writer.now))
    return writer.roots[-1]

"""What is believed against its seals: statements, status rows and changes. The chain of beliefs is checked by `chain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, FromClause, Select, Table, and_, func, select

from tracker.store.mapping import rows, statements
from tracker.store.schema import tables as t
from tracker.store.streams import Hanging, in_order, streamed
from tracker.verify.problem import Problem, name_of

_IDENTITY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")
_PERIOD = ("jurisdiction", "substance", "valid_from", "valid_to", "recorded_from", "recorded_to")
_KEY = ("belief", "jurisdiction", "substance")
_TARGETS = {name: f"target_{name}" for name in ("provision", "assertion", "relation")}


def held(connection: Connection) -> Iterator[Problem]:
    """Every statement, status row and change against its digest."""
    for table in (t.assertion, t.finding, t.position):
        yield from _differing(connection, table, partial(rows.digest, table.name))
    yield from _provisions(connection)
    yield from _relations(connection)
    yield from _status_rows(connection)
    yield from _changes(connection)
    yield from _folds(connection)


def _differing(connection: Connection, table: Table, digest: Callable[[Mapping[str, Any]], str]) -> Iterator[Problem]:
    for row in streamed(connection, select(table).order_by(table.c.id)):
        if digest(row._asdict()) != row.digest:
            yield Problem("row", name_of(table.name, row), "what it says does not give its digest")


def _provisions(connection: Connection) -> Iterator[Problem]:
    version, key, limit = t.provision_version, t.provision, t.provision_limit
    limits = Hanging(
        streamed(connection, select(limit).order_by(limit.c.provision_version, limit.c.id)), attrgetter("provision_version")
    )
    unversioned = select(key.c.id).where(~select(version.c.id).where(version.c.provision == key.c.id).exists())
    for row in streamed(connection, unversioned.order_by(key.c.id)):
        yield Problem("row", f"provision {row.id}", "it has no version: nothing was coded under it")
    identity = [key.c[name].label(f"of_{name}") for name in _IDENTITY]
    # a version whose key points nowhere is told as that
    for row in streamed(connection, select(version, *identity).join(key, key.c.id == version.c.provision).order_by(version.c.id)):
        said = [getattr(row, f"of_{name}") for name in _IDENTITY]
        if rows.provision_digest(row._asdict(), said, [one._asdict() for one in limits.of(row.id)]) != row.digest:
            what = f"provision_version {row.id}, {row.of_jurisdiction} {row.of_substance}"
            yield Problem("row", what, "what it says, its key or its limits do not give its digest")


def _relations(connection: Connection) -> Iterator[Problem]:
    for row in streamed(connection, _with_what_they_name()):
        acts_on = [kind for kind in _TARGETS if getattr(row, _TARGETS[kind]) is not None]
        target = " ".join(getattr(row, f"{kind}_digest") or "" for kind in acts_on)
        if rows.relation_digest(row._asdict(), target, row.actor_digest or "") != row.digest:
            told = ", ".join(f"{kind} {getattr(row, _TARGETS[kind])}" for kind in acts_on)
            yield Problem("row", f"relation {row.id} on {told}", "what it says or names does not give its digest")


def _with_what_they_name() -> Select[Any]:
    """The relations, with the digests of what they act on and of what acts."""
    relation, actor = t.relation, t.provision_version.alias()
    targets = {"provision": t.provision_version, "assertion": t.assertion, "relation": t.relation.alias()}
    joined: FromClause = relation.outerjoin(actor, actor.c.id == relation.c.actor_provision)
    for kind, table in targets.items():
        joined = joined.outerjoin(table, table.c.id == relation.c[_TARGETS[kind]])
    digests = [table.c.digest.label(f"{kind}_digest") for kind, table in ({"actor": actor} | targets).items()]
    return select(relation, *digests).select_from(joined).order_by(relation.c.id)


def _status_rows(connection: Connection) -> Iterator[Problem]:
    inputs = Hanging(streamed(connection, _inputs()), attrgetter("status_version"))

    def digest(row: Mapping[str, Any]) -> str:
        return rows.status_digest(row, [one.digest or "" for one in inputs.of(row["id"])])

    yield from _differing(connection, t.status_version, digest)


def _inputs() -> Select[Any]:
    """What status rows follow from, with the digest that each statement bears."""
    hanging = t.status_input
    joined: FromClause = hanging
    for kind, table in statements.TABLES.items():
        joined = joined.outerjoin(table, and_(hanging.c.kind == kind, table.c.id == hanging.c.ref))
    digest = func.coalesce(*(table.c.digest for table in statements.TABLES.values()))
    return select(hanging.c.status_version, digest.label("digest")).select_from(joined).order_by(hanging.c.status_version)


def _changes(connection: Connection) -> Iterator[Problem]:
    boundaries = Hanging(streamed(connection, _boundaries()), attrgetter("change"))
    for row in streamed(connection, select(t.change).order_by(t.change.c.id)):
        its_own = list(boundaries.of(row.id))
        if rows.change_digest(row._asdict(), [one._asdict() for one in its_own]) != row.digest:
            yield Problem("row", _told(row), "what it says or its boundaries do not give its digest")
        for boundary in its_own:
            if not (_covers(boundary, row) if row.belief is not None else boundary.status_version is None):
                detail = f"change_boundary {boundary.id} does not name the status row that covers its day"
                yield Problem("row", _told(row), detail)


def _told(change: Any) -> str:
    about = " ".join(str(word) for word in (change.jurisdiction, change.substance, change.source) if word)
    return f"change {change.id}, {about}" + (f", measure {change.measure}" if change.measure else "")


def _boundaries() -> Select[Any]:
    """The boundaries of changes with the periods of the status rows that they name."""
    boundary, row = t.change_boundary, t.status_version
    periods = [row.c[name].label(f"row_{name}") for name in _PERIOD]
    joined = boundary.outerjoin(row, row.c.id == boundary.c.status_version)
    return select(boundary, *periods).select_from(joined).order_by(boundary.c.change, boundary.c.id)


def _covers(boundary: Any, change: Any) -> bool:
    """Whether the status row that a boundary names covers its day in the record that the change made of its key."""
    if boundary.row_recorded_from is None:
        return False
    day, ends = boundary.day or date.min, boundary.row_recorded_to
    held = boundary.row_recorded_from <= change.recorded_at and (ends is None or change.recorded_at < ends)
    valid = (boundary.row_valid_from or date.min) <= day and (boundary.row_valid_to is None or day < boundary.row_valid_to)
    return held and valid and (boundary.row_jurisdiction, boundary.row_substance) == (change.jurisdiction, change.substance)


def _folds(connection: Connection) -> Iterator[Problem]:
    """Every change of a belief against the status rows that it closes and opens."""
    opened, closed = (_status_rows_by(connection, way) for way in ("belief", "belief_closed"))
    change = t.change
    order = [in_order(connection, change.c[name]) for name in _KEY]
    for row in streamed(connection, select(change).where(change.c.belief.is_not(None)).order_by(*order, change.c.id)):
        key = (row.belief, row.jurisdiction or "", row.substance or "")
        if not (_same(row.closes, closed.of(key)) and _same(row.opens, opened.of(key))):
            yield Problem("row", _told(row), "it does not name the status rows that its belief closes and opens")


def _status_rows_by(connection: Connection, way: str) -> Hanging:
    """The numbers of status rows by the belief that opened or closed them, and by key."""
    row = t.status_version.c
    key = (row[way], row.jurisdiction, row.substance)
    query = select(row.id, *key).where(row[way].is_not(None)).order_by(*(in_order(connection, column) for column in key))
    return Hanging(streamed(connection, query), lambda found: tuple(found[1:]))


def _same(text: str, found: Iterator[Any]) -> bool:
    return sorted(statements.words(text)) == sorted(str(row.id) for row in found)

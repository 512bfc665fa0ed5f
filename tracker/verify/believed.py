"""What is believed against its seals: statements, status rows, changes, and the chain of beliefs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from tracker.domain.records import Ref
from tracker.ledger import belief_seal
from tracker.store.integrity import soundness
from tracker.store.mapping import rows, statements
from tracker.store.schema import tables as t
from tracker.verify.problem import Problem, name_of

_CLOSING = ("recorded_from", "belief"), ("recorded_to", "belief_closed")
BITEMPORAL = {**statements.TABLES, "status": t.status_version}
_PERIODS = [
    t.status_version.c[name]
    for name in (
        "id",
        "jurisdiction",
        "substance",
        "valid_from",
        "valid_to",
        "recorded_from",
        "recorded_to",
        "belief",
        "belief_closed",
    )
]
_IDENTITY = ("jurisdiction", "substance", "conduct", "instrument", "pinpoint")


def held(connection: Connection) -> Iterator[Problem]:
    """Every statement, status row and change against its digest."""
    yield from _differing("assertion", connection.execute(select(t.assertion)), lambda row: rows.digest("assertion", row))
    yield from _differing("finding", connection.execute(select(t.finding)), lambda row: rows.digest("finding", row))
    yield from _differing("position", connection.execute(select(t.position)), lambda row: rows.digest("position", row))
    yield from _provisions(connection)
    digests = _digests(connection)
    yield from _relations(connection, digests)
    yield from _status_rows(connection, digests)
    yield from _changes(connection)


def _differing(table: str, found: Iterable[Any], digest: Callable[[Mapping[str, Any]], str]) -> Iterator[Problem]:
    for row in found:
        if digest(row._asdict()) != row.digest:
            yield Problem("row", name_of(table, row), "what it says does not give its digest")


def _provisions(connection: Connection) -> Iterator[Problem]:
    limits: dict[int, list[Any]] = defaultdict(list)
    for limit in connection.execute(select(t.provision_limit).order_by(t.provision_limit.c.id)):
        limits[limit.provision_version].append(limit._asdict())
    identities = {row.id: row for row in connection.execute(select(t.provision))}
    versions = connection.execute(select(t.provision_version)).all()
    for number in sorted(identities.keys() - {row.provision for row in versions}):
        yield Problem("row", f"provision {number}", "it has no version: nothing was coded under it")
    for row in versions:
        key = identities.get(row.provision)
        if key is None:
            continue  # told as a key that points nowhere
        identity = [getattr(key, name) for name in _IDENTITY]
        if rows.provision_digest(row._asdict(), identity, limits[row.id]) != row.digest:
            what = f"provision_version {row.id}, {key.jurisdiction} {key.substance}"
            yield Problem("row", what, "what it says, its key or its limits do not give its digest")


def _digests(connection: Connection) -> dict[Ref, str]:
    """The digest that each statement bears."""
    return {
        Ref(kind, row.id): row.digest
        for kind, table in statements.TABLES.items()
        for row in connection.execute(select(table.c.id, table.c.digest))
    }


def _relations(connection: Connection, digests: Mapping[Ref, str]) -> Iterator[Problem]:
    for row in connection.execute(select(t.relation)):
        columns = ("target_provision", "target_assertion", "target_relation", "actor_provision")
        named = {
            column: Ref(column.partition("_")[2], found) for column in columns if (found := getattr(row, column)) is not None
        }
        actor = named.pop("actor_provision", None)
        target = " ".join(digests.get(ref, "") for ref in named.values())
        if rows.relation_digest(row._asdict(), target, digests.get(actor, "") if actor else "") != row.digest:
            told = ", ".join(f"{ref.kind} {ref.id}" for ref in named.values())
            yield Problem("row", f"relation {row.id} on {told}", "what it says or names does not give its digest")


def _status_rows(connection: Connection, digests: Mapping[Ref, str]) -> Iterator[Problem]:
    inputs: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(t.status_input)):
        inputs[row.status_version].append(digests.get(Ref(row.kind, row.ref), ""))
    found = connection.execute(select(t.status_version))
    yield from _differing("status_version", found, lambda row: rows.status_digest(row, inputs[row["id"]]))


def _changes(connection: Connection) -> Iterator[Problem]:
    boundaries: dict[int, list[Any]] = defaultdict(list)
    for boundary in connection.execute(select(t.change_boundary).order_by(t.change_boundary.c.id)):
        boundaries[boundary.change].append(boundary._asdict())
    status_rows = {row.id: row for row in connection.execute(select(*_PERIODS))}
    folds = _folds(status_rows.values())
    for row in connection.execute(select(t.change).order_by(t.change.c.id)):
        about = " ".join(str(word) for word in (row.jurisdiction, row.substance, row.source) if word)
        what = f"change {row.id}, {about}" + (f", measure {row.measure}" if row.measure else "")
        if rows.change_digest(row._asdict(), boundaries[row.id]) != row.digest:
            yield Problem("row", what, "what it says or its boundaries do not give its digest")
        closed, opened = (folds[row.belief, row.jurisdiction, row.substance, way] for way in ("belief_closed", "belief"))
        if row.belief is not None and not (_same(row.closes, closed) and _same(row.opens, opened)):
            yield Problem("row", what, "it does not name the status rows that its belief closes and opens")
        for boundary in boundaries[row.id]:
            told = boundary["status_version"]
            known = told in status_rows and _covers(status_rows[told], row, boundary["day"] or date.min)
            if not (known if row.belief is not None else told is None):
                yield Problem("row", what, f"change_boundary {boundary['id']} does not name the status row that covers its day")


def _folds(status_rows: Iterable[Any]) -> dict[tuple[Any, ...], list[str]]:
    """The numbers of the status rows that each belief opens and closes, by key."""
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in status_rows:
        for way in ("belief", "belief_closed"):
            found[getattr(row, way), row.jurisdiction, row.substance, way].append(str(row.id))
    return found


def _covers(row: Any, change: Any, day: date) -> bool:
    """Whether a status row covers `day` in the record that the change made of its key."""
    held = row.recorded_from <= change.recorded_at and (row.recorded_to is None or change.recorded_at < row.recorded_to)
    valid = (row.valid_from or date.min) <= day and (row.valid_to is None or day < row.valid_to)
    return held and valid and (row.jurisdiction, row.substance) == (change.jurisdiction, change.substance)


def _same(text: str, numbers: Iterable[str]) -> bool:
    return sorted(statements.words(text)) == sorted(numbers)


def chain(connection: Connection) -> tuple[int, list[Problem]]:
    """The chain of seals, and the instants at which rows were opened and closed."""
    beliefs = connection.execute(select(t.belief).order_by(t.belief.c.id)).all()
    instants: dict[int | None, Any] = {row.id: row.recorded_at for row in beliefs} | {None: None}
    opened: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    closed: dict[int, list[str]] = defaultdict(list)
    problems: list[Problem] = []
    for table in (*BITEMPORAL.values(), t.change):
        latest, held = 0, dict[str, int]()
        for row in connection.execute(_clocks(table)):
            opened[row.belief][table.name].append(row)
            if table is not t.change:
                closed[row.belief_closed].append(row.digest)
                problems += _unlike_its_beliefs(table, row, instants)
                if row.recorded_to is None and held.setdefault(row.digest, row.id) != row.id:
                    problems.append(
                        Problem(
                            "row", f"{table.name} {row.id}", f"it says what row {held[row.digest]} says: nothing is held twice"
                        )
                    )
            if row.belief < latest:
                detail = f"it says that belief {row.belief} recorded it, but its number is of belief {latest} or later"
                problems.append(Problem("row", f"{table.name} {row.id}", detail))
            latest = max(latest, row.belief)
    before = ""
    for row in beliefs:
        said = {name: value for name, value in row._asdict().items() if name not in ("id", "seal")}
        own = opened[row.id]
        if belief_seal(said, before, [one.digest for found in own.values() for one in found], closed[row.id]) != row.seal:
            told = "; ".join(f"{name} {soundness.spans(one.id for one in found)}" for name, found in own.items())
            detail = f"its seal does not fit it, the seal before it, or the rows that it opened ({told}) and closed"
            problems.append(Problem("belief", f"belief {row.id} of {row.recorded_at.isoformat()}", detail))
        before = row.seal
    return len(beliefs), problems


def _unlike_its_beliefs(table: Table, row: Any, instants: Mapping[int | None, Any]) -> Iterator[Problem]:
    for instant, belief in _CLOSING:
        if getattr(row, instant) != instants.get(getattr(row, belief)):
            detail = f"{instant} is not the instant of its belief {getattr(row, belief)}"
            yield Problem("row", f"{table.name} {row.id}", detail)


def _clocks(table: Table) -> Any:
    """The clocks of the rows that a belief opened."""
    names = ("id", "digest", "recorded_from", "recorded_to", "belief", "belief_closed")
    columns = [table.c[name] for name in names if name in table.c]
    return select(*columns).where(table.c.belief.is_not(None)).order_by(table.c.id)

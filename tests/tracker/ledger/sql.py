"""A driver for tests of the ledger in SQL: statements with labels in; and what must be in the record before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, select

from tests.tracker.domain.golden import PLACES
from tests.tracker.domain.memory import ZONE
from tracker import ledger
from tracker.domain.entries import Entry, Evidence, Instrument, Statement
from tracker.domain.records import Key, Provision, Ref, Relation
from tracker.domain.vocabulary import Cause, Confidence, Level, LinkType
from tracker.ledger import Batch, Policy, Written
from tracker.store.integrity import sealing
from tracker.store.mapping import statements
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

POLICY = Policy(ZONE, "test", lambda url: LinkType.OFFICIAL, lambda links, official: Confidence.MEDIUM)


def dump(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for table in t.metadata.sorted_tables
    }


def prepare(connection: Connection, keys: Iterable[Key]) -> None:
    """The jurisdictions (with those of golden case 11) and substances of `keys`."""
    known = set(connection.scalars(select(t.jurisdiction.c.code)))
    wanted = {key.jurisdiction: PLACES.get(key.jurisdiction, _place(key.jurisdiction)) for key in keys} | PLACES
    for code, (level, parent) in sorted(wanted.items(), key=lambda item: _depth(item[0], wanted)):
        if code not in known:
            values = {"code": code, "name": code, "level": level.value, "kind": level.value, "parent": parent or None}
            connection.execute(insert(t.jurisdiction).values(**values))
    names = set(connection.scalars(select(t.substance.c.code)))
    for rank, code in enumerate(sorted({key.substance for key in keys} - names)):
        connection.execute(insert(t.substance).values(code=code, name=code, rank=rank))


def _place(code: str) -> tuple[Level, str]:
    return (Level.SUBDIVISION, "US") if code.startswith("US-") else (Level.COUNTRY, "")


def _depth(code: str, places: Mapping[str, tuple[Level, str]]) -> int:
    parent = places[code][1]
    return 1 + _depth(parent, places) if parent else 0


class SqlLedger:
    """Writes statements with labels; a label stays known in later writes. `made` holds the statement behind every row."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.refs: dict[int | str, Ref] = {}

    def write(
        self,
        instant: datetime,
        said: Sequence[Statement],
        cause: Cause | None = None,
        *,
        made_on: date | None = None,
        revise: Mapping[str, Statement] | None = None,
        withdraw: Sequence[str] = (),
    ) -> Written | None:
        """One belief. `revise` maps the label of a held statement to its new version, `withdraw` names labels."""
        batch = Batch(
            [self.entry(one, made_on) for one in said],
            self.acts([*said, *(revise or {}).values()]),
            {self.refs[label]: self.entry(one, made_on) for label, one in (revise or {}).items()},
            [self.refs[label] for label in withdraw],
        )
        writer = self.writer(instant)
        found = ledger.write(writer, batch, policy=POLICY, cause=cause)
        sealing.close(writer)
        if found:
            self.refs |= found.refs
            held = select(t.relation.c.note, t.relation.c.id).where(t.relation.c.recorded_to.is_(None))
            self.refs |= {label: Ref("relation", number) for label, number in self.connection.execute(held)}
        return found

    def writer(self, instant: datetime) -> Writer:
        return Writer(self.connection, instant, "test")

    def entry(self, said: Statement, made_on: date | None = None) -> Entry:
        """With an instrument and a note of its own, so that no two labels ever mean one row; earlier labels are row numbers."""
        if isinstance(said, Provision):
            said = with_act(said)
        if isinstance(said, Relation):
            actor = said.actor and self.named(said.actor)
            said = replace(said, target=self.named(said.target), actor=actor)
        return Entry(said, Evidence(made_on=made_on, note=str(said.id)))

    def named(self, ref: Ref) -> Ref:
        return self.refs.get(ref.id, ref)

    def acts(self, said: Sequence[Statement]) -> list[Instrument]:
        provisions = [with_act(one) for one in said if isinstance(one, Provision)]
        return [Instrument(one.instrument, one.key.jurisdiction) for one in provisions]


def with_act(said: Provision) -> Provision:
    return said if said.instrument else replace(said, instrument=f"an act of {said.id}")


def seals_hold(connection: Connection) -> None:
    """Every belief's seal is made of its rows and of the seal before it."""
    sealed = [*statements.TABLES.values(), t.status_version]
    before = ""
    for belief in connection.execute(select(t.belief).order_by(t.belief.c.id)).all():
        opened = [found for table in (*sealed, t.change) for found in _digests(connection, table, table.c.belief == belief.id)]
        closed = [found for table in sealed for found in _digests(connection, table, table.c.belief_closed == belief.id)]
        said = {name: value for name, value in belief._mapping.items() if name not in ("id", "seal")}
        assert belief.seal == ledger.belief_seal(said, before, sorted(opened), sorted(closed))
        before = belief.seal


def _digests(connection: Connection, table: Table, which: ColumnElement[bool]) -> Sequence[str]:
    return connection.scalars(select(table.c.digest).where(which)).all()

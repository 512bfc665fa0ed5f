"""Instruments into the record: unknown ones are added, and what is still empty of known ones is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.entries import Instrument
from tracker.store.integrity import sealing
from tracker.store.lookup import Found
from tracker.store.mapping import statements
from tracker.store.mapping.rows import Values
from tracker.store.schema import tables as t
from tracker.store.writer import Writer

_FILLED = ("title", "kind", "made_on", "published_on", "in_force_on", "url")
"""What a later act of research may still fill in; nothing that is filled is overwritten."""


def add(writer: Writer, instruments: Sequence[Instrument]) -> None:
    """Add or fill `instruments`, whose identity is their key, and add the aliases that are new."""
    wanted = {instrument.key: instrument for instrument in instruments}
    rows = _known(writer.connection, wanted)
    new: list[Values] = []
    for instrument in wanted.values():
        values = {name: getattr(instrument, name) for name in _FILLED}
        row = rows.get(instrument.key)
        if row is None:
            own = {"key": instrument.key, "jurisdiction": instrument.jurisdiction, "consolidated": instrument.consolidated}
            new.append(values | own)
        elif news := {name: value for name, value in values.items() if value and not getattr(row, name)}:
            sealing.alter(writer, t.instrument, t.instrument.c.key == instrument.key, news)
    sealing.add(writer, t.instrument, new)
    sealing.add(writer, t.instrument_alias, _new_aliases(writer.connection, instruments, wanted))


def _known(connection: Connection, keys: Iterable[str]) -> dict[str, Found]:
    rows: dict[str, Found] = {}
    for chunk in statements.chunks(keys):
        rows |= {row.key: row for row in connection.execute(select(t.instrument).where(t.instrument.c.key.in_(chunk)))}
    return rows


def _new_aliases(connection: Connection, instruments: Iterable[Instrument], keys: Mapping[str, Any]) -> list[Values]:
    known: set[tuple[str, str]] = set()
    for chunk in statements.chunks(keys):
        query = select(t.instrument_alias).where(t.instrument_alias.c.instrument.in_(chunk))
        known |= {(row.instrument, row.alias) for row in connection.execute(query)}
    named = dict.fromkeys((instrument.key, alias) for instrument in instruments for alias in instrument.aliases)
    return [{"instrument": key, "alias": alias} for key, alias in named if (key, alias) not in known]

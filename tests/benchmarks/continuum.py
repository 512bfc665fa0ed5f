"""The peer of the ledger's benchmark: a SQLAlchemy-Continuum model with the columns of a status row, and its writes.

Continuum keeps versions in recorded time only: it checks no overlap, keeps no inputs, no changes and no seals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Integer, select
from sqlalchemy.orm import DeclarativeBase, Session, configure_mappers
from sqlalchemy_continuum import make_versioned  # type: ignore[import-untyped]

from tracker.store.schema import tables as t

make_versioned(user_cls=None)

_OURS = {"id", "recorded_from", "recorded_to", "belief", "belief_closed", "digest"}


class Base(DeclarativeBase):
    pass


def _columns() -> dict[str, Any]:
    from sqlalchemy.orm import mapped_column

    plain = {column.name: column for column in t.status_version.c if column.name not in _OURS}
    return {
        name: mapped_column(column.type, nullable=column.nullable, server_default=column.server_default)
        for name, column in plain.items()
    } | {"id": mapped_column(Integer, primary_key=True, autoincrement=False)}


Status: Any = type("Status", (Base,), {"__tablename__": "peer_status", "__versioned__": {}} | _columns())
configure_mappers()


def prepare(engine: Engine) -> None:
    Base.metadata.create_all(engine)


def insert(engine: Engine, chunk: Sequence[dict[str, Any]]) -> None:
    """One transaction of new rows."""
    with Session(engine) as session, session.begin():
        session.add_all([Status(**values) for values in chunk])


def update(engine: Engine, chunk: Sequence[dict[str, Any]]) -> None:
    """One transaction of changed rows, found by their keys in one query."""
    changed = {values["id"]: values for values in chunk}
    with Session(engine) as session, session.begin():
        for row in session.scalars(select(Status).where(Status.id.in_(changed))):
            for name, value in changed[row.id].items():
                setattr(row, name, value)

"""The measures that are not final: their sources ask for them again, whatever the lists say (DESIGN §5)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from tracker.domain.vocabulary import Stage
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t

FINAL = (
    *(Stage.ENACTED, Stage.VETOED, Stage.FAILED, Stage.WITHDRAWN),
    *(Stage.FINAL_RULE, Stage.RULE_WITHDRAWN),
    *(Stage.AFFIRMED, Stage.REVERSED, Stage.SETTLED),
)
_AFTER_SESSION = timedelta(days=60)
"""So long after its session a measure may still be signed, or be carried over."""


def as_json(connection: Connection, jurisdictions: Mapping[str, Collection[str]], day: date) -> str:
    """The measures that sources watch, as their crawler reads them; `jurisdictions` are those of each source."""
    by_source = {source: watched(connection, source, places, day) for source, places in jurisdictions.items()}
    return json.dumps({source: [dict(row._mapping) for row in rows] for source, rows in by_source.items()})


def watched(connection: Connection, source: str, jurisdictions: Collection[str], day: date) -> Sequence[Any]:
    """`jurisdiction`, `session` and `identifier` of the measures that a source watches on `day`: those that it told of, and of its
    jurisdictions those that no source told of yet."""
    table, session = t.measure, t.session
    of_session = and_(session.c.jurisdiction == table.c.jurisdiction, session.c.identifier == table.c.session)
    asked = select(e.source.c.key).where(e.source.c.crawled)
    its_own = or_(table.c.source == source, and_(table.c.source.not_in(asked), table.c.jurisdiction.in_(jurisdictions)))
    open_still = or_(
        session.c.ends_on.is_(None), session.c.ends_on > day - _AFTER_SESSION, table.c.stage == Stage.CARRIED_OVER.value
    )
    query = select(table.c.jurisdiction, table.c.session, table.c.identifier).join(session, of_session, isouter=True)
    unfinished = query.where(its_own, open_still, table.c.stage.not_in([stage.value for stage in FINAL]))
    return connection.execute(unfinished.order_by(table.c.id)).all()

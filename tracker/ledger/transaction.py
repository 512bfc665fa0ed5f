"""What one belief transaction holds while it runs: its instant, its row numbers, the rows it will write, and its seal."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, func, insert, select, update

from tracker.domain import rules
from tracker.domain.dates import civil_day
from tracker.domain.records import Ref
from tracker.domain.vocabulary import Cause, Confidence, LinkType
from tracker.store import rows, statements
from tracker.store import tables as t
from tracker.store.bulk import add_all
from tracker.store.columns import metadata
from tracker.store.rows import Values

_TICK = timedelta(microseconds=1)
_BEHIND = timedelta(hours=1)


class ClockBehind(ValueError):
    """The clock lies far behind the record; the message names both instants."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the codebook decides for every transaction.

    `link_type` types an address by its host; `confidence` judges by the types of the links and whether an official text is
    captured or quoted.
    """

    zone: ZoneInfo
    codebook_version: str
    link_type: Callable[[str], LinkType]
    confidence: Callable[[Sequence[LinkType], bool], Confidence]


class Transaction:
    """Rows are numbered here, under the writer's lock, so that they may name each other before they are written."""

    def __init__(self, connection: Connection, policy: Policy, now: datetime) -> None:
        self.connection, self.policy = connection, policy
        table = t.belief
        last = connection.execute(select(table.c.id, table.c.recorded_at, table.c.seal).order_by(table.c.id.desc())).first()
        self.last_seal: str = last.seal if last else ""
        self.belief: int = last.id + 1 if last else 1
        self.instant = _instant(now, last.recorded_at if last else None)
        self.today: date = civil_day(self.instant, policy.zone)
        self.refs: dict[int | str, Ref] = {}
        self.digests: dict[Ref, str] = {}
        self.made: dict[Ref, date | None] = {}
        self.closed: list[str] = []
        self._next: dict[str, int] = {}
        self._pending: dict[str, list[Values]] = defaultdict(list)

    def number(self, table: Table) -> int:
        """The next row number of `table`."""
        if table.name not in self._next:
            self._next[table.name] = self.connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
        self._next[table.name] += 1
        return self._next[table.name]

    def queue(self, table: Table, values: Values) -> None:
        self._pending[table.name].append(values)

    def record(self, table: Table, ref: Ref, values: Values, digest: str) -> None:
        """Queue a row of a bitemporal table, held from this transaction's instant on."""
        self.digests[ref] = digest
        held = {
            "id": ref.id,
            "recorded_from": self.instant,
            "recorded_to": None,
            "belief": self.belief,
            "belief_closed": None,
            "digest": digest,
        }
        self.queue(table, values | held)

    def close(self, table: Table, closing: Sequence[tuple[int, str]]) -> None:
        """Close held rows, given as (row number, digest)."""
        if closing:
            closed = statements.among(table.c.id, [number for number, _ in closing])
            self.connection.execute(update(table).where(closed).values(recorded_to=self.instant, belief_closed=self.belief))
            self.closed.extend(digest for _, digest in closing)

    def flush(self) -> None:
        """Write what is queued, parents first."""
        for table in metadata.sorted_tables:
            if queued := self._pending.pop(table.name, None):
                add_all(self.connection, table, queued)

    def seal(self, cause: Cause, actor: str, note: str) -> None:
        """Write the belief itself, last."""
        self.flush()
        values = {
            "recorded_at": self.instant,
            "cause": cause.value,
            "actor": actor,
            "note": note,
            "zone": self.policy.zone.key,
            "codebook_version": self.policy.codebook_version,
            "rule_version": rules.RULE_VERSION,
        }
        seal = belief_seal(values, self.last_seal, list(self.digests.values()), self.closed)
        self.connection.execute(insert(t.belief).values(id=self.belief, seal=seal, **values))


def belief_seal(belief: Mapping[str, Any], before: str, opened: Sequence[str], closed: Sequence[str]) -> str:
    """SHA-256 over a belief, the seal before it, and the sorted digests of the rows that it opened and closed."""
    said = {name: rows.plain(value) for name, value in belief.items()}
    return hashlib.sha256(json.dumps([said, before, sorted(opened), sorted(closed)], sort_keys=True).encode()).hexdigest()


def _instant(now: datetime, last: datetime | None) -> datetime:
    if last is None:
        return now
    if now < last - _BEHIND:
        raise ClockBehind(
            f"the clock says {now.isoformat()}, the record was last written at {last.isoformat()}; set the clock right"
        )
    return max(now, last + _TICK)

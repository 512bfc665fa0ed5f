"""What one belief transaction holds while it runs: its instant, its row numbers, the rows it will write, and its seal."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, Update, bindparam, func, insert, select, true, update

from tracker.domain import rules
from tracker.domain.dates import civil_day
from tracker.domain.records import Ref
from tracker.domain.vocabulary import Cause, Confidence, LinkType, RootKind
from tracker.errors import Problem
from tracker.store import lookup
from tracker.store.bulk import begin
from tracker.store.integrity import sealing
from tracker.store.mapping import rows, statements
from tracker.store.mapping.rows import Values
from tracker.store.schema import tables as t
from tracker.store.writer import Label, Writer

_WRITTEN = (
    *(t.provision, t.provision_version, t.provision_limit, t.assertion, t.finding, t.position, t.relation),
    *(t.status_version, t.status_input, t.change, t.change_boundary),
)
"""What a transaction writes besides its belief, parents first."""
_LAST = select(t.belief.c.id, t.belief.c.recorded_at, t.belief.c.seal).order_by(t.belief.c.id.desc()).limit(1).subquery()
_NUMBERS = select(
    *(
        select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery().label(table.name)
        for table in _WRITTEN
        if table is not t.status_input
    )
).subquery()
_BEFORE = select(_NUMBERS, *(column.label(f"last_{column.name}") for column in _LAST.c)).select_from(
    _NUMBERS.join(_LAST, true(), isouter=True)
)
_TICK = timedelta(microseconds=1)
_BEHIND = timedelta(hours=1)


class ClockBehind(Problem):
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

    def __init__(self, writer: Writer, policy: Policy, root: Label) -> None:
        self.connection, self.policy, self._writer, self._root = writer.connection, policy, writer, root
        self.refs: dict[int | str, Ref] = {}
        self.digests: dict[Ref, str] = {}
        self.made: dict[Ref, date | None] = {}
        self.closed: list[str] = []
        self.fresh = statements.Fresh()
        self._closing: list[tuple[Update, Values]] = []
        self._pending: dict[str, list[Values]] = defaultdict(list)
        self._underway: Callable[[], None] | None = None

    @cached_property
    def _before(self) -> dict[str, Any]:
        """The belief before, and the last number given in each table, on which `number` counts; asked only where something is written."""
        return dict(self.connection.execute(_BEFORE).one()._mapping)

    @cached_property
    def belief(self) -> int:
        return (self._before["last_id"] or 0) + 1

    @cached_property
    def instant(self) -> datetime:
        return _instant(self._writer.now, self._before["last_recorded_at"])

    @cached_property
    def writer(self) -> Writer:
        """The writer at the instant of the belief."""
        return self._writer.at(self.instant)

    @cached_property
    def today(self) -> date:
        """The civil day of the transaction."""
        return civil_day(self.instant, self.policy.zone)

    def number(self, table: Table) -> int:
        """The next row number of `table`."""
        self._before[table.name] += 1
        return int(self._before[table.name])

    def queue(self, table: Table, values: Values) -> None:
        self._pending[table.name].append(values)

    def record(self, table: Table, ref: Ref, values: Values, digest: str) -> None:
        """Queue a row of a bitemporal table, held from this transaction's instant on; its columns are added to `values`."""
        self.digests[ref] = digest
        values["id"] = ref.id
        values["recorded_from"] = self.instant
        values["recorded_to"] = None
        values["belief"] = self.belief
        values["belief_closed"] = None
        values["digest"] = digest
        self.queue(table, values)

    def close(self, table: Table, closing: Sequence[tuple[int, str]]) -> None:
        """Queue held rows, given as (row number, digest), to be closed."""
        if closing:
            numbers = lookup.packed(number for number, _ in closing)
            self._closing.append((_closing(table), {"numbers": numbers, "instant": self.instant, "by": self.belief}))
            self.closed.extend(digest for _, digest in closing)

    def flush(self) -> None:
        """Write what is queued."""
        self.send()
        self.settle()

    def send(self) -> None:
        """Write what is queued, first what is closed, then what is added, parents first; the last rows are underway until `settle`."""
        self.settle()
        for statement, values in self._closing:
            self.connection.execute(statement, values)
        self._closing.clear()
        for table in _WRITTEN:
            if queued := self._pending.pop(table.name, None):
                self.settle()
                self._underway = begin(self.connection, table, queued)

    def settle(self) -> None:
        """Wait for what is underway; raises what went wrong with it."""
        underway, self._underway = self._underway, None
        if underway:
            underway()

    def seal(self, cause: Cause, note: str) -> None:
        """Write the belief itself, last."""
        self.flush()
        values: Values = {
            "recorded_at": self.instant,
            "cause": cause.value,
            "actor": self._writer.actor,
            "note": note,
            "zone": self.policy.zone.key,
            "codebook_version": self.policy.codebook_version,
            "rule_version": rules.RULE_VERSION,
        }
        # Behind the seal of the belief before: no belief can be taken out or put in without breaking all that follow.
        seal = belief_seal(values, self._before["last_seal"] or "", sorted(self.digests.values()), sorted(self.closed))
        values |= {"id": self.belief, "seal": seal}
        self.connection.execute(insert(t.belief).values(values))
        self._root.kind, self._root.name = RootKind.BELIEF, str(self.belief)
        sealing.note(self.writer, t.belief, values)


@cache
def _closing(table: Table) -> Update:
    closed = update(table).where(lookup.among(table.c.id))
    return closed.values(recorded_to=bindparam("instant"), belief_closed=bindparam("by"))


def belief_seal(belief: Mapping[str, Any], before: str, opened: Iterable[str], closed: Iterable[str]) -> str:
    """SHA-256 over a belief, the seal before it, and the digests of the rows that it opened and closed, given in order.

    It is that of the JSON text of all four, which is never there as a whole.
    """
    columns = {name: rows.plain(value) for name, value in belief.items()}
    seal = hashlib.sha256(json.dumps([columns, before], sort_keys=True)[:-1].encode())
    for digests in (opened, closed):
        before_it = ", ["
        for digest in digests:
            seal.update(f"{before_it}{json.dumps(digest)}".encode())
            before_it = ", "
        seal.update(b"]" if before_it == ", " else b", []")
    seal.update(b"]")
    return seal.hexdigest()


def _instant(now: datetime, last: datetime | None) -> datetime:
    if last is None:
        return now
    # A little behind is a clock that was set right; far behind would stamp news with an instant that was already reported on.
    if now < last - _BEHIND:
        raise ClockBehind(f"the clock says {now.isoformat()}, the record was last written at {last.isoformat()}", "clock_behind")
    return max(now, last + _TICK)

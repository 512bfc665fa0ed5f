"""What a writing transaction carries, from whoever opens it down to the rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from tracker.domain.vocabulary import RootKind
from tracker.store.integrity.roots import Digests


@dataclass(slots=True)
class Label:
    """What a root is of; a deed without a name is named after its tables."""

    kind: RootKind = RootKind.DEED
    name: str = ""


@dataclass(slots=True)
class Root:
    """What one run, belief, edition or deed wrote in this transaction: the digest of each row, and of what an altered row said before."""

    label: Label
    recorded_at: datetime
    digests: Digests = field(default_factory=lambda: defaultdict(dict))
    before: Digests = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True, slots=True)
class Writer:
    """One transaction: its connection, its one instant, and who writes. What it wrote is sealed from `roots` as it ends.

    Made by `store.session.writing` or `gathering`.
    """

    connection: Connection
    now: datetime
    actor: str = ""
    roots: list[Root] = field(default_factory=list)
    labels: list[Label] = field(default_factory=lambda: [Label()])

    def at(self, instant: datetime) -> Writer:
        """The same transaction, for rows that bear another instant: that of a run, or of a belief behind the last one."""
        return replace(self, now=instant)

    def by(self, actor: str) -> Writer:
        """The same transaction, for what somebody else writes in it."""
        return replace(self, actor=actor)

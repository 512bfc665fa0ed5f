"""The one writer of belief: one transaction, one instant, one cause, one seal (DESIGN §3, §7).

`write` adds, revises or withdraws statements, works out anew what follows for every key that they bear on, closes and opens status
rows, stores the changes and seals it all. It edits nothing, and asked twice for the same it writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain import rules
from tracker.domain.changes import Boundary
from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import Cause
from tracker.ledger import append, derive
from tracker.ledger.append import Batch, digest_of
from tracker.ledger.held import UnknownTarget
from tracker.ledger.transaction import ClockBehind, Policy, Transaction, belief_seal
from tracker.store.integrity import sealing
from tracker.store.mapping import statements
from tracker.store.session import uncollected
from tracker.store.writer import Writer

__all__ = ["Batch", "ClockBehind", "Policy", "UnknownTarget", "Written", "belief_seal", "digest_of", "recompute", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """What a transaction wrote: its belief, the row of each labelled statement, those that are new, the boundaries by key."""

    belief: int
    recorded_at: datetime
    cause: Cause
    refs: Mapping[int | str, Ref]
    new: Collection[Ref]
    boundaries: Mapping[Key, Sequence[Boundary]]


@uncollected()
def write(writer: Writer, batch: Batch, *, policy: Policy, cause: Cause | None = None, note: str = "") -> Written | None:
    """Write `batch` in the caller's transaction, which must hold the writer's lock (`store.session.writing`).

    `cause` None asks for the default cause of an acceptance. Returns None where all of it is already held.
    """
    with sealing.root(writer) as root:
        tx = Transaction(writer, policy, root)
        keys = append.append(tx, batch)
        if not tx.digests and not tx.closed:
            return None
        return _finish(tx, keys, cause, note)


@uncollected()
def recompute(writer: Writer, *, policy: Policy) -> Written | None:
    """Work out every key anew under the present rules, with cause `method`; None where nothing differs."""
    with sealing.root(writer) as root:
        tx = Transaction(writer, policy, root)
        return _finish(tx, set(statements.keys_of(writer.connection)), Cause.METHOD, f"rules {rules.RULE_VERSION}")


def _finish(tx: Transaction, keys: set[Key], cause: Cause | None, note: str) -> Written | None:
    decided, boundaries = derive.restate(tx, keys, cause)
    if not tx.digests and not tx.closed:
        return None
    tx.seal(decided, note)
    return Written(tx.belief, tx.instant, decided, tx.refs, frozenset(tx.made), boundaries)

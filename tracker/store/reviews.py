"""Keeps the rows of `review`: proposals that wait for a person, and what was decided about them."""

from __future__ import annotations

from tracker.domain.proposals import Candidate
from tracker.store.integrity import sealing
from tracker.store.mapping import proposals
from tracker.store.mapping.rows import Values
from tracker.store.schema import evidence_tables as e
from tracker.store.writer import Writer


def add(writer: Writer, candidate: Candidate, stands_in: Values) -> int:
    """Put a proposal to review; returns its number. `stands_in` names run, document version, capture and coder."""
    identity = {"provision_key": candidate.provision_key, "quote_digest": candidate.quote_digest}
    new = {"state": "open", "proposed_at": writer.now}
    (row,) = sealing.add(writer, e.review, [_content(candidate) | stands_in | identity | new])
    return int(row.id)


def move(writer: Writer, number: int, candidate: Candidate, stands_in: Values) -> None:
    """Let a proposal that is still open stand in another document that says the same."""
    sealing.alter(writer, e.review, e.review.c.id == number, _content(candidate) | stands_in)


def close(writer: Writer, number: int, state: str, reason: str, belief: int | None) -> None:
    """Decide a proposal: `state` is accepted or rejected, `belief` that of an acceptance."""
    decided = {"state": state, "decided_by": writer.actor, "decided_at": writer.now, "reason": reason, "belief": belief}
    sealing.alter(writer, e.review, e.review.c.id == number, decided)


def _content(candidate: Candidate) -> Values:
    return {"proposal": proposals.write(candidate), "decisive": candidate.decisive or ""}

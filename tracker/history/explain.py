"""Why we say what we say: the chain from an answer to its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from tracker.domain import timeline
from tracker.domain.records import Key, Ref
from tracker.domain.vocabulary import Effect, RelationKind, Status
from tracker.history import status
from tracker.store.mapping import statements
from tracker.store.schema import tables as t
from tracker.store.schema.evidence_tables import capture as capture_table

_EFFECTS = tuple(Effect)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The chain from an answer to its evidence. `standing` are the rows of the statements from which it follows;
    `acting` the relations that act on the day on any statement of the key; `claims` what others say."""

    answer: status.Answer
    known: datetime | None
    standing: Mapping[Ref, Any]
    fallen: Mapping[Ref, Any]
    acting: Sequence[Any]
    captures: Mapping[int, Any]
    claims: Sequence[Any]
    belief: Any | None
    readings: Sequence[Any]

    def effect_on(self, conduct: str) -> tuple[str, str]:
        """What the coded rules of the day do to a conduct and the citation that says so; without one why it is not known, and ""."""
        rules = [row for ref, row in self.standing.items() if ref.kind == "provision" and row.conduct == conduct]
        ranked = [row for row in rules if row.effect != Effect.EXCLUDED]
        if ranked:
            decides = min(ranked, key=lambda row: (_EFFECTS.index(row.effect), row.id))
            return decides.effect, decides.citation
        if self.answer.get("contested"):
            return "contested", ""
        return ("not_found" if self.answer.status is Status.NO_SPECIFIC_LAW else "not_researched"), ""

    def why_not(self, ref: Ref) -> list[str]:
        """Why a statement that covers the day does not decide it."""
        acting = [row for row in self.acting if target(row) == ref and row.kind != RelationKind.EXCEPT]
        named = [f"{row.kind} by {row.citation or row.instrument or f'relation:{row.id}'}" for row in acting]
        return list(dict.fromkeys(named)) or ["it stands, but another statement decides the day"]


def target(relation: Any) -> Ref:
    """The statement on which a relation acts."""
    named = ((kind, getattr(relation, f"target_{kind}")) for kind in ("provision", "assertion", "relation"))
    return next(Ref(kind, number) for kind, number in named if number is not None)


def explain(connection: Connection, key: Key, day: date, known: datetime | None = None) -> Explanation:
    """The chain from the answer about `day` to the statements, captures and people behind it."""
    answer = status.of_key(connection, key, day, known)
    record = statements.load(connection, [key], known)
    inputs = _inputs(connection, answer)
    acting = timeline.acting(record.records[key], day)
    on_key = {ref: row for ref, row in record.rows.items() if ref.kind != "relation" and _of_key(row, key)}
    captures = {row.capture for row in record.rows.values() if row.capture is not None}
    capture = select(capture_table).where(capture_table.c.id.in_(captures))
    claim = select(t.claim).where(t.claim.c.jurisdiction == key.jurisdiction, t.claim.c.substance == key.substance)
    if known is not None:
        claim = claim.where(t.claim.c.recorded_at <= known)
    belief = select(t.belief).where(t.belief.c.id == answer.get("belief", None))
    return Explanation(
        answer=answer,
        known=known,
        standing={ref: record.rows[ref] for ref in sorted(inputs) if ref in record.rows},
        fallen={ref: row for ref, row in sorted(on_key.items()) if ref not in inputs and status.covers_day(row, day)},
        acting=[row for ref, row in sorted(record.rows.items()) if ref.kind == "relation" and ref.id in acting],
        captures={row.id: row for row in connection.execute(capture)},
        claims=connection.execute(claim.order_by(t.claim.c.id)).all(),
        belief=connection.execute(belief).first(),
        readings=_readings(connection, inputs),
    )


def _of_key(row: Any, key: Key) -> bool:
    return (row.jurisdiction, row.substance) == tuple(key)


def _inputs(connection: Connection, answer: status.Answer) -> set[Ref]:
    if answer.row is None:
        return set()
    link = t.status_input
    inputs = connection.execute(select(link).where(link.c.status_version == answer.row.id))
    return {Ref(row.kind, row.ref) for row in inputs}


def _readings(connection: Connection, inputs: set[Ref]) -> Sequence[Any]:
    """The rival readings of the statements in `inputs`."""
    columns = {"assertion": t.reading.c.assertion, "provision": t.reading.c.provision_version, "finding": t.reading.c.finding}
    named = [columns[ref.kind] == ref.id for ref in inputs if ref.kind in columns]
    return connection.execute(select(t.reading).where(or_(*named)).order_by(t.reading.c.id)).all() if named else []

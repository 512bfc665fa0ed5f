"""What a person decides about proposals: accepted into the record, or rejected for good. The decisive rule decides here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from tracker import ledger
from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence, Instrument
from tracker.domain.proposals import Candidate
from tracker.domain.records import Provision, Ref, RefusedEntry, Relation
from tracker.domain.vocabulary import Cause, DateBasis, DocumentKind, ProvisionKind, RelationKind, Stage
from tracker.errors import Refused
from tracker.history import conflicts, measures, review
from tracker.history.conflicts import Conflict
from tracker.history.review import Sighting
from tracker.ledger import Batch, Policy, Written
from tracker.store import reviews
from tracker.store.writer import Writer
from tracker.workspace import Workspace

_LAW_STAGES = {Stage.ENACTED, Stage.FINAL_RULE, Stage.EMERGENCY_RULE, Stage.TEMPORARY_ORDER}
_LAW_KINDS = {
    DocumentKind.ACT,
    DocumentKind.STATUTE,
    DocumentKind.CODIFIED_LIST,
    DocumentKind.AMENDING_DECREE,
    DocumentKind.FINAL_RULE,
    DocumentKind.EMERGENCY_RULE,
}
_STANDING_KINDS = {DocumentKind.STATUTE, DocumentKind.CODIFIED_LIST}  # law as it stands, of which no first day need be known
_PASSING = {DocumentKind.EMERGENCY_RULE, Stage.EMERGENCY_RULE, Stage.TEMPORARY_ORDER}


class ReviewRefused(Refused):
    """A decision that cannot be taken; the message says why."""


def open_conflicts(connection: Connection, number: int, from_day: date | None = None) -> list[Conflict]:
    """What is held and an acceptance must say it replaces or leaves standing."""
    proposal = review.show(connection, number).proposal
    return conflicts.find(connection, proposal, proposal.first_day(from_day))


def accept(
    workspace: Workspace,
    numbers: Sequence[int],
    person: str,
    *,
    replaces: bool | None = None,
    from_day: date | None = None,
    cause: Cause | None = None,
    note: str = "",
) -> Written | None:
    """A person confirms proposals, all in one belief. `replaces` answers whether they replace what they meet (`open_conflicts`).

    One that reads a held rule from another quote revises it: the key, what it does and its first day are those of the rule.
    `from_day` is the day from which they replace, and the first day of a provision whose text states none. Raises ReviewRefused
    where a question is open, UnknownProposal, RefusedEntry where the rules forbid the provision; then nothing is written.
    """
    _require_name(person)
    numbers = list(dict.fromkeys(numbers))  # one number given twice is one decision
    with workspace.writing(person) as writer:
        batches = [_confirmed(writer, number, replaces, from_day) for number in numbers]
        _refuse_twice(numbers, batches)
        named = note or f"proposals {', '.join(map(str, numbers))}"
        written = ledger.write(writer, _together(batches), policy=workspace.policy, cause=cause, note=named)
        for number in numbers:
            reviews.close(writer, number, "accepted", note, written.belief if written else None)
        return written


def by_rule(writer: Writer, sightings: Sequence[Sighting], policy: Policy) -> int:
    """Write the proposals of one document that a decisive rule decides; the rule is named, and nobody as reviewer. Returns how many.

    Another reading of a rule that a person accepted, and a second reading in one document, are left to a person.
    """
    decided = dict[tuple[object, ...], tuple[Sighting, Batch]]()
    for one in sightings:
        entry, act = _entry(one, None, "", f"decisive: {one.decisive}")
        held = conflicts.reread(writer.connection, one.proposal, one.proposal.first_day())
        if held is None or not held.reviewer:  # no machine revises what a person decided
            batch = Batch(instruments=[act], revise={held.ref: entry}) if held else Batch([entry], [act])
            decided.setdefault(_rule(batch), (one, batch))
    if not decided:
        return 0
    first, *_ = (one for one, _ in decided.values())
    written = ledger.write(
        writer.by(first.coder),
        _together([batch for _, batch in decided.values()]),
        policy=policy,
        cause=Cause.RESEARCH,
        note=f"decisive: {first.decisive}",
    )
    for one, _ in decided.values():
        reviews.close(writer.by(f"rule {one.decisive}"), one.id, "accepted", "", written.belief if written else None)
    return len(decided)


def reject(workspace: Workspace, number: int, person: str, reason: str) -> None:
    """A person rejects a proposal; no later run asks it again."""
    _require_name(person)
    with workspace.writing(person) as writer:
        _open(writer.connection, number)
        reviews.close(writer, number, "rejected", reason, None)


def _require_name(person: str) -> None:
    if not person.strip():
        raise ReviewRefused("a decision names the person who takes it", "no_person")


def _open(connection: Connection, number: int) -> Sighting:
    proposed = review.show(connection, number)
    if proposed.state != "open":
        raise ReviewRefused(
            f"proposal {number} was {proposed.state} by {proposed.decided_by} on {proposed.decided_at:%Y-%m-%d}",
            "decided",
            proposal=number,
            state=proposed.state,
            person=proposed.decided_by,
            day=proposed.decided_at,
        )
    return proposed


def _confirmed(writer: Writer, number: int, replaces: bool | None, from_day: date | None) -> Batch:
    connection = writer.connection
    sighting = _open(connection, number)
    proposal, first = sighting.proposal, sighting.proposal.first_day(from_day)
    if from_day is None:  # a person who names the day has answered both questions
        _refuse_unless_law(connection, number, proposal)
    met = conflicts.find(connection, proposal, first)
    if met and replaces is None:
        named = "; ".join(map(str, met))
        raise ReviewRefused(
            f"proposal {number} meets what the record asserts: {named}", "conflicts", proposal=number, conflicts=met
        )
    entry, act = _entry(sighting, from_day, writer.actor, "review")
    relations = _replacing(entry, met, from_day, number) if replaces else []
    reread = conflicts.reread(connection, proposal, first)
    return Batch(relations, [act], {reread.ref: entry}) if reread else Batch([entry, *relations], [act])


def _refuse_unless_law(connection: Connection, number: int, proposal: Candidate) -> None:
    """Refuse what is not law yet, and law of which no first day is known; a person's day answers both."""
    stage = _stage(connection, proposal)
    if proposal.document_kind not in _LAW_KINDS and stage not in _LAW_STAGES:
        raise ReviewRefused(
            f"proposal {number} stands in a {proposal.document_kind} at {stage or 'no stage of law'}: a proposal is not law",
            "not_law",
            proposal=number,
            kind=proposal.document_kind,
            stage=stage,
        )
    if proposal.document_kind not in _STANDING_KINDS and proposal.first_day() is None:
        raise ReviewRefused(f"the text of proposal {number} states no first day", "no_first_day", proposal=number)


def _stage(connection: Connection, proposal: Candidate) -> str:
    """The stage of the proposal's document, or the one that its measure has come to since."""
    if proposal.stage in _LAW_STAGES or proposal.measure is None:
        return proposal.stage
    named = proposal.measure
    return measures.stage(connection, proposal.jurisdiction, named.session, named.identifier) or proposal.stage


def _refuse_twice(numbers: Sequence[int], batches: Sequence[Batch]) -> None:
    seen = dict[tuple[object, ...], int]()
    for number, rule in zip(numbers, map(_rule, batches), strict=True):
        if rule in seen:
            raise ReviewRefused(
                f"proposals {seen[rule]} and {number} read one rule from two quotes", "same_rule", proposals=(seen[rule], number)
            )
        seen[rule] = number


def _rule(batch: Batch) -> tuple[object, ...]:
    """The rule of a proposal, whatever its quote."""
    (rule,) = [one.statement for one in (*batch.entries, *batch.revise.values()) if isinstance(one.statement, Provision)]
    return (rule.key, rule.conduct, rule.instrument, rule.pinpoint, rule.effect, rule.period.start)


def _together(batches: Sequence[Batch]) -> Batch:
    return Batch(
        [entry for batch in batches for entry in batch.entries],
        [act for batch in batches for act in batch.instruments],
        {ref: entry for batch in batches for ref, entry in batch.revise.items()},
    )


def _entry(sighting: Sighting, from_day: date | None, reviewer: str, origin: str) -> tuple[Entry, Instrument]:
    """What a proposal says, as an entry of the record, and the act that made it."""
    proposal = sighting.proposal
    # Such law passes by itself; without its end the record would hold it to be in force for ever.
    if proposal.end is None and _PASSING & {proposal.document_kind, proposal.stage}:
        raise RefusedEntry(
            f"proposal {sighting.id} stands in a temporary or emergency measure whose text states no end",
            "no_end",
            proposal=sighting.id,
        )
    provision = Provision(
        id=f"provision {sighting.id}",
        key=proposal.key,
        conduct=proposal.conduct,
        effect=proposal.effect,
        period=Period(proposal.first_day(from_day), proposal.end),
        basis=proposal.basis,
        schedule=proposal.schedule or "",
        min_age=proposal.min_age,
        limits=proposal.limits,
        components=frozenset(proposal.components),
        instrument=proposal.instrument,
        pinpoint=proposal.pinpoint or "",
        date_basis=DateBasis.IN_FORCE,
    )
    return Entry(provision, _evidence(sighting, reviewer, origin)), _instrument(proposal)


def _evidence(sighting: Sighting, reviewer: str, origin: str) -> Evidence:
    proposal, act = sighting.proposal, sighting.proposal.act
    return Evidence(
        citation=act.identifier if act.identifier == proposal.document else f"{act.identifier} ({proposal.document})",
        urls=(proposal.official_url,),
        quote=proposal.quote,
        quote_start=proposal.quote_start,
        capture=sighting.capture,
        document_version=sighting.document_version,
        coder=sighting.coder,
        reviewer=reviewer,
        origin=origin,
        note=proposal.note or "",
    )


def _instrument(proposal: Candidate) -> Instrument:
    act, dates = proposal.act, proposal.act.dates
    return Instrument(
        key=proposal.instrument,
        jurisdiction=proposal.jurisdiction,
        title=act.title,
        kind=act.kind.value,
        made_on=dates.get("enacted") or dates.get("made"),
        published_on=dates.get("published"),
        in_force_on=dates.get("in_force"),
        url=act.official_url,
    )


def _replacing(entry: Entry, met: Sequence[Conflict], from_day: date | None, number: int) -> list[Entry]:
    """Relations that let the provision replace each of what it meets from its day on."""
    assert isinstance(entry.statement, Provision)
    first, start = entry.statement.period.start, from_day or entry.statement.period.start
    if met and start is None:
        raise ReviewRefused(
            f"the text of proposal {number} states no first day from which it could replace", "no_first_day", proposal=number
        )
    if first is not None and start is not None and start < first:
        raise ReviewRefused(
            f"proposal {number} holds from {first}; it cannot replace anything from {start}",
            "too_early",
            proposal=number,
            first=first,
        )
    return [_replaces(entry, entry.statement, conflict, start) for conflict in met]


def _replaces(entry: Entry, rule: Provision, conflict: Conflict, start: date | None) -> Entry:
    relation = Relation(
        f"{rule.id} replaces {conflict.kind} {conflict.id}",
        RelationKind.REPLACE,
        Ref(conflict.kind, conflict.id),
        Period(start),
        actor=Ref("provision", rule.id),
        instrument=rule.instrument,
    )
    return Entry(relation, replace(entry.evidence, note="", kind=ProvisionKind.TEXT))

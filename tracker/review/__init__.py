"""What a person decides about proposals: listed, shown, accepted into the record, or rejected for good."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker import ledger, settings
from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence, Instrument
from tracker.domain.records import Key, Limit, Provision, Ref, RefusedEntry, Relation
from tracker.domain.vocabulary import (
    Basis,
    Cause,
    Component,
    Conduct,
    Consequence,
    DateBasis,
    DocumentKind,
    Effect,
    LimitPer,
    ProvisionKind,
    RelationKind,
    Stage,
)
from tracker.errors import Refused
from tracker.ledger import Batch, Policy, Written
from tracker.review import conflicts
from tracker.store.integrity import sealing
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.session import writing
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
    """A decision that cannot be taken; the message says why and what to do."""


def listing(connection: Connection, state: str = "open") -> Sequence[Any]:
    """The proposals in a state, oldest first; `all` lists every one."""
    query = select(e.review).order_by(e.review.c.id)
    return connection.execute(query if state == "all" else query.where(e.review.c.state == state)).all()


def show(connection: Connection, number: int) -> Any:
    """One proposal with its document, capture and address."""
    table, version, document, capture = e.review, e.document_version, e.document, e.capture
    query = (
        select(
            table,
            document.c.title.label("document_title"),
            document.c.official_url,
            capture.c.url.label("capture_url"),
            capture.c.captured_at,
            capture.c.payload_digest,
            capture.c.warc_file,
            capture.c.warc_offset,
        )
        .join(version, version.c.id == table.c.document_version)
        .join(document, document.c.id == version.c.document)
        .join(capture, capture.c.id == table.c.capture)
    )
    row = connection.execute(query.where(table.c.id == number)).first()
    if row is None:
        raise ReviewRefused(f"there is no proposal {number}", "no_proposal", proposal=number)
    return row


def asked(connection: Connection, number: int, from_day: date | None = None) -> Sequence[Any]:
    """What is held and an acceptance must say it replaces or leaves standing (`meeting.met`)."""
    said = json.loads(show(connection, number).proposal)
    return conflicts.met(connection, said, _first(said, from_day))


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
    """A person confirms proposals, all in one belief. `replaces` answers whether they replace what they meet (`asked`).

    One that reads a held rule from another quote revises it: the key, what it does and its first day are those of the rule.
    `from_day` is the day from which they replace, and the first day of a provision whose text states none. Raises ReviewRefused
    where a question is open, RefusedEntry where the rules forbid the provision; then nothing is written.
    """
    _names(person)
    now, numbers = settings.now(), list(dict.fromkeys(numbers))
    with writing(workspace.engine) as connection:
        batches = [_confirmed(connection, number, person, replaces, from_day) for number in numbers]
        _refuse_twice(numbers, batches)
        told = note or f"proposals {', '.join(map(str, numbers))}"
        written = ledger.write(
            connection, _together(batches), policy=workspace.policy, now=now, actor=person, cause=cause, note=told
        )
        for number in numbers:
            _close(connection, number, "accepted", person, now, note, written)
        return written


def _confirmed(connection: Connection, number: int, person: str, replaces: bool | None, from_day: date | None) -> Batch:
    row = _open(connection, number)
    said = json.loads(row.proposal)
    _may_be_law(connection, number, said, from_day)
    met = asked(connection, number, from_day)
    if met and replaces is None:
        raise ReviewRefused(_question(number, met), "conflicts", proposal=number, conflicts=met)
    entry, act = _entry(row, said, from_day, person, "review")
    relations = _replacing(entry, met, from_day, number) if replaces else []
    held = conflicts.reread(connection, said, _first(said, from_day))
    return Batch(relations, [act], {held.ref: entry}) if held else Batch([entry, *relations], [act])


def _refuse_twice(numbers: Sequence[int], batches: Sequence[Batch]) -> None:
    seen: dict[Any, int] = {}
    for number, rule in zip(numbers, map(_rule, batches), strict=True):
        if rule in seen:
            raise ReviewRefused(
                f"proposals {seen[rule]} and {number} read one rule from two quotes; accept the better one and reject the other"
            )
        seen[rule] = number


def _rule(batch: Batch) -> tuple[object, ...]:
    """The rule of a proposal, whatever its quote."""
    (said,) = [e.statement for e in (*batch.entries, *batch.revise.values()) if isinstance(e.statement, Provision)]
    return (said.key, said.conduct, said.instrument, said.pinpoint, said.effect, said.period.start)


def _open(connection: Connection, number: int) -> Any:
    row = show(connection, number)
    if row.state != "open":
        raise ReviewRefused(
            f"proposal {number} was {row.state} by {row.decided_by} on {row.decided_at:%Y-%m-%d}; it is not asked again"
        )
    return row


def _together(batches: Sequence[Batch]) -> Batch:
    return Batch(
        [entry for batch in batches for entry in batch.entries],
        [made for batch in batches for made in batch.instruments],
        {ref: entry for batch in batches for ref, entry in batch.revise.items()},
    )


def _may_be_law(connection: Connection, number: int, said: Mapping[str, Any], from_day: date | None) -> None:
    """Refuse what is not law yet, and law of which no first day is known; a person's day answers both."""
    if from_day is not None:
        return
    stage = _stage(connection, said)
    if said["document_kind"] not in _LAW_KINDS and stage not in _LAW_STAGES:
        raise ReviewRefused(
            f"proposal {number} stands in a {said['document_kind']} at {stage or 'no stage of law'}: a proposal is not law",
            "not_law",
            proposal=number,
        )
    if said["document_kind"] not in _STANDING_KINDS and not _first_day(said, None):
        raise ReviewRefused(f"the text of proposal {number} states no first day", "no_first_day", proposal=number)


def _stage(connection: Connection, said: Mapping[str, Any]) -> str:
    """The stage of the proposal's document, or the one that its measure has come to since."""
    if said["stage"] in _LAW_STAGES or not said["measure"]:
        return str(said["stage"])
    session, identifier = said["measure"]
    named = {"jurisdiction": said["jurisdiction"], "session": session, "identifier": identifier}
    query = select(t.measure.c.stage).where(*(t.measure.c[name] == value for name, value in named.items()))
    return connection.scalar(query) or str(said["stage"])


def _first_day(said: Mapping[str, Any], from_day: date | None) -> str:
    """The first day that the text states, else the given one, else the one that the publisher states; empty where none is known."""
    given = from_day.isoformat() if from_day else ""
    return said["valid_from"] or given or said["act"]["dates"].get("in_force", "")


def _first(said: Mapping[str, Any], from_day: date | None) -> date | None:
    first = _first_day(said, from_day)
    return date.fromisoformat(first) if first else None


def _question(number: int, met: Sequence[Any]) -> str:
    named = "; ".join(f"{row.status} since {row.valid_from or 'the start'} ({row.citation})" for row in met)
    return f"proposal {number} meets what the record asserts: {named}"


def decide(connection: Connection, numbers: Sequence[int], policy: Policy, now: datetime) -> int:
    """Write the proposals of one document that a decisive rule decides; the rule is named, and nobody as reviewer. Returns how many.

    Another reading of a rule that a person accepted, and a second reading in one document, are left to a person.
    """
    rule, decided = "", dict[Any, tuple[Any, Batch]]()
    for row in (show(connection, number) for number in numbers):
        said = json.loads(row.proposal)
        entry, act = _entry(row, said, None, "", f"decisive: {row.decisive}")
        held = conflicts.reread(connection, said, _first(said, None))
        if held is None or not held.reviewer:
            batch = Batch(instruments=[act], revise={held.ref: entry}) if held else Batch([entry], [act])
            decided.setdefault(_rule(batch), (row, batch))
            rule = row.decisive
    if not decided:
        return 0
    batch = _together([batch for _, batch in decided.values()])
    actor, note = next(row.coder for row, _ in decided.values()), f"decisive: {rule}"
    written = ledger.write(connection, batch, policy=policy, now=now, actor=actor, cause=Cause.RESEARCH, note=note)
    for row, _ in decided.values():
        _close(connection, row.id, "accepted", f"rule {rule}", now, "", written)
    return len(decided)


def reject(workspace: Workspace, number: int, person: str, reason: str) -> None:
    """A person rejects a proposal; no later run asks it again."""
    _names(person)
    with writing(workspace.engine) as connection:
        _open(connection, number)
        _close(connection, number, "rejected", person, settings.now(), reason, None)


def _names(person: str) -> None:
    if not person.strip():
        raise ReviewRefused("say who decides: the record names them")


def _close(
    connection: Connection, number: int, state: str, person: str, now: datetime, reason: str, written: Written | None
) -> None:
    values = {
        "state": state,
        "decided_by": person,
        "decided_at": now,
        "reason": reason,
        "belief": written.belief if written else None,
    }
    sealing.alter(connection, e.review, e.review.c.id == number, values, now)


def _entry(row: Any, said: Mapping[str, Any], from_day: date | None, reviewer: str, origin: str) -> tuple[Entry, Instrument]:
    """What a proposal says, as an entry of the record, and the act that made it."""
    act = said["act"]
    end = said["valid_to"] or act["dates"].get("expires", "")
    if not end and _PASSING & {said["document_kind"], said["stage"]}:
        raise RefusedEntry(
            f"proposal {row.id} stands in a temporary or emergency measure whose text states no end",
            "no_end",
            proposal=row.id,
        )
    provision = Provision(
        id=f"provision {row.id}",
        key=Key(said["jurisdiction"], said["substance"]),
        conduct=Conduct(said["conduct"]),
        effect=Effect(said["effect"]),
        period=Period.parse(_first_day(said, from_day), end),
        basis=Basis(said["basis"]),
        schedule=said["schedule"] or "",
        min_age=said["min_age"],
        limits=tuple(_limit(limit) for limit in said["limits"]),
        components=frozenset(Component(word) for word in said["components"]),
        instrument=said["instrument"],
        pinpoint=said["pinpoint"],
        date_basis=DateBasis.IN_FORCE,
    )
    evidence = Evidence(
        citation=act["identifier"] if act["identifier"] == said["document"] else f"{act['identifier']} ({said['document']})",
        urls=(said["official_url"],),
        quote=said["quote"],
        quote_start=said["quote_start"],
        capture=row.capture,
        document_version=row.document_version,
        coder=row.coder,
        reviewer=reviewer,
        origin=origin,
        note=said["note"] or "",
    )
    dates = {key: date.fromisoformat(value) for key, value in act["dates"].items()}
    instrument = Instrument(
        key=said["instrument"],
        jurisdiction=said["jurisdiction"],
        title=act["title"],
        kind=act["kind"],
        made_on=dates.get("enacted") or dates.get("made"),
        published_on=dates.get("published"),
        in_force_on=dates.get("in_force"),
        url=act["official_url"],
    )
    return Entry(provision, evidence), instrument


def _limit(said: Mapping[str, Any]) -> Limit:
    return Limit(
        said["analyte"],
        said["value"],
        said["unit"],
        LimitPer(said["per"]),
        Consequence(said["consequence"]),
        said.get("group", ""),
        said.get("reference", ""),
    )


def _replacing(entry: Entry, met: Sequence[Any], from_day: date | None, number: int) -> list[Entry]:
    """Relations that let the provision replace each of what it meets from its day on."""
    assert isinstance(entry.statement, Provision)
    first, start = entry.statement.period.start, from_day or entry.statement.period.start
    if met and start is None:
        raise ReviewRefused(
            f"the text of proposal {number} states no first day from which it could replace", "no_first_day", proposal=number
        )
    if first is not None and start is not None and start < first:
        raise ReviewRefused(
            f"proposal {number} holds from {first}; it cannot replace anything from {start}", "too_early", proposal=number
        )
    return [
        Entry(
            Relation(
                f"{entry.statement.id} replaces {row.kind} {row.id}",
                RelationKind.REPLACE,
                Ref(row.kind, row.id),
                Period(start),
                actor=Ref("provision", entry.statement.id),
                instrument=entry.statement.instrument,
            ),
            replace(entry.evidence, note="", kind=ProvisionKind.TEXT),
        )
        for row in met
    ]

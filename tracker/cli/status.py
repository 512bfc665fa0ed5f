"""`status`, `history` and `changes`: what we say, what we said, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Asked, Data, Json, Known, On, Substance, asking
from tracker.cli.output import progress, show_json, show_table

if TYPE_CHECKING:
    from tracker.domain.records import Key
    from tracker.history.changes import Change
    from tracker.history.effective import Effective
    from tracker.history.places import Place
    from tracker.history.status import Answer

_QUIET = ("first_recorded", "confirmed", "check_due")
"""Kinds that are never news: shown only where they are asked for."""


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(status)
    app.command()(history)
    app.command()(changes)


def status(
    jurisdictions: Annotated[list[str] | None, typer.Argument(metavar="[JURISDICTION]…", help="Codes, aliases or names.")] = None,
    substance: Substance = None,
    on: On = None,
    known: Known = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """The status of jurisdictions on a day.

    Without a jurisdiction: every country, state and territory of which something is known, for one substance. With some:
    every substance of which something is known there, unless one is given. `verified` rests on reviewed legal text, `researched` on
    a summary; an uncertain answer hangs on a day that is not known.

    \b
    Examples:
      kratom-tracker status
      kratom-tracker status US-TN Thailand --on 2026-08-01
      kratom-tracker status --known 2026-11-25T12:00:00Z --json
    """
    with asking(data, on, known) as asked:
        rows = _status_rows(asked, jurisdictions or [], substance)
    if json:
        show_json(rows)
        return
    columns = ("jurisdiction", "name", "substance", "status", "bound by", "local", "since", "basis", "confidence", "marks")
    table = [(*_cells(row), row["citation"], row["evidence_url"]) for row in rows]
    show_table(table, (*columns, "citation", "link"), whole=bool(jurisdictions))


def _status_rows(asked: Asked, words: Sequence[str], substance: str | None) -> list[dict[str, Any]]:
    from tracker.domain.records import Key
    from tracker.history import effective, places, status

    where = places.all_places(asked.connection)
    answers = status.on_day(asked.connection, asked.day, asked.known)
    chosen = asked.substance(substance) if substance or not words else None
    if words:
        keys = [key for word in words for key in _named(asked, word, chosen, answers, where)]
    else:
        keys = [Key(place.code, asked.substance(substance)) for place in _regions(where.values())]
    locals_known = {code: effective.local_known(where, answers, code) for code in {key.substance for key in keys}}
    known = asked.instant
    found = []
    for key in keys:
        region = effective.of_key(where, answers, key, asked.day)
        if words or _says_something(region):
            local = locals_known[key.substance].get(key.jurisdiction, 0)
            found.append(_status_row(asked, known, where[key.jurisdiction], region, local))
    return found


def _named(asked: Asked, word: str, chosen: str | None, answers: dict[Key, Answer], where: dict[str, Place]) -> Iterable[Key]:
    """The keys of a jurisdiction that was asked for; of all substances those of which something is known."""
    from tracker.domain.records import Key
    from tracker.history import effective

    code = asked.place(word).code
    if chosen:
        return [Key(code, chosen)]
    keys = [Key(code, substance.code) for substance in sorted(asked.workspace.codebook.substances.values(), key=lambda s: s.rank)]
    known = [key for key in keys if _says_something(effective.of_key(where, answers, key, asked.day))]
    return known or keys[:1]


def _regions(places: Iterable[Place]) -> list[Place]:
    """Countries first, then their states and territories."""
    levels = {"country": 0, "subdivision": 1}
    return sorted((p for p in places if p.level in levels), key=lambda place: (levels[place.level], place.code))


def _says_something(effective: Effective) -> bool:
    return (
        effective.status != "unknown"
        or bool(effective.own.get("contested"))
        or effective.own.get("food_law_position", "not_addressed") != "not_addressed"
    )


def _status_row(asked: Asked, known: datetime, place: Place, effective: Effective, local: int) -> dict[str, Any]:
    own = effective.own
    columns = (
        "schedule",
        "min_age",
        "threshold",
        "components",
        "badges",
        "carve_outs",
        "contested",
        "valid_from",
        "valid_from_latest",
        "valid_to",
        "valid_to_latest",
        "date_basis",
        "authority",
        "instrument",
        "citation",
        "evidence_url",
        "recorded_from",
    )
    return {
        "on": asked.day,
        "known": known,
        "jurisdiction": place.code,
        "name": place.name,
        "level": place.level.value,
        "substance": own.key.substance,
        "status": own.status.value,
        "effective_status": effective.status.value,
        "binding_status": effective.binding.value if effective.binding else None,
        "binding_from": effective.binding_from,
        "local_known": local,
        "food_law_position": own.get("food_law_position", "not_addressed"),
        "verified": own.get("verified", False),
        "confidence": own.get("confidence", "low"),
        "uncertain": own.uncertain,
    } | {name: own.get(name, None) for name in columns}


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    bound = f"{row['binding_status']} ({row['binding_from']})" if row["binding_status"] else ""
    basis = "verified" if row["verified"] else "researched" if row["status"] != "unknown" else ""
    marks = [name for name in ("uncertain", "contested") if row[name]]
    if row["food_law_position"] != "not_addressed":
        marks.append(f"food law: {row['food_law_position']}")
    local = f"≥{row['local_known']}" if row["local_known"] else ""
    return (
        row["jurisdiction"],
        row["name"],
        row["substance"],
        row["status"],
        bound,
        local,
        span(row["valid_from"], row["valid_from_latest"]),
        basis,
        row["confidence"],
        ", ".join(marks),
    )


def span(first: date | None, last: date | None) -> str:
    """A day, or the interval in which it lies."""
    if first is None:
        return ""
    return first.isoformat() if last in (None, first) else f"{first}…{last}"


def history(
    jurisdiction: Annotated[str, typer.Argument(help="Code, alias or name.")],
    substance: Substance = None,
    known: Known = None,
    every: Annotated[bool, typer.Option("--all", help="Every version ever held, not only what is held at one instant.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """What holds when, in both clocks: when the law holds, and since when we have known it.

    \b
    Examples:
      kratom-tracker history US-AL
      kratom-tracker history Thailand --known 2026-11-25T12:00:00Z
      kratom-tracker history US-TN --all --json
    """
    with asking(data, None, known) as asked:
        code = asked.place(jurisdiction).code
        codebook = asked.workspace.codebook
        substances = (
            [codebook.substance(substance).code]
            if substance
            else sorted(codebook.substances, key=lambda c: codebook.substances[c].rank)
        )
        rows = [row for one in substances for row in _history_rows(asked, code, one, every)]
    if json:
        show_json(rows)
        return
    columns = ("substance", "from", "until", "status", "conditions", "known from", "known until", "cause", "citation", "link")
    show_table([_history_cells(row) for row in rows], columns)


def _history_rows(asked: Asked, jurisdiction: str, substance: str, every: bool) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from tracker.store.mapping import statements
    from tracker.store.schema import tables as t

    table = t.status_version
    query = (
        select(table, t.belief.c.cause, t.belief.c.actor)
        .join(t.belief, t.belief.c.id == table.c.belief)
        .where(table.c.jurisdiction == jurisdiction, table.c.substance == substance)
    )
    if not every:
        query = query.where(statements.as_known(table, asked.known))
    found = asked.connection.execute(query).mappings().all()
    left_out = {"id", "digest", "belief", "belief_closed", "comes_at"}
    ordered = sorted(found, key=lambda row: (row["recorded_from"] if every else asked.now, row["valid_from"] or date.min))
    return [{name: value for name, value in row.items() if name not in left_out} for row in ordered]


def _history_cells(row: dict[str, Any]) -> tuple[Any, ...]:
    age = f"{row['min_age']}+" if row["min_age"] is not None else ""
    conditions = [age, row["components"], row["schedule"], row["threshold"], row["badges"]]
    marks = ["contested"] if row["contested"] else []
    return (
        row["substance"],
        span(row["valid_from"], row["valid_from_latest"]) or "as far back as known",
        span(row["valid_to"], row["valid_to_latest"]),
        row["status"],
        ", ".join(part for part in (*conditions, *marks) if part),
        row["recorded_from"],
        row["recorded_to"],
        row["cause"],
        row["citation"],
        row["evidence_url"],
    )


def changes(
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day; else a week before --until.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="First day after; else tomorrow.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind; may be given again.")] = None,
    known: Known = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """What changed: what we recorded in these days, and what they brought by law with nothing written.

    First recordings, confirmations and mere checks due are never news; they are counted, and shown where --kind asks for them.

    \b
    Examples:
      kratom-tracker changes --since 2026-11-01
      kratom-tracker changes --since 2026-01-01 --until 2026-12-01 --kind took_effect --json
    """
    from tracker.domain.dates import parse_day
    from tracker.domain.vocabulary import ChangeKind, term

    wanted = {term(ChangeKind, word) for word in kind or ()}
    first, end = (parse_day(text) if text else None for text in (since, until))
    with asking(data, None, known) as asked:
        end = end or asked.day + timedelta(days=1)
        found = _changes(asked, first or end - timedelta(days=7), end)
    shown = [change for change in found if (change.kind in wanted if wanted else change.kind not in _QUIET)]
    for quiet in () if wanted else _QUIET:
        if count := sum(change.kind == quiet for change in found):
            progress(f"{count} {quiet} not shown; to see them: --kind {quiet}")
    if json:
        show_json([_change_row(change) for change in shown])
        return
    columns = ("recorded", "jurisdiction", "substance", "kind", "weight", "day", "before", "after", "late", "citation", "link")
    show_table([_change_cells(change) for change in shown], columns)


def _changes(asked: Asked, start: date, end: date) -> list[Change]:
    from tracker.domain.dates import midnight
    from tracker.history import changes

    zone = asked.workspace.policy.zone
    known = asked.instant
    last = min(midnight(end, zone), known + timedelta(microseconds=1))
    stored = changes.stored(asked.connection, midnight(start, zone), last)
    derived = changes.derived(asked.connection, start, end, known, zone)
    return sorted([*stored, *derived], key=lambda change: (change.recorded_at, change.key, change.day or date.min))


def _change_row(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "recorded_at": change.recorded_at,
        "kind": change.kind.value,
        "cause": change.cause,
        "significance": change.significance.value,
        "jurisdiction": change.key.jurisdiction,
        "substance": change.key.substance,
        "before": change.before,
        "after": change.after,
        "before_terms": change.before_terms,
        "after_terms": change.after_terms,
        "takes_effect_on": change.day,
        "takes_effect_latest": change.latest,
        "found_late": change.found_late,
        "derived": change.derived,
        "retrospective": change.retrospective,
        "instrument": change.row.instrument,
        "citation": change.row.citation,
        "evidence_url": change.row.evidence_url,
    }


def _change_cells(change: Change) -> tuple[Any, ...]:
    late = f"{change.found_late} days" if change.found_late else ""
    return (
        change.recorded_at,
        *change.key,
        change.kind.value,
        change.significance.value,
        span(change.day, change.latest),
        change.before + (f" ({change.before_terms})" if change.before_terms else ""),
        change.after + (f" ({change.after_terms})" if change.after_terms else ""),
        late,
        change.row.citation,
        change.row.evidence_url,
    )

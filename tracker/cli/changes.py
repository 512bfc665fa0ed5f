"""`changes`: what moved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.options import Data, Json, Known, open_record
from tracker.cli.output import days, progress, show_json, show_table

if TYPE_CHECKING:
    from tracker.history.changes import Change


def changes(
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day; else a week before --until.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="First day after; else tomorrow.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind; may be given again.")] = None,
    known: Known = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """What changed in these days. What we recorded, and what they brought by law with nothing written.

    First recordings, confirmations and mere checks due are never news; they are counted, and shown where --kind asks for them.

    \b
    Examples:
      kratom-tracker changes --since 2026-11-01
      kratom-tracker changes --since 2026-01-01 --until 2026-12-01 --kind took_effect --json
    """
    from tracker.domain.dates import parse_day
    from tracker.domain.vocabulary import ChangeKind, term
    from tracker.history import changes as recorded

    wanted = {term(ChangeKind, word) for word in kind or ()}
    first, end = (parse_day(text) if text else None for text in (since, until))
    with open_record(data, None, known) as record:
        end = end or record.day + timedelta(days=1)
        start = first or end - timedelta(days=7)
        if start > end:
            raise typer.BadParameter(f"{start} lies after {end}, the first day that is left out", param_hint="--since")
        moved = recorded.between(record.connection, start, end, record.known_at, record.workspace.policy.zone)
    shown = [change for change in moved if (change.kind in wanted if wanted else change.kind not in recorded.QUIET)]
    for quiet in () if wanted else recorded.QUIET:
        if count := sum(change.kind is quiet for change in moved):
            progress(f"{count} {quiet} not shown; to see them: --kind {quiet}")
    if json:
        show_json([_row(change) for change in shown])
        return
    columns = ("recorded", "jurisdiction", "substance", "kind", "day", "before → after", "weight", "late", "link", "citation")
    show_table([_cells(change) for change in shown], columns, folded=True)


def _row(change: Change) -> dict[str, Any]:
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


def _cells(change: Change) -> tuple[Any, ...]:
    from tracker.history import words

    late = f"{change.found_late} days" if change.found_late else ""
    before, after = words.headline(change.before, change.before_terms), words.headline(change.after, change.after_terms)
    return (
        change.recorded_at,
        *change.key,
        change.kind.value,
        days(change.day, change.latest),
        f"{before} → {after}",
        change.significance.value,
        late,
        change.row.evidence_url,
        change.row.citation,
    )

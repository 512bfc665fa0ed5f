"""A statement as an edition shows it: citation, quote, links, capture, coder and reviewer.

Vendor links are left out by `Labels.links`, so that no format can print one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.history.evidence import Statement
from tracker.history.words import Labels
from tracker.reports.model import Capture, Evidence

_KINDS = ("relation", "provision", "assertion", "finding", "position")
_RESEARCHED = "baseline"


def in_order(statements: Iterable[Statement], labels: Labels) -> tuple[Evidence, ...]:
    """The evidence of statements; what acts on others first, then the nearest to the headline."""
    return tuple(sorted((of(statement, labels) for statement in statements), key=_order))


def _order(one: Evidence) -> tuple[Any, ...]:
    return _KINDS.index(one.kind), one.says, one.citation, one.pinpoint, one.instrument, one.quote


def of(statement: Statement, labels: Labels) -> Evidence:
    """One statement with its act."""
    ref, row, act = statement.ref, statement.row, statement.act
    return Evidence(
        kind=ref.kind,
        says=labels.statement(ref, row),
        citation=row.citation,
        instrument=act.key if act else "",
        title=act.title if act else "",
        pinpoint=getattr(row, "pinpoint", ""),
        authority=row.authority,
        made_on=row.made_on or (act.made_on if act else None),
        published_on=act.published_on if act else None,
        in_force_on=act.in_force_on if act else None,
        quote=row.quote,
        links=labels.links(row),
        capture=capture(statement.capture),
        coder=row.coder,
        reviewer=row.reviewer,
        verified=row.origin != _RESEARCHED and ref.kind != "assertion",
        note=row.note,
    )


def capture(row: Any | None) -> Capture | None:
    """An archived response by its row."""
    return None if row is None else Capture(row.captured_at, row.payload_digest, row.url)

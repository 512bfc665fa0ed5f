"""The statements behind a status row, as an edition shows them: citation, quote, links, capture, coder and reviewer.

Vendor links are left out here, so that no format can print one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.records import Ref
from tracker.domain.vocabulary import Conduct, Effect, FoodLaw, LinkType, RelationKind, Status
from tracker.reports.model import Capture, Evidence, Link
from tracker.reports.terms import Terms
from tracker.store.mapping import statements
from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t

_KINDS = ("relation", "provision", "assertion", "finding", "position")
_CONDUCTS = tuple(Conduct)
_LINKS = tuple(LinkType)
_RESEARCHED = "baseline"


def inputs(connection: Connection, row: Any) -> frozenset[Ref]:
    """The statements from which a status row follows."""
    link = t.status_input
    found = connection.execute(select(link).where(link.c.status_version == row.id))
    return frozenset(Ref(held.kind, held.ref) for held in found)


def described(connection: Connection, terms: Terms, held: Mapping[Ref, Any], refs: Collection[Ref]) -> tuple[Evidence, ...]:
    """The evidence of the statements `refs`, whose rows are in `held`; what acts on others first, then the nearest to the headline."""
    rows = {ref: held[ref] for ref in refs if ref in held}
    acts = _instruments(connection, rows.values())
    captures = _captures(connection, rows.values())
    found = [_evidence(ref, row, terms, acts, captures) for ref, row in rows.items()]
    return tuple(sorted(found, key=_order))


def _order(said: Evidence) -> tuple[Any, ...]:
    return _KINDS.index(said.kind), said.says, said.citation, said.pinpoint, said.instrument, said.quote


def _instruments(connection: Connection, rows: Iterable[Any]) -> dict[str, Any]:
    keys = {row.instrument for row in rows if getattr(row, "instrument", None)}
    found: dict[str, Any] = {}
    for chunk in statements.chunks(keys):
        query = select(t.instrument).where(t.instrument.c.key.in_(chunk))
        found |= {row.key: row for row in connection.execute(query)}
    return found


def _captures(connection: Connection, rows: Iterable[Any]) -> dict[int, Capture]:
    return captures(connection, {row.capture for row in rows if row.capture is not None})


def captures(connection: Connection, ids: Collection[int]) -> dict[int, Capture]:
    """Archived responses by row number."""
    found: dict[int, Capture] = {}
    for chunk in statements.chunks(ids):
        for row in connection.execute(select(e.capture).where(e.capture.c.id.in_(chunk))):
            found[row.id] = Capture(row.captured_at, row.payload_digest, row.url)
    return found


def _evidence(ref: Ref, row: Any, terms: Terms, acts: Mapping[str, Any], held: Mapping[int, Capture]) -> Evidence:
    act = acts.get(getattr(row, "instrument", None) or "")
    return Evidence(
        kind=ref.kind,
        says=_says(ref, row, terms),
        citation=row.citation,
        instrument=act.key if act else "",
        title=act.title if act else "",
        pinpoint=getattr(row, "pinpoint", ""),
        authority=row.authority,
        made_on=row.made_on or (act.made_on if act else None),
        published_on=act.published_on if act else None,
        in_force_on=act.in_force_on if act else None,
        quote=row.quote,
        links=_links(row, terms),
        capture=held.get(row.capture) if row.capture is not None else None,
        coder=row.coder,
        reviewer=row.reviewer,
        verified=row.origin != _RESEARCHED and ref.kind != "assertion",
        note=row.note,
    )


def _says(ref: Ref, row: Any, terms: Terms) -> str:
    label = terms.codebook.label
    if ref.kind == "provision":
        return f"{label(Conduct(row.conduct)).label}: {label(Effect(row.effect)).label.lower()}"
    if ref.kind == "assertion":
        return f"Researched summary: {label(Status(row.status)).label.lower()}"
    if ref.kind == "finding":
        return f"Looked for and not found ({row.looked_in})" if row.looked_in else "Looked for and not found"
    if ref.kind == "position":
        return f"General food law: {label(FoodLaw(row.value)).label.lower()}"
    return f"{label(RelationKind(row.kind)).label} another rule"


def _links(row: Any, terms: Terms) -> tuple[Link, ...]:
    pairs = ((row.evidence_url, row.link_type), (row.evidence_url_2, row.link_type_2))
    shown = [(url, kind) for url, kind in pairs if url and kind and kind != LinkType.VENDOR]
    ordered: Sequence[tuple[str, str]] = sorted(shown, key=lambda pair: (_LINKS.index(LinkType(pair[1])), pair[0]))
    return tuple(terms.link(url, kind) for url, kind in ordered)

"""Status rows between domain values and the table: what a row says and whose evidence it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Text, cast, func, select

from tracker.domain import rules
from tracker.domain.records import Content, Key, Ref, StatusPeriod, Timeline
from tracker.domain.vocabulary import (
    Conduct,
    Confidence,
    DateBasis,
    FoodLaw,
    LinkType,
    OpenedBy,
    Status,
)
from tracker.store import lookup
from tracker.store.lookup import Found
from tracker.store.mapping import rows, statements
from tracker.store.mapping.statements import period, words
from tracker.store.schema import tables as t

_ORDER = {conduct: place for place, conduct in enumerate(sorted(Conduct, key=lambda conduct: conduct is not Conduct.SELL))}


_UNREAD = {"comes_at", "authority", "instrument", "citation", "evidence_url", "confidence", "verified", "rule_version"}
_SAID = [column for column in t.status_version.c if column.name not in _UNREAD and "recorded" not in column.name]


@dataclass(slots=True)
class Stored:
    """The timeline of a key as it lies in the table, with (row number, digest) of each period."""

    timeline: Timeline
    rows: Sequence[tuple[int, str]]

    def row_of(self, wanted: StatusPeriod) -> tuple[int, str] | None:
        """The row that says just what `wanted` says."""
        numbered = zip(self.timeline.periods, self.rows, strict=False)  # nothing held is one period without a row
        return next((row for period, row in numbered if period.period.start == wanted.period.start and period == wanted), None)


def load(connection: Connection, keys: Collection[Key], known: datetime | None = None) -> dict[Key, Stored]:
    """The stored timelines of `keys` as held at `known` (None: now); keys without rows are absent."""
    by_key: dict[Key, list[tuple[StatusPeriod, int, str]]] = defaultdict(list)
    for chunk in statements.chunks(keys):
        for row in lookup.fetched(connection, _on_keys(known is None), keys=lookup.packed(chunk), known=known):
            by_key[Key(row.jurisdiction, row.substance)].append((read(row, _inputs(row)), row.id, row.digest))
    return {key: _stored(parts) for key, parts in by_key.items()}


@cache
def _on_keys(now: bool) -> Select[Any]:
    table, link = t.status_version, t.status_input
    named = link.c.kind + " " + cast(link.c.ref, Text)
    inputs = select(func.aggregate_strings(named, ",")).where(link.c.status_version == table.c.id).scalar_subquery()
    known = statements.as_known(table, statements.then(now))
    return select(*_SAID, inputs.label("inputs")).select_from(lookup.for_keys(table)).where(known)


def _stored(parts: list[tuple[StatusPeriod, int, str]]) -> Stored:
    if len(parts) > 1:
        parts.sort(key=lambda part: part[0].period.start or date.min)
    return Stored(Timeline(tuple(part[0] for part in parts)), [part[1:] for part in parts])


_date_basis, _food_law, _link_type = cache(DateBasis), cache(FoodLaw), cache(LinkType)
_opened_by, _status = cache(OpenedBy), cache(Status)


def read(row: Found, inputs: frozenset[Ref]) -> StatusPeriod:
    """The domain value of a status row."""
    content = Content(
        status=_status(row.status),
        schedule=row.schedule,
        min_age=row.min_age,
        threshold=row.threshold,
        components=statements.components(row.components),
        badges=tuple(words(row.badges)),
        carve_outs=tuple(row.carve_outs.split("\n")) if row.carve_outs else (),
        food_law_position=_food_law(row.food_law_position),
        contested=row.contested,
        binding=_status(row.binding_status) if row.binding_status else None,
        inputs=inputs,
    )
    return StatusPeriod(period(row), content, _date_basis(row.date_basis), _opened_by(row.opened_by))


def _inputs(row: Found) -> frozenset[Ref]:
    return frozenset([Ref(kind, int(number)) for kind, number in map(str.split, words(row.inputs or ""))])


def values(
    key: Key, row: StatusPeriod, statement_rows: Mapping[Ref, Found], confidence: Callable[[Sequence[LinkType], bool], Confidence]
) -> dict[str, Any]:
    """The columns of a status row, with the evidence of the statement that decides it."""
    content = row.content
    columns = {
        "jurisdiction": key.jurisdiction,
        "substance": key.substance,
        "status": content.status.value,
        "schedule": content.schedule,
        "min_age": content.min_age,
        "threshold": content.threshold,
        "components": rows.join(content.components),
        "badges": ",".join(content.badges),
        "carve_outs": "\n".join(content.carve_outs),
        "food_law_position": content.food_law_position.value,
        "contested": content.contested,
        "binding_status": content.binding.value if content.binding else "",
        "date_basis": row.date_basis.value,
        "opened_by": row.opened_by.value,
    }
    columns.update(rows.period(row.period))
    columns.update(_evidence(content, statement_rows, confidence))
    return columns


def _evidence(
    content: Content, statement_rows: Mapping[Ref, Found], confidence: Callable[[Sequence[LinkType], bool], Confidence]
) -> dict[str, Any]:
    ref = deciding(content, statement_rows)
    if ref is None:
        empty = {"authority": "", "citation": "", "evidence_url": "", "instrument": None}
        return empty | {"confidence": Confidence.LOW.value, "verified": False}
    row = statement_rows[ref]
    shown = (row.evidence_url, row.link_type), (row.evidence_url_2, row.link_type_2)
    links = [(url, _link_type(kind)) for url, kind in shown if kind]
    official_text = bool(row.quote) and (row.capture is not None or row.link_type == LinkType.OFFICIAL)
    return {
        "authority": row.authority,
        "citation": row.citation,
        "evidence_url": next((url for url, kind in links if kind is not LinkType.VENDOR), ""),
        "instrument": getattr(row, "instrument", None),
        "confidence": confidence([kind for _, kind in links], official_text).value,
        "verified": row.origin != "baseline" and ref.kind != "assertion",
    }


def deciding(content: Content, statement_rows: Mapping[Ref, Found]) -> Ref | None:
    """The statement whose evidence a row shows: the assertion or finding that decides it, else the provision that does.

    Of several the one about selling comes first, and of these the one with most conditions; None where nothing decides.
    """
    by_kind: dict[str, list[Ref]] = defaultdict(list)
    for ref in sorted(content.inputs):
        by_kind[ref.kind].append(ref)
    if by_kind["assertion"]:
        return by_kind["assertion"][0]
    if by_kind["finding"]:
        return by_kind["finding"][0]
    alone = [ref for ref in by_kind["provision"] if _decides(statement_rows[ref]) is content.status]
    return min(
        alone,
        key=lambda ref: (_ORDER[Conduct(statement_rows[ref].conduct)], -len(statement_rows[ref].components), ref),
        default=None,
    )


def _decides(row: Found) -> Status | None:
    """The headline that a provision decides by itself."""
    return rules.headline({Conduct(row.conduct): [statements.provision(row, {})]})[0]

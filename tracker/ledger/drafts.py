"""What is to be written, in columns: each entry of a batch as a row of its table, before anything is asked of the record.

Pure: the counterpart of `store.mapping.statements`, which reads rows as statements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.domain.entries import Entry, Evidence
from tracker.domain.records import Assertion, Finding, Limit, Position, Provision, Ref, Relation
from tracker.domain.vocabulary import LinkType
from tracker.store.mapping import rows
from tracker.store.mapping.rows import Values


@dataclass(frozen=True, eq=False)
class Draft:
    """An entry as it would be written; `link_types` are those of the first two addresses of its evidence, as far as there are any."""

    entry: Entry
    link_types: Sequence[str]

    @cached_property
    def kind(self) -> str:
        return type(self.entry.statement).__name__.lower()

    @cached_property
    def values(self) -> Values:
        """The columns; of a provision without those of its rule, which are `identity`."""
        evidence = _evidence(self.entry.evidence, self.link_types)
        return {**evidence, **rows.period(self.entry.statement.period), **_own_columns(self.entry)}

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The columns of a provision's rule: (jurisdiction, substance, conduct, instrument, pinpoint)."""
        statement = self.entry.statement
        if not isinstance(statement, Provision):
            return ()
        return (*statement.key, statement.conduct.value, statement.instrument, rows.one_line(statement.pinpoint))

    @cached_property
    def limits(self) -> Sequence[Values]:
        """The rows that hang on a provision."""
        statement = self.entry.statement
        return [_limit(limit) for limit in statement.limits] if isinstance(statement, Provision) else []

    @cached_property
    def digest(self) -> str:
        """What tells it from what is held; of a relation empty, because the rows that it names are not known yet."""
        statement = self.entry.statement
        if isinstance(statement, Relation):
            return ""
        if isinstance(statement, Provision):
            return rows.provision_digest(self.values, self.identity, self.limits)
        return rows.digest(self.kind, self.values)


def draft(entry: Entry, link_type: Callable[[str], LinkType]) -> Draft:
    """The draft of `entry`; `link_type` types the addresses of its evidence."""
    return Draft(entry, [link_type(url).value for url in entry.evidence.urls[:2]])


def _evidence(value: Evidence, link_types: Sequence[str]) -> Values:
    """The columns of evidence; `link_types` are those of the first two addresses, as far as there are any."""
    urls, links = value.urls, len(link_types)
    return {
        "citation": value.citation,
        "authority": value.authority,
        "evidence_url": urls[0] if links else "",
        "link_type": link_types[0] if links else "",
        "evidence_url_2": urls[1] if links > 1 else "",
        "link_type_2": link_types[1] if links > 1 else "",
        "quote": value.quote,
        "quote_start": value.quote_start,
        "capture": value.capture,
        "document_version": value.document_version,
        "coder": value.coder,
        "reviewer": value.reviewer,
        "origin": value.origin,
        "made_on": value.made_on,
        "note": value.note,
    }


def _own_columns(entry: Entry) -> Values:
    """The own columns of an entry's statement, without evidence, period and recorded time."""
    statement = entry.statement
    if isinstance(statement, Assertion):
        return _assertion(statement)
    if isinstance(statement, Provision):
        return _provision(statement) | {"kind": entry.evidence.kind.value}
    if isinstance(statement, Finding):
        search = {"looked_in": entry.evidence.looked_in, "terms": entry.evidence.terms, "looked_on": entry.evidence.looked_on}
        return _key(statement) | {"contested": statement.contested} | search
    if isinstance(statement, Position):
        return _key(statement) | {"value": statement.value.value}
    return _relation(statement)


def _key(statement: Assertion | Finding | Position) -> Values:
    return {"jurisdiction": statement.key.jurisdiction, "substance": statement.key.substance}


def _provision(statement: Provision) -> Values:
    return {
        "effect": statement.effect.value,
        "basis": statement.basis.value,
        "schedule": statement.schedule,
        "min_age": statement.min_age,
        "components": rows.join(statement.components),
        "binds_children": statement.binds_children,
        "contested": statement.contested,
        "date_basis": statement.date_basis.value,
    }


def _limit(limit: Limit) -> Values:
    return {
        "analyte": limit.analyte,
        "value": limit.value,
        "unit": limit.unit,
        "per": limit.per.value,
        "consequence": limit.consequence.value,
        "limit_group": limit.group,
        "reference": limit.reference,
    }


def _assertion(statement: Assertion) -> Values:
    return {
        "jurisdiction": statement.key.jurisdiction,
        "substance": statement.key.substance,
        "status": statement.status.value,
        "schedule": statement.schedule,
        "min_age": statement.min_age,
        "threshold": statement.threshold,
        "components": rows.join(statement.components),
        "contested": statement.contested,
        "instrument": statement.instrument or None,
        "date_basis": statement.date_basis.value,
    }


def _relation(statement: Relation) -> Values:
    targets: Values = dict.fromkeys(("target_provision", "target_assertion", "target_relation"))
    targets[f"target_{statement.target.kind}"] = statement.target.id
    return targets | {
        "kind": statement.kind.value,
        "actor_provision": statement.actor.id if statement.actor else None,
        "instrument": statement.instrument or None,
        "scope": statement.scope.value,
        "carve_out": rows.one_line(statement.carve_out),
    }


def refs_of(statement: Relation) -> list[Ref]:
    """The statements that a relation names."""
    return [statement.target] + ([statement.actor] if statement.actor else [])

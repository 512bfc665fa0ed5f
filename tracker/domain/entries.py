"""What is handed to the ledger: a statement with its evidence, and the instrument or measure that it comes from.

An entry's statement may carry a text id of the caller's choice; relations of the same transaction may target it by that id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracker.domain.records import Assertion, Finding, Position, Provision, Relation
from tracker.domain.vocabulary import ProvisionKind, Stage

Statement = Provision | Assertion | Finding | Position | Relation


@dataclass(frozen=True, slots=True)
class Evidence:
    """How we know.

    `quote` holds at most 40 words, verbatim; `quote_start` is its offset in the text of `document_version`. `capture` and
    `document_version` are ids of the store. `looked_in` and `terms` belong to findings. `made_on` is the day on which the
    acting instrument or ruling was made, where it differs from the instrument's own.
    """

    citation: str = ""
    authority: str = ""
    urls: tuple[str, ...] = ()
    quote: str = ""
    quote_start: int | None = None
    capture: int | None = None
    document_version: int | None = None
    coder: str = ""
    reviewer: str = ""
    origin: str = ""
    looked_in: str = ""
    terms: str = ""
    looked_on: date | None = None
    made_on: date | None = None
    kind: ProvisionKind = ProvisionKind.TEXT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement and its evidence."""

    statement: Statement
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Instrument:
    """An act that made a rule. `key` is the ELI of the act, session law, rule or docket number, never a code citation."""

    key: str
    jurisdiction: str
    title: str = ""
    kind: str = ""
    made_on: date | None = None
    published_on: date | None = None
    in_force_on: date | None = None
    consolidated: bool = False
    url: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A legislative session; `identifier` is canonical, the spellings of sources are `aliases`."""

    jurisdiction: str
    identifier: str
    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureAction:
    """One step of a measure. `on` may be known only to a month or year: `on_latest` is its last possible day."""

    on: date | None
    text: str
    stage: Stage | None = None
    on_latest: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A bill, rule making or case: identity is (jurisdiction, session, identifier), the identifier in its normal form."""

    jurisdiction: str
    session: str
    identifier: str
    title: str = ""
    kind: str = ""
    direction_as_introduced: str = ""
    effect_as_enacted: str = ""
    substances: tuple[str, ...] = ()
    stage: Stage | None = None
    stage_on: date | None = None
    effective_on: date | None = None
    official_url: str = ""
    source: str = ""
    actions: tuple[MeasureAction, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody else says, kept beside ours: never a status."""

    jurisdiction: str
    substance: str
    status: str
    valid_from: str = ""
    valid_to: str = ""
    instrument: str = ""
    claimant: str = ""
    urls: tuple[str, ...] = ()
    note: str = ""

"""What the coder reads in a text, and what a person is asked about it. Plain values; nothing here is belief."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from tracker.domain.records import Key, Limit
from tracker.domain.vocabulary import Basis, Component, Conduct, DocumentKind, Effect, Stage

Decisive = Literal["codified_list_entry"]


@dataclass(frozen=True)
class Proposal:
    """One rule that a text seems to make: one substance, one conduct.

    `quote` is `text[quote_start:quote_end]` of the text that was read, at most 40 words. `valid_from` and `valid_to` are
    civil dates, half-open, only where the text states them. An effect `excluded` is a carve-out. `decisive` names the one
    rule that needs no person (DESIGN §4), and is None for every other proposal.
    """

    substance: str
    conduct: Conduct
    effect: Effect
    basis: Basis
    quote: str
    quote_start: int
    quote_end: int
    schedule: str | None = None
    min_age: int | None = None
    limits: tuple[Limit, ...] = ()
    components: tuple[Component, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    pinpoint: str | None = None
    note: str | None = None
    decisive: Decisive | None = None


class MeasureName(NamedTuple):
    """A measure of the proposal's jurisdiction."""

    session: str
    identifier: str


@dataclass(frozen=True)
class Act:
    """The document that made the rule: the proposal's own, or the instrument that put an entry into a list.

    `dates` are those that its publisher states, by name: `made`, `enacted`, `published`, `in_force`, `expires` among them.
    """

    identifier: str
    kind: DocumentKind
    title: str
    official_url: str
    dates: Mapping[str, date]


@dataclass(frozen=True, kw_only=True)
class Candidate(Proposal):
    """A proposed rule with the document that it stands in and the act that made it: all that an acceptance writes.

    `instrument` is the key of the act. `stage` is that of the document, empty where it has none.
    """

    jurisdiction: str
    instrument: str
    document: str
    document_kind: DocumentKind
    stage: Stage | Literal[""]
    official_url: str
    source: str
    measure: MeasureName | None
    act: Act

    @property
    def key(self) -> Key:
        """What a status is held for."""
        return Key(self.jurisdiction, self.substance)

    @property
    def provision_key(self) -> str:
        """With the quote it tells proposals apart: one that was decided is not asked again."""
        return "|".join((self.jurisdiction, self.substance, self.conduct, self.instrument, self.pinpoint or ""))

    @property
    def quote_digest(self) -> str:
        """SHA-256 of the quote, blanks made equal."""
        return hashlib.sha256(" ".join(self.quote.split()).encode()).hexdigest()

    def first_day(self, given: date | None = None) -> date | None:
        """The first day that the text states, else the `given` one, else the one that the publisher states."""
        return self.valid_from or given or self.act.dates.get("in_force")

    @property
    def end(self) -> date | None:
        """The day from which the rule holds no more, as text or publisher state it."""
        return self.valid_to or self.act.dates.get("expires")


class Version(NamedTuple):
    """The version of a document, by its number, and the archived response that showed it first.

    `observed_at` is when the run in hand saw it last.
    """

    id: int
    capture: int
    captured_at: datetime
    document: int
    observed_at: datetime

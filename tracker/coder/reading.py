"""What the coder hands back: proposals with their quotes, and what the text says of its measure. Nothing here is belief."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tracker.domain.records import Limit
from tracker.domain.vocabulary import Basis, Component, Conduct, Effect, Stage

Direction = Literal["ban", "regulate", "age", "repeal_ban", "study", "other"]
"""What a measure would do, as the researched measures word it."""

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

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields, dates as ISO text."""
        return {
            "substance": self.substance,
            "conduct": self.conduct.value,
            "effect": self.effect.value,
            "basis": self.basis.value,
            "schedule": self.schedule,
            "min_age": self.min_age,
            "limits": [_limit(limit) for limit in self.limits],
            "components": [component.value for component in self.components],
            "valid_from": _iso(self.valid_from),
            "valid_to": _iso(self.valid_to),
            "pinpoint": self.pinpoint,
            "note": self.note,
            "decisive": self.decisive,
            "quote": self.quote,
            "quote_start": self.quote_start,
            "quote_end": self.quote_end,
        }


@dataclass(frozen=True)
class MeasureReading:
    """What a text says of its measure; every field is None where the text does not say it.

    `effective_on` is a day; where the text states anything else (a quarter after adjournment, on filing), it stands in
    `effective_note` as worded.
    """

    identifier: str | None = None
    session: str | None = None
    stage: Stage | None = None
    direction: Direction | None = None
    enacted_on: date | None = None
    effective_on: date | None = None
    effective_note: str | None = None
    expires_on: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields, dates as ISO text."""
        return {
            "identifier": self.identifier,
            "session": self.session,
            "stage": self.stage.value if self.stage else None,
            "direction": self.direction,
            "enacted_on": _iso(self.enacted_on),
            "effective_on": _iso(self.effective_on),
            "effective_note": self.effective_note,
            "expires_on": _iso(self.expires_on),
        }


@dataclass(frozen=True)
class Reading:
    """A whole reading.

    `implied` are proposals that follow from a provision without being said (a cap on what a product may hold bars the sale
    of products above it); `carve_outs` are proposals of effect `excluded`; `reasons` say why the text was read so.
    """

    measure: MeasureReading
    provisions: tuple[Proposal, ...] = ()
    implied: tuple[Proposal, ...] = ()
    carve_outs: tuple[Proposal, ...] = ()
    sets_status_now: bool = False
    reasons: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON that `propose --json` prints."""
        return {
            "measure": self.measure.to_dict(),
            "provisions": [proposal.to_dict() for proposal in self.provisions],
            "implied": [proposal.to_dict() for proposal in self.implied],
            "carve_outs": [proposal.to_dict() for proposal in self.carve_outs],
            "sets_status_now": self.sets_status_now,
            "reasons": list(self.reasons),
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _limit(limit: Limit) -> dict[str, str]:
    return {
        "analyte": limit.analyte,
        "value": limit.value,
        "unit": limit.unit,
        "per": limit.per.value,
        "consequence": limit.consequence.value,
        "group": limit.group,
        "reference": limit.reference,
    }

"""What the coder hands back: proposals with their quotes, and what the text says of its measure. Nothing here is belief."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tracker.domain.proposals import Proposal
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Stage

Direction = Literal["ban", "regulate", "age", "repeal_ban", "study", "other"]
"""What a measure would do, as the researched measures word it."""


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
            "provisions": [_proposal(proposal) for proposal in self.provisions],
            "implied": [_proposal(proposal) for proposal in self.implied],
            "carve_outs": [_proposal(proposal) for proposal in self.carve_outs],
            "sets_status_now": self.sets_status_now,
            "reasons": list(self.reasons),
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "substance": proposal.substance,
        "conduct": proposal.conduct.value,
        "effect": proposal.effect.value,
        "basis": proposal.basis.value,
        "schedule": proposal.schedule,
        "min_age": proposal.min_age,
        "limits": [_limit(limit) for limit in proposal.limits],
        "components": [component.value for component in proposal.components],
        "valid_from": _iso(proposal.valid_from),
        "valid_to": _iso(proposal.valid_to),
        "pinpoint": proposal.pinpoint,
        "note": proposal.note,
        "decisive": proposal.decisive,
        "quote": proposal.quote,
        "quote_start": proposal.quote_start,
        "quote_end": proposal.quote_end,
    }


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

"""The closed vocabularies of the record (DESIGN §2), and their order. No substance is named here: substances are codebook data.

An unknown term is an :class:`UnknownTerm`; nothing falls to a default.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from crawler.contract.hosts import LinkType
from crawler.contract.items import DocumentKind, Outcome, Stage
from tracker.errors import Refused

__all__ = [
    "RESTRICTIVE",
    "Basis",
    "Cause",
    "ChangeKind",
    "Component",
    "Conduct",
    "Confidence",
    "Consequence",
    "DateBasis",
    "DocumentKind",
    "Effect",
    "FoodLaw",
    "Level",
    "LimitPer",
    "LinkType",
    "MissingReason",
    "OpenedBy",
    "Outcome",
    "ProvisionKind",
    "RelationKind",
    "Scope",
    "Significance",
    "Stage",
    "Status",
    "UnknownTerm",
    "term",
]


class UnknownTerm(Refused):
    """A word that the vocabulary does not hold; the message names it and the words that are known."""


class Level(StrEnum):
    """Level of a jurisdiction."""

    INTERNATIONAL = "international"
    COUNTRY = "country"
    SUBDIVISION = "subdivision"
    COUNTY = "county"
    PLACE = "place"
    TRIBAL = "tribal"


class Conduct(StrEnum):
    POSSESS = "possess"
    USE = "use"
    PURCHASE = "purchase"
    SELL = "sell"
    GIVE = "give"
    MANUFACTURE = "manufacture"
    CULTIVATE = "cultivate"
    IMPORT = "import"
    EXPORT = "export"
    TRANSPORT = "transport"
    ADVERTISE = "advertise"


class Effect(StrEnum):
    """What a provision does to a conduct; `excluded` is a carve-out and never ranks."""

    PROHIBITED = "prohibited"
    PRESCRIPTION = "prescription"
    CONDITIONAL = "conditional"
    PERMITTED = "permitted"
    EXCLUDED = "excluded"


class Basis(StrEnum):
    CONTROLLED_SUBSTANCE_SCHEDULE = "controlled_substance_schedule"
    SALE_BAN = "sale_ban"
    CONSUMER_PROTECTION = "consumer_protection"
    AGE_LIMIT = "age_limit"
    MEDICINES_LAW = "medicines_law"
    PSYCHOACTIVE_SUBSTANCES = "psychoactive_substances"
    EMERGENCY_ORDER = "emergency_order"
    COURT_ORDER = "court_order"
    FOOD_LAW = "food_law"
    OTHER = "other"


class Component(StrEnum):
    """What a regulation asks for."""

    AGE = "age"
    LABEL = "label"
    TESTING = "testing"
    REGISTRATION_OR_LICENCE = "registration_or_licence"
    SYNTHETIC_BAN = "synthetic_ban"
    POTENCY_CAP = "potency_cap"
    FORM_LIMIT = "form_limit"
    PLACE_LIMIT = "place_limit"
    BEHIND_COUNTER = "behind_counter"
    TAX = "tax"
    LOCAL_PREEMPTION = "local_preemption"


class Status(StrEnum):
    """The headline, in display precedence: an order of display, not a scale of severity."""

    BANNED = "banned"
    SALE_PROHIBITED = "sale_prohibited"
    PRESCRIPTION_ONLY = "prescription_only"
    REGULATED = "regulated"
    AGE_RESTRICTED = "age_restricted"
    NO_SPECIFIC_LAW = "no_specific_law"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """Place in the display precedence; 0 comes first."""
        return _STATUS_RANK[self]


_STATUS_RANK = {status: rank for rank, status in enumerate(Status)}
RESTRICTIVE = (
    Status.BANNED,
    Status.SALE_PROHIBITED,
    Status.PRESCRIPTION_ONLY,
    Status.REGULATED,
    Status.AGE_RESTRICTED,
)


class FoodLaw(StrEnum):
    """Position of general food, supplement and medicine law; never a headline."""

    NOT_ADDRESSED = "not_addressed"
    AGENCY_SAYS_UNLAWFUL = "agency_says_unlawful"
    ACTIVELY_ENFORCED = "actively_enforced"
    COURT_CONFIRMED = "court_confirmed"
    AUTHORISED = "authorised"


class LimitPer(StrEnum):
    OF_ALKALOIDS = "of_alkaloids"
    PER_G = "per_g"
    PER_ML = "per_ml"
    PER_SERVING = "per_serving"
    PER_CONTAINER = "per_container"
    RATIO_TO = "ratio_to"


class Consequence(StrEnum):
    UNLAWFUL_TO_SELL = "unlawful_to_sell"
    SCHEDULED = "scheduled"
    OUTSIDE_DEFINITION = "outside_definition"


class DateBasis(StrEnum):
    IN_FORCE = "in_force"
    APPLICABLE = "applicable"
    ADOPTED = "adopted"
    PUBLISHED = "published"
    ENFORCEMENT_SEEN = "enforcement_seen"
    COMPUTED = "computed"
    INFERRED = "inferred"


class ProvisionKind(StrEnum):
    TEXT = "text"
    INTERPRETATION = "interpretation"


class RelationKind(StrEnum):
    REPLACE = "replace"
    END = "end"
    STAY = "stay"
    EXCEPT = "except"
    RESTORE = "restore"


class Scope(StrEnum):
    """How much of a provision an exception frees for an ordinary adult."""

    WHOLE = "whole"
    PART = "part"


class Cause(StrEnum):
    """Why a belief was written (DESIGN §3)."""

    LAW = "law"
    RECORD = "record"
    METHOD = "method"
    RESEARCH = "research"


class RootKind(StrEnum):
    """What writes rows in one go and is sealed as one; a deed is whatever is none of the others."""

    RUN = "run"
    BELIEF = "belief"
    EDITION = "edition"
    DEED = "deed"


class RunStage(StrEnum):
    """How far the tracker has come with a run of the crawler."""

    CRAWLED = "crawled"
    TAKEN_IN = "taken_in"
    FOLLOWED_UP = "followed_up"


class ChangeKind(StrEnum):
    ENACTED_FOR_LATER = "enacted_for_later"
    TOOK_EFFECT = "took_effect"
    EXPIRED = "expired"
    RETROACTIVE = "retroactive"
    STAYED = "stayed"
    STAY_LIFTED = "stay_lifted"
    CORRECTED = "corrected"
    METHOD_CHANGED = "method_changed"
    FIRST_RECORDED = "first_recorded"
    CONFIRMED = "confirmed"
    CHECK_DUE = "check_due"
    MEASURE_INTRODUCED = "measure_introduced"
    MEASURE_CORRECTED = "measure_corrected"
    MEASURE_ADVANCED = "measure_advanced"
    MEASURE_ENACTED = "measure_enacted"
    MEASURE_FAILED = "measure_failed"
    RULE_PROPOSED = "rule_proposed"
    RULE_FINALISED = "rule_finalised"
    RULE_WITHDRAWN = "rule_withdrawn"
    CASE_ADVANCED = "case_advanced"
    LOCAL_ACTION = "local_action"
    DOCUMENT_AMENDED = "document_amended"
    SOURCE_LOST = "source_lost"
    SOURCE_RESTORED = "source_restored"


class Significance(StrEnum):
    STATUS = "status"
    TERMS = "terms"
    BASIS = "basis"
    NONE = "none"


class OpenedBy(StrEnum):
    """What makes the first day of a status row a boundary."""

    ORIGIN = "origin"
    LAW = "law"
    STAY = "stay"
    STAY_LIFTED = "stay_lifted"
    OWN_END = "own_end"
    CHECK = "check"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class MissingReason(StrEnum):
    NOT_RESEARCHED = "not_researched"
    NOT_FOUND = "not_found"
    CONTESTED = "contested"
    NOT_APPLICABLE = "not_applicable"


T = TypeVar("T", bound=StrEnum)


def term(kind: type[T], word: str) -> T:
    """The member of `kind` that is spelt `word`; raises :class:`UnknownTerm` naming the word and the known ones."""
    try:
        return kind(word)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise UnknownTerm(f"{word!r} is no {kind.__name__.lower()}; known: {known}") from None

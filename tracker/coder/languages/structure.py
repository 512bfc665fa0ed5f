"""What a language must supply, module by module: a folder of `languages` holds modules that fit these protocols.

`DateWords` is needed of every language; the rest together, as `Speech`, of one whose rules are read. Patterns are matched with a cleaned
view of a text (see `tracker.coder.view`); named groups that the coder reads are told with each protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, Protocol

from crawler.contract.patterns import Pattern
from tracker.domain.vocabulary import Component, Conduct, LimitPer

Words = Pattern


class DateWords(Protocol):
    """From when on a text holds, and until when. Each pattern holds a `DAY`; `SECTIONS` names sections (`list`) apart, `NOT_A_DAY` holds a `note`;
    `ENDS` say when the whole ends again."""

    ENDS: tuple[Words, ...]
    SECTIONS: Words | None
    NOT_A_DAY: Words | None
    WHOLE_MEASURE: tuple[Words, ...]
    WEAKER: tuple[Words, ...]


class MarkWords(Protocol):
    """How papers mark what is struck, what is new, and what an editor added.

    A group of `DELETION_OPENS` names the kind of a mark, `DELETION_CLOSES` what closes it.
    """

    DELETION_OPENS: Words
    DELETION_CLOSES: Mapping[str, Words]
    MARKUP_WORDS: Words
    STRUCK_ALONE: Words
    EDITORIAL: Words


class Grammar(Protocol):
    """The clause of a rule: verbs of conduct (`verbs`), what forbids, asks and allows, and marks of lists."""

    ONE: Mapping[Conduct, Words]
    FORBIDS: Words
    AFTER_GOVERNOR: Words
    LIST_ITEM: Words
    A_PERSON_WHO: Words
    IS_GUILTY: Words
    FORBIDDEN: Words
    MAY_FREELY: Words
    MUST: Words
    OFFICIAL: Words
    CONSUMER_ACT: Words
    OPENS_AN_ITEM: Words
    ITEM_OF_VERBS: Words
    COLON_WITHOUT_LIST: Words


class ConditionWords(Protocol):
    """What a rule asks for. `MINOR` holds an `age`; `CAP` holds `value` and `unit`."""

    TEENS: Mapping[str, int]
    AGE_FIGURE: Words
    MINOR: Words
    ADULT: Words
    MINORS_AT_LARGE: Words
    COMPONENT_WORDS: tuple[tuple[Component, Words], ...]
    FRACTION: Mapping[str, float]
    CAP: Words
    OF_WHAT: Words
    UNITS: Mapping[str, str]
    PER: tuple[tuple[LimitPer, Words], ...]


class MentionWords(Protocol):
    """How a thing is named: as itself, as the origin of another, as synthetic, by a defined word (`quoted` or `plain`)."""

    ORIGIN_BEFORE: Words
    NEGATED: Words
    SYNTHETIC_BEFORE: Words
    NARROW_AFTER: Words
    DEFINITION: Words
    PRODUCT_NOUN: Words
    FORM_NOUN: Words


class PartWords(Protocol):
    """What the parts of a text are for; `SILENT` holds where a part that makes no law begins and ends."""

    ENACTING: Words
    SECTION: Words
    FIRST_SECTION: Words
    SUMMARY: Words
    SUMMARY_END: Words
    STRIKE_ALL: Words
    SILENT: tuple[tuple[Words, Words], ...]
    ABBREVIATION: Words
    STALE_TITLE: Words


class RuleWords(Protocol):
    """What stands around the verb and the object of a rule."""

    CONDITION: Words
    PLAIN_TAIL: Words
    QUALIFIED_BEFORE: Words
    ANOTHER_PRODUCT: Words
    PLAIN_PRODUCT: Words
    NOTHING_BEFORE: Words
    LIST_OF_OBJECTS: Words
    ITEM_BEFORE: Words
    LEGAL_AGE: Words
    QUALIFIED_OUT: Words
    DEALERS: Words
    PARTICULAR_AGENT: Words
    UNDONE: Words
    COMPLIES: Words
    HELD_BY_ANOTHER: Words
    NEXT_OBJECT: Words
    SALE_WORDS: Words
    MAKER_WORDS: Words
    SOME_OF: Words
    UNLESS: Words
    CONCENTRATED: Words
    POSSESSION: Words
    NOUN_OF_OBJECT: Words


class ScheduleWords(Protocol):
    """Entries of schedules; `SCHEDULE` holds a `number` or a `group`."""

    SCHEDULE: Words
    CONTROL: Words
    PLACING: Words
    REMOVING: Words
    PLACED: Words
    REMOVED: Words
    PLACED_IN_TITLE: Words
    ADDS_SUBSTANCES: Words
    NEW_ENTRY: Words
    CONSISTS: Words
    LIST_HEADING: Words
    ENTRY_HEAD: Words
    ENTRY_MARK: Words
    NUMBERED: Words
    ENTRY_TAIL: Words
    OTHER_NOUN: Words
    OTHER_MATTER: Words
    INCLUDING: Words
    JOINED: Words
    SYNTHETIC_CLASS: Words
    EXCLUDED_TO_COMMA: Words
    EXCLUDED_TO_END: Words
    DRUG_NAMES: Words
    DERIVATIVES: Words
    SUPPOSED: Words
    ANY_QUANTITY: Words
    KNOWN_AS: Words
    TO_SCHEDULE: Words
    INTO: Words
    SOMETHING_NEW: Words
    PLACEMENT_OF: Words
    NOT: Words
    END_OF_LIST: Words
    END_OF_CLAUSE: Words


class SummaryWords(Protocol):
    """What titles and summaries say in a word."""

    PLAIN_BAN: Words
    PLAIN_BAN_AFTER: Words
    REGULATED_BEFORE: Words
    REGULATES_SALE: Words
    REGULATED_AFTER: Words
    PROHIBIT_LAST: Words
    NAMES_THE_ACT: Words
    REPEALS: Words
    HEDGED: Words


class StepKind(Enum):
    """What one line of a measure's history tells of. `NOTHING` names what moves no measure and might be taken for more."""

    NOTHING = auto()
    INTRODUCED = auto()
    COMMITTEE = auto()
    PASSED = auto()
    SENT = auto()
    RETURNED = auto()
    PASSED_BOTH = auto()
    TO_EXECUTIVE = auto()
    SIGNED = auto()
    LAW = auto()
    EFFECTIVE = auto()
    LINE_ITEM_VETO = auto()
    VETOED = auto()
    OVERRIDDEN = auto()
    SUSTAINED = auto()
    FAILED = auto()
    WITHDRAWN = auto()
    CARRIED_OVER = auto()


class StepRule(NamedTuple):
    """What a line is where `words` stand in it and `unless` does not."""

    kind: StepKind
    words: Words
    unless: Words | None = None


class StageWords(Protocol):
    """Where a measure stands: the steps of a history (`STEPS`, the first that fits counts), certificates and captions."""

    STEPS: tuple[StepRule, ...]
    LOWER_CHAMBER: Words
    UPPER_CHAMBER: Words
    OTHER_CHAMBER: Words
    AMENDED: Words
    VOTES: Words
    CARRIED_OVER: Words
    NUMBERED_ACT: Words
    SIGNED_ACT: Words
    ONE_CHAMBER: Words
    IN_COMMITTEE: Words
    CHAPTERED: Words
    PREFILED: Words
    INTRODUCED: Words
    PASSED_HOUSES: Words
    RULE_WITHDRAWN: Words
    INTENT: Words
    ORDERS_NOW: Words
    TEMPORARY: Words
    EMERGENCY: Words
    PROPOSED: Words
    FINAL_RULE: Words
    IF_ADOPTED: Words
    SIGNED: tuple[Words, ...]
    LESSER_VOTE: Words
    LEFT: Words


class PaperWords(Protocol):
    """What sort of paper a text is, where that decides what may be read from it."""

    COURT: Words
    SILENT_MEASURES: tuple[tuple[str, Words], ...]
    STUDY: Words
    IN_EFFECT_NOW: Words
    EXEMPTION: Words
    ADVERTISING: Words


class IdentityWords(Protocol):
    """How papers print number and session of a measure."""

    CHAMBER: Mapping[str, str]
    PAGE_TITLE: Words
    SPELT: Words
    ASSEMBLY_NO: Words
    SHORT: Words
    ORDINANCE: Words
    SESSION: Words


@dataclass(frozen=True)
class Speech:
    """All that it takes to read rules in a language."""

    marks: MarkWords
    grammar: Grammar
    conditions: ConditionWords
    mentions: MentionWords
    parts: PartWords
    rules: RuleWords
    schedules: ScheduleWords
    summaries: SummaryWords
    stages: StageWords
    papers: PaperWords
    identity: IdentityWords

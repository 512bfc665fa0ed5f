"""Where a measure stands by its own text: its dated actions, its certificates, its captions.

A text that says nothing has the stage of its kind, or none. What a text asks for ("if adopted") is not what was done.
"""

import re
from dataclasses import dataclass
from datetime import date

from crawler.contract.patterns import pattern
from tracker.coder.languages.days import DAY, Order, day_of, first_day
from tracker.coder.languages.structure import StageWords, StepKind
from tracker.coder.steps import Road, kind_of, last_stage, newest_first
from tracker.domain.vocabulary import Stage

BILL_KINDS = frozenset({"bill", "enrolled_act", "act", "status_page"})
RULE_KINDS = frozenset({"proposed_rule", "final_rule", "emergency_rule", "notice", "order", "amending_decree"})


@dataclass(frozen=True)
class Action:
    """One line of a history."""

    on: date | None
    text: str


_ACTION_LINE = pattern(rf"^[^\w\n]{{0,4}}{DAY}[^\w\n]{{1,6}}(?P<what>\S.{{2,}})$", re.M | re.I)


HEAD = 3000
_LONGEST_ACTION = 2000
_SHARE_OF_HISTORY = 0.2


def actions_of(original: str, order: Order = Order.MONTH_FIRST) -> list[Action]:
    """The dated lines of a history, in the order of the page; none where dated lines are but a few of many."""
    short_lines = (m for m in _ACTION_LINE.finditer(original) if len(m["what"]) <= _LONGEST_ACTION)
    actions = [Action(day_of(m, order), m["what"].strip()) for m in short_lines]
    lines = sum(1 for line in original.splitlines() if line.strip())
    return actions if len(actions) >= lines * _SHARE_OF_HISTORY else []


def read_stage(original: str, text: str, kind: str, words: StageWords) -> Stage | None:
    """The stage of the document in hand; `text` is its cleaned view, `original` keeps the lines of a history."""
    if kind in RULE_KINDS:
        return _rule_stage(text, kind, words)
    if kind == "ordinance":
        return Stage.INTRODUCED if words.IF_ADOPTED.search(text) else Stage.ENACTED
    history = _history_stage(actions_of(original), words)
    if history:
        return history
    if kind in BILL_KINDS:
        return _bill_stage(text, kind, words)
    if kind in ("statute", "codified_list"):
        return Stage.ENACTED
    return Stage.INTRODUCED if words.IF_ADOPTED.search(text) else None


def enacted_on(original: str, text: str, words: StageWords, order: Order = Order.MONTH_FIRST) -> date | None:
    """The day on which the measure was signed, adopted or made, where the text states it."""
    road = Road()
    for action in _oldest_first(actions_of(original, order)):
        kind = kind_of(action.text, words)
        if road.take(action.text, words) is Stage.ENACTED and kind is not StepKind.EFFECTIVE:
            own = first_day(action.text)
            return day_of(own, order) if own else action.on
    for signing in words.SIGNED:
        match = signing.search(text)
        if match:
            return day_of(match, order)
    return None


def _history_stage(actions: list[Action], words: StageWords) -> Stage | None:
    """The stage at which the lines leave the measure."""
    return last_stage((action.text for action in _oldest_first(actions)), words)


def _oldest_first(actions: list[Action]) -> list[Action]:
    days = [action.on.isoformat() for action in actions if action.on]
    return actions[::-1] if newest_first(days) else actions


def _bill_stage(text: str, kind: str, words: StageWords) -> Stage:
    head, tail = text[:HEAD], text[-HEAD:]
    if kind in ("enrolled_act", "act"):
        signed = words.NUMBERED_ACT.search(head) or words.SIGNED_ACT.search(head[:400]) or words.SIGNED_ACT.search(tail)
        return Stage.ENACTED if signed or kind == "act" else Stage.PASSED_BOTH_CHAMBERS
    if words.LEFT.search(tail):
        return Stage.FAILED
    if words.CHAPTERED.search(tail):
        return Stage.ENACTED
    if words.CARRIED_OVER.search(tail):
        return Stage.CARRIED_OVER
    if words.PASSED_HOUSES.search(tail):
        return Stage.PASSED_BOTH_CHAMBERS
    if words.ONE_CHAMBER.search(head):
        return Stage.PASSED_FIRST_CHAMBER
    if words.IN_COMMITTEE.search(head):
        return Stage.IN_COMMITTEE
    return Stage.PREFILED if words.PREFILED.search(head) and not words.INTRODUCED.search(head) else Stage.INTRODUCED


def _rule_stage(text: str, kind: str, words: StageWords) -> Stage | None:
    head = text[:HEAD]
    if words.RULE_WITHDRAWN.search(head):
        return Stage.RULE_WITHDRAWN
    if words.INTENT.search(head) and not words.ORDERS_NOW.search(head):
        return Stage.NOTICE_OF_INTENT
    if kind == "emergency_rule" or words.EMERGENCY.search(head):
        return Stage.EMERGENCY_RULE
    if words.TEMPORARY.search(head):
        return Stage.TEMPORARY_ORDER
    if kind == "proposed_rule" or (kind == "notice" and words.PROPOSED.search(head)):
        return Stage.PROPOSED_RULE
    if kind in ("final_rule", "amending_decree", "order"):
        return Stage.FINAL_RULE
    return Stage.FINAL_RULE if words.FINAL_RULE.search(head) else None

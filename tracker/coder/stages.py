"""Where a measure stands by its own text: its dated actions, its certificates, its captions.

A text that says nothing has the stage of its kind, or none. What a text asks for ("if adopted") is not what was done.
"""

import re
from dataclasses import dataclass
from datetime import date

from tracker.coder.dates import DAY, day_of
from tracker.domain.vocabulary import Stage

BILL_KINDS = frozenset({"bill", "enrolled_act", "act", "status_page"})
RULE_KINDS = frozenset({"proposed_rule", "final_rule", "emergency_rule", "notice", "order", "amending_decree"})


@dataclass(frozen=True)
class Action:
    """One line of a history."""

    on: date | None
    text: str


_ACTION_LINE = re.compile(rf"^[^\w\n]{{0,4}}{DAY}[^\w\n]{{1,6}}(?P<what>\S.{{2,2000}})$", re.M | re.I)

_BY_WORDS: tuple[tuple[Stage, re.Pattern[str]], ...] = tuple(
    (stage, re.compile(words, re.I))
    for stage, words in (
        (Stage.VETOED, r"\bvetoed\b(?!.*overrid)|\bveto by governor|governor's action[^\n]{0,20}veto|\bpocket veto"),
        (
            Stage.FAILED,
            r"\bdied\b|\bfailed(?=\W*(?:-|\d|$))|\bdid not consider|\bstrike enacting clause|\benacting clause (?:struck|stricken)|\bsine die\b|\bfailed (?:to pass|passage|in|on|of|house|senate|deadline)|\bleft in\b|\bindefinitely postponed|"
            r"\bpostponed indefinitely|\bdead\b|\btabled\b|\bdefeated\b|\bnot passed\b|\binexpedient to legislate|\bstricken from",
        ),
        (Stage.WITHDRAWN, r"\bwithdrawn (?:by|from further|prior)|^withdrawn\b|\bbill withdrawn"),
        (
            Stage.ENACTED,
            r"\bapproved by (?:the )?governor|\bsigned by (?:the )?governor|\bgovernor (?:approv|signed)|"
            r"governor's action[^\n]{0,20}(?:approv|sign)|\bbecomes? (?:public )?law\b|\bbecame (?:public )?law\b|"
            r"\bsigned into law|\bchaptered\b|\bpublic (?:act|chapter|law) (?:no|\d)|\bsecretary of state,? (?:chapter|filed)|"
            r"\bwithout (?:the )?governor'?s? signature|\bacts? (?:of assembly )?chapter\b|\bveto overrid|\beffective date",
        ),
        (
            Stage.TO_EXECUTIVE,
            r"\b(?:presented|transmitted|delivered|sent|forwarded) to (?:the )?(?:governor|president\b(?! of))|\bpresentment date",
        ),
        (Stage.PASSED_BOTH_CHAMBERS, r"\benrolled\b|\bpassed both\b|\bconcurred? in (?:house|senate) amend|\breturned passed"),
        (
            Stage.PASSED_FIRST_CHAMBER,
            r"\bpassed (?:by )?(?:the )?(?:house|senate|assembly)|\b(?:house|senate|assembly) passed\b|^passed\b(?!.*committee)|\bfinal action - passed|"
            r"\b(?:house of representatives|senate) do pass\W+passed|\bread (?:a |the )?third time\W+(?:and )?(?:passed|sent)|\bpassed; |"
            r"\b(?:ordered|sent|transmit|transmitted|message sent) to (?:the )?(?:house|senate|assembly)\b|"
            r"\bthird reading,? (?:and )?passed|\bread (?:the |a )?third time and passed|"
            r"\bengrossed\b|\bmeasure passed\b|\breceived (?:in|from) the (?:house|senate)|\bpassed (?:on )?third",
        ),
        (
            Stage.IN_COMMITTEE,
            r"\b(?:re)?-?referred\b|\bcommittee\b|\bassigned to\b|\bhearing\b|\breported (?:out|favorably|from)|\bdo pass\b",
        ),
        (Stage.INTRODUCED, r"\bintroduced\b|\bfirst read|\bread (?:the )?first time|\bfiled\b|\bprefiled\b|\bpre-filed\b"),
    )
)

_OF_AN_AMENDMENT = re.compile(r"\b(?:amendment|substitute|motion|adoption)\b", re.I)
_VOTES = re.compile(r"\b(?:yeas?|ayes?)\W{0,3}(\d+)\W+(?:nays?|noes)\W{0,3}(\d+)", re.I)
_CARRIED_OVER = re.compile(r"\bcarried over\b|\bcontinued to (?:the )?(?:\d{4}|next session)", re.I)
_FINAL = (Stage.VETOED, Stage.FAILED, Stage.WITHDRAWN, Stage.ENACTED)

_NUMBERED_ACT = re.compile(
    r"^\W*(?:enrolled\W+)?(?:chapter|act no\.?|public act|public law|p\.l\.|ch\.)\s*(?:no\.?\s*)?\d+", re.I
)
_SIGNED_ACT = re.compile(
    rf"\bvetoed in part and overridden|\bsigned (?:into law|by the governor)|\bapproved(?: by the governor)?(?: on)?,?\s+{DAY}",
    re.I,
)
_ONE_CHAMBER = re.compile(
    r"\bengrossed (?:version|bill|in)|\bas passed (?:by )?(?:the )?(?:house|senate)|^[^.]{0,120}\b(?:house|senate) engrossed\b|\bengrossed\b.{0,20}\bversion|"
    r"\bpassed (?:the )?(?:house|senate|assembly) (?:on )?\w+ \d",
    re.I,
)
_IN_COMMITTEE = re.compile(
    r"\bproposed\s+(?:senate|house|committee) amendments?|\bcommittee substitute\b|\bamended (?:and|by) .{0,40}committee|\bcommittee amendment",
    re.I,
)
_CHAPTERED = re.compile(r"(?i:\bacts of assembly chapter\b)|\bCHAP\d{4}\b")
_PREFILED = re.compile(r"\bpre-?filed (?:version|for)|\bprefiled\b", re.I)
_INTRODUCED = re.compile(r"\bintroduced\b|\bfiled version\b|\bas filed\b", re.I)
_PASSED_HOUSES = re.compile(
    r"passed (?:by )?(?:the )?house\b.{1,400}?passed (?:by )?(?:the )?senate\b|passed (?:by )?(?:the )?senate\b.{1,400}?passed (?:by )?(?:the )?house\b",
    re.I | re.S,
)

_RULE_WITHDRAWN = re.compile(
    r"\bwithdrawal of (?:the |a )?(?:notice|proposed|intent)|\bis withdraw(?:ing|n)\b|\bhereby withdrawn", re.I
)
_INTENT = re.compile(r"\bnotice of intent\b", re.I)
_ORDERS_NOW = re.compile(
    r"\bissu(?:es|ing) this (?:temporary|final)\b|\btemporary scheduling order is effective|\baction:\s*final (?:rule|order)",
    re.I,
)
_TEMPORARY = re.compile(r"\btemporary (?:scheduling order|order|amendment|rule)\b", re.I)
_EMERGENCY = re.compile(r"\bemergency (?:rule|regulation|filing|order|adoption)\b", re.I)
_PROPOSED = re.compile(
    r"\b(?:notice of )?proposed (?:rule|rulemaking|regulation|amendment)|\bproposes to (?:add|amend|schedule|place)", re.I
)
_FINAL_RULE = re.compile(r"\bfinal (?:rule|order)\b|\bnotice of adoption\b|\brule is adopted|\badopted (?:rule|regulation)", re.I)

_IF_ADOPTED = re.compile(
    r"\bif adopted\b|\bsecond reading\b|\bintroduc(?:e|ed|tion of)\b.{0,60}\bordinance|\bproposed ordinance|\bdraft ordinance",
    re.I,
)

HEAD = 3000
_SHARE_OF_HISTORY = 0.2


def actions_of(original: str) -> list[Action]:
    """The dated lines of a history, in the order of the page; none where dated lines are but a few of many."""
    actions = [Action(day_of(m), m["what"].strip()) for m in _ACTION_LINE.finditer(original)]
    lines = sum(1 for line in original.splitlines() if line.strip())
    return actions if len(actions) >= lines * _SHARE_OF_HISTORY else []


def read_stage(original: str, text: str, kind: str) -> Stage | None:
    """The stage of the document in hand; `text` is its cleaned view, `original` keeps the lines of a history."""
    if kind in RULE_KINDS:
        return _rule_stage(text, kind)
    if kind == "ordinance":
        return Stage.INTRODUCED if _IF_ADOPTED.search(text) else Stage.ENACTED
    history = _history_stage(actions_of(original))
    if history:
        return history
    if kind in BILL_KINDS:
        return _bill_stage(text, kind)
    if kind in ("statute", "codified_list"):
        return Stage.ENACTED
    return Stage.INTRODUCED if _IF_ADOPTED.search(text) else None


def enacted_on(original: str, text: str) -> date | None:
    """The day on which the measure was signed, adopted or made, where the text states it."""
    for action in actions_of(original):
        if _stage_of(action.text) is Stage.ENACTED and not re.search(r"effective date", action.text, re.I):
            own = re.search(DAY, action.text, re.I)
            return day_of(own) if own else action.on
    for pattern in _SIGNED:
        found = pattern.search(text)
        if found:
            return day_of(found)
    return None


_SIGNED = (
    re.compile(rf"\b(?:approved|signed)(?: by the governor| into law)?(?: on)?,?\s+{DAY}", re.I),
    re.compile(rf"\boverridden\s+{DAY}", re.I),
    re.compile(rf"\badopted\s+(?:on\s+)?{DAY}", re.I),
    re.compile(rf"\bgiven under .{{0,40}}(?:hand|seal),?\s+{DAY}", re.I),
)


def _history_stage(actions: list[Action]) -> Stage | None:
    """The furthest stage that the lines show; an ending beats the road to it."""
    seen = [stage for action in actions if (stage := _stage_of(action.text))]
    if not seen:
        return None
    if any(_voted_down(action.text) for action in actions):
        return Stage.FAILED
    if _CARRIED_OVER.search(actions[-1].text) or _CARRIED_OVER.search(actions[0].text):
        return Stage.CARRIED_OVER
    ends = [stage for stage in seen if stage in _FINAL]
    if Stage.ENACTED in ends:
        return Stage.ENACTED
    if ends:
        return ends[0]
    return max(seen, key=list(Stage).index)


def _voted_down(line: str) -> bool:
    """A floor vote in which the nays outnumber the yeas."""
    votes = _VOTES.search(line)
    return bool(votes and int(votes[1]) < int(votes[2]) and not re.search(r"\bamend|\bmotion|\bcommittee", line, re.I))


def _stage_of(line: str) -> Stage | None:
    stages = (stage for stage, words in _BY_WORDS if words.search(line))
    return next((stage for stage in stages if stage is not Stage.FAILED or not _OF_AN_AMENDMENT.search(line)), None)


def _bill_stage(text: str, kind: str) -> Stage:
    head, tail = text[:HEAD], text[-HEAD:]
    if kind in ("enrolled_act", "act"):
        signed = _NUMBERED_ACT.search(head) or _SIGNED_ACT.search(head[:400]) or _SIGNED_ACT.search(tail)
        return Stage.ENACTED if signed or kind == "act" else Stage.PASSED_BOTH_CHAMBERS
    if re.search(r"\bleft in committee|\bleft in \w+ ", tail, re.I):
        return Stage.FAILED
    if _CHAPTERED.search(tail):
        return Stage.ENACTED
    if _CARRIED_OVER.search(tail):
        return Stage.CARRIED_OVER
    if _PASSED_HOUSES.search(tail):
        return Stage.PASSED_BOTH_CHAMBERS
    if _ONE_CHAMBER.search(head):
        return Stage.PASSED_FIRST_CHAMBER
    if _IN_COMMITTEE.search(head):
        return Stage.IN_COMMITTEE
    return Stage.PREFILED if _PREFILED.search(head) and not _INTRODUCED.search(head) else Stage.INTRODUCED


def _rule_stage(text: str, kind: str) -> Stage | None:
    head = text[:HEAD]
    if _RULE_WITHDRAWN.search(head):
        return Stage.RULE_WITHDRAWN
    if _INTENT.search(head) and not _ORDERS_NOW.search(head):
        return Stage.NOTICE_OF_INTENT
    if kind == "emergency_rule" or _EMERGENCY.search(head):
        return Stage.EMERGENCY_RULE
    if _TEMPORARY.search(head):
        return Stage.TEMPORARY_ORDER
    if kind == "proposed_rule" or (kind == "notice" and _PROPOSED.search(head)):
        return Stage.PROPOSED_RULE
    if kind in ("final_rule", "amending_decree", "order"):
        return Stage.FINAL_RULE
    return Stage.FINAL_RULE if _FINAL_RULE.search(head) else None

"""How English papers say where a measure stands."""

import re

from crawler.contract.patterns import BOUNDED, Pattern, backtracking, pattern
from tracker.coder.languages.days import DAY
from tracker.domain.vocabulary import Stage

BY_WORDS: tuple[tuple[Stage, Pattern], ...] = (
    (
        Stage.VETOED,
        backtracking(
            r"\bvetoed\b(?!.{0,2000}overrid)|\bveto by governor|governor's action[^\n]{0,20}veto|\bpocket veto",
            re.I,
            proof=BOUNDED,
        ),
    ),
    (
        Stage.FAILED,
        pattern(
            r"\bdied\b|\bfailed\W*(?:-|\d|$)|\bdid not consider|\bstrike enacting clause|\benacting clause (?:struck|stricken)|\bsine die\b|\bfailed (?:to pass|passage|in|on|of|house|senate|deadline)|\bleft in\b|\bindefinitely postponed|"
            r"\bpostponed indefinitely|\bdead\b|\btabled\b|\bdefeated\b|\bnot passed\b|\binexpedient to legislate|\bstricken from",
            re.I,
        ),
    ),
    (
        Stage.WITHDRAWN,
        pattern(
            r"\bwithdrawn (?:by|from further|prior)|^withdrawn\b|\bbill withdrawn",
            re.I,
        ),
    ),
    (
        Stage.ENACTED,
        pattern(
            r"\b(?:approved|signed) by (?:the )?(?:governor|mayor|president(?:\W*$|\W+(?:[^\so]|o[^f])))|\bgovernor (?:approv|signed)|"
            r"governor's action[^\n]{0,20}(?:approv|sign)|\bbecomes? (?:public )?law\b|\bbecame (?:public )?law\b|"
            r"\bsigned into law|\bchaptered\b|\bpublic (?:act|chapter|law) (?:no|\d)|\bsecretary of state,? (?:chapter|filed)|"
            r"\bwithout (?:the )?governor'?s? signature|\bacts? (?:of assembly )?chapter\b|\bveto overrid|\beffective date",
            re.I,
        ),
    ),
    (
        Stage.TO_EXECUTIVE,
        backtracking(
            r"\b(?:presented|transmitted|delivered|sent|forwarded) to (?:the )?(?:governor|president\b(?! of))|\bpresentment date",
            re.I,
            proof=BOUNDED,
        ),
    ),
    (
        Stage.PASSED_BOTH_CHAMBERS,
        pattern(
            r"\benrolled\b|\bpassed both\b|\bconcurred? in (?:house|senate) amend|\breturned passed",
            re.I,
        ),
    ),
    (
        Stage.PASSED_FIRST_CHAMBER,
        backtracking(
            r"\bpassed (?:by )?(?:the )?(?:house|senate|assembly)|\b(?:house|senate|assembly) passed\b|^passed\b(?!.{0,2000}committee)|\bfinal action - passed|"
            r"\b(?:house of representatives|senate) do pass\W{1,9}passed|\bread (?:a |the )?third time\W{1,9}(?:and )?(?:passed|sent)|\bpassed; |"
            r"\b(?:ordered|sent|transmit|transmitted|message sent) to (?:the )?(?:house|senate|assembly)\b|"
            r"\bthird reading,? (?:and )?passed|\bread (?:the |a )?third time and passed|"
            r"\bengrossed\b|\bmeasure passed\b|\breceived (?:in|from) the (?:house|senate)|\bpassed (?:on )?third",
            re.I,
            proof=BOUNDED,
        ),
    ),
    (
        Stage.IN_COMMITTEE,
        pattern(
            r"\b(?:re)?-?referred\b|\bcommittee\b|\bassigned to\b|\bhearing\b|\breported (?:out|favorably|from)|\bdo pass\b",
            re.I,
        ),
    ),
    (
        Stage.INTRODUCED,
        pattern(
            r"\bintroduced\b|\bfirst read|\bread (?:the )?first time|\bfiled\b|\bprefiled\b|\bpre-filed\b",
            re.I,
        ),
    ),
)
OF_AN_AMENDMENT = pattern(r"\b(?:amendment|substitute|motion|adoption)\b", re.I)
VOTES = pattern(r"\b(?:yeas?|ayes?)\W{0,3}(\d{1,6})\W+(?:nays?|noes)\W{0,3}(\d{1,6})", re.I)
CARRIED_OVER = pattern(r"\bcarried over\b|\bcontinued to (?:the )?(?:\d{4}|next session)", re.I)
NUMBERED_ACT = pattern(r"^\W*(?:enrolled\W+)?(?:chapter|act no\.?|public act|public law|p\.l\.|ch\.)\s*(?:no\.?\s*)?\d+", re.I)
SIGNED_ACT = pattern(
    rf"\bvetoed in part and overridden|\bsigned (?:into law|by the governor)|\bapproved(?: by the governor)?(?: on)?,?\s+{DAY}",
    re.I,
)
ONE_CHAMBER = pattern(
    r"\bengrossed (?:version|bill|in)|\bas passed (?:by )?(?:the )?(?:house|senate)|^[^.]{0,120}\b(?:house|senate) engrossed\b|\bengrossed\b.{0,20}\bversion|"
    r"\bpassed (?:the )?(?:house|senate|assembly) (?:on )?\w+ \d",
    re.I,
)
IN_COMMITTEE = pattern(
    r"\bproposed\s+(?:senate|house|committee) amendments?|\bcommittee substitute\b|\bamended (?:and|by) .{0,40}committee|\bcommittee amendment",
    re.I,
)
CHAPTERED = pattern(r"(?i:\bacts of assembly chapter\b)|\bCHAP\d{4}\b")
PREFILED = pattern(r"\bpre-?filed (?:version|for)|\bprefiled\b", re.I)
INTRODUCED = pattern(r"\bintroduced\b|\bfiled version\b|\bas filed\b", re.I)
PASSED_HOUSES = pattern(
    r"passed (?:by )?(?:the )?house\b.{1,400}?passed (?:by )?(?:the )?senate\b|passed (?:by )?(?:the )?senate\b.{1,400}?passed (?:by )?(?:the )?house\b",
    re.I | re.S,
)
RULE_WITHDRAWN = pattern(
    r"\bwithdrawal of (?:the |a )?(?:notice|proposed|intent)|\bis withdraw(?:ing|n)\b|\bhereby withdrawn", re.I
)
INTENT = pattern(r"\bnotice of intent\b", re.I)
ORDERS_NOW = pattern(
    r"\bissu(?:es|ing) this (?:temporary|final)\b|\btemporary scheduling order is effective|\baction:\s*final (?:rule|order)",
    re.I,
)
TEMPORARY = pattern(r"\btemporary (?:scheduling order|order|amendment|rule)\b", re.I)
EMERGENCY = pattern(r"\bemergency (?:rule|regulation|filing|order|adoption)\b", re.I)
PROPOSED = pattern(
    r"\b(?:notice of )?proposed (?:rule|rulemaking|regulation|amendment)|\bproposes to (?:add|amend|schedule|place)", re.I
)
FINAL_RULE = pattern(r"\bfinal (?:rule|order)\b|\bnotice of adoption\b|\brule is adopted|\badopted (?:rule|regulation)", re.I)
IF_ADOPTED = pattern(
    r"\bif adopted\b|\bsecond reading\b|\bintroduc(?:e|ed|tion of)\b.{0,60}\bordinance|\bproposed ordinance|\bdraft ordinance",
    re.I,
)
SIGNED: tuple[Pattern, ...] = (
    pattern(rf"\b(?:approved|signed)(?: by the governor| into law)?(?: on)?,?\s+{DAY}", re.I),
    pattern(rf"\boverridden\s+{DAY}", re.I),
    pattern(rf"\badopted\s+(?:on\s+)?{DAY}", re.I),
    pattern(rf"\bgiven under .{{0,40}}(?:hand|seal),?\s+{DAY}", re.I),
)
OF_ITS_EFFECT = pattern(r"effective date", re.I)
LESSER_VOTE = pattern(r"\bamend|\bmotion|\bcommittee", re.I)
LEFT = pattern(r"\bleft in committee|\bleft in \w+ ", re.I)

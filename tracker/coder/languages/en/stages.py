"""How English papers say where a measure stands."""

import re

from tracker.coder.languages.days import DAY
from tracker.domain.vocabulary import Stage

BY_WORDS: tuple[tuple[Stage, re.Pattern[str]], ...] = tuple(
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
OF_AN_AMENDMENT = re.compile(r"\b(?:amendment|substitute|motion|adoption)\b", re.I)
VOTES = re.compile(r"\b(?:yeas?|ayes?)\W{0,3}(\d+)\W+(?:nays?|noes)\W{0,3}(\d+)", re.I)
CARRIED_OVER = re.compile(r"\bcarried over\b|\bcontinued to (?:the )?(?:\d{4}|next session)", re.I)
NUMBERED_ACT = re.compile(r"^\W*(?:enrolled\W+)?(?:chapter|act no\.?|public act|public law|p\.l\.|ch\.)\s*(?:no\.?\s*)?\d+", re.I)
SIGNED_ACT = re.compile(
    rf"\bvetoed in part and overridden|\bsigned (?:into law|by the governor)|\bapproved(?: by the governor)?(?: on)?,?\s+{DAY}",
    re.I,
)
ONE_CHAMBER = re.compile(
    r"\bengrossed (?:version|bill|in)|\bas passed (?:by )?(?:the )?(?:house|senate)|^[^.]{0,120}\b(?:house|senate) engrossed\b|\bengrossed\b.{0,20}\bversion|"
    r"\bpassed (?:the )?(?:house|senate|assembly) (?:on )?\w+ \d",
    re.I,
)
IN_COMMITTEE = re.compile(
    r"\bproposed\s+(?:senate|house|committee) amendments?|\bcommittee substitute\b|\bamended (?:and|by) .{0,40}committee|\bcommittee amendment",
    re.I,
)
CHAPTERED = re.compile(r"(?i:\bacts of assembly chapter\b)|\bCHAP\d{4}\b")
PREFILED = re.compile(r"\bpre-?filed (?:version|for)|\bprefiled\b", re.I)
INTRODUCED = re.compile(r"\bintroduced\b|\bfiled version\b|\bas filed\b", re.I)
PASSED_HOUSES = re.compile(
    r"passed (?:by )?(?:the )?house\b.{1,400}?passed (?:by )?(?:the )?senate\b|passed (?:by )?(?:the )?senate\b.{1,400}?passed (?:by )?(?:the )?house\b",
    re.I | re.S,
)
RULE_WITHDRAWN = re.compile(
    r"\bwithdrawal of (?:the |a )?(?:notice|proposed|intent)|\bis withdraw(?:ing|n)\b|\bhereby withdrawn", re.I
)
INTENT = re.compile(r"\bnotice of intent\b", re.I)
ORDERS_NOW = re.compile(
    r"\bissu(?:es|ing) this (?:temporary|final)\b|\btemporary scheduling order is effective|\baction:\s*final (?:rule|order)",
    re.I,
)
TEMPORARY = re.compile(r"\btemporary (?:scheduling order|order|amendment|rule)\b", re.I)
EMERGENCY = re.compile(r"\bemergency (?:rule|regulation|filing|order|adoption)\b", re.I)
PROPOSED = re.compile(
    r"\b(?:notice of )?proposed (?:rule|rulemaking|regulation|amendment)|\bproposes to (?:add|amend|schedule|place)", re.I
)
FINAL_RULE = re.compile(r"\bfinal (?:rule|order)\b|\bnotice of adoption\b|\brule is adopted|\badopted (?:rule|regulation)", re.I)
IF_ADOPTED = re.compile(
    r"\bif adopted\b|\bsecond reading\b|\bintroduc(?:e|ed|tion of)\b.{0,60}\bordinance|\bproposed ordinance|\bdraft ordinance",
    re.I,
)
SIGNED: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b(?:approved|signed)(?: by the governor| into law)?(?: on)?,?\s+{DAY}", re.I),
    re.compile(rf"\boverridden\s+{DAY}", re.I),
    re.compile(rf"\badopted\s+(?:on\s+)?{DAY}", re.I),
    re.compile(rf"\bgiven under .{{0,40}}(?:hand|seal),?\s+{DAY}", re.I),
)
OF_ITS_EFFECT = re.compile(r"effective date", re.I)
LESSER_VOTE = re.compile(r"\bamend|\bmotion|\bcommittee", re.I)
LEFT = re.compile(r"\bleft in committee|\bleft in \w+ ", re.I)

"""What one line of an English history tells of: the first rule that fits counts, so what might be taken for more stands first."""

import re

from crawler.contract.patterns import Pattern, pattern
from tracker.coder.languages.structure import StepKind, StepRule


def _words(*alternatives: str) -> Pattern:
    return pattern("|".join(alternatives), re.I)


_EXECUTIVE = r"(?:the )?(?:governor|gov\b|mayor|lt\.? governor)"
_CHAMBER = r"(?:the )?(?:house|senate|assembly)"
_OF_A_PART = _words(r"\b(?:amendments?|amend|am\.|[hs]as|substitute|motion|reconsider\w*|conference)\b")
_PASSAGE = _words(r"\bpassed\b|\breported\b|\bdo pass\b|\bconcur|\bveto|\bengross|\benroll")

STEPS: tuple[StepRule, ...] = (
    # What speaks of something else than the step itself.
    StepRule(
        StepKind.NOTHING,
        _words(
            r"\bfiscal (?:note|impact|statement|memo|analysis)|\bbill analysis",
            r"\b(?:if|when|unless|should|would)\b.{0,40}\b(?:become|becomes|became|is|were|are|be)\b.{0,20}\b(?:law|enacted|signed|passed)\b",
            r"\bif (?:enacted|signed|passed|approved|adopted)\b",
            r"\bco-?(?:sponsor|author|patron)|\b(?:sponsor|author|patron)s? (?:added|removed|withdrawn|changed)",
            r"\beffective date (?:changed|amended|moved|delayed|removed)|\btitle (?:amended|changed)",
            r"\bto (?:the )?president (?:of|pro)\b|\bdeadline\b.{0,20}\bgovernor|\bgovernor\b.{0,20}\bdeadline",
        ),
    ),
    StepRule(StepKind.NOTHING, _words(r"^(?:[^\s]+\s+){0,4}(?:amendments?|am\.|substitute|motion)(?:\s|[.:;,]|$)"), _PASSAGE),
    StepRule(
        StepKind.NOTHING,
        _words(
            r"\b(?:2nd|second) reading\b.{0,40}\b(?:not passed|concurred|passed)|\bpassed (?:1st|2nd|first|second) (?:reading|consideration|time)\b"
        ),
    ),
    StepRule(
        StepKind.RETURNED,
        _words(
            r"\bconcur\b.{0,20}\bfailed|\b(?:refus|fail|declin)\w* to concur|\bnon-?concur|\bnot concur|\binsist(?:s|ed)? (?:on|upon)"
        ),
    ),
    # Vetoes: what became of one is looked for before the veto, and a part of one is none.
    StepRule(StepKind.OVERRIDDEN, _words(r"\bveto (?:was )?not sustained")),
    StepRule(
        StepKind.SUSTAINED,
        _words(
            r"\bveto\b.{0,60}\b(?:sustain|upheld|not overrid|stricken)|\bsustain(?:ed|s)?\b.{0,60}\bveto",
            r"\boverrid\w*\b.{0,60}\b(?:fail|lost|reject|defeat|not\b)",
            r"\b(?:fail|refus|declin|lost|unsuccessful)\w*\b.{0,80}\b(?:overrid|over (?:the )?(?:governor's )?veto)|\bnot passed over\b",
        ),
    ),
    StepRule(
        StepKind.OVERRIDDEN,
        _words(
            r"\boverridden\b|\boverrid\b|\boverrode\b|\bveto overrid|\bvoted to override|\boverride\b.{0,40}\b(?:passed|adopted|prevail|carried|agreed)",
            r"\bboth houses override|\bpassed (?:over|notwithstanding)\b.{0,60}\b(?:veto|objection)|\brepassed\b.{0,60}\bveto",
            r"\brejected governor",
        ),
    ),
    StepRule(StepKind.NOTHING, _words(r"\boverrid(?:e|ing)\b")),
    StepRule(
        StepKind.LINE_ITEM_VETO,
        _words(
            r"\bline[- ]items?\b.{0,20}\bveto|\bveto\w*\b.{0,20}\bline[- ]item|\bpartial(?:ly)?\b.{0,10}\bveto|\bvetoed in part",
            r"\b(?:with|but) (?:an? )?item veto|\bitems? veto",
        ),
    ),
    StepRule(
        StepKind.VETOED,
        _words(
            r"\bvetoed\b|\b(?:absolute|conditional) veto\b|\bveto (?:by|message)|\bgovernor\b.{0,25}\bveto|\bpocket veto|\bveto de bolsillo|^veto\b|\bwith veto\b",
            rf"\bdisapproved by {_EXECUTIVE}|\breturned\b.{{0,60}}\bobjection|\breturned (?:un|without )approv",
        ),
    ),
    # Law, with and without a signature.
    StepRule(
        StepKind.LAW,
        _words(
            r"\b(?:became|becomes?|becoming|allowed to become) (?:a |effective as )?(?:public )?law\b|\bbecomes? act\b|\bchaptered\b|\bsigned into law",
            r"\b(?:session laws?|acts?(?: of assembly)?|enacted,?|public|private|assigned|secretary of state,?) (?:ch\.|chap\.|chapter)",
            r"\bchapter (?:no\. ?)?\d+,? (?:secretary of state|\d{4} laws|laws)|\bassigned (?:act|chapter|public law)|\bchapter number assigned|^ch\. (?:sl|\d)|^act (?:no\.? ?)?\d",
            r"\blaw w(?:/o|ithout)\b|\bwithout (?:the )?(?:governor|mayor|president|executive|gov)\S{0,3} (?:signature|approval)|\beffective without\b",
            r"\bwithout (?:the )?signature|\benacted under article|\bpublic law\b|\b(?:delivered to|filed with|filed by) (?:the )?secretary of state",
        ),
    ),
    StepRule(
        StepKind.EFFECTIVE, _words(r"^effective(?: date)?\W{0,4}(?:on )?(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
    ),
    StepRule(
        StepKind.TO_EXECUTIVE,
        _words(
            rf"\b(?:presented|transmitted|delivered|sent|forwarded|communicated|submitted|conveyed|enrolled) to (?:{_EXECUTIVE}|(?:the )?president\b)",
            r"^to (?:the )?(?:lieutenant )?governor\b|\bpresentment\b|\b(?:enrolled|transmitted)\b.{0,60}\bto (?:the )?governor|\bpres\. to gov",
            r"\blaid before (?:the )?governor",
        ),
    ),
    StepRule(StepKind.NOTHING, _words(r"\bnot signed\b|\bunsigned\b")),
    StepRule(
        StepKind.SIGNED,
        _words(
            rf"\b(?:approved|signed|sign) by {_EXECUTIVE}|\bsigned gov\b|^(?:signed|approved)\W*$|^approved\W{{1,3}}p\.? ?l\.|\bsigned\b.{{0,15}}\bby gov",
            r"\b(?:governor|mayor)(?:'s|’s)? (?:action\b.{0,20})?(?:sign(?:ed|s|ature)?|approv(?:ed|al|es))\b",
        ),
    ),
    # Ends without law.
    StepRule(
        StepKind.COMMITTEE, _words(r"\bwithdrawn from (?:com\b|comm|cmte|the committee|calendar|the calendar|consent|file\b)")
    ),
    StepRule(
        StepKind.WITHDRAWN,
        _words(r"\bwithdrawn (?:by|at the request|from further|prior)|^withdrawn\b|\bbill withdrawn|\bretirad[ao] por"),
        _OF_A_PART,
    ),
    StepRule(
        StepKind.FAILED,
        _words(r"\bnot passed\b|\b(?:third|3rd) (?:reading|time|consideration)\b.{0,60}\b(?:failed|lost|defeated)\b"),
    ),
    StepRule(
        StepKind.FAILED,
        _words(
            r"\bpassed by indefinitely|\bindefinitely postponed|\bpostponed? indefinitely|\bdied\b|\bdead\b|\bsine die\b|\bdid not (?:pass|consider)",
            r"\bfailed\W*(?:-|\d|$)|\bfailed (?:to pass|passage|final passage|in|on|of|house|senate|deadline|3rd|third)|\bnot passed\b|\bdefeated\b",
            r"\bleft in\b|\btabled\b|\blost\b|\brejected\b|\bbe rejected\b|\bstrike enacting clause|\benacting clause (?:struck|stricken)",
            r"\binexpedient to legislate|\bstricken from|\bought not to pass\b.{0,40}\baccepted|\bwithout further action|\brefused (?:passage|adoption)",
            r"\bjoint rule 56\b|\breturned to (?:the )?secretary of (?:the )?senate pursuant",
        ),
        _words(
            r"\b(?:amendments?|amend|am\.|[hs]as|substitute|motion|reconsider\w*|conference)\b|\btabled (?:for|in committee)\b|\bto report\b"
        ),
    ),
    StepRule(
        StepKind.CARRIED_OVER,
        _words(r"\bcarr(?:ied|y) ?over\b|\bcontinued to (?:the )?(?:\d{4}|next)|\bheld over to (?:the )?(?:\d{4}|next)"),
    ),
    StepRule(
        StepKind.NOTHING, _words(r"\bpassed by\W*$|\bpassed by (?:for|temporarily|to |until)|\bpassed over\b|\blaid over\b")
    ),
    # The road: committees recommend and chambers pass; what goes back has not passed both.
    StepRule(
        StepKind.PASSED_BOTH,
        _words(
            r"\benroll(?:ed|ment)?\b|\bpassed both\b|\bconcur(?:red|s)?\b|\bin concurrence|\breturned passed|\btruly agreed|\bpassed to be enacted",
            r"\bsigned by (?:the )?(?:speaker|president|presiding)|\b(?:speaker|president) signed|\bsigned in the (?:house|senate)",
            r"\bpublic act\b|\bratified\b|\bpassed final passage",
        ),
        _words(r"\bcommittee\b"),
    ),
    StepRule(StepKind.INTRODUCED, _words(r"\bintro(?:duced)?\b.{0,30}\bpassed (?:on|to)")),
    StepRule(
        StepKind.NOTHING,
        _words(
            r"\bpassed (?:to|on) (?:the )?(?:1st|2nd|first|second|3rd reading|third reading calendar)|\b(?:2nd|second) reading\b.{0,20}\bpassed"
        ),
    ),
    StepRule(StepKind.NOTHING, _words(r"\bread (?:by title )?.{0,40}\bpassed to (?:a |the )?(?:2nd|3rd|second|third)")),
    StepRule(
        StepKind.PASSED,
        _words(
            rf"\bpassed (?:by )?{_CHAMBER}|\b{_CHAMBER} passed\b|\bpassed\b.{{0,20}}\bin {_CHAMBER}|\bpassed [hs]\.|^passed\b|\bfinally passed",
            r"\bfinal action - passed|\bdo pass\W{1,9}passed|\b(?:bill|measure) (?:was )?passed|\bon passage\b.{0,30}\bpassed|\bpassed; ",
            r"\bread (?:a |the )?(?:third|3rd) time\b.{0,40}\b(?:passed|agreed)|\b(?:third|3rd) (?:reading|rdg|consideration)\b.{0,40}\bpassed",
            r"\bpassed (?:on )?(?:third|3rd)|\bpassage reported|\bthird (?:time and pass|read\b.{0,20}\bpassed)\b|\brepassed\b",
            rf"\bagreed to (?:by|in) {_CHAMBER}|^(?:report and |the )?(?:resolution )?(?:was |read and )?adopted\b|\bresolution (?:read and |was )?adopted",
            r"\bpassage\b.{0,20}\bpassed\b|^final passage\b",
        ),
        _words(r"\bcommittee\b|\bcom\.|\bsubcommittee\b|\brules?\b|\brecommends?\b"),
    ),
    StepRule(
        StepKind.SENT,
        _words(
            rf"\b(?:ordered|sent|transmit|transmitted|messaged?|message sent) to {_CHAMBER}\b|\bengrossed\b|\breceived (?:in|from|by) {_CHAMBER}",
            r"\bread (?:a |the )?(?:third|3rd) time\b.{0,20}\bsent",
        ),
    ),
    StepRule(
        StepKind.COMMITTEE,
        _words(
            r"\b(?:re)?-?refer(?:red)?\b|\b(?:re-?)?ref\.? to\b|\bre-ref\b|\b(?:sub)?committee\b|\bcom\b|\bassigned to\b|\bhearing\b|\bdo (?:not )?pass\b",
            r"\b(?:reported|rpt) (?:out|favorably|from|back)|\bought (?:not )?to pass|\b(?:un)?favorabl[ey]\b|\brecommit",
            r"\breported\b|\breptd\b|\brec\. for pass|\brecommends? passage|\bw/ recommend|\bcommitted to\b|\btransferred to\b|\bto coms?\.",
        ),
    ),
    StepRule(
        StepKind.INTRODUCED,
        _words(
            r"\bintro(?:\.|duced|duction)?(?:\W|$)|\b(?:first|1st) read|\bread (?:the )?(?:first|1st) time|\bfiled\b|\bpre-?file|^offered\b|\bread first\b"
        ),
    ),
)
LOWER_CHAMBER = _words(r"\bhouse\b|\bassembly\b|\bpassed h\.|^\(?h\)?[:. ]")
UPPER_CHAMBER = _words(r"\bsenate\b|\bpassed s\.|^\(?s\)?[:. ]")
OTHER_CHAMBER = _words(
    rf"\b(?:ordered|sent|transmitted|messaged?|message|returned|goes|in|to) (?:sent )?(?:to )?{_CHAMBER}(?: for concurrence)?"
)
AMENDED = _words(r"\bas amended\b|\bwith (?:an? |the |house |senate |floor |committee )*amendments?\b")

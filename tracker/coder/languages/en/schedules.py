"""How English texts put substances into schedules, take them out and except them."""

import re

from crawler.contract.patterns import BOUNDED, backtracking, pattern
from tracker.coder.languages.en.grammar import LIST_MARK
from tracker.coder.languages.signs import BREAK

SCHEDULE = backtracking(
    r"\bschedules?\s(?P<number>I{1,3}|IV|VI?|[1-6])\b(?!\s?,\s?(?:II|III|IV|V)\b)|\b(?P<group>penalty group\s\d(?:-\w)?)",
    re.I,
    proof=BOUNDED,
)
CONTROL = backtracking(
    rf"{SCHEDULE.pattern}|\bnarcotic drugs?\b|\bcontrolled(?: dangerous)? substances?\b|\bcontrolled substances (?:list|schedule|act)\b|\bdangerous drugs?\b",
    re.I,
    proof=BOUNDED,
)
PLACING = backtracking(
    r"(?:\b|(?<=and))(?:(?:re)?schedul(?:e|es|ed|ing)(?!\s(?:I|V|\d))|(?:re)?classif(?:y|ies|ied|ying|ication)|designat(?:e|es|ed|ing)|categori[sz](?:e|es|ed|ing)|"
    r"plac(?:e|es|ed|ing|ement)|add(?:s|ed|ing)?|listed|listing|mak(?:e|es|ing)|inclu(?:de|des|ding|sion))\b",
    re.I,
    proof=BOUNDED,
)
REMOVING = pattern(
    r"\b(?:remov(?:e|es|ed|ing|al)|delet(?:e|es|ed|ing|ion)|deschedul(?:e|es|ed|ing)|declassif\w+|strik(?:e|es|ing))\b", re.I
)
PLACED = pattern(
    r"^[^.;]{0,120}?\b(?:is|are|be)\s+(?:hereby\s+)?(?:added|placed|included|classified|designated|scheduled|listed|(?:a |considered a )?schedule)",
    re.I,
)
REMOVED = pattern(r"^[^.;]{0,120}?\b(?:is|are|be)\s+(?:hereby\s+)?(?:removed|deleted|stricken|descheduled)\b", re.I)
PLACED_IN_TITLE = pattern(
    rf"{PLACED.pattern}|^[\s;:,-]{{1,4}}(?:(?:to )?(?:add|classify|place|designate|schedule|include|make|list)|classification|classified|designat\w+|scheduling|scheduled|placement|addition)?"
    r"\s*(?:as|in|into|to|under|on)\s+(?:an? |the )?schedule",
    re.I,
)
ADDS_SUBSTANCES = pattern(
    r"\b(?:add|adding|plac(?:e|ing)|classify(?:ing)?|includ(?:e|ing))\s+(?:certain|additional|several|new|specified|various)?\s*(?:drugs|substances|compounds)\b[^.;]{0,120}\b(?:schedule|controlled)",
    re.I,
)
NEW_ENTRY = pattern(
    r"\bby adding\b|\badding (?:at the end|the following)|\bnew (?:paragraph|subparagraph|subdivision|item)\b|\bis enacted to read|\bby inserting\b|\bclassified as schedule\b",
    re.I,
)
_SOME_SCHEDULE = r"\b(?:schedule\s+(?:I{1,3}|IV|VI?|[1-6])|penalty group\s+\d(?:-\w)?)\b"
CONSISTS = pattern(rf"{_SOME_SCHEDULE}\W{{0,4}}(?:shall )?(?:consists?|includes?)\b", re.I)
LIST_HEADING = pattern(
    rf"{_SOME_SCHEDULE}\W{{0,4}}(?:controlled substances?\W*)?(?:shall )?(?:consists?|includes?|:|—|, as set forth)|"
    rf"\b(?:included|classified|placed|listed) (?:in|as|on) (?:a )?{_SOME_SCHEDULE}",
    re.I,
)
ENTRY_HEAD = pattern(
    rf"(?:^|[;.:)—{BREAK}]|\bfollowing|\b(?:and|or))\s*(?:(?:and|or)\s+)?(?:{LIST_MARK}\s*|\(\w{{1,5}}\)\s*|\b[a-z]{{1,3}}\.\s*)*$",
    re.I,
)
ENTRY_MARK = pattern(rf"(?:[;:.—{BREAK}]\s*(?:(?:and|or)\s+)?|\)\s*|\b[a-z]{{1,3}}\.\s*|\d\.\s*)$|^$")
NUMBERED = pattern(r"\b\d{1,3}\.\s*$")
ENTRY_TAIL = pattern(
    rf"\s*(?:[.;,:()\[—-]|$|{BREAK}|(?:and|or|including|meaning|also|otherwise|commonly|known|concentrat\w+|its|any|in|other|isomers|"
    r"(?:semi-?)?synthetic|derivatives?|analog\w*|metabolites?|sold|plant|whether)\b)",
    re.I,
)
OTHER_NOUN = pattern(
    r"[\s-]*(?:products?|retail\w*|process\w*|bars?|foods?|acts?|leaf powder|paraphernalia|consumer|manufactur\w*|means)\b", re.I
)
OTHER_MATTER = pattern(r"[\s-]*(?:products?\s+)?(?:regulat\w+|consumer|retail\w*|process\w*|acts?\b)", re.I)
INCLUDING = pattern(r"\binclud(?:e|es|ing)(?:,? but (?:is |are )?not limited to)?,?:?\s*(?:the following:?\s*)?$", re.I)
JOINED = pattern(r"^[\s,;]*(?:and|or)?[\s,;]*(?:\(\w{1,4}\)\s*)*(?:any\s+)?$", re.I)
SYNTHETIC_CLASS = pattern(
    r"\b(?:synthetic\w*|semi-?synthetic\w*|chemically \w+|laboratory-\w+|any alkaloid)\b[^.]{0,330}?\b(?:compounds?|alkaloids?|derivatives?|derived|analogues?)\b[^.;]{0,140}$",
    re.I,
)
EXCLUDED_TO_COMMA = pattern(r"\bexcept(?:ing)?(?P<but> as| when| that)|\b(?:other than|except(?:ing)?|excluding)\b[^,;.]*", re.I)
EXCLUDED_TO_END = pattern(
    r"\b(?:not including|do(?:es)? not include|shall not include)\b(?P<list>[^:.]{0,60}:)?|\bexpressly excluded\b(?P<more>[^:.]{0,60}:)?",
    re.I,
)
DRUG_NAMES = pattern(
    r"cathinone|nitazene|amphetamine|tryptamine|piperazine|phenone|phenyl|fluoro|pyrrolidin|\b(?:fentanyl|morphine|heroin|codeine|cocaine|coca|poppy|hydroxypethidine|ketobemidone|lysergic|psilocybin|opium|isomers?|salts)\b",
    re.I,
)
DERIVATIVES = pattern(r"\s+(?:(?:semi-?)?synthetic\s+)?(?:derivatives?|analog(?:ue)?s?|metabolites?)\b", re.I)
SUPPOSED = pattern(r"\b(?:if|when|unless|until|in the event|should)\b[^.;]*$", re.I)
ANY_QUANTITY = pattern(r"\bany (?:quantity|amount) of\s+$", re.I)
KNOWN_AS = pattern(r"\b(?:known as|called|namely)\s*\"?$", re.I)
TO_SCHEDULE = pattern(r"schedul", re.I)
INTO = pattern(r"\b(?:in|as|into|to|on|from)\b")
SOMETHING_NEW = pattern(r"\w+ing\b|\bto \w+|\brelat|\bamend|\band\b")
PLACEMENT_OF = pattern(r"\b(?:placement|inclusion|scheduling|classification) of\s+$", re.I)
NOT = pattern(r"\bnot\b")
END_OF_LIST = pattern(rf"{BREAK}|\b(?:Section|Sec\.|SECTION)\s\d")
END_OF_CLAUSE = pattern(rf"{BREAK}|\.(?:\s|$)|;")

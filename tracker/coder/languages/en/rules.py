"""What stands around the verb and the object of an English rule."""

import re

from crawler.contract.patterns import BOUNDED, backtracking, no_word_of, pattern
from tracker.coder.languages.en.grammar import LIST_MARK, VERBS

CONDITION = pattern(
    r"\b(?:that|which|unless|without|if|prior to|before|until|whose|through|by means of|within|other than|except|not|containing|contains?|"
    r"bearing|near|at any|with(?:out)?|in (?:a|any) (?:form|manner|way)|for which|when|where|who|intended for|attractive|in violation|not in compliance|in or on)\b",
    re.I,
)
_HARMLESS = (
    r"products?|leaf|leaves|powder|extracts?|items?|statewide|at retail|in any form|by any person|in this state|or\b|and\b|"
    r"to (?:any|a|another) (?:person|consumer|individual)|to persons in this state|(?:when )?intended for human consumption|"
    r"(?:with)?in (?:the|this|any) (?:\w+ ){0,2}?(?:state|city|county|town|village|parish|district|limits|areas?|jurisdiction|"
    r"boundaries)[^.;]{0,60}|in (?:city|county|town)[^.;]{0,40}|in (?:[A-Z]\w+ ?){1,3}|as defined in [^.;,]{0,60}"
)
_QUALIFYING = ("contain", "includ", "exceed", "hav", "bear")
_CONDITION_AFTER_COMMA = (
    "or and any unless except that which if without to under when where whose who for in on at by with through other not as from until "
    "before after prior within"
)
_NOTHING_NEW = no_word_of(dict.fromkeys(_CONDITION_AFTER_COMMA.split(), False) | dict.fromkeys(_QUALIFYING, True))
_DOING = rf"(?:\w{{1,2}}|{no_word_of(dict.fromkeys(_QUALIFYING, True))}\w*)ing\b"
PLAIN_TAIL = pattern(
    rf"^(?:[\s,]*(?:{_HARMLESS}))*[\s,]*(?:[.;()\f\v]|$|is guilty|commits|is (?:hereby )?(?:prohibited|unlawful)|"
    rf",\s*{_NOTHING_NEW}|,\s*(?:and|or)\s+(?:of\s+|for\s+)?(?:\w+ly\s+)?{_DOING})",
    re.I,
)
QUALIFIED_BEFORE = pattern(
    r"\b(?:certain|adulterated|contaminated|unregistered|noncompliant|misbranded|unapproved|flavored|some|such|unlicensed|concentrated|prepackaged)\b[^.;:]{0,40}$",
    re.I,
)
ANOTHER_PRODUCT = backtracking(
    r"\b(?:contain(?:s|ing|ed)?|mixed|adulterated|infused|marketed|represented|labeled|that is|which is|with|near|who|about|regarding|concerning|means|unless|without|if|states?|label|(?<!any )amount)\b",
    re.I,
    proof=BOUNDED,
)
PLAIN_PRODUCT = pattern(
    r"(?:\b(?:any|a|an|the|other|all)\s+)?(?:food |dietary |consumer |food or )?(?:products?|substances?|items?|foods?|material, compound, mixture,? or preparation|preparations?)\s+(?:intended for human consumption\s+)?(?:that (?:is|are) |that )?"
    r"(?:contain(?:s|ing)|represented (?:as|to be)|marketed as(?: containing)?|labeled as|made (?:from|with)|derived from)\s*(?:any |a |an |being a )?$",
    re.I,
)
NOTHING_BEFORE = pattern(r"(?:^|,|\b(?:any|a|an|the|other|all|or|and|of|age|persons?|individuals?|minors?))\s*$", re.I)
LIST_OF_OBJECTS = pattern(r"[^.:;]{0,200}\b(?:following|listed)\b[^.:;]{0,200}:", re.I)
ITEM_BEFORE = pattern(rf"[:;,]\s*(?:and |or )?(?:{LIST_MARK}\s*)?$", re.I)
LEGAL_AGE = pattern(r"\b(?:legal|minimum|purchas\w+) age\b", re.I)
QUALIFIED_OUT = pattern(
    r"\bstudy\b|\breport to\b|\bdrug test|\btoxicolog|\bworkers' compensation|\bscreen for\b|\bdeemed approved\b", re.I
)
DEALERS = pattern(
    r"\b(?:retail|process|manufactur|distribut|seller|sell|sold|vendor|business|establishment|products?|person|individual|wholesal|website|"
    r"licensee|taxpayer|dealer|possess)",
    re.I,
)
PARTICULAR_AGENT = pattern(
    r"\b(?:inmate|prisoner|student|pupil|employee|probationer|parolee|patient|driver|officer|participant|tenant|recipient|resident of)s?\b[^.;]{0,40}$",
    re.I,
)
UNDONE = pattern(r"\b(?:repeal|remov|eliminat|lift|rescind)\w*\b[^.;]*$", re.I)
COMPLIES = pattern(r"\bcompl(?:y|ies)\b|\bimplement\b", re.I)
HELD_BY_ANOTHER = pattern(r"\b(?:mixed with|contain(?:s|ing)?|substances? such as|including)\b[^.;]*$", re.I)
NEXT_OBJECT = pattern(
    r"^[\s,]*(?:products?|extracts?|leaf|leaves)?[\s,]*(?:or|and|and/or)?\s*(?:any|a|an|the|other|product(?:s)? containing|synthetic|artificial|(?:variants?|forms?|versions?|derivatives?|extracts?) of|\s)*$",
    re.I,
)
SALE_WORDS = pattern(r"\b(?:sell|sale|sold|retail|distribut|purchase|vend|offer)", re.I)
MAKER_WORDS = pattern(r"\b(?:process(?:es|ing)?|manufactur(?:e|es|ing)|prepar(?:e|es|ing)|produc(?:e|es|ing|tion))\b", re.I)
SOME_OF = pattern(r"\s*(?:(?:any|an) (?:amount|quantity) )?(?:of|in)\b")
UNLESS = pattern(r"\bunless\b|\bwithout\b|\bexcept\b")
CONCENTRATED = pattern(r"concentrated", re.I)
POSSESSION = pattern(r"\bpossess", re.I)
NOUN_OF_OBJECT = pattern(rf"(?P<verbs>{VERBS})\s+(?:of|in)\s+(?:any |all |a |the )?$", re.I)

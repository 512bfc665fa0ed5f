"""The words of rules in English: verbs of conduct, words that forbid, words that ask."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from crawler.contract.patterns import BOUNDED, Pattern, backtracking, pattern
from tracker.domain.vocabulary import Conduct

_WORDS: Mapping[Conduct, str] = MappingProxyType(
    {
        Conduct.SELL: (
            r"sell(?:s|ing)?|sales?|sold|(?:offer|expose|hold|keep|display|advertise)(?:s|ed)? for (?:retail )?sale|(?:offering|exposing|holding|keeping) for sale|"
            r"offer(?:s|ing)? to sell|(?:make|makes|making) available(?: for sale)?|(?:offering|offer|offers)|re-?sell|retail|market(?:s|ing)?|"
            r"distribut(?:e|es|ing|ion|ed)|dispens(?:e|es|ing|ed)|provid(?:e|es|ing|ed)|furnish(?:es|ing|ed)?|suppl(?:y|ies|ying)|barter|trade"
        ),
        Conduct.GIVE: r"giv(?:e|es|ing|en)(?: away)?|deliver(?:s|y|ing|ed)?|transfer(?:s|ring)?|exchange",
        Conduct.POSSESS: r"possess(?:es|ing|ion|ed)?|hav(?:e|ing) in (?:(?:his|her|their|the) )?possession",
        Conduct.USE: r"us(?:e|es|ing)|consum(?:e|es|ing|ption)|ingest(?:s|ing)?|smok(?:e|es|ing)|inhal(?:e|es|ing)",
        Conduct.PURCHASE: r"purchas(?:e|es|ing|ed)|buy(?:s|ing)?|procur(?:e|es|ing)|receiv(?:e|es|ing)|receipt|obtain(?:s|ing)?",
        Conduct.MANUFACTURE: r"manufactur(?:e|es|ing|ed)|prepar(?:e|es|ing|ation|ed)|produc(?:e|es|ing|tion|ed)|process(?:es|ing|ed)?|packag(?:e|es|ing)|compound(?:s|ing)?|synthesi[sz](?:e|es|ing)|label",
        Conduct.CULTIVATE: r"cultivat(?:e|es|ing|ion)|grow(?:s|ing)?|plant(?:s|ing)?",
        Conduct.IMPORT: r"import(?:s|ing|ation|ed)?",
        Conduct.EXPORT: r"export(?:s|ing|ation|ed)?",
        Conduct.TRANSPORT: r"transport(?:s|ing|ation|ed)?|ship(?:s|ping|ped)?",
        Conduct.ADVERTISE: r"advertis(?:e|es|ing|ed)|promot(?:e|es|ing|ion)",
    }
)
ONE: Mapping[Conduct, Pattern] = {conduct: pattern(rf"\b(?:{words})\b", re.I) for conduct, words in _WORDS.items()}
_ANY = "|".join(f"(?:{words})" for words in _WORDS.values())
_JOIN = r"(?:\s*,\s*|\s+|\s*/\s*)(?:(?:and/or|and|or|nor|to|the|any|attempt(?:s|ed|ing)?|knowingly|otherwise|cause|conspire|possession with intent)\s+)*"
VERBS = rf"(?:{_ANY})\b(?:(?:,\s+[a-z]{{4,14}})*{_JOIN}(?:{_ANY})\b)*"
"""A list of verbs or nouns of conduct: `prepare, distribute, sell, or offer for sale`, with unknown ones between commas."""
_ADVERBS = r"(?:(?:knowingly|intentionally|willfully|recklessly|directly or indirectly|directly|or|either|also|to|from|the|any|unlawfully|illegally|in any manner|attempt to)\s+)*"
LIST_MARK = r"(?:\(\s?\w{1,4}\s?\)|\b(?:[a-z]|\d{1,2})\.)"
_NOT_THE = r"(?:[^.;:t]|t(?:[^.;:h]|h(?:[^.;:e]|e\w)))"
_AGENT = r"[^.;:]{1,220}?"
FORBIDS = pattern(
    r"(?P<governor>"
    r"\b(?:shall|may|must|can) not\b|\b(?:is|are|be) (?:hereby )?prohibited from\b|"
    rf"\b(?:it|which) (?:is|shall be|will be) (?:hereby )?(?:declared )?(?:to be )?(?:a |an )?(?:unlawful|illegal|infraction|misdemeanor|felony|crime|offense|(?:noncriminal|civil|criminal) offense|violation)\b(?:[^.:;]{{0,200}}?\b(?:to|for (?:any|a|an)\b{_AGENT}\bto))?|"
    rf"\b(?:no|neither) (?:person|individual|retailer|processor|manufacturer|business|establishment|entity|one|seller|vendor|wholesaler|distributor|merchant|\w+ (?:person|retailer|processor|business)){_AGENT}\b(?:shall|may|can)\b|"
    r"\bcommits an? (?:offense|crime|violation)\b[^.:;]{0,60}?\bif (?:the|such|that) (?:person|individual|retailer)\b|"
    rf"\bprohibit(?:s|ing|ed|ion)?(?: of| on)?(?: {_NOT_THE}[^.;:]{{0,89}}? from)?|\bban(?:s|ning|ned)?(?: of| on)?|\bforbid(?:s|ding)?|\bcriminaliz(?:es?|ing)|\boffenses? of\b|\boutlaw(?:s|ing)?|"
    r"\b(?:following )?(?:acts?|actions?|conduct|practices?)\b[^.:;]{0,160}? (?:is|are)(?: hereby)?(?: declared)? (?:unlawful|prohibited)|\bunlawful (?:for[^.:;]{1,160}? )?to|\bmakes? it (?:unlawful|illegal|a crime)\b[^.;:]{0,120}?\bto"
    r")",
    re.I,
)
AFTER_GOVERNOR = pattern(
    rf"(?P<stem>(?:\s*,?\s*(?:do|engage in|commit) (?:any|either|one or more) of the following[^:]{{0,160}})?\s*[:—-]*\s*(?:{LIST_MARK}\s*)*){_ADVERBS}(?P<verbs>{VERBS})",
    re.I,
)
LIST_ITEM = pattern(rf"(?:^|[;:,.—]|\b(?:or|and))\s*(?:or\s+|and\s+)?{LIST_MARK}\s*{_ADVERBS}(?P<verbs>{VERBS})", re.I)
A_PERSON_WHO = pattern(
    rf"\b(?:a|any) (?:person|individual|retailer|processor|business)\b(?:[^.;:]{{0,60}}?)\b(?:who|that)\s+(?:is (?:under|below|less than|younger than)[^.;,]{{1,60}}? and\s+)?{_ADVERBS}(?P<verbs>{VERBS})",
    re.I,
)
IS_GUILTY = pattern(
    r"\b(?:is|shall be) (?:guilty|punish|fined|imprisoned|subject to (?:a )?(?:fine|civil penalty|criminal))|\bcommits (?:a|an|the)\b",
    re.I,
)
FORBIDDEN = pattern(
    r"\b(?:is|are|be|shall be) (?:hereby )?(?:declared )?(?:prohibited|unlawful|illegal|banned|forbidden)\b(?P<but> from)?|"
    rf"\b(?:shall|may|must|can) not be (?P<verbs>{VERBS})",
    re.I,
)
MAY_FREELY = pattern(rf"\b(?:any|a) person may\b[\s,]*(?:without [^,.;]{{3,60}},\s*)?(?P<verbs>{VERBS})", re.I)
MUST = backtracking(
    r"\b(?:shall|must)\b(?! not\b)|\b(?:shall|may|must) not (?:contain|exceed|be (?:packaged|labeled|marketed))\b|\b(?:is|are) required to\b|\brequir(?:es|ing|ed|e)\b|\b(?:is|are) (?:hereby )?(?:levied|imposed)\b|\bappl(?:y|ies|ying) a tax\b|\bwould be (?:required|stored|kept|labeled|registered)\b",
    re.I,
    proof=BOUNDED,
)
OFFICIAL = pattern(
    r"\b(?:department|commissioner|director|secretary|agency|board|court|attorney general|commission|division|council|governor|legislature|bureau|"
    r"authority|administrator|officer|committee|rules?|penalt\w+|fines?|moneys?|fund|report|sheriff|police|act|section|subsection|article|chapter|bill|ordinance|violations?|judge|parents?|study)"
    r"(?:\s+(?:of|on|for|and|or|its|his|her|designee)\b[^.;:,]{0,40}|\s+\([^()]*\))?\s*$",
    re.I,
)
REGULATES = pattern(
    r"\bregulat(?:e|es|ing|ion of)\b|\blicens(?:e|ing)\b|\brestrict(?:s|ing)?\b|\bamends? provisions related to\b|\bstandards for\b|\brequirements (?:for|of|on)\b|\bmodif(?:y|ies|ying)\b",
    re.I,
)
CONSUMER_ACT = pattern(
    r"(?:\s+product)?\s+(?:consumer\s+)?(?:protection|safety|regulation|regulatory)(?:\s+and\s+\w+)?\s+act\b|\s+consumer\s+(?:protection|safety)\b",
    re.I,
)
OPENS_AN_ITEM = pattern(rf"[\s\"]*{LIST_MARK}")
ITEM_OF_VERBS = pattern(rf"[\s\"]*{LIST_MARK}\s*(?P<verbs>{VERBS})", re.I)
COLON_WITHOUT_LIST = backtracking(rf":(?!\s?{LIST_MARK})", proof=BOUNDED)

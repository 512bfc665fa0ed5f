"""How an English text names a thing: as itself, as the origin of another, as synthetic, by a defined word."""

import re

from crawler.contract.patterns import pattern

ORIGIN_BEFORE = pattern(
    r"\b(?:of|from|(?:(?P<but>limited )?to)|within|in|than|as|non|by|under)(?:\s+(?:the|a|an|any|unadulterated|naturally occurring|natural|species|genus|plants?|trees?|leaf|"
    r"leaves|alkaloids?|active|constituents?|components?|and|name:?))*[\s:-]*$",
    re.I,
)
NEGATED = pattern(r"\bnon-?\s?$", re.I)
SYNTHETIC_BEFORE = pattern(
    r"\b(?:fully |semi-?\s?)?(?:synthetic|synthesi[sz]ed|artificial|semi-?synthetic)(?: or (?:synthetic|semi-?synthetic))?\s+(?:[\w-]+\s+or\s+)?$",
    re.I,
)
NARROW_AFTER = pattern(r"[\s-]*(?:beverages?|drinks?|gummies|candy|edibles?|vapes?|inhal\w+|shots?)\b", re.I)
DEFINITION = pattern(
    r"(?:\"(?P<quoted>[A-Za-z][\w\s-]{2,40})\"|\b[Tt]he term (?P<plain>[a-z][\w\s-]{2,40}?)),? (?:means|includes|has the meaning)\b"
)
PRODUCT_NOUN = pattern(
    r"(?:product|drink|beverage|substance|item|good|plant|derivative|material|supplement|article|intoxicant|botanical)s?$", re.I
)
FORM_NOUN = pattern(r"(?:drink|beverage)s?$", re.I)

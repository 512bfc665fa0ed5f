"""How English papers say where a measure stands."""

import re

from crawler.contract.patterns import Pattern, pattern
from tracker.coder.languages.days import DAY
from tracker.coder.languages.en.steps import AMENDED as AMENDED
from tracker.coder.languages.en.steps import LOWER_CHAMBER as LOWER_CHAMBER
from tracker.coder.languages.en.steps import OTHER_CHAMBER as OTHER_CHAMBER
from tracker.coder.languages.en.steps import STEPS as STEPS
from tracker.coder.languages.en.steps import UPPER_CHAMBER as UPPER_CHAMBER

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
LESSER_VOTE = pattern(r"\bamend|\bmotion|\bcommittee", re.I)
LEFT = pattern(r"\bleft in committee|\bleft in \w+ ", re.I)

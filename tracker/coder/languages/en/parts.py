"""The parts of an English text: enacting clause, sections, summaries, and what makes no law."""

import re

from crawler.contract.patterns import BOUNDED, Pattern, backtracking, pattern
from tracker.coder.languages.signs import BREAK

ENACTING = pattern(
    r"\bbe it (?:hereby )?(?:enacted|ordained|resolved)\b|\bthe people of the state of [\w ]{3,30},? (?:do )?enact|"
    r"\bthe (?:city council|board of \w+|county \w+)[^.]{0,80}(?:ordains?|does hereby ordain)|"
    r"\benacts? as follows|\bof the (?:united states of america|s\.c\. code) (?:in congress assembled|is amended)",
    re.I,
)
SECTION = backtracking(r"(?:(?<=[\s\f.;:\"])|^)(?:SECTION|Section|Sec\.|SEC\.|§)\s?(\d[\w.:-]{0,40}?)\.?(?=\s)", proof=BOUNDED)
FIRST_SECTION = pattern(r"\b1\.\s*Short title|\b(?:SECTION|Section|Sec\.)\s\d[\w.:-]*\.\s[(A-Z]")
SUMMARY = pattern(
    r"\bEXPLANATION\b|\bSTATEMENT\s+This|\bSYNOPSIS\b|\bNOTE: The purpose\b|Highlighted Provisions:|\bDIGEST\b|"
    r"\bABSTRACT:|\bSUMMARY:|General Description:|The bill's purpose"
)
SUMMARY_END = pattern(
    rf"{BREAK}|\bbe it enacted\b|Money Appropriated|\bDATES:|\bSUPPLEMENTARY INFORMATION|CURRENT VERSION OF TEXT", re.I
)
STRIKE_ALL = pattern(r"strik(?:e|ing) (?:everything|all) after the enacting clause and (?:insert|substitut)\w*:?", re.I)
SILENT: tuple[tuple[Pattern, Pattern], ...] = tuple(
    (pattern(start, re.I), backtracking(end, re.I, proof=BOUNDED))
    for start, end in (
        (r"\b(?:be|is|are) (?:hereby )?repealed[.:]|\bsections? are repealed:", rf"{BREAK}|(?<=[\s\f])(?:section|sec\.) \d"),
        (r"\bwhereas\b", rf"{BREAK}|; and(?= whereas)|\bnow,? therefore|\bwhereas\b|\bordained\b"),
        (
            r"\b(?:legislature|council|board|assembly|commission)(?: hereby| further)* finds\b",
            rf"{BREAK}|(?<=[\s\f])(?:section|sec\.) \d",
        ),
        (r"\bif [hs]\.?[bcjr]?\.? ?\d+.{0,300}?\bboth pass and become law", rf"{BREAK}|(?<=[\s\f])section \d{{1,5}}\."),
        (
            r"\b(?:shall|may|to) (?:also )?(?:propose|adopt|promulgate|make|establish|issue|prescribe)(?: such| all| any| the| necessary| reasonable| legislative| separate)* (?:legislative |administrative )?(?:rules|regulations)\b",
            rf"{BREAK}|(?<=[\s\f.])(?:section|sec\.|§)\s?\d|\([b-e]\) (?=[A-Z])|(?<=\.) (?=\([2-9]\) [A-Z])",
        ),
        (
            r"\b(?:under )?(?:existing|current|present) law\b(?P<but> to)?",
            rf"{BREAK}|\.(?= (?:section|this bill|the bill|under|if|in addition)\b)|(?<=[a-z])\.(?= [A-Z])",
        ),
        (r"\bnothing in (?:this|the) \w+", r"\.(?=\s|$)"),
        (r"\bexempt(?:ed|ion)?\b[^.:]{0,60}:", rf"{BREAK}|\.(?= [A-Z0-9])"),
    )
)
ABBREVIATION = pattern(
    r"(?:\b(?:No|Nos|Sec|Secs|Art|Ch|ch|vs?|Inc|St|Subd|subd|Rep|Sen|Reps|al|seq|s|ss|cf|approx)|\b[A-Z]|\.[A-Za-z]|(?:^|[\s:;.(—])(?:[a-z]{1,2}|\d{1,2}))$"
)
STALE_TITLE = pattern(r"\bamend title to conform\b", re.I)

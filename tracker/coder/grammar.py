"""Which conducts a list of verbs names, by the words of a language."""

import sys
from collections.abc import Iterator

from crawler.contract.patterns import Match, Pattern
from tracker.coder.languages.structure import Grammar
from tracker.domain.vocabulary import Conduct


def matches(words: Pattern, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Match]:
    """Where a pattern stands in `text[start:end]`, but for those in which its group `but` takes back what was read."""
    in_text = words.finditer(text, start, end)
    return (match for match in in_text if match["but"] is None) if "(?P<but>" in words.pattern else in_text


def conducts_in(verbs: str, grammar: Grammar) -> set[Conduct]:
    """The conducts that a list of verbs names."""
    rest = verbs
    conducts = set()
    for conduct, words in grammar.ONE.items():
        if words.search(rest):
            conducts.add(conduct)
            rest = words.sub(" ", rest)
    return conducts

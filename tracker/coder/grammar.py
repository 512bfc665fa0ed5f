"""Which conducts a list of verbs names, by the words of a language."""

from tracker.coder.languages.structure import Grammar
from tracker.domain.vocabulary import Conduct


def conducts_in(verbs: str, grammar: Grammar) -> set[Conduct]:
    """The conducts that a list of verbs names."""
    rest = verbs
    found = set()
    for conduct, words in grammar.ONE.items():
        if words.search(rest):
            found.add(conduct)
            rest = words.sub(" ", rest)
    return found

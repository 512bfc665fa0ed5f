"""What titles and summaries say in a word: a consumer act by its name, a plain ban, a product that is regulated.

These say less than a clause, so they count only where no clause of the same text acts on the same substance (see merging).
"""

import re
from collections.abc import Iterator, Sequence

from tracker.coder import grammar
from tracker.coder.mentions import Mention
from tracker.coder.regions import Role, Statement
from tracker.coder.rules import SALE_WORDS, Rule
from tracker.domain.vocabulary import Conduct, Effect

_BEFORE = 160
_PLAIN_BAN = re.compile(
    r"\b(?:ban|bans|banning|ban on|outlaw|outlaws|outlawing|prohibit|prohibits|prohibiting|prohibition of|prohibition on)\s+"
    r"(?:all |the )?$",
    re.I,
)
_PLAIN_BAN_AFTER = re.compile(r"[\s-]*(?:products?\s+)?(?:ban|prohibition)\b", re.I)
_REGULATED_BEFORE = re.compile(
    r"\b(?:regulat(?:e|es|ing|ion)|licens(?:e|es|ing|ure)|registration)(?: and \w+)?(?: of| for)?(?: the)?(?: certain| all)?\s*$",
    re.I,
)
_REGULATES_SALE = re.compile(rf"(?:{grammar.REGULATES.pattern})[^;.]{{0,120}}$", re.I)
_REGULATED_AFTER = re.compile(
    r"[\s;:,-]*(?:products?)?[\s;:,-]*(?:regulat(?:ed?|es|ion|ing)|licens(?:ing|ure|e)|registration|consumer protection|labeling|"
    r"(?:modify|remov|establish|provid)ing [^.]{0,80}(?:labeling|requirements|licens|registration|standards))\b",
    re.I,
)
_PROHIBIT_LAST = re.compile(rf"(?P<verbs>{grammar.VERBS})\s+of\s+[^.;:]{{1,80}}; (?:prohibit|ban|forbid)\b", re.I)
_NAMES_THE_ACT = re.compile(
    r"\b(?:known|cited|referred to|designated) (?:and may be cited )?as\b|\bshort title\b|\bentitled\b", re.I
)
_REPEALS = re.compile(r"\brepeal\w*|\brescind\w*|\bremov(?:e|ing)\b", re.I)
_HEDGED = re.compile(r"\bstudy|\breport|\banalysis|\btransfer|\bauthoriz\w+|\blegislative rules?\b|\bresolution", re.I)


def summary_rules(text: str, named: Sequence[Mention], product: str, statement: Statement) -> Iterator[Rule]:
    """The rules that one statement names in a word, about the substance that plays the product."""
    if statement.role is not Role.OPERATIVE:
        yield from _prohibited_last(text, named, statement)
    for mention in named:
        if mention.substance != product or not statement.start <= mention.start < statement.end:
            continue
        before = text[max(statement.start, mention.start - _BEFORE) : mention.start]
        if _is_banned(text, mention, before, statement):
            yield _rule(mention, Effect.PROHIBITED, mention.end, statement)
        elif _is_regulated(text, mention, before, statement) and not _REPEALS.search(before):
            named_act = grammar.CONSUMER_ACT.match(text, mention.end)
            yield _rule(mention, Effect.CONDITIONAL, named_act.end() if named_act else mention.end, statement)


def _rule(mention: Mention, effect: Effect, end: int, statement: Statement) -> Rule:
    start = max(statement.start, mention.start - _BEFORE)
    return Rule(mention.substance, Conduct.SELL, effect, start, end, mention.start, statement.role)


def _is_banned(text: str, mention: Mention, before: str, statement: Statement) -> bool:
    if statement.role is Role.OPERATIVE or mention.narrow or _HEDGED.search(before) or _REPEALS.search(before):
        return False
    return bool(_PLAIN_BAN.search(before) or _PLAIN_BAN_AFTER.match(text, mention.end))


def _is_regulated(text: str, mention: Mention, before: str, statement: Statement) -> bool:
    named_act = bool(grammar.CONSUMER_ACT.match(text, mention.end))
    if statement.role is Role.OPERATIVE:
        return named_act and bool(_NAMES_THE_ACT.search(text[max(0, mention.start - 120) : mention.end + _BEFORE]))
    if named_act or _HEDGED.search(before):
        return named_act
    sale = _REGULATES_SALE.search(before) and SALE_WORDS.search(before)
    return bool(sale or _REGULATED_BEFORE.search(before) or _REGULATED_AFTER.match(text, mention.end))


def _prohibited_last(text: str, named: Sequence[Mention], statement: Statement) -> Iterator[Rule]:
    """`sale of X; prohibit`: how some legislatures word a title."""
    for found in _PROHIBIT_LAST.finditer(text, statement.start, statement.end):
        conducts = grammar.conducts_in(found["verbs"])
        for mention in named:
            if found.end("verbs") <= mention.start < found.end() and not (mention.synthetic or mention.narrow):
                for conduct in conducts:
                    yield Rule(
                        mention.substance,
                        conduct,
                        Effect.PROHIBITED,
                        found.start(),
                        found.end(),
                        mention.start,
                        statement.role,
                        others=frozenset(conducts - {conduct}),
                    )

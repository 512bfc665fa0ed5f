"""What titles and summaries say in a word: a consumer act by its name, a plain ban, a product that is regulated.

These say less than a clause, so they count only where no clause of the same text acts on the same substance (see merging).
"""

from collections.abc import Iterator

from tracker.coder.grammar import conducts_in
from tracker.coder.languages.structure import Speech, SummaryWords
from tracker.coder.mentions import Mention, Mentions
from tracker.coder.regions import Role, Statement
from tracker.coder.rules import Rule
from tracker.domain.vocabulary import Conduct, Effect

_BEFORE = 160


def summary_rules(text: str, named: Mentions, product: str, statement: Statement, speech: Speech) -> Iterator[Rule]:
    """The rules that one statement names in a word, about the substance that plays the product."""
    if statement.role is not Role.OPERATIVE:
        yield from _prohibited_last(text, named, statement, speech)
    for mention in named.within(statement.start, statement.end):
        if mention.substance != product:
            continue
        before = text[max(statement.start, mention.start - _BEFORE) : mention.start]
        if _is_banned(text, mention, before, statement, speech.summaries):
            yield _rule(mention, Effect.PROHIBITED, mention.end, statement)
        elif _is_regulated(text, mention, before, statement, speech) and not speech.summaries.REPEALS.search(before):
            named_act = speech.grammar.CONSUMER_ACT.match(text, mention.end)
            yield _rule(mention, Effect.CONDITIONAL, named_act.end() if named_act else mention.end, statement)


def _rule(mention: Mention, effect: Effect, end: int, statement: Statement) -> Rule:
    start = max(statement.start, mention.start - _BEFORE)
    return Rule(mention.substance, Conduct.SELL, effect, start, end, mention.start, statement.role)


def _is_banned(text: str, mention: Mention, before: str, statement: Statement, words: SummaryWords) -> bool:
    if statement.role is Role.OPERATIVE or mention.narrow or words.HEDGED.search(before) or words.REPEALS.search(before):
        return False
    return bool(words.PLAIN_BAN.search(before) or words.PLAIN_BAN_AFTER.match(text, mention.end))


def _is_regulated(text: str, mention: Mention, before: str, statement: Statement, speech: Speech) -> bool:
    named_act = bool(speech.grammar.CONSUMER_ACT.match(text, mention.end))
    if statement.role is Role.OPERATIVE:
        return named_act and bool(
            speech.summaries.NAMES_THE_ACT.search(text[max(0, mention.start - 120) : mention.end + _BEFORE])
        )
    if named_act or speech.summaries.HEDGED.search(before):
        return named_act
    sale = speech.summaries.REGULATES_SALE.search(before) and speech.rules.SALE_WORDS.search(before)
    return bool(
        sale or speech.summaries.REGULATED_BEFORE.search(before) or speech.summaries.REGULATED_AFTER.match(text, mention.end)
    )


def _prohibited_last(text: str, named: Mentions, statement: Statement, speech: Speech) -> Iterator[Rule]:
    """`sale of X; prohibit`: how some legislatures word a title."""
    for match in speech.summaries.PROHIBIT_LAST.finditer(text, statement.start, statement.end):
        conducts = conducts_in(match["verbs"], speech.grammar)
        for mention in named.within(match.end("verbs"), match.end()):
            if not (mention.synthetic or mention.narrow):
                for conduct in sorted(conducts):
                    yield Rule(
                        mention.substance,
                        conduct,
                        Effect.PROHIBITED,
                        match.start(),
                        match.end(),
                        mention.start,
                        statement.role,
                        others=frozenset(conducts - {conduct}),
                    )

"""What a statement forbids, asks or allows: clause grammar over one text, without any jurisdiction's habits.

A rule is seen only where words that forbid or ask govern a verb of conduct whose object is the subject. A conduct that is
free for adults under a condition is `conditional`; without any condition in sight it is `prohibited`.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawler.contract.patterns import Match, pattern
from tracker.codebook.model import Codebook
from tracker.coder.conditions import caps, components, is_about_the_young, minimum_age
from tracker.coder.grammar import conducts_in, matches
from tracker.coder.languages.signs import BREAK
from tracker.coder.languages.structure import Speech
from tracker.coder.mentions import Mention, Mentions
from tracker.coder.places import Places
from tracker.coder.regions import Role, Statement
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Component, Conduct, Consequence, Effect


@dataclass(frozen=True)
class Rule:
    """One rule as a statement words it; `start`, `end` and `focus` are places in the view."""

    substance: str
    conduct: Conduct
    effect: Effect
    start: int
    end: int
    focus: int
    role: Role
    min_age: int | None = None
    components: frozenset[Component] = frozenset()
    limits: tuple[Limit, ...] = ()
    others: frozenset[Conduct] = field(default_factory=frozenset)


# Characters. A list of verbs runs long before its object comes; a word that asks stands nearer to what it is asked of.
_OBJECT_GAP, _DUTY_REACH = 420, 260
_OPENS_LIST = pattern(r"[^.;]{0,200}?[:—]")
_ENDS_ITEM = pattern(rf";|{BREAK}|\((?:[2-9]|b|ii)\)\s")
_OFFICE = 200
"""Within how many characters before a word that asks the office stands that it asks."""

_LIST_LENGTH = 2500
"""How far after the words that forbid an item may still belong to their list."""


@dataclass(frozen=True)
class _Governed:
    """Verbs under a word that forbids: the clause from `start`, the verbs, and where the object is looked for."""

    start: int
    verbs: str
    place: int
    stem: str


@dataclass(frozen=True)
class _Terms:
    """On what terms a conduct stands."""

    effect: Effect
    min_age: int | None = None
    components: frozenset[Component] = frozenset()
    limits: tuple[Limit, ...] = ()


class RuleReader:
    """Reads the statements of one view; holds what they share."""

    def __init__(self, text: str, named: Mentions, codebook: Codebook, speech: Speech) -> None:
        self._text = text
        self._named = named
        self._codebook = codebook
        self._speech = speech
        self._grammar = speech.grammar
        self._words = speech.rules
        self._stem: tuple[int, str] | None = None
        self._places = Places(text)

    def read(self, statement: Statement) -> Iterator[Rule]:
        """The rules of one statement; statements must come in reading order."""
        self._places = Places(self._text, statement.start, statement.end)
        clauses = list(self._governed(statement))
        for clause in clauses:
            yield from self._forbidden(clause, statement)
        yield from self._passive(statement)
        yield from self._allowed(statement)
        yield from self._asked(statement)

    def _governed(self, statement: Statement) -> Iterator[_Governed]:
        text = self._text
        governors = [
            governor
            for governor in self._grammar.FORBIDS.finditer(text, statement.start, statement.end)
            if self._holds(governor, statement)
        ]
        lists = [_OPENS_LIST.match(text, governor.end(), min(governor.end() + 240, statement.end)) for governor in governors]
        # An item belongs to the list that was opened last before it.
        ends = [governor.start() for governor, opened in zip(governors, lists, strict=True) if opened] + [statement.end]
        for governor, opened in zip(governors, lists, strict=True):
            after = self._grammar.AFTER_GOVERNOR.match(text, governor.end(), statement.end)
            if after:
                yield _Governed(governor.start(), after["verbs"], after.end("verbs"), governor.group() + after["stem"])
            if opened:
                self._stem = (governor.start(), governor.group() + opened.group())
                end = ends[bisect_right(ends, governor.start())]
                yield from self._items(governor.end(), end, skip=after.start("verbs") if after else -1)
        for governor in self._grammar.A_PERSON_WHO.finditer(text, statement.start, statement.end):
            if self._places.first(self._grammar.IS_GUILTY, governor.end(), statement.end):
                yield _Governed(governor.start(), governor["verbs"], governor.end("verbs"), governor.group())
        if self._stem and not any(lists):
            yield from self._later_item(statement)

    def _holds(self, governor: Match, statement: Statement) -> bool:
        """Not so "to repeal the prohibition on …", which forbids nothing."""
        return not self._words.UNDONE.search(self._text[max(statement.start, governor.start() - 60) : governor.start()])

    def _items(self, place: int, end: int, skip: int) -> Iterator[_Governed]:
        assert self._stem is not None
        for item in self._places.within(self._grammar.LIST_ITEM, place, end):
            if item.start("verbs") != skip:
                yield _Governed(item.start("verbs"), item["verbs"], item.end("verbs"), self._stem[1])

    def _later_item(self, statement: Statement) -> Iterator[_Governed]:
        """A sentence that goes on with the list that an earlier sentence opened."""
        assert self._stem is not None
        lead = self._grammar.OPENS_AN_ITEM.match(self._text[statement.start : statement.start + 12])
        if (
            not lead
            or statement.start - self._stem[0] > _LIST_LENGTH
            or self._grammar.FORBIDS.search(self._text, statement.start, statement.end)
        ):
            self._stem = self._stem if lead else None
            return
        item = self._grammar.ITEM_OF_VERBS.match(self._text, statement.start, statement.end)
        if item:
            yield _Governed(item.start("verbs"), item["verbs"], item.end("verbs"), self._stem[1])

    def _objects(self, place: int, end: int) -> list[Mention]:
        """What the verbs that end at `place` act on: the first mention in reach and those joined to it, or items of a list."""
        listed = self._words.LIST_OF_OBJECTS.match(self._text, place, end)
        if listed:
            items = self._named.within(listed.end() - 1, min(end, listed.end() + _LIST_LENGTH))
            return [m for m in items if self._words.ITEM_BEFORE.search(self._text[max(0, m.start - 12) : m.start])]
        objects: list[Mention] = []
        for mention in self._named.within(place, min(end, place + _OBJECT_GAP)):
            if objects and not self._words.NEXT_OBJECT.match(self._text[objects[-1].end : mention.start]):
                break
            if not objects and not self._in_reach(place, mention):
                return []
            objects.append(mention)
        return objects

    def _in_reach(self, place: int, mention: Mention) -> bool:
        gap = self._text[place : mention.start]
        if ";" in gap or BREAK in gap or self._grammar.COLON_WITHOUT_LIST.search(gap):
            return False
        plain = self._words.PLAIN_PRODUCT.search(gap)
        if plain and not self._words.NOTHING_BEFORE.search(gap[: plain.start()]):
            return False
        if mention.origin and not plain and not self._words.SOME_OF.match(gap):
            return False
        return not self._words.ANOTHER_PRODUCT.search(gap[: plain.start()] if plain else gap)

    def _forbidden(self, clause: _Governed, statement: Statement) -> Iterator[Rule]:
        objects = self._objects(clause.place, statement.end)
        # What inmates, pupils or employees may not do is no rule for an adult at retail.
        if not objects or self._words.PARTICULAR_AGENT.search(self._text[max(statement.start, clause.start - 80) : clause.start]):
            return
        end = self._item_end(objects[-1].end, statement.end)
        yield from self._rules(clause, objects, clause.start, end, statement)

    def _rules(self, clause: _Governed, objects: list[Mention], start: int, end: int, statement: Statement) -> Iterator[Rule]:
        stem = Places(clause.stem)
        age = minimum_age(self._places, start, end, self._speech) or minimum_age(stem, 0, len(clause.stem), self._speech)
        young = age is not None or is_about_the_young(self._places, start, end, self._speech)
        narrow = all(mention.narrow for mention in objects)
        if young or narrow or not self._is_plain(clause, objects, end):
            limits, parts = self._conditions(start, statement.end)
            parts |= {Component.AGE} if young else set()
            parts |= {Component.FORM_LIMIT} if narrow else set()
            terms = _Terms(Effect.CONDITIONAL, age, frozenset(parts), limits)
        else:
            terms = _Terms(Effect.PROHIBITED)
        yield from self._of_each(clause, objects, (start, end), terms, statement.role)

    def _conditions(self, start: int, end: int) -> tuple[tuple[Limit, ...], set[Component]]:
        limits = caps(self._places, start, end, self._named, Consequence.UNLAWFUL_TO_SELL, self._codebook.product, self._speech)
        return limits, components(self._places, start, end, self._speech, limits)

    def _is_plain(self, clause: _Governed, objects: list[Mention], end: int) -> bool:
        """Nothing limits what is forbidden: no quality of the object, no condition after it or before the list."""
        gap = self._text[clause.place : objects[0].start]
        if self._is_qualified(gap, objects) or self._words.UNLESS.search(clause.stem + gap):
            return False
        if self._words.LIST_OF_OBJECTS.match(self._text, clause.place, objects[0].start + 1):
            return all(self._words.PLAIN_TAIL.match(self._text[mention.end : mention.end + 200]) for mention in objects)
        return bool(self._words.PLAIN_TAIL.match(self._text[objects[-1].end : end]))

    def _is_qualified(self, gap: str, objects: list[Mention]) -> bool:
        qualified = self._words.QUALIFIED_BEFORE.search(gap)
        if qualified and all(mention.substance == self._codebook.concentrate for mention in objects):
            return not self._words.CONCENTRATED.match(qualified.group())
        return bool(qualified)

    def _item_end(self, place: int, end: int) -> int:
        stop = self._places.first(_ENDS_ITEM, place, end)
        return stop.start() if stop else end

    def _passive(self, statement: Statement) -> Iterator[Rule]:
        """`the sale of X is prohibited`, `X may not be sold`."""
        for ban in matches(self._grammar.FORBIDDEN, self._text, statement.start, statement.end):
            begin = max(statement.start, self._text.rfind(";", statement.start, ban.start()) + 1, ban.start() - 300)
            objects = [m for m in self._named.within(begin, ban.start()) if not m.synthetic]
            if not objects:
                continue
            verbs = ban["verbs"]
            if verbs is None:
                nouns = self._words.NOUN_OF_OBJECT.search(self._text[begin : objects[0].start])
                verbs = nouns["verbs"] if nouns else None
            if verbs is None:
                continue
            end = self._item_end(ban.end(), statement.end)
            clause = _Governed(begin, verbs, objects[0].start, self._text[objects[-1].end : ban.start()])
            if self._has_condition(objects[-1].end, ban.start()) or self._has_condition(ban.end(), end):
                yield from self._rules(clause, objects, begin, end, statement)
            elif self._words.PLAIN_TAIL.match(self._text[objects[-1].end : ban.end()]):
                yield from self._rules(clause, objects, begin, ban.end(), statement)

    def _has_condition(self, start: int, end: int) -> bool:
        return bool(self._places.first(self._words.CONDITION, start, end)) or is_about_the_young(
            self._places, start, end, self._speech
        )

    def _allowed(self, statement: Statement) -> Iterator[Rule]:
        for leave in self._grammar.MAY_FREELY.finditer(self._text, statement.start, statement.end):
            objects = self._objects(leave.end(), statement.end)
            for conduct in sorted(conducts_in(leave["verbs"], self._grammar)) if objects else ():
                yield Rule(
                    objects[0].substance,
                    conduct,
                    Effect.PERMITTED,
                    leave.start(),
                    statement.end,
                    objects[0].start,
                    statement.role,
                )

    def _asked(self, statement: Statement) -> Iterator[Rule]:
        """What a seller, a maker or a product must do or be."""
        for mention in self._named.within(statement.start, statement.end):
            if mention.substance == self._codebook.product and self._is_subject_matter(statement.start, mention):
                yield from self._duty(mention, statement)

    def _duty(self, mention: Mention, statement: Statement) -> Iterator[Rule]:
        start, end = self._duty_span(mention, statement)
        words = self._words
        if (
            self._places.first(words.QUALIFIED_OUT, start, end)
            or not self._places.first(words.DEALERS, start, end)
            or not self._asks(start, end, mention.start)
        ):
            return
        limits, parts = self._conditions(start, end)
        age = minimum_age(self._places, start, end, self._speech)
        parts |= {Component.AGE} if age is not None else set()
        if parts or self._places.first(words.COMPLIES, start, end):
            conduct = self._conduct_of_duty(start, end, parts)
            terms = age, frozenset(parts), limits
            yield Rule(mention.substance, conduct, Effect.CONDITIONAL, start, end, mention.start, statement.role, *terms)

    def _duty_span(self, mention: Mention, statement: Statement) -> tuple[int, int]:
        if statement.role is Role.OPERATIVE:
            return max(statement.start, mention.start - 300), min(statement.end, mention.end + 500)
        start = max(self._text.rfind(";", statement.start, mention.start) + 1, statement.start)
        stop = self._text.find(";", mention.end, statement.end)
        return start, stop if stop >= 0 else statement.end

    def _is_subject_matter(self, start: int, mention: Mention) -> bool:
        """The product is what is dealt in, not what another product holds or an example."""
        before = self._text[max(start, mention.start - 60) : mention.start]
        plain = self._words.PLAIN_PRODUCT.search(before)
        return not self._words.HELD_BY_ANOTHER.search(before[: plain.start()] if plain else before)

    def _of_each(
        self, clause: _Governed, objects: Sequence[Mention], span: tuple[int, int], terms: _Terms, role: Role
    ) -> Iterator[Rule]:
        """One rule for each substance and conduct that a clause names."""
        conducts = conducts_in(clause.verbs, self._grammar)
        for substance in dict.fromkeys(mention.substance for mention in objects if not mention.synthetic):
            for conduct in sorted(conducts):
                yield Rule(
                    substance,
                    conduct,
                    terms.effect,
                    *span,
                    objects[0].start,
                    role,
                    terms.min_age,
                    terms.components,
                    terms.limits,
                    frozenset(conducts - {conduct}),
                )

    def _asks(self, start: int, end: int, place: int) -> bool:
        """A word that asks stands near `place`, and no office or paper is what it is asked of."""
        near = self._places.within(self._grammar.MUST, max(start, place - _DUTY_REACH), end)
        for must in near:
            if must.start() > place + _DUTY_REACH:
                break
            if not self._grammar.OFFICIAL.search(self._text[max(start, must.start() - _OFFICE) : must.start()]):
                return True
        return self._places.first(self._words.LEGAL_AGE, start, end) is not None

    def _conduct_of_duty(self, start: int, end: int, parts: set[Component]) -> Conduct:
        """What the duty is a condition of: making alone, possession alone, else sale."""
        sale = self._places.first(self._words.SALE_WORDS, start, end)
        making = self._places.first(self._words.MAKER_WORDS, start, end)
        if making and not sale and Component.REGISTRATION_OR_LICENCE in parts:
            return Conduct.MANUFACTURE
        if parts == {Component.AGE} and not sale and self._places.first(self._words.POSSESSION, start, end):
            return Conduct.POSSESS
        return Conduct.SELL

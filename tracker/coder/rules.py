"""What a statement forbids, asks or allows: clause grammar over one text, without any jurisdiction's habits.

A rule is seen only where words that forbid or ask govern a verb of conduct whose object is the subject. A conduct that is
free for adults under a condition is `conditional`; without any condition in sight it is `prohibited`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.codebook.model import Codebook
from tracker.coder import grammar
from tracker.coder.conditions import caps, components, is_about_the_young, minimum_age
from tracker.coder.mentions import Mention
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


_CONDITION = re.compile(
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
_CONDITION_AFTER_COMMA = (
    r"or|and|any|unless|except|that|which|if|without|to|under|when|where|whose|who|for|in|on|at|by|with|through|other|not|as|from|"
    r"until|before|after|prior|within|contain\w*|includ\w*|exceed\w*|hav\w+|bear\w*"
)
_PLAIN_TAIL = re.compile(
    rf"^(?:[\s,]*(?:{_HARMLESS}))*[\s,]*(?:[.;()\f\v]|$|is guilty|commits|is (?:hereby )?(?:prohibited|unlawful)|"
    rf",\s*(?!(?:{_CONDITION_AFTER_COMMA})\b)\w|"
    r",\s*(?:and|or)\s+(?:of\s+|for\s+)?(?:\w+ly\s+)?(?!contain|includ|exceed|hav|bear)\w+ing\b)",
    re.I,
)
_QUALIFIED_BEFORE = re.compile(
    r"\b(?:certain|adulterated|contaminated|unregistered|noncompliant|misbranded|unapproved|flavored|some|such|unlicensed|concentrated|prepackaged)\b[^.;:]{0,40}$",
    re.I,
)
_ANOTHER_PRODUCT = re.compile(
    r"\b(?:contain(?:s|ing|ed)?|mixed|adulterated|infused|marketed|represented|labeled|that is|which is|with|near|who|about|regarding|concerning|means|unless|without|if|states?|label|(?<!any )amount)\b",
    re.I,
)
_PLAIN_PRODUCT = re.compile(
    r"(?:\b(?:any|a|an|the|other|all)\s+)?(?:food |dietary |consumer |food or )?(?:products?|substances?|items?|foods?|material, compound, mixture,? or preparation|preparations?)\s+(?:intended for human consumption\s+)?(?:that (?:is|are) |that )?"
    r"(?:contain(?:s|ing)|represented (?:as|to be)|marketed as(?: containing)?|labeled as|made (?:from|with)|derived from)\s*(?:any |a |an |being a )?$",
    re.I,
)
_NOTHING_BEFORE = re.compile(r"(?:^|,|\b(?:any|a|an|the|other|all|or|and|of|age|persons?|individuals?|minors?))\s*$", re.I)
_LIST_OF_OBJECTS = re.compile(r"[^.:;]{0,200}\b(?:following|listed)\b[^.:;]{0,200}:", re.I)
_ITEM_BEFORE = re.compile(rf"[:;,]\s*(?:and |or )?(?:{grammar.LIST_MARK}\s*)?$", re.I)
_LEGAL_AGE = re.compile(r"\b(?:legal|minimum|purchas\w+) age\b", re.I)
_QUALIFIED_OUT = re.compile(
    r"\bstudy\b|\breport to\b|\bdrug test|\btoxicolog|\bworkers' compensation|\bscreen for\b|\bdeemed approved\b", re.I
)
_DEALERS = re.compile(
    r"\b(?:retail|process|manufactur|distribut|seller|sell|sold|vendor|business|establishment|products?|person|individual|wholesal|website|"
    r"licensee|taxpayer|dealer|possess)",
    re.I,
)
_PARTICULAR_AGENT = re.compile(
    r"\b(?:inmate|prisoner|student|pupil|employee|probationer|parolee|patient|driver|officer|participant|tenant|recipient|resident of)s?\b[^.;]{0,40}$",
    re.I,
)
_UNDONE = re.compile(r"\b(?:repeal|remov|eliminat|lift|rescind)\w*\b[^.;]*$", re.I)
_COMPLIES = re.compile(r"\bcompl(?:y|ies)\b|\bimplement\b", re.I)
_HELD_BY_ANOTHER = re.compile(r"\b(?:mixed with|contain(?:s|ing)?|substances? such as|including)\b[^.;]*$", re.I)
_OBJECT_GAP, _DUTY_REACH = 420, 260
_NEXT_OBJECT = re.compile(
    r"^[\s,]*(?:products?|extracts?|leaf|leaves)?[\s,]*(?:or|and|and/or)?\s*(?:any|a|an|the|other|product(?:s)? containing|synthetic|artificial|(?:variants?|forms?|versions?|derivatives?|extracts?) of|\s)*$",
    re.I,
)
SALE_WORDS = re.compile(r"\b(?:sell|sale|sold|retail|distribut|purchase|vend|offer)", re.I)
_MAKER_WORDS = re.compile(r"\b(?:process(?:es|ing)?|manufactur(?:e|es|ing)|prepar(?:e|es|ing)|produc(?:e|es|ing|tion))\b", re.I)


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

    def __init__(self, text: str, named: Sequence[Mention], codebook: Codebook) -> None:
        self._text = text
        self._named = named
        self._starts = [m.start for m in named]
        self._codebook = codebook
        self._stem: tuple[int, str] | None = None

    def read(self, statement: Statement) -> Iterator[Rule]:
        """The rules of one statement; statements must come in reading order."""
        clauses = list(self._governed(statement))
        for clause in clauses:
            yield from self._forbidden(clause, statement)
        yield from self._passive(statement)
        yield from self._allowed(statement)
        yield from self._asked(statement)

    def _governed(self, statement: Statement) -> Iterator[_Governed]:
        text, seen = self._text, False
        for found in grammar.FORBIDS.finditer(text, statement.start, statement.end):
            if _UNDONE.search(text[max(statement.start, found.start() - 60) : found.start()]):
                continue
            after = grammar.AFTER_GOVERNOR.match(text, found.end(), statement.end)
            opens_list = re.match(r"[^.;]{0,200}?[:—]", text[found.end() : min(found.end() + 240, statement.end)])
            if after:
                yield _Governed(found.start(), after["verbs"], after.end("verbs"), found.group() + after["stem"])
            if opens_list:
                seen, self._stem = True, (found.start(), found.group() + opens_list.group())
                yield from self._items(found.end(), statement, skip=after.start("verbs") if after else -1)
        for found in grammar.A_PERSON_WHO.finditer(text, statement.start, statement.end):
            if grammar.IS_GUILTY.search(text, found.end(), statement.end):
                yield _Governed(found.start(), found["verbs"], found.end("verbs"), found.group())
        if not seen and self._stem:
            yield from self._later_item(statement)

    def _items(self, place: int, statement: Statement, skip: int) -> Iterator[_Governed]:
        assert self._stem is not None
        for item in grammar.LIST_ITEM.finditer(self._text, place, statement.end):
            if item.start("verbs") != skip:
                yield _Governed(item.start("verbs"), item["verbs"], item.end("verbs"), self._stem[1])

    def _later_item(self, statement: Statement) -> Iterator[_Governed]:
        """A sentence that goes on with the list that an earlier sentence opened."""
        assert self._stem is not None
        lead = re.match(rf"[\s\"]*{grammar.LIST_MARK}", self._text[statement.start : statement.start + 12])
        if (
            not lead
            or statement.start - self._stem[0] > 2500
            or grammar.FORBIDS.search(self._text, statement.start, statement.end)
        ):
            self._stem = self._stem if lead else None
            return
        item = re.compile(rf"[\s\"]*{grammar.LIST_MARK}\s*(?P<verbs>{grammar.VERBS})", re.I).match(
            self._text, statement.start, statement.end
        )
        if item:
            yield _Governed(item.start("verbs"), item["verbs"], item.end("verbs"), self._stem[1])

    def _objects(self, place: int, end: int) -> list[Mention]:
        """What the verbs that end at `place` act on: the first mention in reach and those joined to it, or items of a list."""
        listed = _LIST_OF_OBJECTS.match(self._text, place, end)
        if listed:
            items = self._named[bisect_left(self._starts, listed.end() - 1) : bisect_left(self._starts, end)]
            return [m for m in items if _ITEM_BEFORE.search(self._text[max(0, m.start - 12) : m.start])]
        objects: list[Mention] = []
        for mention in self._named[bisect_left(self._starts, place) :]:
            if mention.start >= min(end, place + _OBJECT_GAP):
                break
            if objects and not _NEXT_OBJECT.match(self._text[objects[-1].end : mention.start]):
                break
            if not objects and not self._in_reach(place, mention):
                return []
            objects.append(mention)
        return objects

    def _in_reach(self, place: int, mention: Mention) -> bool:
        gap = self._text[place : mention.start]
        if re.search(r"[;\f]", gap) or re.search(rf":(?!\s*{grammar.LIST_MARK})", gap):
            return False
        plain = _PLAIN_PRODUCT.search(gap)
        if plain and not _NOTHING_BEFORE.search(gap[: plain.start()]):
            return False
        if mention.origin and not plain and not re.match(r"\s*(?:(?:any|an) (?:amount|quantity) )?(?:of|in)\b", gap):
            return False
        return not _ANOTHER_PRODUCT.search(gap[: plain.start()] if plain else gap)

    def _forbidden(self, clause: _Governed, statement: Statement) -> Iterator[Rule]:
        objects = self._objects(clause.place, statement.end)
        if not objects or _PARTICULAR_AGENT.search(self._text[max(statement.start, clause.start - 80) : clause.start]):
            return
        end = self._item_end(objects[-1].end, statement.end)
        yield from self._rules(clause, objects, clause.start, end, statement)

    def _rules(self, clause: _Governed, objects: list[Mention], start: int, end: int, statement: Statement) -> Iterator[Rule]:
        words = self._text[start:end]
        age = minimum_age(words) or minimum_age(clause.stem)
        young = age is not None or is_about_the_young(words)
        narrow = all(mention.narrow for mention in objects)
        if young or narrow or not self._is_plain(clause, objects, end):
            limits = caps(self._text, start, statement.end, self._named, Consequence.UNLAWFUL_TO_SELL, self._codebook.product)
            parts = components(self._text[start : statement.end], limits)
            parts |= {Component.AGE} if young else set()
            parts |= {Component.FORM_LIMIT} if narrow else set()
            terms = _Terms(Effect.CONDITIONAL, age, frozenset(parts), limits)
        else:
            terms = _Terms(Effect.PROHIBITED)
        yield from _of_each(clause, objects, (start, end), terms, statement.role)

    def _is_plain(self, clause: _Governed, objects: list[Mention], end: int) -> bool:
        """Nothing limits what is forbidden: no quality of the object, no condition after it or before the list."""
        gap = self._text[clause.place : objects[0].start]
        if self._is_qualified(gap, objects) or re.search(r"\bunless\b|\bwithout\b|\bexcept\b", clause.stem + gap):
            return False
        if _LIST_OF_OBJECTS.match(self._text, clause.place, objects[0].start + 1):
            return all(_PLAIN_TAIL.match(self._text[mention.end : mention.end + 200]) for mention in objects)
        return bool(_PLAIN_TAIL.match(self._text[objects[-1].end : end]))

    def _is_qualified(self, gap: str, objects: list[Mention]) -> bool:
        qualified = _QUALIFIED_BEFORE.search(gap)
        if qualified and all(mention.substance == self._codebook.concentrate for mention in objects):
            return not qualified.group().lower().startswith("concentrated")
        return bool(qualified)

    def _item_end(self, place: int, end: int) -> int:
        stop = re.compile(r";|\f|\((?:[2-9]|b|ii)\)\s").search(self._text, place, end)
        return stop.start() if stop else end

    def _passive(self, statement: Statement) -> Iterator[Rule]:
        """`the sale of X is prohibited`, `X may not be sold`."""
        for found in grammar.FORBIDDEN.finditer(self._text, statement.start, statement.end):
            begin = max(statement.start, self._text.rfind(";", statement.start, found.start()) + 1, found.start() - 300)
            objects = [m for m in self._named if begin <= m.start < found.start() and not m.synthetic]
            if not objects:
                continue
            verbs = found["verbs"]
            if verbs is None:
                nouns = re.compile(rf"(?P<verbs>{grammar.VERBS})\s+(?:of|in)\s+(?:any |all |a |the )?$", re.I).search(
                    self._text[begin : objects[0].start]
                )
                verbs = nouns["verbs"] if nouns else None
            if verbs is None:
                continue
            end = self._item_end(found.end(), statement.end)
            clause = _Governed(begin, verbs, objects[0].start, self._text[objects[-1].end : found.start()])
            tail = self._text[objects[-1].end : found.start()] + self._text[found.end() : end]
            if _CONDITION.search(tail) or is_about_the_young(tail):
                yield from self._rules(clause, objects, begin, end, statement)
            elif _PLAIN_TAIL.match(self._text[objects[-1].end : found.end()]):
                yield from self._rules(clause, objects, begin, found.end(), statement)

    def _allowed(self, statement: Statement) -> Iterator[Rule]:
        for found in grammar.MAY_FREELY.finditer(self._text, statement.start, statement.end):
            objects = self._objects(found.end(), statement.end)
            for conduct in grammar.conducts_in(found["verbs"]) if objects else ():
                yield Rule(
                    objects[0].substance,
                    conduct,
                    Effect.PERMITTED,
                    found.start(),
                    statement.end,
                    objects[0].start,
                    statement.role,
                )

    def _asked(self, statement: Statement) -> Iterator[Rule]:
        """What a seller, a maker or a product must do or be."""
        for mention in self._named[bisect_left(self._starts, statement.start) : bisect_left(self._starts, statement.end)]:
            if mention.substance == self._codebook.product and self._is_subject_matter(statement.start, mention):
                yield from self._duty(mention, statement)

    def _duty(self, mention: Mention, statement: Statement) -> Iterator[Rule]:
        start, end = self._duty_span(mention, statement)
        words = self._text[start:end]
        if _QUALIFIED_OUT.search(words) or not _DEALERS.search(words) or not _asks(words, mention.start - start):
            return
        limits = caps(self._text, start, end, self._named, Consequence.UNLAWFUL_TO_SELL, self._codebook.product)
        age = minimum_age(words)
        parts = components(words, limits) | ({Component.AGE} if age is not None else set())
        if parts or _COMPLIES.search(words):
            conduct = _conduct_of_duty(words, parts)
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
        plain = _PLAIN_PRODUCT.search(before)
        return not _HELD_BY_ANOTHER.search(before[: plain.start()] if plain else before)


def _of_each(clause: _Governed, objects: Sequence[Mention], span: tuple[int, int], terms: _Terms, role: Role) -> Iterator[Rule]:
    """One rule for each substance and conduct that a clause names."""
    conducts = grammar.conducts_in(clause.verbs)
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


def _asks(words: str, place: int) -> bool:
    """A word that asks stands near `place`, and no office or paper is what it is asked of."""
    near = [
        must
        for must in grammar.MUST.finditer(words)
        if -_DUTY_REACH <= must.start() - place <= _DUTY_REACH and not grammar.OFFICIAL.search(words[: must.start()])
    ]
    return bool(near) or bool(_LEGAL_AGE.search(words))


def _conduct_of_duty(words: str, parts: set[Component]) -> Conduct:
    """What the duty is a condition of: making alone, possession alone, else sale."""
    sale = SALE_WORDS.search(words)
    if _MAKER_WORDS.search(words) and not sale and Component.REGISTRATION_OR_LICENCE in parts:
        return Conduct.MANUFACTURE
    if parts == {Component.AGE} and not sale and re.search(r"\bpossess", words, re.I):
        return Conduct.POSSESS
    return Conduct.SELL

"""Which substances a text puts into a schedule of controlled substances, or takes out of it.

Two signs count: a sentence that says so (`classifies … as a Schedule I controlled substance`), and an entry of a list that
the text shows to be new. A list that is only reprinted says nothing new, and is not read.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.contract.patterns import Match, Pattern
from tracker.codebook.model import Codebook
from tracker.coder.conditions import caps
from tracker.coder.grammar import matches
from tracker.coder.languages.signs import BREAK
from tracker.coder.languages.structure import ScheduleWords, Speech
from tracker.coder.mentions import Mention, Mentions
from tracker.coder.places import Places
from tracker.coder.regions import Role, Statement, covers, merged
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Consequence


@dataclass(frozen=True)
class Listing:
    """One substance put in (`removed`: taken out of) a schedule, or carved out of a listing; places are in the view."""

    substance: str
    schedule: str | None
    start: int
    end: int
    focus: int
    role: Role
    limits: tuple[Limit, ...] = ()
    removed: bool = False
    carved_out: bool = False


# Lengths in characters. They bound how far one clause may speak: without them a verb of one section would place names of the next.
_CLAUSE = 350
_LIST_WINDOW = 1600
_JOIN_LENGTH = 80
_CARVE_BEFORE, _CARVE_AFTER = 200, 1500


class ScheduleReader:
    """Reads listings from the statements of one view."""

    def __init__(self, text: str, named: Mentions, codebook: Codebook, kind: str, speech: Speech) -> None:
        self._text = text
        self._named = named
        self._codebook = codebook
        self._kind = kind
        self._speech = speech
        self._grammar = speech.grammar
        self._words = speech.schedules
        self._places = Places(text)
        self._carved = _excluded_spans(text, speech.schedules)
        self._left_out = merged(self._carved)

    def read(self, statements: Sequence[Statement]) -> list[Listing]:
        """All listings: entries first, then what sentences say beside them, then carve-outs."""
        naming = [s for s in statements if self._named.any_within(s.start, s.end)]
        listed = [listing for statement in naming for listing in self._said(statement)]
        new = self._says_new(statements, listed)
        entries = [listing for statement in naming for listing in self._entries(statement, new, listed)]
        listings = entries + [listing for listing in listed if self._adds(listing, entries)]
        return listings + self._carve_outs(statements, [listing for listing in entries if not listing.removed])

    def exempted(self, statements: Sequence[Statement]) -> list[Listing]:
        """What an order of exemption frees: all that its operative statements name."""
        return [
            Listing(mention.substance, None, statement.start, statement.end, mention.start, statement.role, carved_out=True)
            for statement in statements
            if statement.role is Role.OPERATIVE
            for mention in self._named.within(statement.start, statement.end)
        ]

    def _adds(self, listing: Listing, entries: Sequence[Listing]) -> bool:
        """A sentence yields to the list it speaks of where it only names the product at large."""
        return not entries or listing.removed or listing.substance != self._codebook.product

    def _said(self, statement: Statement) -> Iterator[Listing]:
        text = self._text
        verbs = sorted(
            [(m, False) for m in self._words.PLACING.finditer(text, statement.start, statement.end)]
            + [(m, True) for m in self._words.REMOVING.finditer(text, statement.start, statement.end)],
            key=lambda pair: pair[0].start(),
        )
        for number, (verb, removed) in enumerate(verbs):
            # A clause ends where the next verb begins: what is taken out of one schedule is often put into another.
            stop = verbs[number + 1][0].start() if number + 1 < len(verbs) else statement.end
            end = min(stop, verb.end() + _CLAUSE, _semicolon(text, verb.end(), statement.end))
            yield from self._clause(verb, end, removed, statement)
        yield from self._placed(statement)

    def _clause(self, verb: Match, end: int, removed: bool, statement: Statement) -> Iterator[Listing]:
        text = self._text
        control = self._words.CONTROL.search(text, verb.end(), end)
        own_verb = bool(self._words.TO_SCHEDULE.match(verb.group()))
        if control is None and not (own_verb and statement.role is not Role.OPERATIVE):
            return
        if control is None:
            # A title may say "scheduling X" and name no schedule; then only what follows at once is meant.
            end = min(end, verb.end() + 60)
        if statement.role is Role.OPERATIVE and not (control and self._words.INTO.search(text[verb.end() : control.start()])):
            return
        # `If X is placed in Schedule I …` supposes a listing and makes none.
        if statement.role is Role.OPERATIVE and self._words.SUPPOSED.search(
            text[max(statement.start, verb.start() - 160) : verb.start()]
        ):
            return
        number = _number(control) if control else None
        limits = self._limits(verb.end(), end)
        for mention in self._named.within(verb.end(), end):
            if not self._stands_for_itself(mention) or (control and not self._is_placed_by(mention, control)):
                continue
            yield Listing(
                self._meant(mention),
                number or self._schedule_of_text(),
                verb.start(),
                end,
                mention.start,
                statement.role,
                limits,
                removed,
            )

    def _limits(self, start: int, end: int) -> tuple[Limit, ...]:
        return caps(self._places, start, end, self._named, Consequence.SCHEDULED, self._codebook.product, self._speech)

    def _is_placed_by(self, mention: Mention, control: Match) -> bool:
        """The name stands before the schedule, or follows it with nothing new between."""
        if mention.start < control.start():
            return True
        return not self._words.SOMETHING_NEW.search(self._text[control.end() : mention.start])

    def _meant(self, mention: Mention) -> str:
        """The class, where only derivatives of what is named are meant."""
        return self._codebook.derived if self._words.DERIVATIVES.match(self._text, mention.end) else mention.substance

    def _stands_for_itself(self, mention: Mention) -> bool:
        if (
            (mention.synthetic and mention.substance != self._codebook.concentrate)
            or mention.narrow
            or self._is_carved(mention.start)
            or self._words.OTHER_MATTER.match(self._text, mention.end)
        ):
            return False
        before = self._text[max(0, mention.start - 40) : mention.start]
        if self._words.KNOWN_AS.search(before):
            return False
        return not mention.origin or bool(self._words.PLACEMENT_OF.search(before))

    def _placed(self, statement: Statement) -> Iterator[Listing]:
        """`X is hereby placed in Schedule I`; in a title also `X; add to Schedule I` and `X as a Schedule I substance`."""
        pattern = self._words.PLACED if statement.role is Role.OPERATIVE else self._words.PLACED_IN_TITLE
        for mention in self._named.within(statement.start, statement.end):
            placed = pattern.match(self._text[mention.end : mention.end + 200])
            removed = self._words.REMOVED.match(self._text[mention.end : mention.end + 200])
            control = (
                self._words.SCHEDULE.search(self._text, mention.end, min(statement.end, mention.end + 240))
                if placed or removed
                else None
            )
            if (
                control
                and self._stands_for_itself(mention)
                and not self._words.NOT.search(self._text[mention.end : control.start()])
            ):
                yield Listing(
                    self._meant(mention),
                    _number(control),
                    mention.start,
                    control.end(),
                    mention.start,
                    statement.role,
                    removed=bool(removed),
                )

    def _says_new(self, statements: Sequence[Statement], listings: Sequence[Listing]) -> bool:
        """The text says somewhere that it puts the subject, or substances, into a schedule."""
        if self._kind in ("statute", "codified_list", "final_rule", "emergency_rule", "order", "proposed_rule"):
            return True
        # A bill prints the old list beside the new: its entries count only where the text says that it adds something.
        if any(not listing.removed for listing in listings):
            return True
        titles = [self._text[s.start : s.end] for s in statements if s.role is not Role.OPERATIVE]
        if any(self._words.ADDS_SUBSTANCES.search(title) for title in titles):
            return True
        return any(
            self._words.CONTROL.search(self._text, mention.end, mention.end + 120)
            for statement in statements
            if statement.role is Role.TITLE
            for mention in self._named.within(statement.start, statement.end)
            if not mention.origin
        )

    def _entries(self, statement: Statement, new: bool, listings: Sequence[Listing]) -> Iterator[Listing]:
        if statement.role is not Role.OPERATIVE or (
            self._grammar.FORBIDS.search(self._text, statement.start, statement.end)
            and not self._words.NEW_ENTRY.search(self._text, statement.start, statement.end)
        ):
            return
        accepted_end: int | None = None
        for mention in self._named.within(statement.start, statement.end):
            substance = self._entry(mention, accepted_end, statement)
            if substance is None or self._is_carved(mention.start):
                continue
            if not (new or self._is_added(mention) or self._is_in_capitals(mention)) or not self._is_schedule(mention, listings):
                continue
            accepted_end = mention.end
            end = min(statement.end, _semicolon(self._text, mention.end, statement.end), mention.end + 600)
            limits = self._limits(mention.end, end)
            number = _only(listings) or self._schedule_near(mention.start) or self._schedule_of_text()
            yield Listing(substance, number, max(statement.start, mention.start - 40), end, mention.start, statement.role, limits)

    def _entry(self, mention: Mention, accepted_end: int | None, statement: Statement) -> str | None:
        """The substance that an entry lists, None where the mention heads no entry."""
        before = self._text[max(statement.start, mention.start - 500) : mention.start]
        if (
            self._words.ANY_QUANTITY.search(before[-60:])
            and not mention.synthetic
            and not self._words.SYNTHETIC_CLASS.search(before)
        ):
            return self._meant(mention)
        # `Derived from X` and `synthetic X` name another substance, unless the entry is the class of these.
        if mention.origin or mention.synthetic:
            is_class = mention.substance in (
                self._codebook.product,
                self._codebook.derived,
            ) and self._words.SYNTHETIC_CLASS.search(before)
            return self._codebook.derived if is_class else None
        if mention.narrow or self._words.OTHER_NOUN.match(self._text, mention.end):
            return None
        numbered = self._words.NUMBERED.search(self._text[max(0, mention.start - 8) : mention.start])
        heads = (self._words.ENTRY_MARK.search(before[-12:]) and self._words.ENTRY_HEAD.search(before[-30:])) or numbered
        if not self._words.ENTRY_TAIL.match(self._text[mention.end : mention.end + 20]):
            return None
        if heads or (accepted_end is not None and self._words.INCLUDING.search(before[-60:])):
            return self._meant(mention)
        if accepted_end is None or mention.start - accepted_end > _JOIN_LENGTH:
            return None
        return self._meant(mention) if self._words.JOINED.match(self._text[accepted_end : mention.start]) else None

    def _is_added(self, mention: Mention) -> bool:
        return self._places.last(self._words.NEW_ENTRY, self._since(mention.start, 1200), mention.start) is not None

    def _since(self, place: int, reach: int) -> int:
        """Where the part of the text begins that may speak of a place: `reach` characters before, in the same window."""
        first = max(0, place - reach)
        return max(first, self._text.rfind(BREAK, first, place) + 1)

    def _is_in_capitals(self, mention: Mention) -> bool:
        """The way in which some legislatures print what is new."""
        name, around = self._text[mention.start : mention.end], self._text[max(0, mention.start - 300) : mention.end + 300]
        return name.isupper() and sum(map(str.islower, around)) > sum(map(str.isupper, around))

    def _is_schedule(self, mention: Mention, listings: Sequence[Listing]) -> bool:
        start, last = self._since(mention.start, _LIST_WINDOW), mention.end + _LIST_WINDOW
        stop = self._text.find(BREAK, mention.end, last)
        if self._places.last(self._words.LIST_HEADING, start, mention.start) or self._names_drugs(
            (start, mention.start), (mention.end, stop if stop >= 0 else last)
        ):
            return True
        return self._is_added(mention) and bool(listings or self._first(self._words.CONTROL))

    def _names_drugs(self, *spans: tuple[int, int]) -> bool:
        """Two drugs are named, or more: what stands between them is a list of drugs."""
        names = (match.group().lower() for span in spans for match in self._places.within(self._words.DRUG_NAMES, *span))
        one = next(names, None)
        return any(name != one for name in names)

    def _first(self, words: Pattern) -> Match | None:
        return self._places.first(words, 0, len(self._text))

    def _schedule_near(self, place: int) -> str | None:
        """The schedule named last before a place in the same window of text."""
        start = self._since(place, 20_000)  # the heading of a schedule may stand pages before the entry
        for words in (self._words.CONSISTS, self._words.LIST_HEADING, self._words.SCHEDULE):
            last = self._places.last(words, start, place)
            if last:
                return _number(self._words.SCHEDULE.search(last.group()))
        return None

    def _schedule_of_text(self) -> str | None:
        return _number(self._first(self._words.SCHEDULE))

    def _is_carved(self, place: int) -> bool:
        return covers(self._left_out, place)

    def _carve_outs(self, statements: Sequence[Statement], entries: Sequence[Listing]) -> list[Listing]:
        """What the listings of a text leave out, said near an entry: each substance where that is said first."""
        by_substance: dict[str, Listing] = {}
        starts = [statement.start for statement in statements]
        entered = [entry.start for entry in entries]
        for start, end in self._carved:
            near = bisect_right(entered, start + _CARVE_BEFORE) - 1
            if near < 0 or start > entries[near].end + _CARVE_AFTER:
                continue
            statement = statements[max(0, bisect_right(starts, start) - 1)]
            if statement.role is not Role.OPERATIVE or not statement.start <= start < statement.end:
                continue
            for mention in self._named.within(start, end):
                last = min(end, mention.end + 160)
                listing = Listing(mention.substance, None, start, last, mention.start, statement.role, carved_out=True)
                by_substance.setdefault(mention.substance, listing)
        return list(by_substance.values())


def _only(listings: Sequence[Listing]) -> str | None:
    """The one schedule that the sentences of the text name, None where they name several or none."""
    numbers = {listing.schedule for listing in listings if listing.schedule}
    return numbers.pop() if len(numbers) == 1 else None


def _semicolon(text: str, start: int, end: int) -> int:
    at = text.find(";", start, end)
    return at if at >= 0 else end


def _number(match: Match | None) -> str | None:
    if match is None:
        return None
    groups = match.groupdict()
    if groups.get("number"):
        arabic = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}
        return arabic.get(groups["number"], groups["number"].upper())
    return groups["group"].title() if groups.get("group") else None


def _excluded_spans(text: str, words: ScheduleWords) -> list[tuple[int, int]]:
    spans = [m.span() for m in matches(words.EXCLUDED_TO_COMMA, text)]
    for match in words.EXCLUDED_TO_END.finditer(text):
        listed = match["list"] or match["more"]
        last = min(len(text), match.end() + 1500)
        stop = (words.END_OF_LIST if listed else words.END_OF_CLAUSE).search(text, match.end(), last)
        spans.append((match.start(), stop.start() if stop else last))
    return spans

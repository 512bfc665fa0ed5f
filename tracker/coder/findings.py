"""What a text does to the subject: the entries of known lists, else its clauses, each with the quote that says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.codebook.model import Codebook
from tracker.coder import languages
from tracker.coder.languages.structure import PaperWords, Speech
from tracker.coder.lists import list_proposals
from tracker.coder.mentions import Mentions, mentions
from tracker.coder.merging import above_the_caps, merge_rules
from tracker.coder.regions import Role, Sections, Statement, statements, title_is_stale
from tracker.coder.rules import Rule, RuleReader
from tracker.coder.schedules import Listing, ScheduleReader
from tracker.coder.summaries import summary_rules
from tracker.coder.view import View
from tracker.domain.proposals import Proposal
from tracker.domain.vocabulary import Basis, Conduct, Effect, Stage

_WITHOUT_ENACTING_CLAUSE = frozenset({"bill", "status_page", "other", "notice", "gazette_item"})
_SCHEDULE_CONDUCTS = (Conduct.SELL, Conduct.POSSESS, Conduct.MANUFACTURE)
_PRESCRIPTION_SCHEDULES = frozenset({"II", "III", "IV", "V", "VI"})
HEAD = 4000
"""How much of a text tells what sort of paper it is."""

_TITLE = 400
_LIST_REACH = 3000
"""How far a list may run on from the statement that opens it."""


@dataclass(frozen=True)
class Findings:
    """What the clauses of a text do, before its dates are put to them."""

    reason: str
    provisions: tuple[Proposal, ...] = ()
    implied: tuple[Proposal, ...] = ()
    carve_outs: tuple[Proposal, ...] = ()


def read_findings(
    view: View, jurisdiction: str, kind: str, language: str | None, stage: Stage | None, codebook: Codebook
) -> Findings:
    """The entries of known lists, else what the clauses say where the coder can read the language."""
    # A known list comes first: its entries decide by themselves, in whatever language the rest of the text is.
    listed = list_proposals(view.original, jurisdiction, language, codebook)
    if listed:
        return Findings("names the substance in a known list", tuple(listed))
    speech = languages.speech(language)
    named = mentions(view.text, codebook, language, speech)
    if not named:
        return Findings("the text does not name the subject")
    if speech is None:
        return Findings("only known lists are read in this language")
    silence = _silence(view.text, kind, stage, speech.papers)
    return Findings(silence) if silence else _read_clauses(view, kind, named, codebook, speech)


def _read_clauses(view: View, kind: str, named: Mentions, codebook: Codebook, speech: Speech) -> Findings:
    parts = statements(view.text, speech.parts, whole_is_summary=kind in _WITHOUT_ENACTING_CLAUSE)
    # A bill whose whole text was struck and replaced keeps a title about something else.
    if title_is_stale(view.text, speech.parts):
        parts = [part for part in parts if part.role is not Role.TITLE]
    reader = ScheduleReader(view.text, named, codebook, kind, speech)
    if speech.papers.EXEMPTION.search(view.text[:_TITLE]):
        exempted = [_carved(view, listing) for listing in _distinct(reader.exempted(parts))]
        return Findings("an order of exemption", carve_outs=_unique(exempted))
    listings = reader.read(parts)
    rules = merge_rules(_rules(view, named, codebook, parts, speech), listings, view.text, speech.papers)
    sections = Sections(view.text, speech.parts)
    proposals = [p for listing in _distinct(listings) if not listing.carved_out for p in _listed(view, listing, sections)]
    proposals += [_ruled(view, rule, sections) for rule in rules]
    return Findings(
        "read from clauses of the text" if proposals else "no clause of the text acts on the subject",
        _unique(proposals),
        tuple(_ruled(view, rule, sections) for rule in above_the_caps(rules, listings, codebook)),
        _unique([_carved(view, listing) for listing in _distinct(listings) if listing.carved_out]),
    )


def _distinct(listings: Sequence[Listing]) -> list[Listing]:
    """The first of those that would make the same proposal: a long list may name a substance on every line."""
    by_key: dict[tuple[object, ...], Listing] = {}
    for listing in listings:
        key = listing.substance, listing.schedule, listing.removed, listing.carved_out, bool(listing.limits)
        by_key.setdefault(key, listing)
    return list(by_key.values())


def _rules(view: View, named: Mentions, codebook: Codebook, parts: Iterable[Statement], speech: Speech) -> list[Rule]:
    reader = RuleReader(view.text, named, codebook, speech)
    # A sentence may govern a list that begins after its end, so that it need not name the subject itself.
    near = [part for part in parts if named.any_within(part.start, part.end + _LIST_REACH)]
    rules: list[Rule] = []
    for part in near:
        rules += reader.read(part)
        rules += summary_rules(view.text, named, codebook.product, part, speech)
    # A measure that orders a study tells in its title and preamble of rules that it does not make.
    if speech.papers.STUDY.search(view.text[:HEAD]):
        return [rule for rule in rules if rule.role is Role.OPERATIVE]
    return rules


def _silence(text: str, kind: str, stage: Stage | None, words: PaperWords) -> str | None:
    """Why nothing is to be read from a text that names the subject, None where something may be."""
    head = text[:HEAD]
    if kind == "court_decision" or (kind == "other" and words.COURT.search(head)):
        return "an opinion of a court"
    if stage is Stage.RULE_WITHDRAWN:
        return "a withdrawal leaves the law as it is"
    return next((reason for reason, pattern in words.SILENT_MEASURES if pattern.search(head)), None)


def _listed(view: View, listing: Listing, sections: Sections) -> list[Proposal]:
    start, end = view.quote(listing.start, listing.end, listing.focus)
    quote = view.original[start:end]
    pinpoint = sections.at(listing.focus)
    basis = Basis.CONTROLLED_SUBSTANCE_SCHEDULE
    if listing.removed:
        return [
            Proposal(
                listing.substance,
                Conduct.POSSESS,
                Effect.PERMITTED,
                basis,
                quote,
                start,
                end,
                listing.schedule,
                pinpoint=pinpoint,
                note="taken out of a schedule",
            )
        ]
    effect = Effect.PRESCRIPTION if listing.schedule in _PRESCRIPTION_SCHEDULES else Effect.PROHIBITED
    return [
        Proposal(
            listing.substance,
            conduct,
            effect,
            basis,
            quote,
            start,
            end,
            listing.schedule,
            limits=listing.limits,
            pinpoint=pinpoint,
        )
        for conduct in _SCHEDULE_CONDUCTS
        if effect is Effect.PROHIBITED or conduct is Conduct.POSSESS
    ]


def _carved(view: View, listing: Listing) -> Proposal:
    start, end = view.quote(listing.start, listing.end, listing.focus)
    return Proposal(
        listing.substance,
        Conduct.POSSESS,
        Effect.EXCLUDED,
        Basis.CONTROLLED_SUBSTANCE_SCHEDULE,
        view.original[start:end],
        start,
        end,
    )


def _ruled(view: View, rule: Rule, sections: Sections) -> Proposal:
    start, end = view.quote(rule.start, rule.end, rule.focus)
    note = f"the clause also names: {', '.join(sorted(rule.others))}" if rule.others else None
    return Proposal(
        rule.substance,
        rule.conduct,
        rule.effect,
        _basis(rule),
        view.original[start:end],
        start,
        end,
        min_age=rule.min_age,
        limits=rule.limits,
        components=tuple(sorted(rule.components)),
        pinpoint=sections.at(rule.focus) if rule.role is Role.OPERATIVE else None,
        note=note,
    )


def _basis(rule: Rule) -> Basis:
    if rule.effect is Effect.PROHIBITED and not rule.limits:
        return Basis.SALE_BAN if rule.conduct is Conduct.SELL and Conduct.POSSESS not in rule.others else Basis.OTHER
    if rule.effect is Effect.PERMITTED:
        return Basis.OTHER
    only = {component.value for component in rule.components}
    if only == {"age"}:
        return Basis.AGE_LIMIT
    return Basis.OTHER if only == {"tax"} else Basis.CONSUMER_PROTECTION


def _unique(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """One proposal for each substance, conduct and effect: the first, with the limits of all."""
    by_key: dict[tuple[str, Conduct, Effect], Proposal] = {}
    for proposal in proposals:
        key = proposal.substance, proposal.conduct, proposal.effect
        first = by_key.get(key)
        if first is None:
            by_key[key] = proposal
        elif proposal.limits and not first.limits:
            by_key[key] = replace(
                first,
                limits=proposal.limits,
                quote=proposal.quote,
                quote_start=proposal.quote_start,
                quote_end=proposal.quote_end,
            )
    return tuple(by_key.values())

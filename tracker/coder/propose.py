"""Reads one official text and proposes what it does: the coder's one entry.

Pure: no clock, no network, no database. Precision before recall, since a person looks at every proposal. A text that only
mentions, studies, reprints or recodifies the subject gives none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.codebook.model import Codebook
from tracker.coder import stages
from tracker.coder.dates import Effective, read_effective
from tracker.coder.identity import read_identity
from tracker.coder.lists import list_proposals
from tracker.coder.mentions import Mention, mentions
from tracker.coder.merging import above_the_caps, merge_rules
from tracker.coder.reading import Direction, MeasureReading, Reading
from tracker.coder.regions import Role, Statement, section_at, statements, title_is_stale
from tracker.coder.rules import Rule, RuleReader
from tracker.coder.schedules import Listing, ScheduleReader
from tracker.coder.summaries import summary_rules
from tracker.coder.view import View
from tracker.domain.proposals import Proposal
from tracker.domain.vocabulary import Basis, Conduct, DocumentKind, Effect, Stage
from tracker.errors import Refused

KINDS = frozenset({kind.value for kind in DocumentKind} | {"ordinance"})


class UnknownKind(Refused):
    """A kind of document that the coder does not know; the message names it and the known ones."""


_WITHOUT_ENACTING_CLAUSE = frozenset({"bill", "status_page", "other", "notice", "gazette_item"})
_IN_FORCE_STAGES = frozenset({Stage.ENACTED, Stage.FINAL_RULE, Stage.EMERGENCY_RULE, Stage.TEMPORARY_ORDER})
_SCHEDULE_CONDUCTS = (Conduct.SELL, Conduct.POSSESS, Conduct.MANUFACTURE)
_PRESCRIPTION_SCHEDULES = frozenset({"II", "III", "IV", "V", "VI"})

_COURT = re.compile(r"\bv\.\s.{0,400}\b(?:court|opinion|ohio|supreme)\b|\{¶", re.I | re.S)
_SILENT_MEASURES = (
    (
        "a resolution states an opinion",
        re.compile(r"\bstatement of intent or position\b|\b(?:joint|concurrent|house|senate) resolution\b(?! no)", re.I),
    ),
    (
        "a technical recodification",
        re.compile(r"\btechnically reorganiz|\brecodification\b|\bnonsubstantive (?:revision|codification)", re.I),
    ),
)
_STUDY = re.compile(
    r"\b(?:management|interim|legislative|feasibility) study\b|\bstudy (?:relating|on|of|committee)\b|\bconduct an? (?:analysis|study)\b|\btask force\b",
    re.I,
)
_IN_EFFECT_NOW = re.compile(r"\bcurrently in effect\b", re.I)
_EXEMPTION = re.compile(r"\(exemption\)|\bexemption order\b", re.I)
_HEAD, _TITLE = 4000, 400
_LIST_REACH = 3000
"""How far a list may run on from the statement that opens it."""


def propose(
    text: str,
    codebook: Codebook,
    *,
    jurisdiction: str,
    kind: str,
    language: str | None = None,
    today: date | None = None,
) -> Reading:
    """The reading of one document.

    `kind` is a `DocumentKind` value or `ordinance` (UnknownKind otherwise). `today` decides only `sets_status_now`;
    without it that is False.
    """
    if kind not in KINDS:
        raise UnknownKind(f"{kind!r} is no kind of document; known: {', '.join(sorted(KINDS))}")
    view = View(text, by_lines=bool(stages.actions_of(text)))
    stage = stages.read_stage(text, view.text, kind)
    findings = _findings(view, jurisdiction, kind, language, stage, codebook)
    effective = _effective(view, findings.provisions)
    identifier, session = read_identity(text)
    measure = MeasureReading(
        identifier,
        session,
        stage,
        _direction(view.text, findings.provisions),
        stages.enacted_on(text, view.text),
        effective.on,
        effective.note,
        effective.until,
    )
    now, why = _sets_status_now(view.text, kind, measure, findings, today)
    return Reading(
        measure,
        _dated(findings.provisions, effective),
        _dated(findings.implied, effective),
        _dated(findings.carve_outs, effective),
        now,
        (findings.reason, why),
    )


@dataclass(frozen=True)
class _Findings:
    """What the clauses of a text do, before its dates are put to them."""

    reason: str
    provisions: tuple[Proposal, ...] = ()
    implied: tuple[Proposal, ...] = ()
    carve_outs: tuple[Proposal, ...] = ()


def _findings(
    view: View, jurisdiction: str, kind: str, language: str | None, stage: Stage | None, codebook: Codebook
) -> _Findings:
    listed = list_proposals(view.original, jurisdiction, language, codebook)
    if listed:
        return _Findings("names the substance in a known list", tuple(listed))
    named = mentions(view.text, codebook, language)
    silence = _silence(view.text, kind, stage, named, language)
    return _Findings(silence) if silence else _read_english(view, kind, named, codebook)


def _read_english(view: View, kind: str, named: Sequence[Mention], codebook: Codebook) -> _Findings:
    parts = statements(view.text, whole_is_summary=kind in _WITHOUT_ENACTING_CLAUSE)
    if title_is_stale(view.text):
        parts = [part for part in parts if part.role is not Role.TITLE]
    reader = ScheduleReader(view.text, named, codebook, kind)
    if _EXEMPTION.search(view.text[:_TITLE]):
        exempted = [_carved(view, listing) for listing in reader.exempted(parts)]
        return _Findings("an order of exemption", carve_outs=_unique(exempted))
    listings = reader.read(parts)
    rules = merge_rules(_rules(view, named, codebook, parts), listings, view.text)
    proposals = [p for listing in listings if not listing.carved_out for p in _listed(view, listing)]
    proposals += [_ruled(view, rule) for rule in rules]
    return _Findings(
        "read from clauses of the text" if proposals else "no clause of the text acts on the subject",
        _unique(proposals),
        tuple(_ruled(view, rule) for rule in above_the_caps(rules, listings, codebook)),
        _unique([_carved(view, listing) for listing in listings if listing.carved_out]),
    )


def _rules(view: View, named: Sequence[Mention], codebook: Codebook, parts: Iterable[Statement]) -> list[Rule]:
    reader = RuleReader(view.text, named, codebook)
    near = [part for part in parts if any(part.start <= mention.start < part.end + _LIST_REACH for mention in named)]
    rules = [rule for part in near for rule in (*reader.read(part), *summary_rules(view.text, named, codebook.product, part))]
    if _STUDY.search(view.text[:_HEAD]):
        return [rule for rule in rules if rule.role is Role.OPERATIVE]
    return rules


def _silence(text: str, kind: str, stage: Stage | None, named: Sequence[Mention], language: str | None) -> str | None:
    """Why nothing is to be read from this text, None where something may be."""
    if not named:
        return "the text does not name the subject"
    if language is not None and re.split(r"[-_]", language.lower())[0] != "en":
        return "only known lists are read in this language"
    if kind == "court_decision" or (kind == "other" and _COURT.search(text[:_HEAD])):
        return "an opinion of a court"
    if stage is Stage.RULE_WITHDRAWN:
        return "a withdrawal leaves the law as it is"
    head = text[:_HEAD]
    return next((reason for reason, words in _SILENT_MEASURES if words.search(head)), None)


def _listed(view: View, listing: Listing) -> list[Proposal]:
    start, end = view.quote(listing.start, listing.end, listing.focus)
    quote = view.original[start:end]
    pinpoint = section_at(view.text, listing.focus)
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


def _ruled(view: View, rule: Rule) -> Proposal:
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
        pinpoint=section_at(view.text, rule.focus) if rule.role is Role.OPERATIVE else None,
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
    found: dict[tuple[str, Conduct, Effect], Proposal] = {}
    for proposal in proposals:
        key = proposal.substance, proposal.conduct, proposal.effect
        first = found.get(key)
        if first is None:
            found[key] = proposal
        elif proposal.limits and not first.limits:
            found[key] = replace(
                first,
                limits=proposal.limits,
                quote=proposal.quote,
                quote_start=proposal.quote_start,
                quote_end=proposal.quote_end,
            )
    return tuple(found.values())


def _effective(view: View, proposals: Sequence[Proposal]) -> Effective:
    sections = [p.pinpoint for p in proposals if p.pinpoint and p.pinpoint.isdigit()]
    return read_effective(view.text, int(sections[0]) if sections else None)


def _dated(proposals: Sequence[Proposal], effective: Effective) -> tuple[Proposal, ...]:
    return tuple(replace(proposal, valid_from=effective.on, valid_to=effective.until) for proposal in proposals)


def _direction(text: str, proposals: Sequence[Proposal]) -> Direction | None:
    effects = {proposal.effect for proposal in proposals}
    if not effects:
        return "study" if _STUDY.search(text[:_HEAD]) else None
    if effects & {Effect.PROHIBITED, Effect.PRESCRIPTION}:
        return "ban"
    if Effect.CONDITIONAL in effects:
        return "age" if all(p.basis is Basis.AGE_LIMIT for p in proposals) else "regulate"
    return "repeal_ban"


def _sets_status_now(text: str, kind: str, measure: MeasureReading, findings: _Findings, today: date | None) -> tuple[bool, str]:
    if not (findings.provisions or findings.carve_outs):
        return False, "nothing is proposed"
    if today is None:
        return False, "no day was given to judge by"
    if measure.stage not in _IN_FORCE_STAGES:
        return False, f"stage {measure.stage or 'unknown'} is not law"
    if measure.effective_on and measure.effective_on > today:
        return False, f"takes effect on {measure.effective_on}"
    if measure.expires_on and measure.expires_on <= today:
        return False, f"expired on {measure.expires_on}"
    if measure.effective_on:
        return True, f"in effect since {measure.effective_on}"
    if kind == "final_rule" and measure.enacted_on and measure.enacted_on <= today and not measure.effective_note:
        return True, f"made on {measure.enacted_on}, and no later start is stated"
    if kind in ("statute", "codified_list") or _IN_EFFECT_NOW.search(text):
        return True, "the text is law as it stands"
    return False, "no day of effect is stated"

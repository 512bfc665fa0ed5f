"""Reads one official text and proposes what it does: the coder's one entry.

Pure: no clock, no network, no database. Precision before recall, since a person looks at every proposal. A text that only
mentions, studies, reprints or recodifies the subject gives none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crawler.contract.patterns import pattern
from tracker.codebook.model import Codebook
from tracker.coder import languages, stages
from tracker.coder.dates import Effective, read_effective
from tracker.coder.findings import HEAD, Findings, read_findings
from tracker.coder.identity import read_identity
from tracker.coder.languages.days import Order, order_in
from tracker.coder.languages.structure import PaperWords
from tracker.coder.reading import Direction, MeasureReading, Reading
from tracker.coder.view import View
from tracker.domain.proposals import Proposal
from tracker.domain.vocabulary import Basis, DocumentKind, Effect, Stage
from tracker.errors import Refused

_SECTION = pattern("[0-9]{1,6}")  # not `isdigit`, which a superscript is too
KINDS = frozenset({kind.value for kind in DocumentKind} | {"ordinance"})
_IN_FORCE_STAGES = frozenset({Stage.ENACTED, Stage.FINAL_RULE, Stage.EMERGENCY_RULE, Stage.TEMPORARY_ORDER})


class UnknownKind(Refused):
    """A kind of document that the coder does not know; the message names it and the known ones."""


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
        raise UnknownKind(f"{kind!r} is not a kind of document; known: {', '.join(sorted(KINDS))}")
    speech = languages.speech(language) or languages.DEFAULT
    view = View(text, speech.marks, by_lines=bool(stages.actions_of(text)))
    stage = stages.read_stage(text, view.text, kind, speech.stages)
    findings = read_findings(view, jurisdiction, kind, language, stage, codebook)
    order = order_in(jurisdiction)
    effective = _effective(view, findings.provisions, order)
    identifier, session = read_identity(text, speech.identity)
    measure = MeasureReading(
        identifier,
        session,
        stage,
        _direction(view.text, findings.provisions, speech.papers),
        stages.enacted_on(text, view.text, speech.stages, order),
        effective.on,
        effective.note,
        effective.until,
    )
    now, why = _sets_status_now(view.text, kind, measure, findings, today, speech.papers)
    return Reading(
        measure,
        _dated(findings.provisions, effective),
        _dated(findings.implied, effective),
        _dated(findings.carve_outs, effective),
        now,
        (findings.reason, why),
    )


def _effective(view: View, proposals: Sequence[Proposal], order: Order) -> Effective:
    sections = [int(p.pinpoint) for p in proposals if p.pinpoint and _SECTION.fullmatch(p.pinpoint)]
    return read_effective(view.text, languages.dates(), sections[0] if sections else None, order)


def _dated(proposals: Sequence[Proposal], effective: Effective) -> tuple[Proposal, ...]:
    return tuple(replace(proposal, valid_from=effective.on, valid_to=effective.until) for proposal in proposals)


def _direction(text: str, proposals: Sequence[Proposal], words: PaperWords) -> Direction | None:
    effects = {proposal.effect for proposal in proposals}
    if not effects:
        return "study" if words.STUDY.search(text[:HEAD]) else None
    if effects & {Effect.PROHIBITED, Effect.PRESCRIPTION}:
        return "ban"
    if Effect.CONDITIONAL in effects:
        return "age" if all(p.basis is Basis.AGE_LIMIT for p in proposals) else "regulate"
    return "repeal_ban"


def _sets_status_now(
    text: str, kind: str, measure: MeasureReading, findings: Findings, today: date | None, words: PaperWords
) -> tuple[bool, str]:
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
    if kind in ("statute", "codified_list") or words.IN_EFFECT_NOW.search(text):
        return True, "the text is law as it stands"
    return False, "no day of effect is stated"

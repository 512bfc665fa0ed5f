"""The one decisive rule of the design: an entry naming the substance in a codified list of a declared official host.

Such an entry says "in force on the text's own date". It may verify or extend a period; it opens one only where the dated
instrument that amended the list is captured too; it never closes one, so an absent entry says nothing at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crawler.contract.patterns import pattern
from crawler.parsing.matching import find
from tracker.codebook.model import Codebook, KnownList
from tracker.coder import languages
from tracker.coder.dates import read_effective
from tracker.coder.languages.structure import MarkWords
from tracker.coder.mentions import Mentions, mentions
from tracker.coder.view import View
from tracker.domain.proposals import Proposal

_GLOSS = pattern(r"\s*\([^()]{1,80}\)")
LIST_KINDS = frozenset({"codified_list", "amending_decree"})


class Reach(StrEnum):
    """What an entry may do to a period of the record."""

    VERIFIES = "verifies"
    OPENS = "opens"


@dataclass(frozen=True)
class ListDocument:
    """What the rule needs to know of a captured document.

    `in_force` is the day on which an amending instrument starts; `consolidated_to` the day to which a codified text is
    kept. `amends` are identifiers of what it changes, as printed.
    """

    jurisdiction: str
    kind: str
    text: str
    identifier: str
    language: str | None = None
    in_force: date | None = None
    consolidated_to: date | None = None
    amends: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListEntry:
    """An entry, what it proposes, and the day on which the text says that it is in force."""

    proposal: Proposal
    in_force_on: date | None
    reach: Reach
    amended_by: str | None = None


def entries(document: ListDocument, codebook: Codebook, amendments: Sequence[ListDocument] = ()) -> list[ListEntry]:
    """The decisive entries of a codified list, or the entries of an amending instrument itself.

    `amendments` are captured dated instruments that changed this list. The earliest of them that names the entry opens its
    period; without one the entry only verifies that it is in force on `consolidated_to`.
    """
    if document.kind not in LIST_KINDS:
        return []
    entries = []
    for proposal in list_proposals(document.text, document.jurisdiction, document.language, codebook):
        opener = _opener(document, proposal, codebook, amendments)
        start = _start(opener) if opener else None
        decided = _decided(proposal, start)
        on = document.consolidated_to or document.in_force
        entries.append(ListEntry(decided, on, Reach.OPENS if start else Reach.VERIFIES, opener.identifier if opener else None))
    return entries


def list_proposals(text: str, jurisdiction: str, language: str | None, codebook: Codebook) -> list[Proposal]:
    """What being named in a known list means, for each substance that stands in it as an entry; no dates."""
    # A list is law of its own place: the same words elsewhere may only tell of it.
    lists = [known for known in codebook.lists if known.jurisdiction == jurisdiction]
    view = View(text, _marks(language)) if lists else None
    known = _named_in(view.text, lists) if view else None
    if view is None or known is None:
        return []
    proposals, seen = [], set()
    for mention in _named(view.text, codebook, language or known.language):
        if mention.substance in seen or _is_gloss(view.text, mention.start):
            continue
        seen.add(mention.substance)
        start, end = view.quote(mention.start, _entry_end(view.text, mention.end), mention.start)
        proposals += [
            Proposal(
                mention.substance,
                conduct,
                known.effect,
                known.basis,
                text[start:end],
                start,
                end,
                schedule=known.schedule,
                note=known.note,
            )
            for conduct in known.conducts
        ]
    return proposals


def _marks(language: str | None) -> MarkWords:
    return (languages.speech(language) or languages.DEFAULT).marks


def _named(text: str, codebook: Codebook, language: str) -> Mentions:
    return mentions(text, codebook, language, languages.speech(language))


def _named_in(text: str, lists: Sequence[KnownList]) -> KnownList | None:
    lowered = text.lower()
    return next((known for known in lists if known.phrase.lower() in lowered), None)


def _is_gloss(text: str, place: int) -> bool:
    """A name in brackets explains the entry before it and is no entry of its own."""
    return text[max(0, place - 2) : place].strip().endswith("(")


def _entry_end(text: str, place: int) -> int:
    gloss = _GLOSS.match(text, place)
    return gloss.end() if gloss else place


def _decided(proposal: Proposal, start: date | None) -> Proposal:
    return Proposal(**(proposal.__dict__ | {"valid_from": start, "decisive": "codified_list_entry"}))


def _opener(
    document: ListDocument, proposal: Proposal, codebook: Codebook, amendments: Sequence[ListDocument]
) -> ListDocument | None:
    """The earliest dated instrument that put the substance into the list."""
    own = [document] if document.kind == "amending_decree" else []
    candidates = [a for a in [*own, *amendments] if _start(a) and (a in own or document.identifier in a.amends)]
    naming = [
        a for a in candidates if any(m.term.substance == proposal.substance for m in find(a.text, codebook.terms, a.language))
    ]
    return min(naming, key=lambda a: _start(a) or date.max, default=None)


def _start(document: ListDocument) -> date | None:
    return document.in_force or read_effective(View(document.text, _marks(document.language)).text, languages.dates()).on

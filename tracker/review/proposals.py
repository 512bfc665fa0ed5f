"""From the documents of a believed run to proposals: what the coder read is kept for a person, who decides.

A proposal is known by its provision key and quote: decided once, it is not asked again; another quote asks anew. The one decisive
rule (DESIGN §4) needs a codified list of an official source that our own crawler captured, or whose replay a person accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from crawler.contract.items import DocumentItem
from tracker.codebook import Codebook, bill_key, instrument_key
from tracker.coder import Reading, propose
from tracker.coder.lists import LIST_KINDS, ListDocument, entries
from tracker.domain.entries import Measure
from tracker.domain.proposals import Act, Candidate, MeasureName, Proposal, Version
from tracker.domain.vocabulary import DocumentKind
from tracker.history import review, runs
from tracker.store import reviews
from tracker.store.writer import Writer

CODER = "coder 1"


@dataclass(frozen=True, slots=True)
class Submission:
    """A proposal as it comes to review, with the document version in which it stands."""

    candidate: Candidate
    version: Version

    @property
    def identity(self) -> tuple[str, str]:
        """Provision key and quote: what was decided once is not asked again."""
        return self.candidate.provision_key, self.candidate.quote_digest


def read(item: DocumentItem, codebook: Codebook, today: date) -> Reading:
    """What the coder reads in a document."""
    kind = item.kind.value
    return propose(item.text, codebook, jurisdiction=item.jurisdiction, kind=kind, language=item.language, today=today)


def in_document(version: Version, item: DocumentItem, reading: Reading, measure: Measure | None) -> list[Submission]:
    """The proposals of a document that is no list."""
    if item.kind.value in LIST_KINDS:
        return []
    instrument = _instrument(item, measure)
    named = MeasureName(measure.session, measure.identifier) if measure else None
    rules = (*reading.provisions, *reading.implied)
    return [_submission(version, item, rule, instrument, item, named) for rule in rules]


def _submission(
    version: Version, item: DocumentItem, rule: Proposal, instrument: str, act: DocumentItem, measure: MeasureName | None = None
) -> Submission:
    candidate = Candidate(
        **(vars(rule) | {"pinpoint": rule.pinpoint or ""}),
        jurisdiction=item.jurisdiction,
        instrument=instrument,
        document=item.identifier,
        document_kind=item.kind,
        stage=item.stage or "",
        official_url=item.official_url,
        source=item.source,
        measure=measure,
        act=Act(act.identifier, act.kind, act.title, act.official_url, _days(act)),
    )
    return Submission(candidate, version)


def _days(item: DocumentItem) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in item.dates.items()}


def _instrument(item: DocumentItem, measure: Measure | None) -> str:
    if item.instrument:
        return instrument_key(item.jurisdiction, item.instrument)
    if measure is not None and measure.session not in ("rules", "cases", "council"):
        return bill_key(measure.jurisdiction, measure.session, measure.identifier)
    return instrument_key(item.jurisdiction, f"{item.identifier} {item.title}")


def amending(connection: Connection, seen: Sequence[tuple[Version, DocumentItem]], *, trusted: bool) -> dict[str, DocumentItem]:
    """The captured instruments that amend the lists among the documents that a run saw, by identifier: of all believed runs, or, where
    the entries may decide, only of `trusted` ones.
    """
    sources = {item.source for _, item in seen if item.kind.value in LIST_KINDS}
    return {item.identifier: item for item in runs.amending(connection, sources, trusted)}


def in_list(version: Version, item: DocumentItem, amended: Mapping[str, DocumentItem], codebook: Codebook) -> list[Submission]:
    """The entries of a codified list, or of an amending instrument: each is the rule of the earliest captured instrument that put it there."""
    known = [_list_document(other) for other in amended.values() if other.source == item.source]
    made = []
    for entry in entries(_list_document(item, as_list=True), codebook, known):
        by = amended.get(entry.amended_by or "", item)
        key = instrument_key(by.jurisdiction, by.instrument or by.identifier)
        made.append(_submission(version, item, _undecided(entry.proposal, item), key, by))
    return made


def of_lists(entered: Iterable[Sequence[Submission]]) -> list[Submission]:
    """The entries of several lists, each once. Codified lists come first, so that their entries decide; an instrument that lists the same
    again says nothing new.
    """
    by_identity: dict[tuple[str, str], Submission] = {}
    for one in sorted(
        (one for list_ in entered for one in list_), key=lambda one: one.candidate.document_kind is not DocumentKind.CODIFIED_LIST
    ):
        by_identity.setdefault(one.identity, one)
    return list(by_identity.values())


def _undecided(proposal: Proposal, item: DocumentItem) -> Proposal:
    """Only an entry of a codified list decides, and opens a period only with its amending instrument; the rest waits."""
    if item.kind is DocumentKind.CODIFIED_LIST and proposal.valid_from is not None:
        return proposal
    return replace(proposal, decisive=None)


def _list_document(item: DocumentItem, as_list: bool = False) -> ListDocument:
    """A document as the list rule sees it, lists known by the keys of their instruments.

    `as_list` shows an amending instrument as the list that it rewrites.
    """
    dates = _days(item)
    amends = tuple(instrument_key(item.jurisdiction, named) for named in item.amends)
    identifier = item.identifier
    if item.kind is DocumentKind.CODIFIED_LIST and item.instrument:
        identifier = instrument_key(item.jurisdiction, item.instrument)
    if as_list and amends:
        identifier = amends[0]
    return ListDocument(
        item.jurisdiction,
        DocumentKind.CODIFIED_LIST.value if as_list else item.kind.value,
        item.text,
        identifier,
        item.language,
        dates.get("in_force"),
        dates.get("consolidated_to"),
        amends,
    )


def save(writer: Writer, run: int, submissions: Sequence[Submission], *, trusted: bool) -> list[int]:
    """Write the proposals that were never made before; returns their numbers.

    One that is still open moves to the better document that says the same: `trusted` before any other, then the newest.
    """
    numbers = []
    for one in submissions:
        stands_in = {"run": run, "document_version": one.version.id, "capture": one.version.capture, "coder": CODER}
        known = review.same(writer.connection, one.candidate)
        if known is None:
            numbers.append(reviews.add(writer, one.candidate, stands_in))
        elif known.state == "open" and (trusted, one.version.captured_at) > (known.trusted, known.captured_at):
            reviews.move(writer, known.id, one.candidate, stands_in)
    return numbers

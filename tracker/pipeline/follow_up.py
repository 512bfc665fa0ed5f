"""What follows from a run that is taken in: what became of the source, and where the run is believed measures, proposals, what a
decisive rule decides, and what is remembered of its addresses.

Silence is no repeal: nothing here reads an absence. A transaction a document; asked again, nothing is added.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from crawler import registry
from crawler.contract.characters import one_line, shortened
from crawler.contract.items import DocumentItem
from crawler.fetching.memory import Remembered
from crawler.parsing.bounded import Bounded, Limits, NotDone
from crawler.parsing.matching import find
from tracker import coder
from tracker.coder.lists import LIST_KINDS
from tracker.domain.entries import Measure
from tracker.domain.measures import Identity, identity
from tracker.domain.proposals import Version
from tracker.evidence import measure_items, measures
from tracker.evidence import runs as evidence
from tracker.history import measures as recorded
from tracker.history import review, runs
from tracker.history.review import Sighting
from tracker.pipeline import amendments, source_news
from tracker.review import decide, proposals
from tracker.review.proposals import Submission
from tracker.store.session import reading
from tracker.store.writer import Writer
from tracker.workspace import Workspace

log = logging.getLogger(__name__)
CODING = Limits(seconds=10, memory=320 * 1024 * 1024)
"""For one document: a hundred times what a long act takes."""
_Document = tuple[Version, DocumentItem]
_WORDS = 300  # characters of the reason why a document is left out


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How many documents were read, measures told of, proposals made, and proposals decided by a rule; `left_out` says which documents
    could not be read, and why.
    """

    documents: int = 0
    measures: int = 0
    proposals: int = 0
    decided: int = 0
    left_out: tuple[str, ...] = ()


def follow_up(workspace: Workspace, number: int, remembered: Iterable[Remembered]) -> FollowUp:
    """Go through all that follows from a run. What its addresses answered is `remembered` last, of a live run that is believed.

    A run that is not believed stays at the stage `taken_in`: it waits for a person. So does one of which a document was left out: the
    next process tries that again.
    """
    with workspace.writing() as writer:
        run = runs.run(writer.connection, number)
        assert run is not None
        if run.mode == "live":
            source_news.tell(writer, run)
    if not run.believed:
        return FollowUp()
    done = _believe(workspace, run)
    with workspace.writing() as writer:
        if run.mode == "live":
            evidence.remember(writer.connection, number, remembered)
        if not done.left_out:
            evidence.followed_up(writer.connection, number)
    return done


def _believe(workspace: Workspace, run: Any) -> FollowUp:
    """Code what a believed run saw. Only one that is trusted may decide: no replay that no person accepted."""
    with reading(workspace.engine) as connection:
        seen = runs.observed_items(connection, run.id)
        successions = runs.successions(connection, run.id)
        known = recorded.identities(connection)
    left_out: list[str] = []
    for before, after, at in successions:
        with _apart(f"what changed in document_version {after}", left_out), workspace.writing() as writer:
            amendments.tell(writer, workspace, before, after, at)
    read, entered = _coded(workspace, seen, trusted=run.trusted, known=known, left_out=left_out)
    made = 0
    for one in read:
        with workspace.writing() as writer:
            made += len(_write(writer, workspace, run, one))
    listed = proposals.of_lists(entered)
    with workspace.writing() as writer:
        made += len(proposals.save(writer, run.id, listed, trusted=run.trusted))
    decided = _decide(workspace, [one for one in listed if one.candidate.decisive]) if run.trusted else 0
    named = {(one.measure.jurisdiction, one.measure.session, one.measure.identifier) for one in read if one.measure}
    return FollowUp(len(seen), len(named), made, decided, tuple(left_out))


def _coded(
    workspace: Workspace, seen: Sequence[_Document], *, trusted: bool, known: Set[Identity], left_out: list[str]
) -> tuple[list[_Read], list[Sequence[Submission]]]:
    """What the coder reads in each document, and what the list rule reads in each list: within limits, while nobody waits for a lock."""
    with reading(workspace.engine) as connection:
        amended = proposals.amending(connection, seen, trusted=trusted)
    codebook, read, entered = workspace.codebook, [], list[Sequence[Submission]]()

    def code(document: _Document) -> tuple[_Read | None, list[Submission]]:
        listed = proposals.in_list(*document, amended, codebook) if document[1].kind.value in LIST_KINDS else []
        return _read(workspace, *document, known), listed

    with closing(Bounded(code, CODING)) as bounded:
        for version, item in seen:
            with _apart(item.identifier, left_out):
                one, entries = bounded((version, item))
                read += [one] if one else []
                entered.append(entries)
    return read, entered


@contextmanager
def _apart(what: str, left_out: list[str]) -> Iterator[None]:
    """The edge between one document and all others of its run: what goes wrong with it is named, and stops no other."""
    try:
        yield
    except Exception as error:
        log.error("%s is left out: %r", what, error, exc_info=log.isEnabledFor(logging.DEBUG))
        why = f"coding it {error}" if isinstance(error, NotDone) else f"{type(error).__name__}: {error}"
        left_out.append(shortened(one_line(f"{what} is left out: {why}"), _WORDS))


@dataclass(frozen=True, slots=True)
class _Read:
    """What a document says: of its measure, of which it gives the `whole` history or a part, and its proposals."""

    version: Version
    measure: Measure | None
    whole: bool
    proposals: Sequence[Submission]


def _read(workspace: Workspace, version: Version, item: DocumentItem, known: Set[Identity]) -> _Read | None:
    """What the coder reads in a document, while nobody waits for a lock.

    None where it does not name the subject, and is of no measure that we know: a bill that was found by its text is followed to its end.
    """
    codebook = workspace.codebook
    substances = sorted({match.term.substance for match in find(f"{item.title}\n{item.text}", codebook.terms, item.language)})
    measure = measure_items.measure_of(coder.staged(item), codebook, substances)
    whole = measure_items.gives_whole_history(item)
    if not substances:
        return _Read(version, measure, whole, ()) if measure and identity(measure) in known else None
    read = proposals.read(item, codebook, workspace.today)
    if measure is not None:
        measure = measure_items.with_reading(measure, read.measure.direction, read.measure.effective_on)
    return _Read(version, measure, whole, proposals.in_document(version, item, read, measure))


def _write(writer: Writer, workspace: Workspace, run: Any, read: _Read) -> list[int]:
    """Write what was read; returns the numbers of the new proposals."""
    if read.measure is not None:
        measures.merge_measure(writer, read.measure, read.version, today=workspace.today, whole=read.whole)
    return proposals.save(writer, run.id, read.proposals, trusted=run.trusted)


def _decide(workspace: Workspace, found: Sequence[Submission]) -> int:
    """Let the decisive rule decide those of its proposals that are open, of official sources, a transaction a document.

    What was not captured at a host of the source, or links to a host of unknown type, waits for a person.
    """
    wanted = {one.identity for one in found}
    with reading(workspace.engine) as connection:
        waiting = review.decidable(connection)
    mine = {one.id for one in waiting if (one.provision_key, one.quote_digest) in wanted and _vouched(workspace, one)}
    decided = 0
    for document in {one.document_version: None for one in waiting if one.id in mine}:
        with workspace.writing() as writer:
            still_open = review.decidable(writer.connection)  # another process may have been quicker
            ours = [one for one in still_open if one.id in mine and one.document_version == document]
            decided += decide.by_rule(writer, ours, workspace.policy)
    return decided


def _vouched(workspace: Workspace, found: Sighting) -> bool:
    """Whether a proposal's text came from a host that its source declares, and its address can be cited."""
    facts = registry.sources().get(found.source)
    typed = workspace.codebook.known_link_type(found.proposal.official_url) is not None
    return typed and facts is not None and facts.refusal(found.capture_url) is None

"""The news that a document was amended: told where the passages that name the subject differ between two captures of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from crawler.parsing.matching import find
from tracker.codebook import Codebook
from tracker.domain.dates import civil_day
from tracker.domain.vocabulary import ChangeKind
from tracker.evidence import measure_news
from tracker.history import runs, sources
from tracker.pipeline.wording import parts, wording
from tracker.store.writer import Writer
from tracker.workspace import Workspace

_PASSAGE = 200  # characters of a changed passage that a change shows
_NEIGHBOURS = 40  # characters on either side by which a line is found again that is broken elsewhere


def tell(writer: Writer, workspace: Workspace, before: int, after: int, captured_at: datetime) -> None:
    """Store the change from one version of a document to the next, once; its day is that of the capture."""
    versions = runs.versions(writer.connection, (before, after))
    item = runs.read_item(versions[after])
    old, new = (versions[number].body for number in (before, after))
    gone, come = differences(old, new, workspace.codebook, item.language)
    if not gone and not come:
        return
    day = civil_day(captured_at, workspace.policy.zone)
    boundary = {
        "kind": ChangeKind.DOCUMENT_AMENDED.value,
        "day": day,
        "day_latest": day,
        "before": "\n".join(gone)[:_PASSAGE],
        "after": "\n".join(come)[:_PASSAGE],
        "after_terms": f"{item.identifier}: {item.title}"[:_PASSAGE],
    }
    if not sources.told(writer.connection, item.source, boundary):
        about = {"jurisdiction": item.jurisdiction, "source": item.source}
        measure_news.store_change(writer, about, boundary)


class Passage(NamedTuple):
    """A line that names the subject, and its wording with what stands around it."""

    line: str
    around: str


def differences(before: str, after: str, codebook: Codebook, language: str) -> tuple[list[str], list[str]]:
    """The lines on the subject that are gone and that have come: their wording stands nowhere in the other text.

    A line that is broken elsewhere is found with its neighbours, which a list's entry that was struck out is not.
    """
    if wording(before) == wording(after):
        return [], []
    old, new = _passages(before, codebook, language), _passages(after, codebook, language)
    return _only(old, new, after), _only(new, old, before)


def _only(these: Sequence[Passage], others: Sequence[Passage], other: str) -> list[str]:
    known, whole = {parts(wording(one.line)) for one in others}, f" ^ {wording(other)} $ "
    lacking = (one.line for one in these if parts(wording(one.line)) not in known and f" {one.around} " not in whole)
    return list(dict.fromkeys(lacking))


def _passages(text: str, codebook: Codebook, language: str) -> list[Passage]:
    """The lines that name the subject, in their order."""
    passages = []
    end = 0
    for match in find(text, codebook.terms, language):
        if match.start >= end:
            start = text.rfind("\n", 0, match.start) + 1
            end = text.find("\n", match.end) + 1 or len(text)
            passages.append(Passage(" ".join(text[start:end].split()), _around(text, start, end)))
    return passages


def _around(text: str, start: int, end: int) -> str:
    """The wording of a place with some words before and behind it, of which none is broken; `^` and `$` are the ends of the text."""
    first, last = max(0, start - _NEIGHBOURS), end + _NEIGHBOURS
    words = wording(text[first:last]).split()
    words = words[1:] if first else ["^", *words]
    return " ".join(words[:-1] if last < len(text) else [*words, "$"])

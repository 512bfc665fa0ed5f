"""The news that a document was amended: told where the passages that name the subject differ between two captures of it."""

from __future__ import annotations

from datetime import datetime

from crawler.parsing.matching import find
from tracker.codebook import Codebook
from tracker.domain.dates import civil_day
from tracker.domain.vocabulary import ChangeKind
from tracker.evidence import measure_news
from tracker.history import runs, sources
from tracker.store.writer import Writer
from tracker.workspace import Workspace

_PASSAGE = 200  # characters of a changed passage that a change shows


def tell(writer: Writer, workspace: Workspace, before: int, after: int, captured_at: datetime) -> None:
    """Store the change from one version of a document to the next, once; its day is that of the capture."""
    versions = runs.versions(writer.connection, (before, after))
    item = runs.read_item(versions[after])
    old, new = (_passages(versions[number].body, workspace.codebook, item.language) for number in (before, after))
    gone, come = [line for line in old if line not in new], [line for line in new if line not in old]
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


def _passages(text: str, codebook: Codebook, language: str) -> dict[str, None]:
    """The lines that name the subject, in their order."""
    lines: dict[str, None] = {}
    end = 0
    for match in find(text, codebook.terms, language):
        if match.start >= end:
            start = text.rfind("\n", 0, match.start) + 1
            end = text.find("\n", match.end) + 1 or len(text)
            lines[" ".join(text[start:end].split())] = None
    return lines

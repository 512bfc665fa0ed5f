"""An edition in its formats: JSON, CSV, Markdown and HTML, all from the same facts. Equal facts give equal bytes.

The HTML is one file that asks the network for nothing and needs no script; every text of the record is escaped.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import groupby
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.contract.patterns import pattern
from maps.civil import civil
from tracker.atlas import pictures, rows
from tracker.atlas.changes import MapChanges
from tracker.atlas.rows import MapRow, StatusCount
from tracker.codebook import Codebook
from tracker.domain.vocabulary import DateBasis, Status
from tracker.files import BOM, spreadsheet_text
from tracker.history.words import GROUPS, Term, days, plural
from tracker.reports import facts
from tracker.reports.model import Coming, Edition, Evidence, Item, Step

COLUMNS = (
    *("section", "id", "kind", "significance", "jurisdiction", "jurisdiction_name", "group", "substance"),
    *("before", "after", "before_terms", "after_terms", "day", "day_latest", "until", "until_latest", "date_basis"),
    *("days_to_go", "found_late", "recorded_at", "derived", "retrospective", "overtaken", "new", "counted"),
    *("confidence", "verified", "contested", "instrument", "citation", "pinpoint", "quote", "link", "link_type"),
    *("captured_at", "capture_digest", "coder", "reviewer"),
)
"""Columns of the CSV: one row for each item and each step of a measure."""

_SECTIONS = ("in_force", "enacted", "sunsets", "corrections", "method_changes")
_URL = "%/:=&?~#+!$,;'@()*[]"
_MARKDOWN = {ord(sign): f"\\{sign}" for sign in "\\`*_{}[]#|~"}


@dataclass(frozen=True)
class Drawings:
    """The pictures of one region and substance as inline SVG; before and after only for the first substance."""

    facts: MapChanges
    before: str
    after: str
    change: str


def files(edition: Edition, codebook: Codebook, *, mapped: bool = True) -> dict[str, str]:
    """Every promised format by file name ending; with `mapped` false it is said in place of each map that it is missing.

    Raises BoundariesUnreadable where maps cannot be drawn.
    """
    values = facts.to_json(edition)
    digest = hashlib.sha256(values.encode()).hexdigest()
    return {
        "json": values,
        "csv": BOM + to_csv(edition),
        "md": to_markdown(edition, codebook, digest),
        "html": to_html(edition, codebook, digest, mapped=mapped),
    }


def to_csv(edition: Edition) -> str:
    """The items as CSV with a head. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(edition):
        writer.writerow({name: _csv_value(value) for name, value in row.items()})
    return out.getvalue()


def _rows(edition: Edition) -> Iterator[Mapping[str, Any]]:
    for section in _SECTIONS:
        yield from (_item_row(section, it) for it in getattr(edition, section))
    yield from (_item_row("check_due", it) for it in edition.coverage.check_due)
    yield from (_step_row(step) for step in edition.actions)


def _item_row(section: str, it: Item) -> Mapping[str, Any]:
    first = it.evidence[0] if it.evidence else None
    row: dict[str, Any] = {
        "section": section,
        "kind": it.kind.code,
        "significance": it.significance.code,
        "jurisdiction": it.place.code,
        "jurisdiction_name": it.place.name,
        "group": it.place.group,
        "substance": it.substance.code,
        "before": it.before.status,
        "after": it.after.status,
        "before_terms": it.before.terms,
        "after_terms": it.after.terms,
        "day_latest": it.latest,
        "confidence": it.confidence.code,
    }
    row |= {name: getattr(it, name) for name in COLUMNS if name not in row and hasattr(it, name)}
    if first is None:
        return row
    link, capture = (first.links[0] if first.links else None), first.capture
    row |= {name: getattr(first, name) for name in ("instrument", "citation", "pinpoint", "quote", "coder", "reviewer")}
    row |= {"link": link.url, "link_type": link.type} if link else {}
    return row | ({"captured_at": capture.captured_at, "capture_digest": capture.digest} if capture else {})


def _step_row(step: Step) -> Mapping[str, Any]:
    row = {
        "section": "actions",
        "id": step.id,
        "kind": step.kind.code,
        "significance": "none",
        "jurisdiction": step.place.code,
        "jurisdiction_name": step.place.name,
        "group": step.place.group,
        "substance": "; ".join(step.substances),
        "before": step.before.code if step.before else "",
        "after": step.after.code,
        "day": step.day,
        "day_latest": step.latest,
        "found_late": step.days_old,
        "recorded_at": step.recorded_at,
        "instrument": step.measure,
        "citation": step.title,
        "link": step.url,
        "link_type": step.link_type,
    }
    capture = step.capture
    return row | ({"captured_at": capture.captured_at, "capture_digest": capture.digest} if capture else {})


def _csv_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case _:
            return spreadsheet_text(str(value))


def to_markdown(edition: Edition, codebook: Codebook, digest: str) -> str:
    """The edition as Markdown (CommonMark with tables); the maps are told as tables of what they paint."""
    text = _environment(html=False).get_template("edition.md.j2").render(**_context(edition, codebook, digest))
    return pattern(r"\n{3,}").sub("\n\n", text).strip() + "\n"


def to_html(edition: Edition, codebook: Codebook, digest: str, *, mapped: bool = True) -> str:
    """The edition as one HTML file with its maps inline."""
    context = _context(edition, codebook, digest)
    drawn = list(_drawings(edition, codebook) if mapped else _missing(edition))
    return _environment(html=True).get_template("edition.html.j2").render(**context, drawn=drawn) + "\n"


def _drawings(edition: Edition, codebook: Codebook) -> Iterator[Drawings]:
    first = edition.maps[0].substance if edition.maps else None
    head = edition.masthead
    line = f"{head.name}, as known at {head.known:%Y-%m-%d %H:%M} UTC; codebook {head.codebook_version}"
    for changes in edition.maps:
        drawn = pictures.of_period(changes, codebook, line)
        main = changes.substance == first
        yield Drawings(
            changes,
            Markup(drawn.before.svg()) if main else "",
            Markup(drawn.after.svg()) if main else "",
            Markup(drawn.change.svg()),
        )


def _missing(edition: Edition) -> Iterator[Drawings]:
    gap = Markup("<p>This map is missing: its boundaries could not be read.</p>")
    for changes in edition.maps:
        main = changes.substance == edition.maps[0].substance
        yield Drawings(changes, gap if main else "", gap if main else "", gap)


def _context(edition: Edition, codebook: Codebook, digest: str) -> dict[str, Any]:
    return {
        "e": edition,
        "m": edition.masthead,
        "numbers": edition.bottom_line.numbers,
        "digest": digest,
        "groups": GROUPS,
        "statuses": [(status.value, codebook.label(status).label) for status in Status],
        "status_label": {status.value: codebook.label(status).label for status in Status},
        "basis": {word.value: codebook.label(word).label.lower() for word in DateBasis},
        "calendar": _by_day(edition.calendar),
        "standing": _by_substance(edition.standing),
        "note_of": partial(rows.note, codebook=codebook),
        "informative": _informative,
        "source_of": _source_of,
    }


def _source_of(one: Evidence) -> str:
    """Title and citation of what a statement rests on, once where they are the same."""
    return "; ".join(dict.fromkeys(text for text in (one.title or one.instrument, one.citation) if text))


def _informative(shown: tuple[MapRow, ...]) -> list[MapRow]:
    """The regions of which a map has something to say."""
    kept = [row for row in shown if row.status != Status.UNKNOWN or row.binding or row.food_law or row.local_known]
    return sorted(kept, key=lambda row: (row.name, row.code))


def _by_substance(rows: tuple[StatusCount, ...]) -> list[tuple[Term, list[StatusCount]]]:
    """The groups of each substance of which anything is known."""
    known = [row for row in rows if row.counts[Status.UNKNOWN] < row.whole]
    return [(substance, list(group)) for substance, group in groupby(known, key=lambda row: row.substance)]


def _by_day(steps: tuple[Coming, ...]) -> list[tuple[Coming, list[Coming]]]:
    """Sessions that begin or end on one day stand in one line; everything else alone."""

    def same(step: Coming) -> tuple[Any, ...]:
        alone = () if step.kind.code.startswith("session") else (step.place.code, step.title)
        return step.day, step.kind.code, alone

    return [(rows[0], rows) for _, group in groupby(steps, key=same) if (rows := list(group))]


@cache
def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("tracker.reports"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=None if html else _plain,
    )
    environment.filters |= {
        "day": civil,
        "instant": _instant,
        "phrase": _phrase,
        "capital": _capital,
        "url": _autolink,
        "safe_url": _web,
    }
    environment.globals |= {"days": days, "plural": plural}
    return environment


def _plain(value: Any) -> Any:
    """Markdown has no autoescape: whatever a template prints is escaped unless it is marked as safe."""
    return value if isinstance(value, Markup) else _escaped(value)


def _escaped(value: Any) -> Markup:
    """Text that neither Markdown nor HTML reads as markup, on one line."""
    text = " ".join(str(value).split())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(text.translate(_MARKDOWN))


def _instant(value: datetime) -> str:
    """An instant as a reader sees it, in UTC."""
    at = value.astimezone(UTC)
    return f"{civil(at.date())}, {at:%H:%M} UTC"


def _phrase(text: str) -> str:
    return text.replace("_", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _web(url: str) -> str:
    """An address of the web; empty for any other scheme, which is shown as text and never linked."""
    return url if url.startswith(("https://", "http://")) else ""


def _autolink(url: str) -> Markup:
    """An address as Markdown links it; as text where it is none of the web."""
    safe = quote(url, safe=_URL) if _web(url) else ""
    return Markup(f"<{safe}>") if safe else _escaped(url)

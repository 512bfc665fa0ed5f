"""Makes the folder of an export: data, scripts, codebook, citation and a manifest of digests. Equal records at one instant give equal bytes.

The folder is made beside its place and moved there whole, so that nobody meets half an export. An older export is replaced; a folder that is no
export is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker import files
from tracker.domain.contract import SCHEMA_VERSION
from tracker.domain.dates import civil_day
from tracker.domain.periods import Unit, between
from tracker.domain.rules import RULE_VERSION
from tracker.errors import Refused
from tracker.export import handbook, labels, panel, panel_files, snapshot, tables, views, workbook
from tracker.export.choices import Format
from tracker.export.workbook import Workbook
from tracker.history import beliefs
from tracker.history.places import all_places
from tracker.store.admin import migrate
from tracker.store.schema.columns import instant_text
from tracker.store.schema.view_columns import Column
from tracker.store.session import reading
from tracker.workspace import Workspace

FIRST = date(2010, 1, 1)
MANIFEST = "manifest.json"
RECORD = "record.db"
LICENCE = "CC-BY-4.0"
AUTHOR = "The contributors of kratom-tracker"
_CHUNK = 1 << 20
_VIEWS = "views"
_BOOK = "record.xlsx"

_ROWS = (Format.CSV, Format.JSON, Format.PARQUET)


class NotAnExport(Refused):
    """A folder that holds something else, or an export of another kind; the message names it."""


@dataclass
class _Draft:
    """An export in the making: its files' columns, for codebook and scripts."""

    workspace: Workspace
    folder: Path
    known: datetime
    formats: Sequence[Format]
    kind: str
    files: dict[str, tuple[Column, ...]] = field(default_factory=dict)

    @property
    def suffixes(self) -> list[str]:
        return [chosen.value for chosen in _ROWS if chosen in self.formats]


def write(workspace: Workspace, folder: Path, known: datetime, formats: Sequence[Format]) -> list[Path]:
    """The views as known at `known` in each of `formats`, and the record itself as SQLite; returns the files.

    Raises NotAnExport, MissingPart and NoPdf.
    """
    with _making(workspace, folder, known, formats, _VIEWS) as draft:
        record = draft.folder / RECORD
        snapshot.write(workspace.engine, record, known)
        draft.files |= {view.name: view.columns for view in views.all_views()}
        for view in views.all_views():
            for suffix in draft.suffixes:
                tables.write(draft.folder / suffix / f"{view.name}.{suffix}", view.columns, views.rows(record, view))
        with _workbook(draft) as book:
            if book is not None:
                _add_views(book, record)
        if Format.SQLITE not in formats:
            record.unlink()
    return _files(folder)


def write_panel(
    workspace: Workspace,
    folder: Path,
    known: datetime,
    formats: Sequence[Format],
    unit: Unit,
    first: date | None = None,
    last: date | None = None,
    substance: str | None = None,
) -> list[Path]:
    """The panel from `first` (2010-01-01) to `last` (the civil day of `known`), both included, of one or all substances.

    Raises BadRange for a range that ends before it begins or is too large, NotAnExport, MissingPart and NoPdf.
    """
    periods = between(unit, first or FIRST, last or civil_day(known, workspace.policy.zone))
    ordered = sorted(workspace.codebook.substances.values(), key=lambda one: one.rank)
    codes = [substance] if substance else [one.code for one in ordered]
    with _making(workspace, folder, known, formats, f"panel by {unit}") as draft, reading(workspace.engine) as connection:
        places = all_places(connection)
        panel.check_size(len(places), len(codes), len(periods))
        cells = panel.cells(connection, places, codes, periods, known)
        draft.files |= {shape: panel_files.columns_of(shape, codes) for shape in panel_files.SHAPES}
        with _workbook(draft) as book:
            panel_files.write(draft.folder, draft.suffixes, cells, places, codes, periods, book)
    return _files(folder)


@contextmanager
def _making(workspace: Workspace, folder: Path, known: datetime, formats: Sequence[Format], kind: str) -> Iterator[_Draft]:
    """A new folder that takes the place of `folder` once it is whole."""
    _refuse_another(folder, kind)
    if Format.PARQUET in formats:
        tables.require_parquet()
    if Format.XLSX in formats:
        workbook.require()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with files.scratch(folder.parent, ".export-") as beside:
        draft = _Draft(workspace, beside / "new", known, formats, kind)
        draft.folder.mkdir()
        yield draft
        _describe(draft)
        (draft.folder / MANIFEST).write_text(_manifest(draft), "utf-8")
        # A folder cannot be replaced in one step; between the two renames it is absent, and never half new.
        if folder.exists():
            folder.rename(beside / "old")
        draft.folder.rename(folder)


def _refuse_another(folder: Path, kind: str) -> None:
    """An export takes the place of an older one of its kind, and of nothing else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    held = _kind_in(folder / MANIFEST)
    if held is None:
        raise NotAnExport(f"{folder} holds something else than an export", "not_an_export")
    if held not in (kind, kind.partition(" ")[0]):
        raise NotAnExport(f"{folder} holds an export of another kind ({held})", "not_an_export")


def _kind_in(manifest: Path) -> str | None:
    """The kind of export that a manifest tells of; an older one says nothing of it, and of a panel not by what. None of no manifest of ours."""
    try:
        told = json.loads(manifest.read_text("utf-8"))
        return str(told.get("kind") or ("panel" if any(name.startswith("panel") for name in told["files"]) else _VIEWS))
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def _add_views(book: Workbook, record: Path) -> None:
    for view in views.all_views():
        sheet = book.sheet(view.name, view.columns)
        for row in views.rows(record, view):
            sheet.add(row)


@contextmanager
def _workbook(draft: _Draft) -> Iterator[Workbook | None]:
    """The workbook, if one is asked for, with how to cite before the data and the codebook behind them."""
    if Format.XLSX not in draft.formats:
        yield None
        return
    codebook, cited = draft.workspace.codebook, _cited(draft)
    with workbook.opened(draft.folder / _BOOK, cited["title"], draft.known) as book:
        cite = f"{AUTHOR}. {cited['title']}. {cited['version']}. {cited['date-released']}. {LICENCE}."
        facts = [("how to cite", cite), *((name, cited[name]) for name in ("title", "version", "date-released", "license"))]
        facts += [("schema_version", SCHEMA_VERSION), *(("how to read", line) for line in handbook.reading())]
        book.words("read me", ("what", "says"), facts)
        yield book
        heads = ("table", "variable", "kind", "meaning", "unit", "example")
        book.words("codebook", heads, handbook.variables(codebook, draft.files))
        book.words("terms", ("vocabulary", "term", "label", "definition"), handbook.terms(codebook))


def _describe(draft: _Draft) -> None:
    """Codebook, citation and scripts."""
    codebook = draft.workspace.codebook
    text = handbook.markdown(codebook, draft.workspace.version, instant_text(draft.known), draft.files)
    (draft.folder / "codebook.md").write_text(text, "utf-8")
    if Format.PDF in draft.formats:
        (draft.folder / "codebook.pdf").write_bytes(handbook.pdf(text, f"{codebook.subject}: codebook"))
    (draft.folder / "CITATION.cff").write_text(_citation(draft), "utf-8")
    if Format.CSV in draft.formats:
        scripts = draft.folder / "labels"
        scripts.mkdir()
        for name, columns in draft.files.items():
            file = next(draft.folder.glob(f"**/{name}.csv")).relative_to(draft.folder).as_posix()
            (scripts / f"{name}.do").write_text(labels.stata(codebook, name, file, columns), "utf-8")
            (scripts / f"{name}.R").write_text(labels.r(codebook, name, file, columns), "utf-8")


def _citation(draft: _Draft) -> str:
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in _cited(draft).items())


def _cited(draft: _Draft) -> dict[str, Any]:
    """CITATION.cff 1.2.0; the day of release is that of the knowledge, in the configured zone."""
    codebook, workspace = draft.workspace.codebook, draft.workspace
    return {
        "cff-version": "1.2.0",
        "message": "If you use these data, cite them as below, with the instant as of which they are known.",
        "type": "dataset",
        "title": f"{codebook.subject}: regulatory status by jurisdiction, as known at {instant_text(draft.known)}",
        "authors": [{"name": AUTHOR}],
        "version": f"codebook {codebook.version}, rules {RULE_VERSION}, program {workspace.version}",
        "date-released": civil_day(draft.known, workspace.policy.zone).isoformat(),
        "license": LICENCE,
    }


def _manifest(draft: _Draft) -> str:
    """What the export is, and the SHA-256 of every file; the only instant in it is that of the knowledge, and those of the record."""
    with reading(draft.workspace.engine) as connection:
        belief = beliefs.newest(connection, draft.known)
    files = {path.relative_to(draft.folder).as_posix(): _facts(path) for path in _files(draft.folder)}
    manifest: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "kind": draft.kind,
        "license": LICENCE,
        "as_known_at": instant_text(draft.known),
        "zone": draft.workspace.policy.zone.key,
        "last_belief": {"recorded_at": instant_text(belief.recorded_at), "seal": belief.seal} if belief else None,
        "codebook_version": draft.workspace.codebook.version,
        "rule_version": RULE_VERSION,
        "program_version": draft.workspace.version,
        "schema": migrate.head(),
        "files": files,
    }
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


def _facts(path: Path) -> dict[str, str | int]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())

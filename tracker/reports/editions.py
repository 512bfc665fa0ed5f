"""Freezes editions: a row in `report_edition` and files in the archive, served byte for byte when asked again (DESIGN §8).

An edition of an ended period is frozen when it is first asked for, and so is one with a chosen K (its name carries the instant). An
edition of a period still open is a draft: K is now, its name ends in `-draft`, it has no row and may be written anew, so that the
period's own name stays free for the edition that knows the whole period. PDF is made anew from the frozen HTML when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tracker.domain import periods
from tracker.domain.periods import BadPeriod, KnowledgeWindow
from tracker.domain.vocabulary import RootKind
from tracker.reports import facts, files, printing, render
from tracker.reports.model import Edition
from tracker.store.integrity import sealing
from tracker.store.schema import tables as t
from tracker.store.session import reading, writing
from tracker.workspace import Workspace

FORMATS = ("json", "csv", "md", "html")
_RENDERED_BY = "program_version"  # says who rendered the facts; it is no fact of law


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the files in `reports/`, the edition's name, whether it is frozen, and remarks for the reader."""

    paths: tuple[Path, ...]
    edition: str
    frozen: bool
    notes: tuple[str, ...]


def publish(
    workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime, pdf: bool = False
) -> Published:
    """The edition of `period` (`2026-W47`, `2026-11`, `2026`; None: the last week that has ended), frozen or served.

    Raises BadPeriod, BadCutOff, EmptyRecord, ReportUnwritable, EditionDamaged, NoPdf, Unreconciled.
    """
    window = asked(workspace, period, known, now)
    row = _row(workspace, window.name)
    content, notes = (_frozen(workspace, row), ["served as frozen"]) if row else _made(workspace, window, now)
    paths = [_copy(workspace, window.name, ending, content[ending]) for ending in FORMATS]
    if pdf:
        paths.append(_copy(workspace, window.name, "pdf", printing.from_html(content["html"].decode())))
    return Published(tuple(paths), window.name, not window.draft, tuple(notes))


def recheck(workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime) -> list[str]:
    """How the facts of a frozen edition differ from those that the record gives today; empty where they agree.

    Each difference names a place in the JSON and both values. Raises EditionDamaged, and BadPeriod where nothing is frozen.
    """
    window = asked(workspace, period, known, now)
    row = _row(workspace, window.name)
    if row is None:
        raise BadPeriod(f"no edition {window.name} is frozen; publish it first")
    held = json.loads(_frozen(workspace, row)["json"])
    anew = json.loads(facts.to_json(_build(workspace, window)))
    for told in (held, anew):
        told["masthead"].pop(_RENDERED_BY)
    return _differences(held, anew)


def asked(workspace: Workspace, period: str | None, known: datetime | None, now: datetime) -> KnowledgeWindow:
    """The period and what may be known of it. Raises BadPeriod, BadCutOff, EmptyRecord."""
    zone = workspace.policy.zone
    asked_for = periods.read(period) if period else periods.last_week(now, zone)
    with reading(workspace.engine) as connection:
        return periods.window(asked_for, facts.record_began(connection), now, zone, known)


def _row(workspace: Workspace, name: str) -> Any:
    with reading(workspace.engine) as connection:
        return connection.execute(select(t.report_edition).where(t.report_edition.c.name == name)).first()


def _build(workspace: Workspace, window: KnowledgeWindow) -> Edition:
    with reading(workspace.engine) as connection:
        return facts.build(connection, workspace.codebook, workspace.version, window)


def _made(workspace: Workspace, window: KnowledgeWindow, now: datetime) -> tuple[Mapping[str, bytes], list[str]]:
    """A new edition; frozen unless it is a draft."""
    edition = _build(workspace, window)
    content = {ending: text.encode() for ending, text in render.files(edition, workspace.codebook).items()}
    notes = list(_left_out(edition))
    if window.draft:
        return content, [*notes, "a draft: the period is still open, so nothing is frozen"]
    served, told = _freeze(workspace, window, edition, content, now)
    return served, [*notes, *told]


def _left_out(edition: Edition) -> Iterator[str]:
    """The hosts to which no link is shown because nobody typed them, with the remedy."""
    hosts = {step.unlinked for step in edition.actions}
    hosts |= {step.unlinked for step in (*edition.calendar, *edition.could_change)}
    for host in sorted(hosts - {""}):
        yield f'no link to {host} is shown; name its type in tracker.toml: [link_hosts] "{host}" = "press"'


def _freeze(
    workspace: Workspace, window: KnowledgeWindow, edition: Edition, content: Mapping[str, bytes], now: datetime
) -> tuple[Mapping[str, bytes], list[str]]:
    """Write files and row under the one writer's lock; whoever came second serves what the first froze."""
    with writing(workspace.engine) as connection:
        row = connection.execute(select(t.report_edition).where(t.report_edition.c.name == window.name)).first()
        if row is not None:
            return _frozen(workspace, row), ["served as frozen"]
        for ending in FORMATS:
            files.write(_archived(workspace, window.name, ending), content[ending])
        head = edition.masthead
        made = {
            "name": window.name,
            "period_start": window.period.start,
            "period_end": window.period.end,
            "known_at": window.known,
            "zone": head.zone,
            "codebook_version": head.codebook_version,
            "rule_version": head.rule_version,
            "program_version": head.program_version,
            "files": json.dumps({f"{window.name}.{ending}": files.digest(content[ending]) for ending in FORMATS}, sort_keys=True),
            "digest": files.digest(content["json"]),
            "retrospective": window.retrospective,
            "created_at": now,
        }
        with sealing.root(connection, RootKind.EDITION, window.name):
            sealing.add(connection, t.report_edition, [made], now)
    notes = ["retrospective: the record began after the period"] if window.retrospective else []
    return content, [*notes, "frozen"]


def _frozen(workspace: Workspace, row: Any) -> dict[str, bytes]:
    """The files of a frozen edition, by ending, proved by their digests."""
    wanted: dict[str, str] = json.loads(row.files)
    return {ending: files.read(_archived(workspace, row.name, ending), wanted[f"{row.name}.{ending}"]) for ending in FORMATS}


def _archived(workspace: Workspace, name: str, ending: str) -> Path:
    return workspace.settings.archive / "editions" / name / f"{name}.{ending}"


def _copy(workspace: Workspace, name: str, ending: str, content: bytes) -> Path:
    """The copy in the folder that people look into; untouched where it is right already."""
    path = workspace.settings.data / "reports" / f"{name}.{ending}"
    if not (path.is_file() and path.read_bytes() == content):
        files.write(path, content)
    return path


def _differences(held: Any, anew: Any, place: str = "") -> list[str]:
    """Where two JSON values differ, as lines that name place and both values."""
    if isinstance(held, dict) and isinstance(anew, dict):
        return [
            line
            for name in sorted({*held, *anew})
            for line in _differences(held.get(name), anew.get(name), f"{place}.{name}" if place else name)
        ]
    if isinstance(held, list) and isinstance(anew, list) and len(held) == len(anew):
        pairs = enumerate(zip(held, anew, strict=True))
        return [line for at, (one, two) in pairs for line in _differences(one, two, f"{place}[{at}]")]
    return [] if held == anew else [f"{place}: frozen {_short(held)}, now {_short(anew)}"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 120 else f"{text[:117]}..."

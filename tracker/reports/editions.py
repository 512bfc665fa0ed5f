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

from tracker.domain import periods
from tracker.domain.periods import BadPeriod, KnowledgeWindow
from tracker.history import period as record
from tracker.reports import facts, files, printing, render
from tracker.reports.model import Edition
from tracker.store import editions
from tracker.store.session import reading, writing
from tracker.store.writer import Writer
from tracker.workspace import Workspace

_RENDERED_BY = "program_version"  # says who rendered the facts; it is no fact of law


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published: the files in `reports/`, the edition's name, whether it is frozen, and remarks for the reader."""

    paths: tuple[Path, ...]
    edition: str
    frozen: bool
    notes: tuple[str, ...]


def publish(
    workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime, pdf: bool = False
) -> Publication:
    """The edition of `period` (`2026-W47`, `2026-11`, `2026`; None: the last week that has ended), frozen or served.

    Raises BadPeriod, BadCutOff, EmptyRecord, ReportUnwritable, EditionDamaged, NoPdf, Unreconciled.
    """
    window, frozen, edition = _read(workspace, period, known, now)
    if edition is None:
        content, notes = files.frozen(workspace.settings, window.name, frozen), ["served as frozen"]
    else:
        content, notes = _issue(workspace, window, edition, now)
    paths = files.copies(workspace.settings, window.name, content)
    if pdf:
        printed = {"pdf": printing.from_html(content["html"].decode())}
        paths += files.copies(workspace.settings, window.name, printed)
    return Publication(tuple(paths), window.name, not window.draft, tuple(notes))


def recheck(workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime) -> list[str]:
    """How the facts of a frozen edition differ from those that the record gives today; empty where they agree.

    Each difference names a place in the JSON and both values. Raises EditionDamaged, and BadPeriod where nothing is frozen.
    """
    window, frozen, edition = _read(workspace, period, known, now, anew=True)
    if not frozen or edition is None:
        raise BadPeriod(f"no edition {window.name} is frozen; publish it first")
    held = json.loads(files.frozen(workspace.settings, window.name, frozen)["json"])
    anew = json.loads(facts.to_json(edition))
    for one in (held, anew):
        one["masthead"].pop(_RENDERED_BY)
    return _differences(held, anew)


def _read(
    workspace: Workspace, period: str | None, known: datetime | None, now: datetime, *, anew: bool = False
) -> tuple[KnowledgeWindow, Mapping[str, str], Edition | None]:
    """The window, the digests of what is frozen, and the edition of today where nothing is, or where it is asked for `anew`.

    One transaction, so that all of it is of one state of the record. Raises BadPeriod, BadCutOff, EmptyRecord, Unreconciled.
    """
    zone = workspace.policy.zone
    wanted = periods.read(period) if period else periods.last_week(now, zone)
    with reading(workspace.engine) as connection:
        window = periods.window(wanted, record.began(connection), now, zone, known)
        frozen = editions.files_of(connection, window.name) or {}
        if frozen and not anew:
            return window, frozen, None
        return window, frozen, facts.build(record.read(connection, window), workspace.codebook, workspace.version)


def _issue(
    workspace: Workspace, window: KnowledgeWindow, edition: Edition, now: datetime
) -> tuple[Mapping[str, bytes], list[str]]:
    """The files of a new edition, which is frozen unless it is a draft."""
    content = {ending: text.encode() for ending, text in render.files(edition, workspace.codebook).items()}
    notes = list(_left_out(edition))
    if window.draft:
        return content, [*notes, "a draft: the period is still open, so nothing is frozen"]
    notes += ["retrospective: the record began after the period"] if window.retrospective else []
    with writing(workspace.engine, now) as writer:
        if frozen := editions.files_of(writer.connection, window.name):  # another was faster: what it froze is served
            return files.frozen(workspace.settings, window.name, frozen), ["served as frozen"]
        _freeze(writer, workspace, window, edition, content)
    return content, [*notes, "frozen"]


def _left_out(edition: Edition) -> Iterator[str]:
    """The hosts to which no link is shown because nobody typed them, with the remedy."""
    hosts = {step.unlinked for step in edition.actions}
    hosts |= {step.unlinked for step in (*edition.calendar, *edition.could_change)}
    for host in sorted(hosts - {""}):
        yield f'no link to {host} is shown; name its type in tracker.toml: [link_hosts] "{host}" = "press"'


def _freeze(
    writer: Writer, workspace: Workspace, window: KnowledgeWindow, edition: Edition, content: Mapping[str, bytes]
) -> None:
    """Write files and row under the one writer's lock."""
    digests = files.freeze(workspace.settings, window.name, content)
    head = edition.masthead
    versions = {name: getattr(head, name) for name in ("codebook_version", "rule_version", "program_version")}
    editions.add(writer, window, versions, digests, digests[f"{window.name}.json"])


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

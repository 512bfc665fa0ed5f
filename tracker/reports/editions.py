"""Freezes editions: a row in `report_edition` and files in the archive, served byte for byte when asked again (DESIGN §8).

An edition of an ended period is frozen when it is first asked for, and so is one with a chosen K (its name carries the instant). An
edition of a period still open is a draft: K is now, its name ends in `-draft`, it has no row and may be written today, so that the
period's own name stays free for the edition that knows the whole period. PDF is made today from the frozen HTML when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from maps.errors import BoundariesUnreadable
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
    return _Press(workspace, now).publish(period, known, pdf)


def recheck(workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime) -> list[str]:
    """How the facts of a frozen edition differ from those that the record gives today; empty where they agree.

    Each difference names a place in the JSON and both values. Raises EditionDamaged, and BadPeriod where nothing is frozen.
    """
    return _Press(workspace, now).recheck(period, known)


class _Issue(NamedTuple):
    """What there is of an edition: the digests of its frozen files, or its facts of today, or both."""

    window: KnowledgeWindow
    digests: Mapping[str, str]
    edition: Edition | None


class _Files(NamedTuple):
    """The files of an edition by ending, remarks for the reader, and whether they are frozen."""

    content: Mapping[str, bytes]
    notes: list[str]
    frozen: bool


@dataclass(frozen=True)
class _Press:
    """Makes the editions of one record at an instant, and serves those that are frozen."""

    workspace: Workspace
    now: datetime

    def publish(self, period: str | None, known: datetime | None, pdf: bool) -> Publication:
        window, digests, edition = self._read(period, known)
        content, notes, frozen = self._served(window, digests) if edition is None else self._new(window, edition)
        printed = {"pdf": printing.from_html(content["html"].decode())} if pdf else {}
        try:
            paths = files.copies(self.workspace.settings, window.name, {**content, **printed})
        except files.ReportUnwritable as unwritable:
            if edition is not None or printed:
                raise
            paths = files.originals(self.workspace.settings, window.name)
            notes.append(f"{unwritable}: these are the frozen files themselves")
        return Publication(tuple(paths), window.name, frozen, tuple(notes))

    def recheck(self, period: str | None, known: datetime | None) -> list[str]:
        window, digests, edition = self._read(period, known, anew=True)
        if not digests or edition is None:
            raise BadPeriod(f"no edition {window.name} is frozen; publish it first")
        old = json.loads(self._served(window, digests).content["json"])
        new = json.loads(facts.to_json(edition))
        for one in (old, new):
            one.pop("schema_version", None)
            one["masthead"].pop(_RENDERED_BY)
        return _differences(old, new)

    def _read(self, period: str | None, known: datetime | None, *, anew: bool = False) -> _Issue:
        """What is frozen of a period, and its facts of today where nothing is, or where they are asked for `anew`.

        One transaction, so that all of it is of one state of the record. Raises BadPeriod, BadCutOff, EmptyRecord, Unreconciled.
        """
        workspace, zone = self.workspace, self.workspace.policy.zone
        with reading(workspace.engine) as connection:
            began = record.began(connection)
            wanted = periods.read(period) if period else periods.last_week(self.now, zone)
            window = periods.window(wanted, began, self.now, zone, known)
            digests = editions.files_of(connection, window.name) or {}
            if digests and not anew:
                return _Issue(window, digests, None)
            edition = facts.build(record.read(connection, window), workspace.codebook, workspace.version)
            return _Issue(window, digests, edition)

    def _served(self, window: KnowledgeWindow, digests: Mapping[str, str]) -> _Files:
        return _Files(files.frozen(self.workspace.settings, window.name, digests), ["served as frozen"], True)

    def _new(self, window: KnowledgeWindow, edition: Edition) -> _Files:
        """The files of a new edition, which is frozen unless it is a draft or has no maps."""
        content, unmapped = self._rendered(edition)
        notes = list(_left_out(edition))
        if window.draft:
            notes.append("a draft: the period is still open, so nothing is frozen")
        if unmapped:
            notes.append(f"without maps, so nothing is frozen: {unmapped}")
        if window.draft or unmapped:
            return _Files(content, notes, False)
        notes += ["retrospective: the record began after the period"] if window.retrospective else []
        with writing(self.workspace.engine, self.workspace.checked(self.now)) as writer:
            if digests := editions.files_of(writer.connection, window.name):  # another was faster: what it froze is served
                return self._served(window, digests)
            self._freeze(writer, window, edition, content)
        return _Files(content, [*notes, "frozen"], True)

    def _rendered(self, edition: Edition) -> tuple[Mapping[str, bytes], str]:
        """The files of an edition, and why it has no maps where it has none."""
        try:
            texts, unmapped = render.files(edition, self.workspace.codebook), ""
        except BoundariesUnreadable as error:
            texts, unmapped = render.files(edition, self.workspace.codebook, mapped=False), str(error)
        return {ending: text.encode() for ending, text in texts.items()}, unmapped

    def _freeze(self, writer: Writer, window: KnowledgeWindow, edition: Edition, content: Mapping[str, bytes]) -> None:
        """Write files and row, under the one writer's lock."""
        # Under the lock, or two presses at once could leave the files of one and the row of the other.
        digests = files.freeze(self.workspace.settings, window.name, content)
        head = edition.masthead
        # Codebook and rules are those of the record at K, not those in hand: the edition says what was known then.
        versions = {name: getattr(head, name) for name in ("codebook_version", "rule_version", "program_version")}
        editions.add(writer, window, versions, digests, digests[f"{window.name}.json"])


def _left_out(edition: Edition) -> Iterator[str]:
    """The hosts to which no link is shown because nobody typed them, with the remedy."""
    hosts = {step.unlinked for step in edition.actions}
    hosts |= {step.unlinked for step in (*edition.calendar, *edition.could_change)}
    for host in sorted(hosts - {""}):
        yield f'no link to {host} is shown; name its type in tracker.toml: [link_hosts] "{host}" = "press"'


def _differences(old: Any, new: Any, place: str = "") -> list[str]:
    """Where two JSON values differ, as lines that name place and both values."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for name in sorted({*old, *new})
            for line in _differences(old.get(name), new.get(name), f"{place}.{name}" if place else name)
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [line for at, (one, two) in pairs for line in _differences(one, two, f"{place}[{at}]")]
    return [] if old == new else [f"{place}: frozen {_short(old)}, now {_short(new)}"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 120 else f"{text[:117]}..."

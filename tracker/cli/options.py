"""The options that verbs share, and the opened record that a reading verb asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from click import ClickException

from crawler.contract.characters import one_line
from tracker.cli.edge import in_words
from tracker.cli.output import instant as shown
from tracker.cli.output import progress
from tracker.errors import Problem, Refused

if TYPE_CHECKING:
    from tracker.codebook.model import Jurisdiction
    from tracker.settings import Settings
    from tracker.store.session import Connection
    from tracker.workspace import Workspace

Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Data folder; else TRACKER_DATA, else data/.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Day of law, such as 2026-08-01; else today.")]
Known = Annotated[
    str | None,
    typer.Option("--known", metavar="INSTANT", help="As we knew it then, such as 2026-11-25T12:00:00Z; else as we know it now."),
]
Substance = Annotated[
    str | None, typer.Option("--substance", metavar="CODE", help="A substance of the codebook; an unknown one lists the nearest.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


LARGEST = 2**31 - 1
"""The largest number that a row can have."""


def typed(words: str | None) -> str | None:
    """A person's words as the record keeps them: on one line, without control characters."""
    return words and one_line(words)


@dataclass(frozen=True)
class OpenRecord:
    """A record opened for reading, with the moments that are asked about. `known` None is what we hold now."""

    workspace: Workspace
    connection: Connection
    day: date
    now: datetime
    known: datetime | None

    @property
    def known_at(self) -> datetime:
        """The instant that a lasting answer names: the one asked for, else now, and never before the last belief."""
        return self.known or latest(self.connection, self.now)

    def place(self, word: str) -> Jurisdiction:
        """A jurisdiction by code, alias or name. Of a country's code that is a state's, too, it is said which was read."""
        codebook = self.workspace.codebook
        place = codebook.jurisdiction(word)
        state = codebook.jurisdictions.get(f"US-{word.upper()}")
        if state is not None and place.code == word.upper():
            progress(f"{word} is {place.name}; for {state.name}: {state.code}")
        return place

    def substances(self, code: str | None) -> list[str]:
        """The code of one substance; without one the codes of all, in the codebook's order."""
        codebook = self.workspace.codebook
        if code is not None:
            return [codebook.substance(code).code]
        return [substance.code for substance in sorted(codebook.substances.values(), key=lambda one: one.rank)]

    def substance(self, code: str | None) -> str:
        """A substance's code; without one the codebook's first."""
        return self.substances(code)[0]


class DamagedRecord(Problem):
    """A record whose file is damaged; the message says where."""


class NotYet(Refused):
    """An instant of knowing that has not come; what will be said about it is not known."""


def check_known(connection: Connection, known: datetime, now: datetime) -> None:
    """Refuse an instant of knowing that lies after `now`, and say where nothing was known yet."""
    from tracker.history import beliefs

    if known > now:
        raise NotYet(f"the record cannot be asked as known at {shown(known)}: that is to come", "known_to_come")
    first = beliefs.first(connection)
    if first is not None and known < first:
        progress(f"nothing was known at {shown(known)}: the record begins at {shown(first)}")


def latest(connection: Connection, now: datetime) -> datetime:
    """`now`, or the instant of the last belief where that lies later: under a clock held still it does by microseconds."""
    from tracker.history import beliefs

    last = beliefs.last(connection)
    return max(now, last or now)


def instant_of(workspace: Workspace, known: datetime | None = None) -> datetime:
    """The instant of knowing that a verb works with: the one given, if the record can be asked about it, else the latest."""
    from tracker import settings
    from tracker.store.session import reading

    with reading(workspace.engine) as connection:
        last = latest(connection, settings.now())
        if known is not None:
            check_known(connection, known, last)
        return known or last


@contextmanager
def open_workspace(data: Path | None, *, make: bool = False) -> Iterator[Workspace]:
    """Open the record for a verb that works with it; `make` makes or upgrades it first."""
    from tracker import settings, workspace

    given = settings.load(data=data)
    with damage_named(given):
        opened = workspace.prepared(given) if make else workspace.existing(given)
        try:
            yield opened
        finally:
            opened.engine.dispose()


@contextmanager
def damage_named(given: Settings) -> Iterator[None]:
    """Turn an error that nobody named into one that names the damage of the record, where it is damaged."""
    try:
        yield
    except (typer.Exit, typer.Abort, ClickException):
        raise
    except Exception as error:  # an edge: what stays unnamed is a fault of the program, and is raised on
        if in_words(error) is not None:
            raise
        if damage := _damage(given):
            raise DamagedRecord(f"the record is damaged: {damage}", "record_damaged") from error
        raise


def _damage(given: Settings) -> str:
    from tracker.store.integrity import damage
    from tracker.store.session import connected

    with connected(given.database) as engine:
        return damage.of_file(engine) or damage.of_rows(engine)


@contextmanager
def open_record(data: Path | None, on: str | None = None, known: str | None = None) -> Iterator[OpenRecord]:
    """Open the record for reading; dates are read first, so that a wrong one is told without it."""
    from tracker import settings
    from tracker.domain.dates import civil_day, parse_day, parse_instant
    from tracker.store.session import reading

    now = settings.now()
    day = parse_day(on) if on else None
    instant = parse_instant(known) if known else None
    with open_workspace(data) as workspace, reading(workspace.engine) as connection:
        if instant is not None:
            check_known(connection, instant, latest(connection, now))
        yield OpenRecord(workspace, connection, day or civil_day(now, workspace.policy.zone), now, instant)

"""Records on the two databases: made once in a session, and copied for each test.

To make a record takes seconds, to copy one milliseconds: on SQLite it is a file, on PostgreSQL a database made from a template.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tracker import settings, workspace
from tracker.settings import Settings
from tracker.store.admin import migrate
from tracker.store.session import connect
from tracker.workspace import Workspace

Maker = Callable[[Path, str], Workspace]
"""Makes a record in a data folder and in the empty database at an address; no address is the SQLite file in the folder."""


@dataclass(frozen=True)
class Record:
    """Where a record is: its data folder, and the address of its database, which is empty for the SQLite file in the folder."""

    data: Path
    database_url: str = ""

    @property
    def settings(self) -> Settings:
        return settings.load(data=self.data, database_url=self.database_url)

    def open(self) -> Workspace:
        return workspace.existing(self.settings)


class Database:
    """SQLite, or the PostgreSQL server that has its maintenance database at `server`; `folder` keeps what is copied."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self._folder, self._server = folder, server
        self._originals: dict[Maker, Record] = {}
        self._open = ExitStack()

    @contextmanager
    def empty(self, data: Path) -> Iterator[Record]:
        """A place for a record, which holds nothing yet; the data folder need not be there."""
        with self._placed(data) as record:
            yield record

    @contextmanager
    def copy(self, make: Maker, data: Path) -> Iterator[Record]:
        """A copy of the record that `make` makes."""
        original = self._originals.get(make) or self._made(make)
        shutil.copytree(original.data, data)
        with self._placed(data, original.database_url) as record:
            yield record

    def close(self) -> None:
        """Drop what was copied."""
        self._open.close()

    @contextmanager
    def _placed(self, data: Path, template: str = "") -> Iterator[Record]:
        if not self._server:
            yield Record(data)
            return
        with postgres.database(self._server, template) as url:
            yield Record(data, url)

    def _made(self, make: Maker) -> Record:
        record = self._open.enter_context(self.empty(self._folder / str(len(self._originals))))
        make(record.data, record.database_url).engine.dispose()
        self._originals[make] = record
        return record


def upgraded(data: Path, database_url: str = "") -> Workspace:
    """A record of this program's schema that holds nothing."""
    data.mkdir(parents=True, exist_ok=True)
    given = Record(data, database_url).settings
    made = Workspace(given, connect(given.database))
    migrate.upgrade(made.engine)
    return made

"""What every command works with: settings, the opened record, the codebook, and what the codebook decides for the ledger."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from tracker import codebook, ledger, settings
from tracker.codebook import Baseline, Codebook
from tracker.codebook.baseline import ORIGIN
from tracker.domain import rules
from tracker.domain.dates import civil_day, zone
from tracker.errors import Problem
from tracker.evidence import loading
from tracker.evidence import measures as intake_measures
from tracker.history import beliefs
from tracker.ledger import Policy
from tracker.settings import Settings
from tracker.store import session
from tracker.store.admin import migrate
from tracker.store.schema.columns import instant_text
from tracker.store.session import BadDatabase, connect
from tracker.store.writer import Writer

log = logging.getLogger(__name__)
_NEARLY = timedelta(hours=1)  # by which clocks may differ


class ClockAhead(Problem):
    """The clock lies far ahead of the record; the message names what it says."""


@dataclass(frozen=True)
class Workspace:
    """One opened record with its settings."""

    settings: Settings
    engine: Engine

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook that the settings name, with the hosts that they type."""
        shipped = codebook.load(self.settings.codebook)
        return replace(shipped, hosts={**shipped.hosts, **self.settings.link_hosts})

    @cached_property
    def policy(self) -> Policy:
        return loading.policy(self.codebook, zone(self.settings.zone or self.codebook.default_zone))

    @property
    def today(self) -> date:
        """The civil day in the configured zone."""
        return civil_day(settings.now(), self.policy.zone)

    def writing(self, actor: str = "") -> AbstractContextManager[Writer]:
        """One transaction of `actor`, under the one writer's lock; its instant is that at which it is asked for. Raises ClockAhead."""
        return session.writing(self.engine, self.checked(settings.now()), actor)

    def gathering(self, source: str) -> AbstractContextManager[Writer]:
        """One transaction that writes evidence of `source` and no belief. Raises ClockAhead."""
        return session.gathering(self.engine, source, self.checked(settings.now()))

    def checked(self, now: datetime) -> datetime:
        """`now`, if the record may be written at it. Raises ClockAhead where it lies so far ahead that a wrong clock must be feared: until
        that instant comes, the record would refuse all that is written later."""
        if now > self._reach:
            del self.__dict__["_reach"]  # a process may live long
            if now > self._reach:
                raise ClockAhead(
                    f"the clock says {instant_text(now)}, more than {self.settings.ahead_days} days after the last write",
                    "clock_ahead",
                    days=(now - self._reach).days + 1 + self.settings.ahead_days,
                )
        return now

    @cached_property
    def _reach(self) -> datetime:
        """The last instant at which the record may be written; one that holds nothing takes its time from whoever makes it."""
        with session.reading(self.engine) as connection:
            last = beliefs.last_write(connection)
        machine = settings.machine_now()
        if settings.is_fixed() and (last or machine) <= machine + _NEARLY < settings.now():
            log.warning("TRACKER_NOW moves the record ahead of this machine's clock, by which nothing can be written until then")
        if last is None:
            return datetime.max.replace(tzinfo=UTC)
        return max(last, machine if settings.is_fixed() else last) + timedelta(days=self.settings.ahead_days)

    @property
    def version(self) -> str:
        return version("kratom-tracker")


def existing(given: Settings) -> Workspace:
    """Open a record for reading; one that does not exist, or has another schema, is refused with the remedy."""
    if not given.database_url and not (given.data / "tracker.db").exists():
        raise BadDatabase(f"there is no record in {given.data}", "no_record", data=given.data)
    engine = connect(given.database)
    with _closed_on_failure(engine):
        if refused := migrate.difference(migrate.current(engine)):
            raise refused
    return Workspace(given, engine)


def prepared(given: Settings) -> Workspace:
    """Open a record for writing: made or upgraded where need be, with codebook and baseline loaded.

    Where the status rules have changed since, every key is worked out anew, with cause `method`.
    """
    _folder(given.data)
    workspace = Workspace(given, connect(given.database))
    with _closed_on_failure(workspace.engine):
        migrate.upgrade(workspace.engine)
        with workspace.writing() as writer:
            _load(workspace, writer, codebook.baseline(given.codebook))
    return workspace


def _load(workspace: Workspace, writer: Writer, base: Baseline) -> None:
    loading.load_codebook(writer, workspace.codebook)
    if beliefs.last_rules(writer.connection) != rules.RULE_VERSION:  # first: the next belief is written under the new rules
        ledger.recompute(writer.by("rules"), policy=workspace.policy)
    loading.load_baseline(writer.by(ORIGIN), base, workspace.policy)
    loading.load_claims(writer, base.claims)
    intake_measures.load_baseline(writer, base.measures)


@contextmanager
def _closed_on_failure(engine: Engine) -> Iterator[None]:
    """A server counts the connections of whoever goes away without closing them."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadDatabase(f"the data folder {path} cannot be made: {error.strerror}", "bad_data_folder") from None

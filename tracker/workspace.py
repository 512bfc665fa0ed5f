"""What every command works with: settings, the opened record, the codebook, and what the codebook decides for the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine

from tracker import codebook, ledger, settings
from tracker.codebook import Baseline, Codebook
from tracker.domain import rules
from tracker.domain.dates import civil_day, zone
from tracker.evidence import loading
from tracker.evidence import measures as intake_measures
from tracker.history import beliefs
from tracker.ledger import Policy
from tracker.settings import Settings
from tracker.store.admin import migrate
from tracker.store.session import BadDatabase, connect, writing


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
        now = settings.now()
        with writing(workspace.engine) as connection:
            _load(workspace, connection, codebook.baseline(given.codebook), now)
    return workspace


def _load(workspace: Workspace, connection: Connection, base: Baseline, now: datetime) -> None:
    loading.load_codebook(connection, workspace.codebook, now)
    if beliefs.last_rules(connection) != rules.RULE_VERSION:  # first: the next belief is written under the new rules
        ledger.recompute(connection, policy=workspace.policy, now=now, actor="rules")
    loading.load_baseline(connection, base, workspace.policy, now)
    loading.load_claims(connection, base.claims, now)
    intake_measures.load_baseline(connection, base.measures, now)


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

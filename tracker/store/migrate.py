"""Brings a record to the schema of this program, with Alembic's configuration built in code so that a wheel needs no ini file."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from tracker.store.session import BadDatabase, writing


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision that this program knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


def current(engine: Engine) -> str | None:
    """The revision of the record; None where it has no schema yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def difference(held: str | None) -> str:
    """What to do about a record with the schema `held`; empty where it is this program's."""
    if _newer(held):
        return f"the record has schema {held}, newer than this program knows ({head()}); install a newer kratom-tracker"
    if held == head():
        return ""
    return f"the record has schema {held or 'none'}, this program needs {head()}; bring it up with: kratom-tracker db upgrade"


def _newer(held: str | None) -> bool:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return held is not None and held not in known


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade under the writer's lock; a record of a newer program is refused and left as it is."""
    held = current(engine)
    if _newer(held):
        raise BadDatabase(difference(held))
    if held == head() and revision == "head":
        return
    with writing(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back; `base` leaves nothing but Alembic's own table."""
    with writing(engine) as connection:
        command.downgrade(_config(connection), revision)


def check(engine: Engine) -> None:
    """Raise where the tables of this program and the record's schema differ."""
    with writing(engine) as connection:
        command.check(_config(connection))

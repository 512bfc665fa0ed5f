"""The checks of `doctor`. Each looks at one thing and says what it found; none mends anything."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tracker.cli import remedies
from tracker.cli.edge import database_error
from tracker.cli.options import DamagedRecord, damage_named, open_record
from tracker.cli.output import instant
from tracker.cli.sources import crawled
from tracker.domain.dates import BadDate, zone
from tracker.history import beliefs, status
from tracker.settings import Settings
from tracker.store.admin import migrate
from tracker.store.integrity import damage
from tracker.store.session import BadDatabase, DBAPIError, Engine, connected

_COMPONENTS = ("scrapy", "SQLAlchemy", "alembic", "APScheduler", "geopandas", "matplotlib", "typer")
_EXTRAS = {"postgres": "psycopg", "pdf": "weasyprint", "parquet": "pyarrow", "xlsx": "xlsxwriter", "serve": "datasette"}
_LEAST_FREE = 500_000_000
_NEARLY = timedelta(hours=1)  # by which clocks may differ
_GO_ON = (
    "If this clock is wrong, set it right. If it is right, that was written under a wrong one, and nothing can be written until then: "
    "go on from a copy of the record made before it; or keep it, and write on from its own time with TRACKER_NOW={last}"
)


class Check(NamedTuple):
    """`state` is ok, note (good to know) or problem (must be mended)."""

    what: str
    state: str
    found: str


@contextmanager
def reachable_record(given: Settings) -> Iterator[Engine]:
    """The engine of a record that exists, of whatever schema; closed at the end."""
    if not given.database_url and not (given.data / "tracker.db").exists():
        raise BadDatabase(f"there is no record in {given.data}; make one with: kratom-tracker run --data {given.data}")
    with damage_named(given), connected(given.database) as engine:
        yield engine


def examine(given: Settings) -> list[Check]:
    """Every check, in order; those that ask the record only where it can be asked."""
    checks = [*_versions(), *_folders(given), _zone(given), *_boundaries()]
    record = _record(given)
    checks.append(record)
    if record.state == "ok":
        checks += [*_sources(given), _clock(given)]
    return checks


def _versions() -> Iterator[Check]:
    yield Check("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in _COMPONENTS:
        try:
            yield Check(name, "ok", version(name))
        except PackageNotFoundError:
            yield Check(name, "problem", "not installed; install kratom-tracker anew")
    for extra, module in _EXTRAS.items():
        there = find_spec(module) is not None
        yield Check(
            f"extra {extra}", "ok" if there else "note", "present" if there else f"absent; kratom-tracker[{extra}] brings it"
        )


def _folders(given: Settings) -> Iterator[Check]:
    home = next(path for path in (given.data, *given.data.resolve().parents) if path.exists())
    for path in (given.data, given.archive, given.data / "reports", given.data / "site"):
        if not path.exists():
            yield Check(f"folder {path}", *_writable(home, "is made when it is needed"))
        else:
            yield Check(f"folder {path}", *_writable(path, f"{_size(path):,} bytes"))
    free = shutil.disk_usage(home).free
    enough = free >= _LEAST_FREE
    yield Check(
        "free space", "ok" if enough else "problem", f"{free:,} bytes{'' if enough else '; free some, or give another --data'}"
    )


def _writable(path: Path, found: str) -> tuple[str, str]:
    if path.is_dir() and os.access(path, os.W_OK | os.X_OK):
        return "ok", found
    return "problem", f"{path} cannot be written; mend its permissions, or give another folder with --data"


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _zone(given: Settings) -> Check:
    from tracker import codebook

    try:
        return Check("time zone", "ok", zone(given.zone or codebook.load(given.codebook).default_zone).key)
    except BadDate as error:
        return Check("time zone", "problem", f"{error}; see TRACKER_ZONE and tracker.toml")


def _boundaries() -> Iterator[Check]:
    from maps import regions
    from maps.errors import BoundariesUnreadable

    for file in sorted({file for file, _ in regions.LAYERS.values()}):
        try:
            regions.check(file)
            yield Check(f"map boundaries {file}", "ok", "as they were built")
        except BoundariesUnreadable as error:
            yield Check(f"map boundaries {file}", "problem", str(error))


def _record(given: Settings) -> Check:
    if not given.database_url and not (given.data / "tracker.db").exists():
        return Check("record", "note", f"none yet; make one with: kratom-tracker run --data {given.data}")
    try:
        with reachable_record(given) as engine:
            return _schema(given, engine)
    except (BadDatabase, migrate.SchemaDiffers, DamagedRecord) as error:
        return Check("record", "problem", remedies.in_words(error))
    except DBAPIError as error:
        return Check("record", "problem", database_error(error))


def _schema(given: Settings, engine: Engine) -> Check:
    revision = migrate.current(engine)
    if refused := migrate.difference(revision):
        return Check("record", "note" if revision is None else "problem", remedies.in_words(refused))
    if broken := damage.of_file(engine):
        damaged = DamagedRecord(f"the record is damaged: {broken}", "record_damaged")
        return Check("record", "problem", remedies.in_words(damaged))
    with engine.connect() as connection:
        size = status.count(connection)
        migrate.check_views(connection)
    file = given.data / "tracker.db"
    bytes_held = f", {file.stat().st_size:,} bytes" if not given.database_url else ""
    return Check("record", "ok", f"{engine.dialect.name}, schema {revision}, {size:,} status rows{bytes_held}")


def _sources(given: Settings) -> Iterator[Check]:
    from crawler.fetching.network import reachable

    with open_record(given.data) as record:
        sources = crawled(record.connection, record.now)
    never = [source["key"] for source in sources if source["last_run_at"] is None]
    overdue = [source["key"] for source in sources if source["overdue"] and source["key"] not in never]
    broken = [source["key"] for source in sources if not source["works"] and source["key"] not in never]
    unverified = [source["key"] for source in sources if source["verified_live_on"] is None]
    yield _listed("sources never run", never)
    yield _listed("sources overdue", overdue)
    yield _listed("sources that do not work", broken)
    yield _listed("sources never verified live", unverified)
    there = reachable(source["url"] for source in sources)
    yield Check("network", "ok" if there else "note", "a source answers" if there else "no source can be reached from here")


def _listed(what: str, keys: list[str]) -> Check:
    return Check(what, "note" if keys else "ok", ", ".join(keys) or "none")


def _clock(given: Settings) -> Check:
    with open_record(given.data) as record:
        now = record.now
        ahead = beliefs.ahead(record.connection, now + _NEARLY)
    if not ahead:
        return Check("clock", "ok", instant(now))
    first, last = ahead[0], ahead[-1]
    found = f"it says {instant(now)}; {first.kind} {first.name} of the record lies ahead, at {instant(first.recorded_at)}"
    more = f", and {len(ahead) - 1} rows after it, the last at {instant(last.recorded_at)}" if len(ahead) > 1 else ""
    return Check(
        "clock", "problem", f"{found}{more}. {_GO_ON.format(first=instant(first.recorded_at), last=instant(last.recorded_at))}"
    )

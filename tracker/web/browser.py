"""Serves the record in the browser, read-only, through Datasette (extra `serve`): tables and views with their words from the data dictionary,
the questions of the codebook, and the folders of reports and site beside them.

A SQLite record is opened read-only while others may write it. A PostgreSQL record is copied into a file of the moment, which is opened as
immutable; it does not follow later writes. Nothing here can write to either.
"""

from __future__ import annotations

import html
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from tracker import files
from tracker.codebook import sample_queries
from tracker.codebook.sample_queries import Query
from tracker.errors import Problem
from tracker.export import snapshot
from tracker.export.tables import MissingPart
from tracker.history import asof
from tracker.store.schema import dictionary
from tracker.workspace import Workspace

FOLDERS = ("reports", "site")
_LINKED = 12
_SETTINGS = {"sql_time_limit_ms": 10_000, "max_returned_rows": 5_000, "allow_download": False}
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_TODAY = {"day": "date('now')", "known": _NOW, "now": _NOW}
"""What an empty field means in the browser, where that is not the value of the page of queries."""


class BadAddress(Problem):
    """An address that cannot be listened on; the message names it and the remedy."""


def serve(workspace: Workspace, host: str, port: int, now: datetime, started: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `started` is told the address. Port 0 takes a free one. Raises MissingPart and BadAddress."""
    try:
        import uvicorn
        from datasette.app import Datasette

        from tracker.web.limited import LimitedDatabase
    except ModuleNotFoundError as missing:
        raise MissingPart(f"serving needs {missing.name}, which is not installed", "missing_extra", extra="serve") from None
    with _listening(host, port) as listener, _file(workspace, now) as (path, immutable):
        app = Datasette(
            files=[] if immutable else [str(path)],
            immutables=[str(path)] if immutable else [],
            metadata=metadata(workspace, path.stem),
            static_mounts=[(name, str(workspace.settings.data.resolve() / name)) for name in FOLDERS],
            settings=_SETTINGS,
        )
        app.remove_database(path.stem)
        app.add_database(LimitedDatabase(app, path, is_mutable=not immutable), path.stem)
        # Datasette renders a page of local variables for every refused query, and meanwhile serves nobody; the answer says enough.
        from datasette import handle_exception  # only now: imported before the application it would not be among its hooks

        handle_exception.rich = None
        server = uvicorn.Server(uvicorn.Config(app.app(), log_level="warning", access_log=False))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        started(f"http://{_shown(host)}:{listener.getsockname()[1]}/")
        server.run(sockets=[listener])


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BadAddress(f"{host} is no address of this machine ({error.strerror})", "bad_host") from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen()  # from now on a browser waits for its answer
        except OSError as error:
            raise BadAddress(f"{_shown(host)}:{port} cannot be used ({error.strerror})", "port_in_use") from None
        yield listener


@contextmanager
def _file(workspace: Workspace, now: datetime) -> Iterator[tuple[Path, bool]]:
    """The SQLite file to serve, and whether nobody writes to it."""
    if workspace.engine.dialect.name == "sqlite":
        yield Path(workspace.engine.url.database or ""), False
        return
    with files.scratch(Path(tempfile.gettempdir()), "kratom-tracker-serve-") as folder:
        path = folder / "tracker.db"
        snapshot.write(workspace.engine, path, now)
        yield path, True


def metadata(workspace: Workspace, database: str) -> dict[str, Any]:
    """Datasette's metadata: descriptions of everything, and the questions."""
    codebook = workspace.codebook
    return {
        "title": f"{codebook.subject}: regulatory status",
        "description_html": _welcome(workspace),
        "databases": {
            database: {
                "description": f"What we hold, and since when. Codebook {codebook.version}, program {workspace.version}.",
                "tables": {known.name: _described(known) for known in dictionary.relations()},
                "queries": {known.name: _asked(known) for known in sample_queries.load(workspace.settings.codebook)},
            }
        },
    }


def _described(known: dictionary.Relation) -> dict[str, Any]:
    units = {column.name: f"{column.meaning} [{column.unit}]" if column.unit else column.meaning for column in known.columns}
    return {"description": known.meaning, "columns": units, "hidden": known.name in asof.WORK}


def _asked(known: Query) -> dict[str, Any]:
    """A question whose fields may be left empty."""
    empty = {name: _TODAY.get(name, f"'{value}'") for name, value in known.parameters.items()}
    meant = {name: "now" if name in _TODAY else value for name, value in known.parameters.items()}
    hint = f" Empty fields: {', '.join(f'{name} {value}' for name, value in meant.items())}." if meant else ""
    return {
        "sql": known.filled(lambda name: f"coalesce(nullif(:{name}, ''), {empty[name]})"),
        "title": known.title,
        "description": f"{known.text}{hint}".strip(),
        "params": list(known.parameters),
    }


def _welcome(workspace: Workspace) -> str:
    data = workspace.settings.data
    reports = sorted((data / "reports").glob("*.html"), reverse=True)[:_LINKED]
    pages = [path for path in (data / "site" / "index.html",) if path.is_file()] + reports
    links = " · ".join(
        f'<a href="/{html.escape(path.relative_to(data).as_posix())}">{html.escape(path.relative_to(data).as_posix())}</a>'
        for path in pages
    )
    notice = "Read-only. Researched rows are not verified; nothing here is legal or medical advice."
    return f"<p>{notice}</p>" + (f"<p>{links}</p>" if links else "")

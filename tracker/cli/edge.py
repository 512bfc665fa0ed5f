"""The process's edge: a named error becomes one line that names the input and the remedy; a closed pipe is no error.

Exit status 2 where the question was wrong, 1 where the program ran and met a problem. An error that nobody named is a fault of the
program and keeps its traceback.
"""

from __future__ import annotations

import errno
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from tracker.cli import remedies
from tracker.cli.output import show_json
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from tracker.store.session import DBAPIError

_REMEDIES = {
    errno.ENOSPC: "free some space, or give another folder with --data",
    errno.EROFS: "it lies on a read-only disk; give another folder with --data",
    errno.EACCES: "this user may not touch it; mend its permissions, or give another folder with --data",
    errno.EPERM: "this user may not touch it; mend its permissions, or give another folder with --data",
}
_OTHER_WRITER = "another process writes to it; try again when that has ended"
_DATABASE_REMEDIES = {
    "database is locked": _OTHER_WRITER,
    "lock timeout": _OTHER_WRITER,
    "readonly database": "the file cannot be written; mend its permissions, free some space where its disk is full,"
    " or give another folder with --data",
    "unable to open database": "mend the permissions of its folder, or give another with --data",
    "disk I/O error": "the disk may be full or failing; free some space, or give another folder with --data",
    "database or disk is full": "free some space, or give another folder with --data",
    "not a database": "the file is no record of this program; give another folder with --data",
    "malformed": "the file is damaged; restore it from a copy",
    "connection": "see whether the server runs and TRACKER_DATABASE_URL is right",
}


class Edge(TyperGroup):
    """The root of all verbs."""

    def invoke(self, ctx: Any) -> Any:
        with edge(json="--json" in (ctx.obj or ())):
            return super().invoke(ctx)


@contextmanager
def edge(*, json: bool = False) -> Iterator[None]:
    """Turn what a verb raises into a line on stderr and an exit status; with `json` also into the one value on stdout."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        told = in_words(error)
        if json and (refusal := told or _wrong_use(error)):
            show_json({"error": {"message": refusal[0], "code": getattr(error, "code", ""), "exit_status": refusal[1]}})
        if told is None:
            raise
        print(f"kratom-tracker: {told[0]}", file=sys.stderr)
        raise typer.Exit(told[1]) from None


def _wrong_use(error: Exception) -> tuple[str, int] | None:
    """The same of what the parser of the command line raises; it shows that itself."""
    shown = getattr(error, "format_message", None)
    return (shown(), error.exit_code) if shown and hasattr(error, "exit_code") else None


def in_words(error: Exception) -> tuple[str, int] | None:
    """One line and the exit status of a named error; None of one that nobody named."""
    from crawler.contract.errors import CrawlerError
    from maps.errors import BoundariesUnreadable, MapError

    status = 2 if isinstance(error, (ValueError, LookupError)) and not isinstance(error, BoundariesUnreadable) else 1
    if isinstance(error, TrackerError):
        return remedies.in_words(error), status
    if isinstance(error, (CrawlerError, MapError)):
        return str(error), status
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"tracker.toml is no TOML: {error}", 2
    if isinstance(error, OSError):
        return _system(error), 1
    if isinstance(error, UnicodeEncodeError):
        return f"{error.object[max(0, error.start - 20) : error.end]!r} is no text in UTF-8; write it anew", 2
    from tracker.store.session import DBAPIError

    return (database_error(error), 1) if isinstance(error, DBAPIError) else None


def _system(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{where}{error.strerror or error}{'; ' + remedy if remedy else ''}"


def database_error(error: DBAPIError) -> str:
    """What the database's driver says, and where there is one the remedy."""
    said = " ".join(str(error.orig).split())
    remedy = next((text for words, text in _DATABASE_REMEDIES.items() if words in said), "")
    return f"the database refused: {said}{'; ' + remedy if remedy else ''}"

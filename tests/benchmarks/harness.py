"""What the benchmarks share: scratch databases on both kinds of server, options, and tables of results."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from sqlalchemy import Engine

from tests import postgres
from tracker.store.session import connect, sqlite_url


def sized(description: str, rows: int) -> argparse.ArgumentParser:
    """The option that every benchmark takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rows", type=int, default=rows, help=f"size of the measurement (default {rows})")
    return parser


def options(description: str, rows: int) -> argparse.ArgumentParser:
    """The options of a benchmark that asks a database."""
    parser = sized(description, rows)
    parser.add_argument(
        "--postgres",
        metavar="URL",
        help="maintenance database of a server on which scratch databases may be made; 'start' starts one for this run",
    )
    return parser


@contextmanager
def servers(asked: str | None) -> Iterator[list[str]]:
    """The kinds of database to measure: SQLite always; PostgreSQL where it was asked for, as the address of its server."""
    if asked == "start":
        with postgres.server() as url:
            yield ["sqlite", url]
    else:
        yield ["sqlite", *([asked] if asked else [])]


def kind(server: str) -> str:
    return "SQLite" if server == "sqlite" else "PostgreSQL"


@contextmanager
def scratch(server: str) -> Iterator[Engine]:
    """An empty database, gone afterwards."""
    if server == "sqlite":
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            engine = connect(sqlite_url(Path(folder) / "scratch.db"))
            yield engine
            engine.dispose()
        return
    with postgres.database(server) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_from_now() -> int:
    """The bytes that this process holds; its peak counts from now on, and not from the imports."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    """The most bytes that this process held."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown, line by line as they come."""
    for line in chain((columns, ["---"] * len(columns)), rows):
        print("| " + " | ".join(str(cell) for cell in line) + " |", flush=True)

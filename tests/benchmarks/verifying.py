"""Peak memory and seconds of `verify` as the record grows: memory must stay flat.

The record is written by the ledger: an assertion for each key, all of them revised once, 1,000 keys a belief. `verify` runs in a process of its
own, whose memory counts from the moment at which all is imported and the database is open. There is no peer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import text

from tests.benchmarks import asof, export, harness, ledger
from tracker.settings import Settings
from tracker.store.session import connect, reading
from tracker.verify import verify
from tracker.workspace import Workspace

_MB = 1_000_000
SIZE = 1_000


def alone(url: str) -> tuple[float, int]:
    """Seconds, and bytes of resident memory above the start at the peak, of `verify` in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.verifying", "--alone", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=export.ROOT).stdout
    seconds, peak = json.loads(told)
    return seconds, peak


def measured(url: str) -> tuple[float, int]:
    """The same in this process. Refuses a record that is not sound, whose problems would take memory."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        workspace = Workspace(Settings(data=Path(place)), connect(url))
        with reading(workspace.engine) as connection:
            connection.execute(text("SELECT 1"))
        began = harness.peak_from_now()
        seconds = harness.seconds(lambda: _sound(workspace))
        return seconds, harness.peak() - began


def _sound(workspace: Workspace) -> None:
    found = verify(workspace)
    assert found.beliefs > 0
    assert found.problems == (), found.problems[:3]


def lines(server: str, rows: int) -> Iterator[tuple[object, ...]]:
    """Write a record of each size and verify it."""
    for level in asof.levels(rows):
        print(f"{harness.kind(server)}: writing {level:,} versions", file=sys.stderr, flush=True)
        with harness.scratch(server) as engine:
            ledger.of_ledger(engine, level // 2, min(SIZE, level // 2))
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(text("ANALYZE"))  # what autovacuum does on a server that lives longer
            seconds, memory = alone(engine.url.render_as_string(hide_password=False))
            yield (harness.kind(server), f"{level:,}", f"{memory / _MB:.0f}", f"{seconds * 1e6 / level:.0f}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.options(__doc__ or "", 1_000_000)
    parser.add_argument("--alone", metavar="URL", help="measure here; used by the other form")
    asked = parser.parse_args(arguments)
    if asked.alone:
        print(json.dumps(measured(asked.alone)))
        return
    columns = ("database", "versions", "MB above the start", "µs a version")
    with harness.servers(asked.postgres) as servers:
        harness.show(columns, (line for server in servers for line in lines(server, asked.rows)))


if __name__ == "__main__":
    main()

"""Peak memory and seconds of an export as the record grows, against pandas reading the same views and writing them as CSV.

The record is that of `asof`: keys with 100 status versions each. Each side runs in a process of its own, whose memory counts from the moment
at which all is imported and the database is open. The export does its whole work: a snapshot of the record as known at an instant, its
views from there in a fixed order, codebook, scripts and digests. Its memory must stay flat.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from tests.benchmarks import asof, harness
from tracker.export import folder
from tracker.export.choices import Format
from tracker.export.views import all_views
from tracker.settings import Settings
from tracker.store.session import connect, reading
from tracker.workspace import Workspace

ROOT = Path(__file__).parents[2]
SMALLEST = 1_000
KNOWN = datetime(2026, 11, 25, tzinfo=UTC)
_MB = 1_000_000


def by_export(engine: Engine, place: Path) -> None:
    folder.write(Workspace(Settings(data=place), engine), place / "made", KNOWN, [Format.CSV])


def by_pandas(engine: Engine, place: Path) -> None:
    import pandas

    (place / "made" / "csv").mkdir(parents=True)
    with reading(engine) as connection:
        for view in all_views():
            frame = pandas.read_sql_query(text(f"SELECT * FROM {view.name}"), connection)
            frame.to_csv(place / "made" / "csv" / f"{view.name}.csv", index=False)


SIDES: dict[str, Callable[[Engine, Path], None]] = {"export": by_export, "pandas": by_pandas}


def alone(side: str, url: str, rows: int) -> tuple[float, int]:
    """Seconds, and bytes of resident memory above the start at the peak, of one side in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        command = [sys.executable, "-m", "tests.benchmarks.export", "--alone", side, url, place]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
        lines = (Path(place) / "made" / "csv" / "status_history.csv").read_bytes().count(b"\n")
    assert lines == rows + 1, f"{side} wrote {lines} lines"
    seconds, peak = json.loads(told)
    return seconds, peak


def measured(side: str, url: str, place: Path) -> tuple[float, int]:
    """The same in this process."""
    import pandas  # noqa: F401 - so that both sides begin alike

    engine = connect(url)
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))
    began = harness.peak_from_now()
    seconds = harness.seconds(lambda: SIDES[side](engine, place))
    return seconds, harness.peak() - began


def lines(server: str, rows: int) -> Iterator[tuple[object, ...]]:
    """Grow one record step by step and export it at each."""
    held = 0
    with harness.scratch(server) as engine:
        asof.prepare(engine)
        for level in levels(rows):
            print(f"{harness.kind(server)}: growing to {level:,} versions", file=sys.stderr, flush=True)
            asof.grow(engine, held, level)
            held = level
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(text("ANALYZE"))
            url = engine.url.render_as_string(hide_password=False)
            (ours, memory), (theirs, peer) = (alone(side, url, level) for side in SIDES)
            yield (
                harness.kind(server),
                f"{level:,}",
                f"{memory / peer:.2f}" if peer else "",
                f"{ours / theirs:.1f}",
                *(f"{bytes_ / _MB:.0f}" for bytes_ in (memory, peer)),
                *(f"{seconds:.1f}" for seconds in (ours, theirs)),
            )


def levels(rows: int) -> Iterator[int]:
    level = SMALLEST
    while level < rows:
        yield level
        level *= 10
    yield rows


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.options(__doc__ or "", 1_000_000)
    parser.add_argument("--alone", nargs=3, metavar=("SIDE", "URL", "DIR"), help="measure one side here; used by the other form")
    asked = parser.parse_args(arguments)
    if asked.alone:
        side, url, place = asked.alone
        print(json.dumps(measured(side, url, Path(place))))
        return
    columns = (
        "database",
        "versions",
        "memory, export : pandas",
        "time, export : pandas",
        "export, MB above the start",
        "pandas, MB",
        "export, s",
        "pandas, s",
    )
    with harness.servers(asked.postgres) as servers:
        harness.show(columns, (line for server in servers for line in lines(server, asked.rows)))


if __name__ == "__main__":
    main()

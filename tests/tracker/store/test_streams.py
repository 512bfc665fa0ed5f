"""Many rows in flat memory: a stream holds a few of them, and what hangs on them is met in the same order."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from tracker.store import bulk
from tracker.store.schema import tables as t
from tracker.store.session import locked, reading
from tracker.store.streams import Hanging, in_order, on_disk, streamed

MANY = 20_000
LONG = "x" * 500


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A record with many long rows."""
    with locked(engine) as writing:
        rows = [{"code": f"s{number}", "name": "", "definition": LONG, "rank": number} for number in range(MANY)]
        bulk.add_all(writing, t.substance, rows)
    with reading(engine) as found:
        yield found


def test_a_stream_holds_few_rows(connection: Connection) -> None:
    next(streamed(connection, select(t.substance)))  # compiles the statement
    tracemalloc.start()
    numbers = sum(row.rank for row in streamed(connection, select(t.substance)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert numbers == sum(range(MANY))
    assert peak < MANY * len(LONG) / 4


def test_two_streams_are_read_side_by_side(connection: Connection) -> None:
    code = in_order(connection, t.substance.c.code)
    first, second = (streamed(connection, select(t.substance.c.code).order_by(code)) for _ in range(2))
    codes = [row.code for row, same in zip(first, second, strict=True) if row == same]
    assert codes == sorted(f"s{number}" for number in range(MANY)), "in the order in which Python compares words"


def test_what_hangs_is_asked_for_in_rising_order() -> None:
    hanging = Hanging(iter([(1, "a"), (1, "b"), (3, "c"), (4, "d")]), itemgetter(0))
    assert [list(hanging.of(key)) for key in (0, 1, 2, 4, 5)] == [[], [(1, "a"), (1, "b")], [], [(4, "d")], []]
    assert list(Hanging(iter(()), itemgetter(0)).of(1)) == []


def test_what_is_kept_on_disk_is_gone_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    with on_disk("CREATE TABLE word (name TEXT PRIMARY KEY)") as tables:
        tables.executemany("INSERT INTO word VALUES (?)", ((f"{number}{LONG}",) for number in range(MANY)))
        assert tables.execute("SELECT count(*) FROM word").fetchone() == (MANY,)
    assert list(tmp_path.iterdir()) == []

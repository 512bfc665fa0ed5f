"""How long the newest changes take as the record grows: `SELECT * FROM change_log ORDER BY recorded_at DESC LIMIT 50`.

The record is that of `asof`, where each belief changes every key: the first tells all days, the others are of law and tell those that come
after it. Some days come by themselves, some came before the record began. There is no peer: a reader waits as long for the news of a large
record as of a small one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, text

from tests.benchmarks import asof, harness
from tracker.store.session import locked, reading

NEWEST = 50
REPEATS = 9
ORDERS = ("recorded_at DESC", "recorded_at DESC, id")

_COMES = {
    "sqlite": "starts || 'T00:00:00.000000Z'",
    "postgresql": "CAST(starts AS timestamp) AT TIME ZONE 'UTC'",
}
_CHANGES = """
INSERT INTO change (id, belief, recorded_at, cause, jurisdiction, substance, opens, digest)
SELECT (SELECT count(*) FROM change) + row_number() OVER (ORDER BY belief, id), belief, recorded_from,
    CASE belief WHEN 1 THEN 'research' ELSE 'law' END, jurisdiction, substance,
    CAST(id AS TEXT), CAST(id AS TEXT) || '1884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
FROM status_version s WHERE s.id > :held AND s.valid_from IS NULL ORDER BY belief, id
"""
_BOUNDARIES = """
INSERT INTO change_boundary (id, change, kind, significance, day, day_latest, before, after, status_version)
SELECT (SELECT count(*) FROM change_boundary) + row_number() OVER (ORDER BY c.id, s.id), c.id, 'took_effect', 'status', s.valid_from,
    s.valid_from, 'regulated', s.status, s.id
FROM change c JOIN status_version s ON s.belief = c.belief AND s.jurisdiction = c.jurisdiction AND s.substance = c.substance
WHERE s.id > :held AND (c.belief = 1 OR s.valid_from > '2016-12-31') ORDER BY c.id, s.id
"""


def grow(engine: Engine, held: int, wanted: int) -> None:
    """Add places with their versions, changes and boundaries, from `held` status rows to `wanted`."""
    asof.grow(engine, held, wanted, _COMES[engine.dialect.name])
    with locked(engine) as connection:
        for statement in (_CHANGES, _BOUNDARIES):
            connection.execute(text(statement), {"held": held})
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))  # what autovacuum does on a server that lives longer


def measure(engine: Engine, rows: int) -> tuple[object, ...]:
    """One line of the table: milliseconds for each order."""
    with reading(engine) as connection:
        boundaries = connection.execute(text("SELECT count(*) FROM change_boundary")).scalar_one()
        newest = [_quickest(connection, f"SELECT * FROM change_log ORDER BY {order} LIMIT {NEWEST}") for order in ORDERS]
    return (f"{rows:,}", f"{boundaries:,}", *(f"{seconds * 1e3:.1f}" for seconds in newest))


def _quickest(connection: Connection, query: str) -> float:
    """Of several times, because whatever else the machine does only adds to them."""

    def ask() -> None:
        assert len(connection.execute(text(query)).all()) == NEWEST

    return min(harness.seconds(ask) for _ in range(REPEATS))


def lines(server: str, rows: int) -> Iterator[tuple[object, ...]]:
    """Grow one record step by step and ask it at each."""
    held = 0
    with harness.scratch(server) as engine:
        asof.prepare(engine)
        for level in asof.levels(rows):
            print(f"{harness.kind(server)}: growing to {level:,} versions", file=sys.stderr, flush=True)
            grow(engine, held, level)
            held = level
            yield (harness.kind(server), *measure(engine, level))


def main(arguments: Sequence[str] | None = None) -> None:
    asked = harness.options(__doc__ or "", 1_000_000).parse_args(arguments)
    columns = ("database", "versions", "boundaries", *(f"newest {NEWEST} by {order}, ms" for order in ORDERS))
    with harness.servers(asked.postgres) as servers:
        harness.show(columns, (line for server in servers for line in lines(server, asked.rows)))


if __name__ == "__main__":
    main()

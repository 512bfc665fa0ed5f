"""How long "what did we say at instant K about day D" takes as the record grows: about one key, and about all of them.

The record grows by keys, each with 100 status versions: ten beliefs that each restate ten periods. Rows are made in SQL, with every
constraint and guard of the schema in place. There is no peer: the answer about one key must stay flat, that about all must grow no
faster than the number of answers.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import Connection, Engine, insert, text

from tests.benchmarks import harness
from tracker.domain.records import Key
from tracker.history import status
from tracker.store.admin import migrate
from tracker.store.schema import tables as t
from tracker.store.session import locked, reading

BELIEFS, PERIODS, SUBSTANCES = 10, 10, 10
PER_KEY = BELIEFS * PERIODS
PER_PLACE = SUBSTANCES * PER_KEY
START, STEP = datetime(2016, 1, 1, tzinfo=UTC), timedelta(days=365)
FIRST_YEAR = 2010
SMALLEST = 10_000
CHUNK = 1_000  # jurisdictions a transaction
QUESTIONS = 300

_GROW = """
INSERT INTO status_version (id, jurisdiction, substance, status, food_law_position, date_basis, opened_by, confidence, citation,
    evidence_url, rule_version, valid_from, valid_from_latest, valid_to, valid_to_latest, comes_at, recorded_from, recorded_to, belief,
    belief_closed, digest)
WITH held AS (
    SELECT id, recorded_at, (SELECT n.recorded_at FROM belief n WHERE n.id = b.id + 1) AS until FROM belief b WHERE id = :belief),
periods(number, starts, ends) AS (VALUES {periods})
SELECT :base + row_number() OVER (), j.code, s.code, CASE number % 2 WHEN 0 THEN 'regulated' ELSE 'banned' END, 'not_addressed',
    'in_force', 'law', 'low', 'Code of ' || j.code || ', section ' || number, 'https://example.org/' || j.code, '1',
    starts, starts, ends, ends, {comes}, recorded_at, until, id, CASE WHEN until IS NULL THEN NULL ELSE id + 1 END,
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
FROM jurisdiction j CROSS JOIN substance s CROSS JOIN periods CROSS JOIN held WHERE j.code >= :low AND j.code < :high
"""


def prepare(engine: Engine) -> None:
    """A record with substances and beliefs, and no status yet."""
    migrate.upgrade(engine)
    with locked(engine) as connection:
        connection.execute(
            insert(t.substance), [{"code": f"s{n}", "name": "", "definition": "", "rank": n} for n in range(SUBSTANCES)]
        )
        connection.execute(
            insert(t.belief),
            [{"id": n + 1, "recorded_at": START + n * STEP, "cause": "law", "actor": "benchmark"} for n in range(BELIEFS)],
        )


def grow(engine: Engine, held: int, wanted: int, comes: str = "NULL") -> None:
    """Add places, each with its keys and their versions, from `held` rows to `wanted`; `comes` is the SQL of when their day comes."""
    made = held
    for low in range(held // PER_PLACE, wanted // PER_PLACE, CHUNK):
        high = min(low + CHUNK, wanted // PER_PLACE)
        with locked(engine) as connection:
            places = [
                {"code": code(n), "name": code(n), "level": "place", "kind": "place", "parent": None} for n in range(low, high)
            ]
            connection.execute(insert(t.jurisdiction), places)
        for belief in range(1, BELIEFS + 1):
            with locked(engine) as connection:
                given = {"base": made, "belief": belief, "low": code(low), "high": code(high)}
                made += connection.execute(text(_GROW.format(periods=_periods(connection), comes=comes)), given).rowcount
    assert made == wanted


def code(place: int) -> str:
    return f"J{place:06}"


def _periods(connection: Connection) -> str:
    """Ten years in a row, the first from the open past and the last to the open future."""
    word = "DATE " if connection.dialect.name == "postgresql" else ""
    edges = ["NULL", *(f"{word}'{FIRST_YEAR + n}-01-01'" for n in range(1, PERIODS)), "NULL"]
    return ", ".join(f"({n}, {edges[n]}, {edges[n + 1]})" for n in range(PERIODS))


def measure(engine: Engine, rows: int, dice: random.Random) -> tuple[object, ...]:
    """One line of the table."""
    with reading(engine) as connection:
        status.of_key(connection, Key(code(0), "s0"), date(2015, 1, 1))  # the first question compiles the statement
        each = [harness.seconds(lambda: _ask(connection, rows, dice)) for _ in range(QUESTIONS)]
        then = START + 4.5 * STEP
        answers, past = _all(lambda: status.on_day(connection, date(2015, 6, 1), then))
        _, present = _all(lambda: status.on_day(connection, date(2015, 6, 1)))
    assert answers == rows // PER_KEY
    return (
        f"{rows:,}",
        f"{median(each) * 1e3:.2f}",
        f"{quantiles(each, n=20)[-1] * 1e3:.2f}",
        f"{answers:,}",
        f"{past * 1e6 / answers:.0f}",
        f"{present * 1e6 / answers:.0f}",
        f"{_size(engine) / rows:.0f}",
    )


def _ask(connection: Connection, rows: int, dice: random.Random) -> None:
    key = Key(code(dice.randrange(rows // PER_PLACE)), f"s{dice.randrange(SUBSTANCES)}")
    day = date(FIRST_YEAR, 1, 1) + timedelta(days=dice.randrange(PERIODS * 365))
    assert status.of_key(connection, key, day, START + dice.random() * BELIEFS * STEP).row is not None


def _all(ask: Callable[[], object]) -> tuple[int, float]:
    """The number of answers, and the median of three times."""
    found: list[object] = []
    took = [harness.seconds(lambda: found.append(ask())) for _ in range(3)]
    return len(found[0]), median(took)  # type: ignore[arg-type]


def _size(engine: Engine) -> int:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.scalar(text("SELECT pg_total_relation_size('status_version')")) or 0)
        pages, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("page_count", "page_size"))
        return int(pages or 0) * int(size or 0)


def levels(rows: int) -> Iterator[int]:
    level = SMALLEST
    while level < rows:
        yield level
        level *= 10
    yield rows


def lines(server: str, rows: int) -> Iterator[tuple[object, ...]]:
    """Grow one record step by step and measure it at each."""
    dice, held = random.Random(rows), 0
    with harness.scratch(server) as engine:
        prepare(engine)
        for level in levels(rows):
            print(f"{harness.kind(server)}: growing to {level:,} versions", file=sys.stderr, flush=True)
            grow(engine, held, level)
            held = level
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(text("ANALYZE"))  # what autovacuum does on a server that lives longer
            yield (harness.kind(server), *measure(engine, level, dice))


def main(arguments: Sequence[str] | None = None) -> None:
    asked = harness.options(__doc__ or "", 1_000_000).parse_args(arguments)
    columns = (
        "database",
        "versions",
        "one key, ms",
        "95th percentile",
        "keys",
        "all keys then, µs an answer",
        "all keys now",
        "bytes a version",
    )
    with harness.servers(asked.postgres) as servers:
        harness.show(columns, (line for server in servers for line in lines(server, asked.rows)))


if __name__ == "__main__":
    main()

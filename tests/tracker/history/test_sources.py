"""Whether a source works: after each kind of run the program, the view `coverage`, the command line and a report say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, insert, text

from crawler.contract.verdicts import STOPPED, cut_off
from tests.tracker.domain.build import finding
from tests.tracker.reports.record import Kept
from tracker.cli.sources import crawled
from tracker.domain.records import Key
from tracker.history import sources
from tracker.store.schema.columns import instant_text
from tracker.store.schema.evidence_tables import crawl_run
from tracker.store.session import locked
from tracker.workspace import Workspace

WEEK_END = datetime(2026, 11, 23, 5, tzinfo=UTC)  # of 2026-W47 in New York
SOURCE = "fi_finlex"  # asked every 24 hours


class Run(NamedTuple):
    """A run that ended so many hours ago; `accepted` is how many hours ago a person accepted it."""

    hours: float
    verdict: str = "healthy"
    accepted: float | None = None
    mode: str = "live"
    reason: str = ""


STOPPED_RUN = cut_off(STOPPED)
CASES: dict[str, tuple[Sequence[Run], bool, float | None, bool]] = {
    "never run": ((), False, None, True),
    "healthy": ((Run(1),), True, 1, False),
    "healthy, overdue": ((Run(25),), True, 25, True),
    "healthy, a week ago and more": ((Run(7 * 24 + 1),), False, 7 * 24 + 1, True),
    "held after healthy": ((Run(30), Run(2, "held")), False, 30, True),
    "held and accepted": ((Run(30), Run(2, "held", accepted=1)), True, 2, False),
    "held at first, and accepted": ((Run(2, "held", accepted=1),), True, 2, False),
    "failed after healthy": ((Run(3), Run(2, "failed")), False, 3, False),
    "healthy after failed": ((Run(3, "failed"), Run(2)), True, 2, False),
    "no network after healthy": ((Run(3), Run(2, "no_network")), True, 3, False),
    "no network after held": ((Run(4), Run(3, "held"), Run(2, "no_network")), False, 4, False),
    "no network alone": ((Run(2, "no_network"),), False, None, True),
    "stopped after healthy": ((Run(3), Run(2, "failed", reason=STOPPED_RUN)), True, 3, False),
    "stopped after held": ((Run(4), Run(3, "held"), Run(2, "failed", reason=f"{STOPPED_RUN}; 3 seen")), False, 4, False),
    "stopped and accepted": ((Run(4), Run(3, "held"), Run(2, "failed", accepted=1, reason=STOPPED_RUN)), True, 2, False),
    "cut off after healthy": ((Run(3), Run(2, "failed", reason=cut_off("the time limit"))), False, 3, False),
    "partial after healthy": ((Run(30), Run(2, "partial", reason="unobserved: 1 of 3 details")), True, 30, True),
    "partial, the last healthy a month ago": ((Run(31 * 24), Run(2, "partial")), False, 31 * 24, True),
    "partial alone": ((Run(2, "partial"),), False, None, True),
    "skipped after healthy": ((Run(3), Run(2, "skipped")), False, 3, False),
    "a replay says nothing": ((Run(2, mode="replay"), Run(1, "held", accepted=1, mode="replay")), False, None, True),
}


def record(connection: Connection, runs: Sequence[Run], now: datetime) -> None:
    """Write runs of the source, each of which took a minute."""
    for run in runs:
        ended = now - timedelta(hours=run.hours)
        accepted = (
            {} if run.accepted is None else {"accepted_by": "A. Reader", "accepted_at": now - timedelta(hours=run.accepted)}
        )
        said = {
            "source": SOURCE,
            "mode": run.mode,
            "verdict": run.verdict,
            "reason": run.reason,
            "started_at": ended - timedelta(minutes=1),
        }
        connection.execute(insert(crawl_run).values(said | {"finished_at": ended} | accepted))


def server_now(connection: Connection) -> datetime:
    """The database server's clock, by which the view goes."""
    if connection.dialect.name == "sqlite":
        return datetime.fromisoformat(str(connection.scalar(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")))).replace(
            tzinfo=UTC
        )
    now: datetime = connection.scalar(text("SELECT now()"))
    return now.astimezone(UTC)


@pytest.mark.parametrize("case", CASES)
def test_whether_it_works_is_said_alike(empty: Workspace, case: str) -> None:
    runs, works, last_ok, overdue = CASES[case]
    with locked(empty.engine) as connection:
        now = server_now(connection)
        record(connection, runs, now)
        last_ok_at = None if last_ok is None else now - timedelta(hours=last_ok)
        verdict = next((run.verdict for run in reversed(runs) if run.mode == "live"), "never run")

        source = next(one for one in sources.crawled(connection, now) if one.row.key == SOURCE)
        assert (source.works, source.last_ok_at, source.overdue) == (works, last_ok_at, overdue)

        row = next(row for row in crawled(connection, now) if row["key"] == SOURCE)
        assert [row[name] for name in ("works", "last_ok_at", "overdue", "verdict")] == [works, last_ok_at, overdue, verdict]

        viewed = connection.execute(text("SELECT * FROM coverage WHERE source = :source"), {"source": SOURCE}).one()
        assert (bool(viewed.works), bool(viewed.overdue), viewed.verdict) == (works, overdue, verdict)
        seen = viewed.last_ok_at and (
            viewed.last_ok_at if isinstance(viewed.last_ok_at, str) else instant_text(viewed.last_ok_at)
        )
        assert seen == (last_ok_at and instant_text(last_ok_at))


@pytest.mark.parametrize("case", CASES)
def test_a_report_says_the_same(empty: Workspace, case: str, tmp_path: Path) -> None:
    runs, works, last_ok, _ = CASES[case]
    kept = Kept(empty.engine, tmp_path)
    kept.write("2026-06-01", "research", finding("F", key=Key("FI", "kratom")))
    with locked(empty.engine) as connection:
        record(connection, runs, WEEK_END)
    coverage = kept.edition("2026-W47", "2026-12-01").coverage
    source = next(one for one in coverage.sources if one.key == SOURCE)
    if case == "partial after healthy":
        assert (source.verdict, source.reason) == ("partial", "unobserved: 1 of 3 details"), "what is not known is told with it"
    last_ok_at = None if last_ok is None else WEEK_END - timedelta(hours=last_ok)
    assert (source.working, source.last_ok_at) == (works, last_ok_at)
    assert ("FI" in coverage.watched_codes) is works


def test_what_was_not_known_yet_does_not_count(empty: Workspace) -> None:
    """A run that ended, and an acceptance that was made, after the instant that is asked about."""
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    with locked(empty.engine) as connection:
        record(connection, (Run(30), Run(10, "held", accepted=2)), now)

        def works(hours: float) -> bool:
            known = now - timedelta(hours=hours)
            return next(one.works for one in sources.crawled(connection, known) if one.row.key == SOURCE)

        assert [works(hours) for hours in (31, 11, 9, 1)] == [False, True, False, True]


def test_a_long_cadence_is_waited_for(empty: Workspace) -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    with locked(empty.engine) as connection:
        record(connection, (Run(10 * 24),), now)
        connection.execute(text(f"UPDATE source SET cadence_hours = 336 WHERE key = '{SOURCE}'"))
        source = next(one for one in sources.crawled(connection, now) if one.row.key == SOURCE)
        assert (source.works, source.overdue) == (True, False)

"""`serve` for real: a process on a free port, asked over HTTP, stopped by a signal."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.databases import Database, Record
from tests.refusals import refused
from tests.shipped import NOW, load
from tracker.codebook import sample_queries
from tracker.export.tables import MissingPart
from tracker.web import browser
from tracker.web.browser import BadAddress
from tracker.workspace import Workspace

REPORT = "<h1>Week 47</h1>"


def fetch(address: str, path: str, body: bytes | None = None) -> tuple[int, str]:
    try:
        with urlopen(Request(address + path, data=body), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def serving(data: Path, database_url: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port; yields its address."""
    environment = {**os.environ, "TRACKER_NOW": NOW, "TRACKER_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "tracker.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            match = re.fullmatch(r"serving (http://127\.0\.0\.1:\d+/)\n", told)
            assert match, told + (process.stderr.read() if process.stderr else "")
            yield match[1], process
        finally:
            process.kill()


@pytest.fixture
def record(database: Database, tmp_path: Path) -> Iterator[Record]:
    with database.copy(load, tmp_path / "data") as copied:
        (copied.data / "reports").mkdir()
        (copied.data / "reports" / "week-2026-W47.html").write_text(REPORT)
        yield copied


def test_it_answers_cannot_be_written_and_stops(record: Record) -> None:
    with serving(record.data, record.database_url) as (address, process):
        status, index = fetch(address, "")
        assert status == 200
        assert 'href="/reports/week-2026-W47.html"' in index
        assert fetch(address, "reports/week-2026-W47.html") == (200, REPORT)
        assert fetch(address, "reports/..%2Ftracker.db")[0] == 404
        for asked in sample_queries.load():
            status, answer = fetch(address, f"tracker/{asked.name}.json?_shape=array")
            assert status == 200, answer
        rows = json.loads(fetch(address, "tracker/as_of.json?_shape=array&day=2026-07-02&substance=7-oh")[1])
        assert {row["jurisdiction"]: row["status"] for row in rows}["US-WY"] == "sale_prohibited"
        assert "first possible day on which it holds" in fetch(address, "tracker/status_history?_size=1")[1]
        for statement in ("DELETE FROM belief", "WITH x AS (SELECT 1) DELETE FROM belief", "PRAGMA journal_mode=DELETE"):
            assert fetch(address, f"tracker.json?sql={quote(statement)}")[0] == 400
        assert fetch(address, "tracker/belief", b"actor=me")[0] >= 400
        assert json.loads(fetch(address, "tracker.json?_shape=array&sql=select+count(*)+as+n+from+belief")[1]) == [{"n": 1}]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT "
HEAVY = {
    "one function": "SELECT instr(printf('%.*c', 40000000, 'a'), printf('%.*c', 20000000, 'a') || 'b')",
    "memory": f"{ENDLESS} x FROM (SELECT x, randomblob(20000000) AS b FROM n LIMIT 100) ORDER BY b",
    "rows": f"{ENDLESS} printf('%.*c', 10000000, 'a') FROM n",
    "one value": "SELECT length(randomblob(2000000000))",
}


def test_heavy_questions_end_and_hold_up_nobody(record: Record) -> None:
    """Also those that sit inside one function of the database, where it cannot stop them."""
    with serving(record.data, record.database_url) as (address, _), ThreadPoolExecutor(len(HEAVY)) as pool:
        asked = [pool.submit(fetch, address, f"tracker.json?_timelimit=1000&sql={quote(sql)}") for sql in HEAVY.values()]
        assert fetch(address, "tracker.json?_shape=array&sql=select+count(*)+as+n+from+belief") == (200, '[{"n": 1}]')
        for one in asked:
            status, answer = one.result()
            assert status == 400, answer
        assert fetch(address, "tracker/belief.json?_shape=array")[0] == 200


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with refused(BadAddress, match="give another with --port"), browser._listening("127.0.0.1", taken.getsockname()[1]):
            pass


def test_without_datasette_the_remedy_is_told(shipped: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    with refused(MissingPart, match=r"install the extra: kratom-tracker\[serve\]"):
        browser.serve(shipped, "127.0.0.1", 0, None, print)  # type: ignore[arg-type]


def test_every_table_view_and_question_is_described(shipped: Workspace) -> None:
    told = browser.metadata(shipped, "tracker")["databases"]["tracker"]
    assert told["tables"]["status_history"]["columns"]["min_age"] == "minimum age [years]"
    assert told["tables"]["lease"]["hidden"]
    assert not told["tables"]["belief"]["hidden"]
    assert set(told["queries"]) == {asked.name for asked in sample_queries.load()}
    assert "coalesce(nullif(:day, ''), date('now'))" in told["queries"]["as_of"]["sql"]

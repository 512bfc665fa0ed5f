"""Processes that are killed, at each step: the next one goes on, nothing twice and nothing lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler import registry
from crawler.archive.folder import Archive
from crawler.contract.report import report
from crawler.fetching.output import Output
from crawler.fetching.replay import replay as read_archive
from tests.databases import Database
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.pipeline.conftest import ROOT
from tests.tracker.pipeline.site import STATUS, Site
from tests.tracker.replays import FINLAND, dump, rows
from tracker import workspace as workspaces
from tracker.evidence import runs as evidence
from tracker.history import runs as history
from tracker.pipeline import follow_up, left, spool, unit
from tracker.pipeline.rounds import ask_sources
from tracker.pipeline.spool import Spool
from tracker.store.session import reading
from tracker.workspace import Workspace

AT = "2026-11-25T11:00:00+00:00"
PATIENCE = 90  # seconds that a process test waits at most; none asserts how long anything took


def quiet_line(_: str) -> None:
    pass


def crawled(workspace: Workspace, ended: bool = True) -> None:
    """What a crawler left of Finland's source: four documents, and where it came to its end a report."""
    recorded = [replays.recorded(case) for case in FINLAND]
    answers = [replays.answer(*answer[:4], [*answer[4], ("ETag", '"1"')]) for answer in recorded]
    replays.warc(workspace.settings.archive, *answers)
    here = spool.make(workspace.settings.spool)
    output = Output(here.folder / "fi_finlex", AT)
    read = list(read_archive(Archive(workspace.settings.archive).files(), ["fi_finlex"], workspace.codebook.terms))
    for fetch, items in read:
        output.add(fetch, items)
    if ended:
        fetches = [fetch for fetch, _ in read]
        output.end(report(registry.sources()["fi_finlex"], fetches, started_at=AT, finished_at=AT, replay=True))
    here.close()


def told(workspace: Workspace) -> Any:
    """What the record holds, but for the numbers of its rows."""
    sizes = {table: len(found) for table, found in dump(workspace.engine).items()}
    queries = (
        STATUS,
        "SELECT source, verdict, reason, stage, input <> '' FROM crawl_run ORDER BY id",
        "SELECT key FROM fetch_memory ORDER BY key",
        "SELECT provision_key, state, decided_by FROM review ORDER BY provision_key",
        "SELECT cause, actor, note FROM belief ORDER BY id",
    )
    return sizes, [rows(workspace.engine, query) for query in queries]


def killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def die_at(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, place: object, step: str) -> None:
    """Let a process of its own go on until it comes to a step, and be killed there."""
    workspace.engine.dispose()
    if (child := os.fork()) == 0:
        monkeypatch.setattr(place, step, killed)
        left.go_on(workspaces.existing(workspace.settings), quiet_line)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it never came to that step"
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize(
    ("place", "step"),
    [
        (unit, "read"),
        (evidence, "_documents"),
        (unit, "follow_up"),
        (follow_up, "_write"),
        (follow_up, "_decide"),
        (evidence, "remember"),
        (Spool, "remove"),
        (Spool, "close"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_killed_at_any_step_the_next_process_goes_on(
    empty: Workspace, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: object, step: str
) -> None:
    with database.copy(replays.empty, tmp_path / "undisturbed") as record:
        undisturbed = record.open()
        crawled(undisturbed)
        left.go_on(undisturbed, quiet_line)
        expected = told(undisturbed)
        undisturbed.engine.dispose()
    crawled(empty)
    die_at(empty, monkeypatch, place, step)
    left.go_on(empty, quiet_line)
    assert told(empty) == expected
    assert rows(empty.engine, STATUS) != [], "what the run decides is decided"
    assert rows(empty.engine, "SELECT count(*) FROM fetch_memory") == [(4,)]
    assert list(empty.settings.spool.iterdir()) == []
    left.go_on(empty, quiet_line)
    assert told(empty) == expected, "and nothing twice"


def test_a_crawl_that_was_cut_off_keeps_what_it_read_and_says_nothing_of_its_source(empty: Workspace) -> None:
    crawled(empty, ended=False)
    lines: list[str] = []
    left.go_on(empty, lines.append)
    ((source, verdict, reason),) = rows(empty.engine, "SELECT source, verdict, reason FROM crawl_run")
    assert (source, verdict) == ("fi_finlex", "failed")
    assert reason.startswith("the run was cut off: the process ended first")
    assert rows(empty.engine, "SELECT count(*) FROM document_version") == [(4,)]
    assert rows(empty.engine, "SELECT count(*) FROM review") == [(0,)]
    assert lines[0].startswith("left half-way: fi_finlex: failed")


def test_what_another_process_works_on_is_left_to_it(empty: Workspace) -> None:
    crawled(empty)
    (here,) = spool.left(empty.settings.spool)
    left.go_on(empty, quiet_line)
    assert rows(empty.engine, "SELECT count(*) FROM crawl_run") == [(0,)]
    here.close()
    left.go_on(empty, quiet_line)
    assert rows(empty.engine, "SELECT count(*) FROM crawl_run") == [(1,)]


def test_what_was_taken_in_and_never_coded_is_coded_by_the_next_process(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where nothing of the crawl is at hand any more: another machine made it."""
    crawled(empty)
    die_at(empty, monkeypatch, unit, "follow_up")
    shutil.rmtree(empty.settings.spool)
    stage = "SELECT stage, (SELECT count(*) FROM review), (SELECT count(*) FROM fetch_memory) FROM crawl_run"
    assert rows(empty.engine, stage) == [("taken_in", 0, 0)]
    lines: list[str] = []
    left.go_on(empty, lines.append)
    assert rows(empty.engine, stage) == [("followed_up", 3, 4)]
    assert lines == ["left half-way: run 1 of fi_finlex: 3 proposals, 3 decided"]
    assert rows(empty.engine, STATUS) != []
    left.go_on(empty, lines.append)
    assert len(lines) == 1, "it is followed up once"


def test_a_replay_that_was_stopped_before_it_was_coded_is_coded(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = replays.warc(tmp_path, *FINLAND)
    with monkeypatch.context() as patch:
        patch.setattr(unit, "follow_up", stopped)
        with pytest.raises(KeyboardInterrupt):
            replays.replayed(empty, path, "fi_finlex")
    left.go_on(empty, quiet_line)
    assert rows(empty.engine, "SELECT mode, stage, (SELECT count(*) FROM review) FROM crawl_run") == [
        ("replay", "followed_up", 3)
    ]
    assert rows(empty.engine, "SELECT count(*) FROM belief") == [(0,)], "and decides nothing until a person accepts it"


def wait_for(what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


CRAWL = """
import sys
from unittest import mock
from crawler import registry
from tests.tracker.pipeline import quietspider
from tracker import settings, workspace
from tracker.pipeline import crawlers, rounds
import os
crawlers._CRAWLER = (sys.executable, "-m", "tests.tracker.pipeline.quietspider", "--until-closed")
with mock.patch.object(registry, "spider_classes", return_value=quietspider.spiders(*os.environ["QUIET_HOSTS"].split())):
    opened = workspace.existing(settings.load(data=sys.argv[1], database_url=sys.argv[2]))
    rounds.ask_sources(opened, ["quiet", "slow"], False, print)
"""


def test_a_killed_crawl_leaves_no_crawler_and_the_next_goes_on(quiet: Workspace, slow_site: Site) -> None:
    given = quiet.settings
    process = subprocess.Popen([sys.executable, "-c", CRAWL, str(given.data), given.database_url], cwd=ROOT)
    try:
        healthy = "SELECT source FROM crawl_run WHERE verdict = 'healthy'"
        wait_for(lambda: rows(quiet.engine, healthy) == [("quiet",)] and "/wait" in slow_site.paths())
    finally:
        process.kill()
        process.wait()

    def gone_on() -> bool:
        left.go_on(quiet, quiet_line)
        return not list(given.spool.iterdir())

    wait_for(gone_on)  # no sooner than the crawlers themselves have let their folders go
    assert rows(quiet.engine, "SELECT source, verdict FROM crawl_run ORDER BY id") == [("quiet", "healthy"), ("slow", "held")]
    assert rows(quiet.engine, "SELECT count(*) FROM document WHERE source = 'slow'") == [(1,)], "what it had read is kept"
    with reading(quiet.engine) as connection:
        unread = history.unobserved(connection, ("quiet", "slow"))
    assert unread == {"slow": [f"{slow_site.host}/wait"]}, "and what it had still before it is known"
    slow_site.released.set()
    slow_site.asked.clear()
    (again,) = ask_sources(quiet, ["slow"], False, quiet_line)
    assert (again.verdict, slow_site.paths()) == ("healthy", ["/wait", "/list"]), "and asked first"

"""A record on each database, made from codebook and baseline once, and a way to ask the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import crawler.fetching.network
from tests.databases import Database, Record
from tests.shipped import NOW, load
from tracker import reports
from tracker.atlas import pictures
from tracker.cli import main
from tracker.codebook import Codebook
from tracker.pipeline import rounds
from tracker.pipeline.summary import RunSummary
from tracker.reports import Publication
from tracker.workspace import Workspace

REACHED = RunSummary("fi_finlex", "live", "healthy", (), run=1, fetches={"ok": 3}, documents=2)
HELD = RunSummary("gb_bills", "live", "held", ("fewer answers than the floor",), run=2, fetches={"blocked": 4})
UNREACHED = RunSummary("us_congress", "live", "no_network", (), run=3, fetches={"no_network": 1})


@dataclass(frozen=True)
class Answer:
    """What a verb said, and with which exit status it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self, code: int = 2) -> str:
        """The one line that a refusal is."""
        assert self.code == code, self.err
        assert self.out == ""
        assert "Traceback" not in self.err
        return self.err


Ask = Callable[..., Answer]


Use = Callable[[Record], Path]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Lets every verb work with a record, as a user does who sets the environment."""

    def used(record: Record) -> Path:
        monkeypatch.setenv("TRACKER_DATA", str(record.data))
        monkeypatch.setenv("TRACKER_DATABASE_URL", record.database_url)
        return record.data

    return used


@pytest.fixture
def data(database: Database, use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a record of one's own on each database, which every verb of the test works with; the clock stands at NOW."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_NOW", NOW)
    with database.copy(load, tmp_path / "data") as record:
        yield use(record)


@pytest.fixture
def fresh(data: Path, database: Database, use: Use, tmp_path: Path) -> Iterator[Path]:
    """A data folder that is not there yet, and an empty database, which every verb of the test works with."""
    with database.empty(tmp_path / "fresh" / "deep") as record:
        yield use(record)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(*words: str) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return Answer(int(ended.value.code or 0), out, err)

    return asked


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler.fetching.network, "reachable", lambda urls, seconds=0: False)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Lets the crawl answer with given summaries; returns what it was asked."""
    asked: list[Any] = []

    def give(*summaries: RunSummary) -> list[Any]:
        def crawled(
            workspace: Workspace, sources: list[str] | None, due: bool, progress: Callable[[str], None]
        ) -> list[RunSummary]:
            asked.append((sources, due))
            progress("asking")
            return list(summaries)

        monkeypatch.setattr(rounds, "ask_sources", crawled)
        return asked

    return give


class Picture:
    """A map as far as the verbs need one."""

    def __init__(self, *asked: object) -> None:
        self.asked = asked

    def svg(self) -> str:
        return f"<svg>{self.asked}</svg>"

    def html(self) -> str:
        return "<html></html>"

    def csv(self) -> str:
        return "code\n"

    def geojson(self) -> str:
        return "{}"

    def png(self, path: Path) -> None:
        path.write_bytes(b"png")


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch, data: Path) -> list[Any]:
    """A press that prints what it was asked."""
    printed: list[Any] = []

    def publish(
        workspace: Workspace, period: str | None, *, known: datetime | None = None, now: datetime, pdf: bool = False
    ) -> Publication:
        printed.append((period, known, pdf))
        return Publication((data / "reports" / f"{period or 'last'}.html",), f"week-{period}", True, ("retrospective",))

    def of_day(connection: object, codebook: Codebook, region: str, substance: str, day: date, known: datetime) -> Picture:
        return Picture(region, substance, day.isoformat())

    monkeypatch.setattr(reports, "publish", publish)

    def draw(plan: pictures.Plan) -> Picture:
        return Picture(plan.region, plan.title, plan.day.isoformat())

    monkeypatch.setattr(pictures, "of_day", of_day)
    monkeypatch.setattr(pictures.Plan, "draw", draw)
    return printed

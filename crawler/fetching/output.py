"""What a crawl leaves of one source: a folder that is written as the crawl goes, and read by whoever takes it in.

- `exchanges.jsonl`: when the run began, then a line for each exchange with the items that were read in it, and one for what is asked
  next, so that what a killed crawl had read is there, whole exchanges only, and what it had still before it;
- `report.json`: the verdict, written when the source has ended (`crawler.contract.report.RunReport.to_dict`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from crawler.contract.fetches import Fetch, fetch_from_dict, not_reached
from crawler.contract.items import Item, RequestKey, item_from_dict
from crawler.contract.report import RunReport, report, report_from_dict
from crawler.contract.routes import Role
from crawler.contract.source import Source

_EXCHANGES, _REPORT = "exchanges.jsonl", "report.json"


class Output:
    """Writes the folder of one source."""

    def __init__(self, folder: Path, started_at: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._exchanges = os.open(folder / _EXCHANGES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._append({"started_at": started_at})

    def add(self, fetch: Fetch, items: Sequence[Item]) -> None:
        """Keep an exchange and what was read in it."""
        self._append({"fetch": fetch.to_dict(), "items": [item.to_dict() for item in items]})

    def ask(self, asked: Mapping[RequestKey, Role | None]) -> None:
        """Keep what is going to be asked."""
        self._append({"asks": [[role, *key] for key, role in asked.items()]})

    def end(self, judged: RunReport) -> None:
        """Say that the source has ended, and how; all of it or nothing."""
        os.close(self._exchanges)
        part = self._folder / f"{_REPORT}.part"
        part.write_text(json.dumps(judged.to_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        part.replace(self._folder / _REPORT)

    def _append(self, line: dict[str, Any]) -> None:
        left = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        while left:
            left = left[os.write(self._exchanges, left) :]


class Run(NamedTuple):
    """One source's run as its folder tells it."""

    report: RunReport
    fetches: tuple[Fetch, ...]
    items: tuple[Item, ...]


def ended(folder: Path) -> bool:
    """Whether a source came to its end."""
    return (folder / _REPORT).exists()


def read(folder: Path, source: Source, unfinished: str) -> Run | None:
    """What a crawl left of a source; None where it never began. One without a report is judged by what it had read, and as
    `unfinished` for the reason given."""
    lines = list(_lines(folder / _EXCHANGES))
    if not lines:
        return None
    read = [line for line in lines if "fetch" in line]
    fetches = tuple(fetch_from_dict(line["fetch"]) for line in read)
    items = tuple(item_from_dict(item) for line in read for item in line["items"])
    if ended(folder):
        written = json.loads((folder / _REPORT).read_text("utf-8"))
        return Run(report_from_dict(written), fetches, items)
    fetches += tuple(not_reached(source.key, _asked(lines), fetches))
    began = lines[0]["started_at"]
    last = max((fetch.capture.captured_at for fetch in fetches if fetch.capture), default=began)
    judged = report(source, fetches, started_at=began, finished_at=max(began, last), unfinished=unfinished)
    return Run(judged, fetches, items)


def _asked(lines: Iterable[dict[str, Any]]) -> dict[RequestKey, Role | None]:
    asked = (ask for line in lines for ask in line.get("asks", ()))
    return {RequestKey(*key): Role(role) if role else None for role, *key in asked}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a file; the last one of a killed process may be torn."""
    if path.exists():
        for line in path.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                yield json.loads(line)

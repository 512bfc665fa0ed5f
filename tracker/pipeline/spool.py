"""The spool: what crawlers wrote and the record does not hold yet, a folder for each crawler in the data folder.

Whoever works on a folder holds its lock, and so does the crawler; a lock ends with the processes that hold it, however they end. So
what lies here unlocked was left by a process that died, and the next one goes on with it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tracker import files


class Spool:
    """The folder of one crawler, with a folder in it for each of its sources. `lock` is a file descriptor that a crawler inherits."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder, self.lock = folder, lock

    def sources(self) -> list[str]:
        """The keys of the sources that lie here."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def write(self, name: str, lines: Iterable[str]) -> str:
        """Write a file for the crawler; returns its path."""
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return str(path)

    def remove(self, source: str) -> None:
        """Forget a source that the record holds now."""
        shutil.rmtree(self.folder / source)

    def close(self) -> None:
        """Let the folder go; where no source lies in it any more, it goes too."""
        if not self.sources():
            shutil.rmtree(self.folder)
            _lock_of(self.folder).unlink()
        os.close(self.lock)


def make(root: Path) -> Spool:
    """A new folder in the spool `root`, locked."""
    root.mkdir(parents=True, exist_ok=True)
    while True:
        folder = root / secrets.token_hex(8)
        if (lock := files.lock(_lock_of(folder))) is not None:
            folder.mkdir()
            return Spool(folder, lock)


def left(root: Path) -> Iterator[Spool]:
    """The folders that nobody works on, locked one after the other."""
    for path in sorted(root.glob("*.lock"), key=lambda path: path.stat().st_mtime):
        if (lock := files.lock(path)) is not None:
            folder = path.with_suffix("")
            folder.mkdir(exist_ok=True)
            yield Spool(folder, lock)


def sources(root: Path) -> set[str]:
    """The keys of all sources that lie in the spool, whoever works on them."""
    return {path.name for path in root.glob("*/*") if path.is_dir()}


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")

"""The archive of responses: a folder of WARC files (ISO 28500), written before anything is parsed and read back in order of capture.

A process writes one file of its own. Nobody outside this package opens an archive file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.errors import ArchiveMissing
from crawler.archive.exchange import Exchange
from crawler.archive.index import entry_at
from crawler.archive.payloads import Payloads
from crawler.archive.reader import exchange, read
from crawler.archive.writer import Writer

_ADOPTED = "adopted-"


class Archive:
    """A folder of WARC files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._payloads = Payloads(folder)

    def files(self) -> list[Path]:
        """The archive's files by name."""
        return sorted(self.folder.glob("*.warc.gz")) + sorted(self.folder.glob("*.warc"))

    def writer(self) -> Writer:
        """A writer on a new file of this process."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        return Writer(self.folder / name)

    def read(self) -> Iterator[Exchange]:
        """Everything that was ever captured, oldest first."""
        return read(self.files())

    def at(self, file: str, offset: int) -> Exchange:
        """The exchange at a place; a revisit gives its own headers and instant with the payload that it refers to."""
        entry = entry_at(self.folder / Path(file).name, offset)
        return exchange(entry, self._payloads.holder(entry, self.files))

    def digest(self, files: Iterable[str]) -> str:
        """SHA-256 over the bytes of files of this archive; empty where none is named. Raises ArchiveMissing."""
        digests = sorted(file_digest(self.folder / Path(name).name) for name in files)
        return hashlib.sha256(",".join(digests).encode()).hexdigest() if digests else ""

    def adopt(self, path: Path) -> Path:
        """A copy of a stranger's archive file in this folder, named by its digest; a file of this folder stays as it is.

        A copy that was damaged since is replaced.
        """
        if path.resolve().parent == self.folder.resolve() and path.is_file():
            return path
        copy = self.folder / f"{_ADOPTED}{file_digest(path)[:16]}{'.warc.gz' if path.suffix == '.gz' else '.warc'}"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not copy.exists() or misnamed(copy):
            _copy_whole(path, copy)
        return copy


def _copy_whole(path: Path, copy: Path) -> None:
    """Copy a file so that under its new name there is all of it or nothing; what killed processes left of copies goes."""
    for left in copy.parent.glob(f".{_ADOPTED}*"):
        if not _runs(int(left.suffix[1:])):
            left.unlink(missing_ok=True)
    part = copy.with_name(f".{copy.name}.{os.getpid()}")
    try:
        shutil.copyfile(path, part)
        part.replace(copy)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(copy)) from None


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        pass
    return True


def file_digest(path: Path) -> str:
    """SHA-256 of an archive file's bytes; raises ArchiveMissing."""
    if not path.is_file():
        raise ArchiveMissing(f"{path}: no such archive file; name an existing .warc or .warc.gz")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def adopted(name: str) -> bool:
    """Whether a file is a copy of a stranger's."""
    return name.startswith(_ADOPTED)


def misnamed(path: Path) -> bool:
    """Whether an adopted file no longer holds the bytes that its name tells."""
    name = path.name
    return adopted(name) and not file_digest(path).startswith(name.removeprefix(_ADOPTED).partition(".")[0])

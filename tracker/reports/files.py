"""The files of editions: frozen ones in the archive, copies in the folder that people look into. Errors name file and remedy."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Mapping
from pathlib import Path

from tracker import files
from tracker.errors import Problem
from tracker.settings import Settings

FORMATS = ("json", "csv", "md", "html")
"""The endings of the files of an edition, in the order in which they are named."""


class ReportUnwritable(Problem):
    """A file of a report cannot be written; the message names it and says what to do."""


class EditionDamaged(Problem):
    """A frozen file is gone or is not what was frozen; the message names it and the remedy."""


_REASONS = {
    errno.ENOSPC: ("the disk is full", "disk_full"),
    errno.EDQUOT: ("the quota is used up", "disk_full"),
    errno.EROFS: ("the file system is read-only", "bad_data_folder"),
    errno.EACCES: ("the folder may not be written", "forbidden_data_folder"),
    errno.EPERM: ("the folder may not be written", "forbidden_data_folder"),
    errno.ENOTDIR: ("a part of the path is a file", "bad_data_folder"),
    errno.EEXIST: ("a part of the path is a file", "bad_data_folder"),
}


def digest(content: bytes) -> str:
    """`sha256:` and 64 hex digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all. Raises ReportUnwritable."""
    try:
        files.replace(path, content)
    except OSError as error:
        why, code = _REASONS.get(error.errno or 0, (error.strerror, "bad_data_folder"))
        raise ReportUnwritable(f"{path} cannot be written: {why}", code) from error


def read(path: Path, wanted: str) -> bytes:
    """The bytes of a frozen file, which must have the digest `wanted`. Raises EditionDamaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise EditionDamaged(f"the frozen file {path} is gone; put it back from a copy of the archive") from None
    if digest(content) != wanted:
        raise EditionDamaged(f"the frozen file {path} is not what was frozen ({wanted}); put it back from a copy of the archive")
    return content


def freeze(settings: Settings, name: str, content: Mapping[str, bytes]) -> dict[str, str]:
    """Put the files of an edition, by ending, into the archive; returns their digests by file name. Raises ReportUnwritable."""
    for ending, data in content.items():
        write(_archived(settings, name, ending), data)
    return {f"{name}.{ending}": digest(data) for ending, data in content.items()}


def frozen(settings: Settings, name: str, digests: Mapping[str, str]) -> Mapping[str, bytes]:
    """The files of a frozen edition, by ending, proved by their digests. Raises EditionDamaged."""
    return {ending: read(_archived(settings, name, ending), digests[f"{name}.{ending}"]) for ending in FORMATS}


def originals(settings: Settings, name: str) -> list[Path]:
    """The files of a frozen edition in the archive."""
    return [_archived(settings, name, ending) for ending in FORMATS]


def _archived(settings: Settings, name: str, ending: str) -> Path:
    return settings.archive / "editions" / name / f"{name}.{ending}"


def copies(settings: Settings, name: str, content: Mapping[str, bytes]) -> list[Path]:
    """The copies in the folder that people look into; untouched where they are right already. Raises ReportUnwritable."""
    paths = {ending: settings.data / "reports" / f"{name}.{ending}" for ending in content}
    for ending, path in paths.items():
        if not (path.is_file() and path.read_bytes() == content[ending]):
            write(path, content[ending])
    return list(paths.values())

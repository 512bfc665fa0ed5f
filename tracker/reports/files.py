"""Writes and reads the files of editions: whole or not at all, with errors that name the file and the remedy."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from tracker.errors import Problem


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
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        why, code = _REASONS.get(error.errno or 0, (error.strerror, "bad_data_folder"))
        raise ReportUnwritable(f"{path} cannot be written: {why}", code) from error


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path, wanted: str) -> bytes:
    """The bytes of a frozen file, which must have the digest `wanted`. Raises EditionDamaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise EditionDamaged(f"the frozen file {path} is gone; put it back from a copy of the archive") from None
    if digest(content) != wanted:
        raise EditionDamaged(f"the frozen file {path} is not what was frozen ({wanted}); put it back from a copy of the archive")
    return content

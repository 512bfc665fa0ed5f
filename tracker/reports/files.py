"""Writes and reads the files of editions: whole or not at all, with errors that name the file and the remedy."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path


class ReportUnwritable(OSError):
    """A file of a report cannot be written; the message names it and says what to do."""


class EditionDamaged(RuntimeError):
    """A frozen file is gone or is not what was frozen; the message names it and the remedy."""


_REMEDIES = {
    errno.ENOSPC: "the disk is full; make room and ask again",
    errno.EDQUOT: "the quota is used up; make room and ask again",
    errno.EROFS: "the file system is read-only; give another folder with --data",
    errno.EACCES: "the folder may not be written; change its rights or give another with --data",
    errno.EPERM: "the folder may not be written; change its rights or give another with --data",
    errno.ENOTDIR: "a part of the path is a file; give another folder with --data",
    errno.EEXIST: "a part of the path is a file; give another folder with --data",
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
        why = _REMEDIES.get(error.errno or 0, f"{error.strerror}; give another folder with --data")
        raise ReportUnwritable(f"{path} cannot be written: {why}") from error


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

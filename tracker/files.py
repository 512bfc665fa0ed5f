"""How files are written: whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PART = ".writing-"
BOM = "\ufeff"
"""What a CSV file begins with that people open: without it Excel takes UTF-8 for another encoding."""
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
_SUSPECT = _FORMULA | {" "}


def spreadsheet_text(text: str) -> str:
    """Text that no spreadsheet runs as a formula: one whose first visible character could begin one gets an apostrophe before it."""
    return f"'{text}" if text[:1] in _SUSPECT and text.lstrip(" ")[:1] in _FORMULA else text


def replace(path: Path, content: bytes) -> None:
    """Put `content` at `path`; see `replacing`."""
    with replacing(path) as part:
        part.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write, which takes the place of `path` (whose folder is made) when it is whole; whoever reads `path` meets the old
    content or the new, never half of either.

    Raises OSError; what stood there before is then untouched. What a killed process left is removed by the next one that writes there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent.glob(f"{_PART}*"))
    part, held = _part(path)
    try:
        yield part
        os.fsync(held)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        os.close(held)


def _part(path: Path) -> tuple[Path, int]:
    """A new file beside `path` with its ending, locked, so that nobody takes it for one that a killed process left."""
    while True:
        part = path.with_name(f"{_PART}{secrets.token_hex(6)}{path.suffix}")
        if (held := lock(part)) is not None:
            return part, held


@contextmanager
def scratch(parent: Path, prefix: str) -> Iterator[Path]:
    """An empty folder in `parent` that goes at the end; those that killed processes left go now."""
    for left in parent.glob(f"{prefix}*.lock"):
        if (held := lock(left)) is not None:
            _remove(left, held)
    while (held := lock(mine := parent / f"{prefix}{secrets.token_hex(6)}.lock")) is None:
        pass
    try:
        mine.with_suffix("").mkdir()
        yield mine.with_suffix("")
    finally:
        _remove(mine, held)


def _remove(mark: Path, held: int) -> None:
    """Remove a folder and the lock that stands for it."""
    shutil.rmtree(mark.with_suffix(""), ignore_errors=True)
    mark.unlink(missing_ok=True)
    os.close(held)


def lock(path: Path) -> int | None:
    """Lock a file, which is made where it is not there, until its descriptor is closed or the process ends, however it ends.

    None where another process holds it, or has removed it meanwhile.
    """
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists() and path.stat().st_ino == os.fstat(held).st_ino:
            return held
    except BlockingIOError:
        pass
    os.close(held)
    return None


def _sweep(left: Iterable[Path]) -> None:
    for path in left:
        with suppress(OSError):  # of another user
            if (held := lock(path)) is not None:
                path.unlink(missing_ok=True)
                os.close(held)

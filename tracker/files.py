"""How files are written: whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
_SUSPECT = _FORMULA | {" "}


def spreadsheet_text(text: str) -> str:
    """Text that no spreadsheet runs as a formula: one whose first visible character could begin one gets an apostrophe before it."""
    return f"'{text}" if text[:1] in _SUSPECT and text.lstrip(" ")[:1] in _FORMULA else text


def replace(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whose folder is made; whoever reads it meets the old content or the new, never half of either.

    Raises OSError; what stood there before is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
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

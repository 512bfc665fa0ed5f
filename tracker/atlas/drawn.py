"""Pictures that were drawn before: what each was drawn from is kept beside its files, so that the same is not drawn again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from tracker import files


def is_drawn(stem: Path, source: str, endings: Sequence[str]) -> bool:
    """Whether the files `stem` + ending are there as they were drawn from what has the digest `source`."""
    try:
        return bool(json.loads(_note(stem).read_text("utf-8")) == _state(stem, source, endings))
    except (OSError, ValueError):  # not drawn yet, or not as a whole
        return False


def keep(stem: Path, source: str, endings: Sequence[str]) -> None:
    """Note that the files were drawn from what has the digest `source`."""
    files.replace(_note(stem), json.dumps(_state(stem, source, endings)).encode())


def _note(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.drawn.json")


def _state(stem: Path, source: str, endings: Sequence[str]) -> dict[str, str]:
    """What a note says: the digests of what was drawn and of each file that was written; raises OSError where one is gone."""
    written = {ending: hashlib.sha256(stem.with_name(f"{stem.name}.{ending}").read_bytes()).hexdigest() for ending in endings}
    return {"drawn_from": source, **written}

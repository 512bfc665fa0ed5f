"""What a check of the record finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was sealed. `kind`: archive, capture, document, quote, row, key, belief, run, edition or view."""

    kind: str
    what: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}: {self.detail}"


def name_of(table: str, row: Any) -> str:
    about = " ".join(getattr(row, name) for name in ("jurisdiction", "substance") if hasattr(row, name))
    return f"{table} {row.id}, {about}" if about else f"{table} {row.id}"

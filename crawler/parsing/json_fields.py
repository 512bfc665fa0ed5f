"""Fields of JSON answers that must be of a kind: a source that sends another kind has changed its layout."""

from __future__ import annotations

from typing import Any, TypeVar

from crawler.parsing.selecting import LayoutChanged, one, optional

T = TypeVar("T", str, int, bool, list[Any], dict[str, Any])


def typed(kind: type[T], place: Any, path: str) -> T:
    """The one value at a path; raises LayoutChanged if it is missing, null or of another kind."""
    return _of(kind, one(place, path), path)


def maybe(kind: type[T], place: Any, path: str) -> T | None:
    """The value at a path, or None where it is missing or null; raises LayoutChanged if it is of another kind."""
    value = optional(place, path)
    return None if value is None else _of(kind, value, path)


def _of(kind: type[T], value: Any, path: str) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise LayoutChanged(f"{path!r} is {str(value)[:80]!r}, not {kind.__name__}")
    return value

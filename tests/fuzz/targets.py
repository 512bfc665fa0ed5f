"""Every target by its name. A target is imported when it is asked for: what guides by coverage must be there before."""

from __future__ import annotations

from importlib import import_module

from tests.fuzz.target import Target

NAMES = ("archives", "coder", "pages", "parsers", "timeline")


def load(name: str) -> Target:
    """The target of a name."""
    target: Target = import_module(f"tests.fuzz.{name}").TARGET
    return target

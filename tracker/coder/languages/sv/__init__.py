"""Swedish: days and the clause of effect; no rules are read."""

from tracker.coder.languages.sv import dates

__all__ = ["dates"]

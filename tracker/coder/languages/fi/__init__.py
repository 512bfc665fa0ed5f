"""Finnish: days and the clause of effect; no rules are read."""

from tracker.coder.languages.fi import dates

__all__ = ["dates"]
